package diff

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// namedList is a list whose elements are known by names, not by positions.
type namedList struct {
	list *yaml.Node
	// names of the elements, one for each, and the elements of each name.
	names []string
	of    map[string][]*yaml.Node
	// shown is an element as it is compared and printed.
	shown func(element *yaml.Node) *yaml.Node
}

// namesOf reads a list by the names of its elements; nil if it has no elements
// or one without a name.
func namesOf(list *yaml.Node, name func(*yaml.Node) string) *namedList {
	l := &namedList{list: list, of: map[string][]*yaml.Node{}, shown: func(e *yaml.Node) *yaml.Node { return e }}
	for _, e := range tree.Items(list) {
		n := name(e)
		if n == "" {
			return nil
		}
		l.of[n] = append(l.of[n], e)
		l.names = append(l.names, n)
	}
	if len(l.names) == 0 {
		return nil
	}
	return l
}

// value is what a name means in a list: an element, all of several, or nothing.
func (l *namedList) value(name string) *yaml.Node {
	var out []*yaml.Node
	for _, e := range l.of[name] {
		out = append(out, l.shown(e))
	}
	switch len(out) {
	case 0:
		return nil
	case 1:
		return out[0]
	}
	return tree.List(out...)
}

// namedLists reads two lists by the same names; nil if they have none.
func namedLists(path tree.Path, old, now *yaml.Node) (a, b *namedList) {
	var kinds []func(*yaml.Node) *namedList
	switch path.Last() {
	case "env":
		kinds = append(kinds, variables)
	case "args":
		kinds = append(kinds, flags)
	}
	for _, kind := range append(kinds, by("mountPath"), by("name"), by("alert", "record")) {
		if a, b := kind(old), kind(now); a != nil && b != nil {
			return a, b
		}
	}
	return nil, nil
}

// by reads lists whose elements all have a name of their own under one of the
// keys.
func by(keys ...string) func(*yaml.Node) *namedList {
	return func(list *yaml.Node) *namedList {
		l := namesOf(list, func(e *yaml.Node) (name string) {
			for _, key := range keys {
				name = cmp.Or(name, tree.Text(e, key))
			}
			return name
		})
		if l == nil || len(l.of) < len(l.names) {
			return nil
		}
		return l
	}
}

func variables(list *yaml.Node) *namedList {
	l := by("name")(list)
	if l != nil {
		l.shown = variable
	}
	return l
}

// fromSecret is the tag of the value that represents a key of a Secret.
const fromSecret = "!secretKeyRef"

// variable is the value of a variable, or where it comes from; what is written
// in another way than usual stays as it is.
func variable(entry *yaml.Node) *yaml.Node {
	if value := tree.Get(entry, "value"); value != nil && value.ShortTag() == "!!str" && len(entry.Content) == 4 {
		return value
	}
	from, ref := tree.Get(entry, "valueFrom"), tree.Get(entry, "valueFrom", "secretKeyRef")
	name, key := tree.Text(ref, "name"), tree.Text(ref, "key")
	if name != "" && key != "" && len(entry.Content) == 4 && len(from.Content) == 2 && len(ref.Content) == 4 {
		return tree.Scalar(fromSecret, "Secret "+name+", key "+key)
	}
	return entry
}

// flags reads arguments that are all flags: a flag may be repeated.
func flags(list *yaml.Node) *namedList {
	l := namesOf(list, func(e *yaml.Node) string {
		name, _, _ := strings.Cut(tree.Text(e), "=")
		if !strings.HasPrefix(name, "--") {
			return ""
		}
		return name
	})
	if l != nil {
		l.shown = func(e *yaml.Node) *yaml.Node {
			if _, value, found := strings.Cut(e.Value, "="); found {
				return tree.Scalar("!!str", value)
			}
			return tree.Scalar("!!bool", "true")
		}
	}
	return l
}

// inNamedLists compares elements with equal names, and the order of those that
// both lists have.
func inNamedLists(at tree.Path, old, now *namedList) (out []leaf) {
	names := slices.Concat(old.names, now.names)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		a, b := old.value(name), now.value(name)
		at := at.With(tree.ItemNamed(name))
		if isMap(a) && isMap(b) && b == now.of[name][0] {
			out = append(out, differences(at, a, b)...)
			continue
		}
		if !tree.Equal(a, b) {
			l := newLeaf(at, a, b)
			l.in, l.back = at[:len(at)-1], now.with(name, old)
			out = append(out, l)
		}
	}
	kept := func(l *namedList) (names []*yaml.Node) {
		for _, name := range l.names {
			if len(old.of[name]) == len(now.of[name]) {
				names = append(names, tree.String(name))
			}
		}
		return names
	}
	if a, b := tree.List(kept(old)...), tree.List(kept(now)...); !tree.Equal(a, b) {
		l := newLeaf(at, a, b)
		l.order, l.back = true, now.ordered(old)
		out = append(out, l)
	}
	return out
}

// with is the list with the elements of one name as another list has them.
func (l *namedList) with(name string, other *namedList) *yaml.Node {
	var out []*yaml.Node
	theirs := other.of[name]
	for i, n := range l.names {
		if n == name {
			out, theirs = append(out, theirs...), nil
			continue
		}
		out = append(out, l.list.Content[i])
	}
	return tree.List(append(out, theirs...)...)
}

// ordered is the list in the order of another, and what that has not behind.
func (l *namedList) ordered(other *namedList) *yaml.Node {
	var out []*yaml.Node
	added := map[string]bool{}
	for _, name := range slices.Concat(other.names, l.names) {
		if !added[name] {
			added[name] = true
			out = append(out, l.of[name]...)
		}
	}
	return tree.List(out...)
}
