package diff

import (
	"reflect"
	"slices"

	"github.com/gomods/athens-kfn/internal/prove"
)

// rules are the kinds that decide about requests.
var rules = [...]string{"Gateway", "VirtualService", "DestinationRule", "PeerAuthentication", "AuthorizationPolicy", "Service", "Deployment"}

// sameRules says whether nothing differs that decides about requests.
func sameRules(before, after []Object) bool {
	decides := func(objects []Object) (out []any) {
		for _, o := range objects {
			if slices.Contains(rules[:], o.Kind) {
				out = append(out, o.ID, o.tree["spec"])
			}
		}
		return out
	}
	return reflect.DeepEqual(decides(before), decides(after))
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
