package diff

import (
	"fmt"
	"slices"
	"strings"
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
	for i := range c.old {
		o := &c.old[i]
		j := slices.IndexFunc(c.now, func(n Object) bool { return n.ID == o.ID })
		if j < 0 {
			c.gone = append(c.gone, *o)
			continue
		}
		n := &c.now[j]
		if l := differences("", o.tree, n.tree); len(l) > 0 {
			c.pairs = append(c.pairs, pair{id: o.ID, old: o, now: n, leaves: slices.DeleteFunc(l, implied)})
		}
	}
	for _, n := range c.now {
		if !slices.ContainsFunc(c.old, func(o Object) bool { return n.ID == o.ID }) {
			c.come = append(c.come, n)
		}
	}
	if c.whole() {
		return
	}
	c.routes()
	c.permissions()
	c.network()
	c.egress()
	c.identities()
	c.capacity()
	c.data()
	c.restarts()
	c.fields()
	c.objects()
}

// whole reports a site that comes or goes as a whole, and says whether this is
// one.
func (c *comparison) whole() bool {
	switch {
	case len(c.old) == 0 && len(c.now) > 0 && c.now[0].Owner != "":
		c.note(Objects, "+ the whole site: %d objects, %s", len(c.now), hosts(c.now))
	case len(c.now) == 0 && len(c.old) > 0 && c.old[0].Owner != "":
		c.warn(Objects, "- the whole site: %d objects, %s", len(c.old), hosts(c.old))
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
			out = append(out, strs(at(o.tree, "spec", "hosts"))...)
		case "Ingress":
			for _, r := range items(at(o.tree, "spec", "rules")) {
				out = append(out, str(mapping(r)["host"]))
			}
		}
	}
	return or(strings.Join(out, ", "), "reached inside the cluster only")
}

// implied fields follow from others that are reported.
func implied(l leaf) bool {
	return strings.Contains(l.path, "app.kubernetes.io/version") || strings.Contains(l.path, "athens.gomods.io/config-hash")
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

func (c *comparison) groups() (out []Group) {
	for _, name := range order {
		if changes := c.found[name]; len(changes) > 0 {
			out = append(out, Group{name, changes})
		}
	}
	return out
}

// lines notes what comes and what goes of statements about a site.
func (c *comparison) lines(group string, old, now []string) {
	for _, s := range without(old, now) {
		c.note(group, "- %s", s)
	}
	for _, s := range without(now, old) {
		c.note(group, "+ %s", s)
	}
}

// use marks the fields of a kind as reported.
func (c *comparison) use(kind string, which func(*leaf) bool) {
	for i := range c.pairs {
		if c.pairs[i].id.Kind != kind {
			continue
		}
		for j := range c.pairs[i].leaves {
			if l := &c.pairs[i].leaves[j]; which == nil || which(l) {
				l.used = true
			}
		}
	}
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
