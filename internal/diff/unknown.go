package diff

import (
	"slices"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// sameRules says whether nothing differs that decides about requests.
func sameRules(before, after []Object) bool {
	decides := func(objects []Object) []Object {
		return slices.DeleteFunc(slices.Clone(objects), func(o Object) bool { return o.typed == nil && o.unread == nil })
	}
	return slices.EqualFunc(decides(before), decides(after), func(a, b Object) bool { return a.ID == b.ID && tree.Equal(a.tree, b.tree) })
}

// unread are the objects of both states that decide about requests and cannot
// be read, each with the reason.
func unread(before, after []Object) (out []string) {
	for _, o := range slices.Concat(before, after) {
		if o.unread != nil {
			out = append(out, o.ID.String()+" cannot be read as its API has it: "+o.unread.Error())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
