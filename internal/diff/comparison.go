package diff

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// comparison of one site's objects.
type comparison struct {
	old, now []Object
	// oldOthers and nowOthers are of no site; they decide about its requests too.
	oldOthers, nowOthers []Object
	// live says that an API server filled in defaults of now.
	live bool
	// questions that comparing all requests may take; 0 does not compare them.
	questions int
	pairs     []pair
	gone      []Object
	come      []Object
	found     map[string][]Change
	added     map[Change]bool
}

// run finds everything. What is found first is said in its words; the fields
// that nothing else speaks of come last.
func (c *comparison) run() {
	c.match()
	if c.whole() {
		return
	}
	c.report(c.routes, "VirtualService")
	c.fates()
	c.report(permissions, "AuthorizationPolicy")
	c.report(network, "NetworkPolicy")
	c.report(outside, "ServiceEntry")
	c.privacy()
	c.identities()
	c.report(capacity, "Deployment", "HorizontalPodAutoscaler", "ScaledObject")
	c.data()
	c.restarts()
	c.frontDoor()
	c.recreatedBalancers()
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
		if c.live {
			*n = n.of(c.undefaulted(o, n.tree), nil)
		}
		if l := differences(nil, o.tree, n.tree); len(l) > 0 {
			c.pairs = append(c.pairs, pair{id: o.ID, old: o, now: n, at: there[0], leaves: l, opened: openings(o, n)})
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
		c.comes(siteComes, "the whole site")
	case len(c.now) == 0 && len(c.old) > 0 && c.old[0].Owner != "":
		c.goes(siteGoes, "the whole site")
	default:
		return false
	}
	return true
}

// comes reports what is new as a whole: what it opens and what it needs.
func (c *comparison) comes(code, what string) {
	c.note(code, "+ %s: %d objects, %s", what, len(c.now), hosts(c.now))
	for _, change := range permissions(nil, c.now) {
		if change.Warning {
			c.add(change)
		}
	}
	for i := range c.now {
		o := &c.now[i]
		if opened := openings(nil, o); len(opened) > 0 {
			c.note(opened[0].code, "+ %s: %s", o.ID, opened[0].words)
		}
		if o.Kind == "Sidecar" && openAt(o) {
			c.note(egressAny, "+ %s: %s reaches any host", o.ID, o.program())
		}
	}
	c.needs()
}

// goes reports what goes as a whole.
func (c *comparison) goes(code, what string) {
	c.note(code, "- %s: %d objects, %s", what, len(c.old), hosts(c.old))
	c.deletedFrontDoors(c.old)
	c.needs()
	c.claims(c.old)
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

// change of a kind. What its kind is decides whether it is a warning.
func change(code, text string) Change {
	kind, _ := KindOf(code)
	return Change{Code: code, Text: text, Warning: kind.Warning}
}

func (c *comparison) add(change Change) {
	if c.found == nil {
		c.found, c.added = map[string][]Change{}, map[Change]bool{}
	}
	if !c.added[change] {
		kind, _ := KindOf(change.Code)
		c.found[kind.Group], c.added[change] = append(c.found[kind.Group], change), true
	}
}

func (c *comparison) note(code, format string, args ...any) {
	c.add(change(code, fmt.Sprintf(format, args...)))
}

// field notes a change of a field, and what it means if there are words for it.
func (c *comparison) field(code string, p *pair, l *leaf, words string) {
	text := said(p, l)
	if words != "" {
		text += ": " + words
	}
	change := p.field(code, l.path, text)
	change.key = l.key()
	c.add(change)
}

func (c *comparison) groups() (out []Group) {
	for _, name := range order {
		if changes := c.found[name]; len(changes) > 0 {
			out = append(out, Group{name, changes})
		}
	}
	return out
}

// objects that come and go, and what that opens.
func (c *comparison) objects() {
	tell := func(sign, code string, o *Object, opened []opening) {
		text := sign + " " + o.ID.String()
		if len(opened) > 0 {
			code = opened[0].code
			all := make([]*opening, len(opened))
			for i := range opened {
				all[i] = &opened[i]
			}
			text += ": " + joinedWords(all)
		}
		c.note(code, "%s", text)
	}
	for i := range c.gone {
		tell("-", objectGoes, &c.gone[i], openings(&c.gone[i], nil))
	}
	for i := range c.come {
		tell("+", objectComes, &c.come[i], openings(nil, &c.come[i]))
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
