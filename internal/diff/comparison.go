package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// comparison of one site's objects.
type comparison struct {
	old, now []Object
	pairs    []pair
	gone     []Object
	come     []Object
	found    map[string][]Change
}

// run finds everything. What is found first is said in its words; the fields
// that nothing else speaks of come last.
func (c *comparison) run() {
	c.match()
	if c.whole() {
		return
	}
	c.report(routes, "VirtualService")
	c.report(permissions, "AuthorizationPolicy")
	c.report(network, "NetworkPolicy")
	c.report(outside, "ServiceEntry")
	c.privacy()
	c.identities()
	c.report(capacity, "Deployment", "HorizontalPodAutoscaler", "ScaledObject")
	c.data()
	c.restarts()
	c.frontDoor()
	c.deletedFrontDoors(c.gone)
	c.fields()
	c.objects()
}

// match pairs the objects of both states. Where a state has an object twice,
// the first is paired with the first.
func (c *comparison) match() {
	at := map[krm.ID][]int{}
	for i, n := range c.now {
		at[n.ID] = append(at[n.ID], i)
	}
	paired := make([]bool, len(c.now))
	for i := range c.old {
		o := &c.old[i]
		there := at[o.ID]
		if len(there) == 0 {
			c.gone = append(c.gone, *o)
			continue
		}
		at[o.ID], paired[there[0]] = there[1:], true
		n := &c.now[there[0]]
		if l := differences(nil, o.tree, n.tree); len(l) > 0 {
			c.pairs = append(c.pairs, pair{id: o.ID, old: o, now: n, at: there[0], leaves: l})
		}
	}
	for i, n := range c.now {
		if !paired[i] {
			c.come = append(c.come, n)
		}
	}
}

// whole reports a site that comes or goes as a whole, and says whether this is
// one.
func (c *comparison) whole() bool {
	switch {
	case len(c.old) == 0 && len(c.now) > 0 && c.now[0].Owner != "":
		c.note(Objects, "+ the whole site: %d objects, %s", len(c.now), hosts(c.now))
	case len(c.now) == 0 && len(c.old) > 0 && c.old[0].Owner != "":
		c.warn(Objects, "- the whole site: %d objects, %s", len(c.old), hosts(c.old))
		c.deletedFrontDoors(c.old)
	default:
		return false
	}
	c.needs()
	c.claims()
	return true
}

// hosts that a site is reached under.
func hosts(objects []Object) string {
	var out []string
	for _, o := range objects {
		switch o.Kind {
		case "VirtualService":
			out = append(out, texts(o.tree, "spec", "hosts")...)
		case "Ingress":
			for _, r := range tree.Items(o.tree, "spec", "rules") {
				out = append(out, tree.Text(r, "host"))
			}
		}
	}
	return cmp.Or(strings.Join(out, ", "), "reached inside the cluster only")
}

func (c *comparison) add(group string, change Change) {
	if c.found == nil {
		c.found = map[string][]Change{}
	}
	if !slices.Contains(c.found[group], change) {
		c.found[group] = append(c.found[group], change)
	}
}

func (c *comparison) note(group, format string, args ...any) {
	c.add(group, Change{Text: fmt.Sprintf(format, args...)})
}

func (c *comparison) warn(group, format string, args ...any) {
	c.add(group, Change{Text: fmt.Sprintf(format, args...), Warning: true})
}

// warned notes a field whose change needs an action, which it says.
func (c *comparison) warned(group string, p *pair, l *leaf, format string, args ...any) {
	change := p.field(l.path, l.text()+fmt.Sprintf(format, args...))
	change.Warning = true
	c.add(group, change)
}

func (c *comparison) groups() (out []Group) {
	for _, name := range order {
		if changes := c.found[name]; len(changes) > 0 {
			out = append(out, Group{name, changes})
		}
	}
	return out
}

// objects that come and go.
func (c *comparison) objects() {
	for _, o := range c.gone {
		c.note(Objects, "- %s", o.ID)
	}
	for _, o := range c.come {
		c.note(Objects, "+ %s", o.ID)
	}
}

func ofKind(objects []Object, kind string) (out []Object) {
	for _, o := range objects {
		if o.Kind == kind {
			out = append(out, o)
		}
	}
	return out
}
