package krm

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// Made is an object that this run made.
type Made struct {
	Node *yaml.Node
	// Owner is the site that it was made for, as its label says.
	Owner string
}

// Make makes the objects of a site.
func Make(s *v1alpha1.AthensSite) []Made {
	var out []Made
	for _, object := range site.Objects(s) {
		out = append(out, Made{Node: Encode(object), Owner: generators.Owner(s)})
	}
	return out
}

// Merge puts what was made into the list. An object of the list that was made
// for one of these sites before is replaced where it stands, or taken out if
// it is made no more; new ones come at the end. All others stay as they are:
// an object of the same identity that is not ours is an error.
func (l *ResourceList) Merge(made []Made) {
	if len(made) == 0 {
		l.Results.fail(nil, "", "nothing to render: a host would delete what runs now")
		return
	}
	owners := map[string]bool{}
	byID := make(map[ID]*Made, len(made))
	for i := range made {
		m := &made[i]
		owners[m.Owner] = true
		id := IDOf(m.Node)
		if other := byID[id]; other != nil {
			l.Results.fail(m.Node, "", fmt.Sprintf("%s is made twice, for the sites %s and %s: rename one of them", id, other.Owner, m.Owner))
		}
		byID[id] = m
	}

	var items []*yaml.Node
	placed := map[ID]bool{}
	var strangers strangers
	for _, item := range l.Items {
		obj := deref(item)
		id, owner := IDOf(obj), ownerOf(obj)
		m, ours := byID[id], owners[owner]
		switch {
		case l.isGeneratorConfig(obj):
		case m != nil && ours && !placed[id]:
			keepHostAnnotations(obj, m.Node)
			items = append(items, m.Node)
			placed[id] = true
		case ours: // made no more, or a copy of one that is placed
		case m != nil:
			l.Results.fail(obj, "", conflict(id, owner, m.Owner))
		default:
			if owner != "" {
				strangers.add(owner, obj)
			}
			items = append(items, item)
		}
	}
	for i := range made {
		if !placed[IDOf(made[i].Node)] {
			items = append(items, made[i].Node)
		}
	}
	for _, s := range strangers {
		l.Results.warn(s.first, fmt.Sprintf("%d object(s) of the site %s, which is not in this input, are left alone: delete them if that site is gone", s.count, s.owner))
	}
	if !l.Results.Failed() {
		l.Items = items
	}
}

// conflict says what stands in the way and what to do about it.
func conflict(id ID, owner, site string) string {
	text := fmt.Sprintf("%s of the site %s is there already and was not made by this program", id, site)
	if owner != "" {
		text = fmt.Sprintf("%s of the site %s is there already and belongs to the site %s", id, site, owner)
	}
	if id.Kind == "Namespace" {
		return text + ": set spec.namespace.create: false, or delete that Namespace from the input"
	}
	return text + ": delete or rename it, or rename the site, or hand it over with the labels " +
		managedByLabel + ": " + generators.ManagedBy + " and " + generators.SiteLabel + ": " + site
}

// strangers are sites that left objects behind, in the order of the input.
type strangers []stranger

type stranger struct {
	owner string
	first *yaml.Node
	count int
}

func (s *strangers) add(owner string, obj *yaml.Node) {
	for i := range *s {
		if (*s)[i].owner == owner {
			(*s)[i].count++
			return
		}
	}
	*s = append(*s, stranger{owner, obj, 1})
}
