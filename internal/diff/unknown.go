package diff

import (
	"slices"

	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// rules are the kinds that decide about requests.
var rules = [...]string{"Gateway", "VirtualService", "DestinationRule", "PeerAuthentication", "AuthorizationPolicy", "Service", "Deployment"}

// sameRules says whether nothing differs that decides about requests.
func sameRules(before, after []Object) bool {
	decides := func(objects []Object) []Object {
		return slices.DeleteFunc(slices.Clone(objects), func(o Object) bool { return !slices.Contains(rules[:], o.Kind) })
	}
	return slices.EqualFunc(decides(before), decides(after), func(a, b Object) bool {
		return a.ID == b.ID && tree.Equal(tree.Get(a.tree, "spec"), tree.Get(b.tree, "spec"))
	})
}

// unknowns are what the objects of both states use and nobody here can judge.
func unknowns(before, after []Object, worlds ...*prove.World) (out []string) {
	for _, o := range slices.Concat(before, after) {
		if o.unread != nil {
			out = append(out, o.ID.String()+" cannot be read as its API has it: "+o.unread.Error())
		}
	}
	for _, w := range worlds {
		out = append(out, w.Unknown()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
