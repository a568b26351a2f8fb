package krm

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// item is one of the list that is printed: one that was there, or one that was
// made, perhaps in the place of one that was there.
type item struct {
	there *yaml.Node
	made  *Made
}

func (i item) node() *yaml.Node {
	if i.made == nil {
		return i.there
	}
	n := i.made.Node()
	keepHostAnnotations(i.there, n)
	return n
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
		id := m.ID
		if other := byID[id]; other != nil {
			l.Results.fail(m.Node(), "", quote.Sprintf("%s is made twice, for the sites %s and %s: rename one of them", id, other.Owner, m.Owner))
		}
		byID[id] = m
	}

	items := make([]item, 0, len(l.Items)+len(made))
	placed := map[ID]bool{}
	strangers := strangers{count: map[string]int{}}
	for _, there := range l.Items {
		obj := tree.Deref(there)
		id, owner := IDOf(obj), ownerOf(obj)
		m, ours := byID[id], owners[owner]
		switch {
		case l.isGeneratorConfig(obj):
		case m != nil && ours && !placed[id]:
			items = append(items, item{obj, m})
			placed[id] = true
		case ours: // made no more, or a copy of one that is placed
		case m != nil:
			l.Results.fail(obj, "", conflict(id, owner, m.Owner))
		default:
			if owner != "" {
				strangers.add(owner, obj)
			}
			items = append(items, item{there: there})
		}
	}
	for i := range made {
		if !placed[made[i].ID] {
			items = append(items, item{made: &made[i]})
		}
	}
	for _, first := range strangers.first {
		owner := ownerOf(first)
		l.Results.warn(first, quote.Sprintf("%d object(s) of the site %s, which is not in this input, are left alone: delete them if that site is gone", strangers.count[owner], owner))
	}
	if !l.Results.Failed() {
		l.merged = items
	}
}

// conflict says what stands in the way and what to do about it.
func conflict(id ID, owner, site string) string {
	text := quote.Sprintf("%s of the site %s is there already and was not made by this program", id, site)
	if owner != "" {
		text = quote.Sprintf("%s of the site %s is there already and belongs to the site %s", id, site, owner)
	}
	if id.Kind == "Namespace" {
		return text + ": set spec.namespace.create: false, or delete that Namespace from the input"
	}
	return quote.Sprintf("%s: delete or rename it, or rename the site, or hand it over with the labels %s: %s and %s: %s",
		quote.Said(text), managedByLabel, generators.ManagedBy, generators.SiteLabel, site)
}

// strangers are sites that left objects behind, in the order of the input.
type strangers struct {
	// first objects of each.
	first []*yaml.Node
	count map[string]int
}

func (s *strangers) add(owner string, obj *yaml.Node) {
	if s.count[owner]++; s.count[owner] == 1 {
		s.first = append(s.first, obj)
	}
}

// RefuseOwned notes every item that carries the labels of what was made, for a
// host that would deploy such an item as it is written: Merge puts the made
// object in its place or takes it out.
func (l *ResourceList) RefuseOwned(made []Made) {
	owners := map[string]bool{}
	for i := range made {
		owners[made[i].Owner] = true
	}
	for _, item := range l.Items {
		if owner := ownerOf(item); owner != "" && owners[owner] {
			l.Results.fail(item, "", quote.Sprintf("%s has the labels of what is made for the site %s, and would be replaced or left out: delete it, or the label %s", IDOf(item), owner, generators.SiteLabel))
		}
	}
}
