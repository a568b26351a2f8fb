package diff

import (
	"reflect"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// namedList is a list whose elements are known by names, not by positions.
type namedList struct {
	all []any
	// names of the elements, one for each, and the positions of each name.
	names []string
	at    map[string][]int
	// shown is an element as it is compared and printed.
	shown func(element any) any
}

// add names the next element.
func (l *namedList) add(name string) {
	if l.at == nil {
		l.at = map[string][]int{}
	}
	l.at[name] = append(l.at[name], len(l.names))
	l.names = append(l.names, name)
}

// value is what a name means in a list: an element, all of several, or absent.
func (l *namedList) value(name string) any {
	at := l.at[name]
	if len(at) == 1 {
		return l.shown(l.all[at[0]])
	}
	var out []any
	for _, i := range at {
		out = append(out, l.shown(l.all[i]))
	}
	if out == nil {
		return absent{}
	}
	return out
}

// namedLists reads two lists by the same names; nil if they have none.
func namedLists(path tree.Path, old, now []any) (a, b *namedList) {
	var kinds []func([]any) *namedList
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
func by(keys ...string) func([]any) *namedList {
	return func(all []any) *namedList {
		l := &namedList{all: all, shown: func(e any) any { return e }}
		for _, e := range all {
			name := ""
			for _, key := range keys {
				if text, ok := mapping(e)[key].(string); ok && name == "" {
					name = text
				}
			}
			if name == "" || l.at[name] != nil {
				return nil
			}
			l.add(name)
		}
		if len(all) == 0 {
			return nil
		}
		return l
	}
}

// variables reads the environment of a container.
func variables(all []any) *namedList {
	l := by("name")(all)
	if l != nil {
		l.shown = variable
	}
	return l
}

// secretKey is where a variable comes from.
type secretKey struct{ name, key string }

func (s secretKey) String() string { return "Secret " + s.name + ", key " + s.key }

// variable is the value of a variable, or where it comes from; what is written
// in another way than usual stays as it is.
func variable(e any) any {
	entry := mapping(e)
	if value, ok := entry["value"].(string); ok && len(entry) == 2 {
		return value
	}
	from := mapping(entry["valueFrom"])
	ref := mapping(from["secretKeyRef"])
	name, named := ref["name"].(string)
	key, keyed := ref["key"].(string)
	if named && keyed && len(entry) == 2 && len(from) == 1 && len(ref) == 2 {
		return secretKey{name, key}
	}
	return entry
}

// flags reads arguments that are all flags: a flag may be repeated.
func flags(all []any) *namedList {
	l := &namedList{all: all, shown: func(e any) any {
		_, value, found := strings.Cut(str(e), "=")
		if !found {
			return true
		}
		return value
	}}
	for _, e := range all {
		text, ok := e.(string)
		if !ok || !strings.HasPrefix(text, "--") {
			return nil
		}
		name, _, _ := strings.Cut(text, "=")
		l.add(name)
	}
	if len(all) == 0 {
		return nil
	}
	return l
}

// inNamedLists compares elements with equal names, and the order of those that
// both lists have.
func inNamedLists(at place, old, now *namedList) (out []leaf) {
	names := slices.Concat(old.names, now.names)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		a, b := old.value(name), now.value(name)
		step := tree.ItemNamed(name)
		if where := now.at[name]; len(where) == 1 && mapping(a) != nil && mapping(b) != nil && reflect.DeepEqual(b, now.all[where[0]]) {
			out = append(out, differences(at.step(step, where[0]), a, b)...)
			continue
		}
		if !reflect.DeepEqual(a, b) {
			out = append(out, at.leaf(a, b, func() any { return now.with(name, old) }, step))
		}
	}
	kept := func(l *namedList) (names []any) {
		for _, name := range l.names {
			if len(old.at[name]) == len(now.at[name]) {
				names = append(names, name)
			}
		}
		return names
	}
	if a, b := kept(old), kept(now); !reflect.DeepEqual(a, b) {
		l := at.leaf(a, b, func() any { return now.ordered(old) })
		l.order = true
		out = append(out, l)
	}
	return out
}

// with is the list with the elements of one name as another list has them.
func (l *namedList) with(name string, other *namedList) []any {
	var out, theirs []any
	for _, i := range other.at[name] {
		theirs = append(theirs, other.all[i])
	}
	for i, n := range l.names {
		if n == name {
			out, theirs = append(out, theirs...), nil
			continue
		}
		out = append(out, l.all[i])
	}
	return append(out, theirs...)
}

// ordered is the list in the order of another.
func (l *namedList) ordered(other *namedList) []any {
	rank := map[string]int{}
	for i, name := range other.names {
		rank[name] = i
	}
	at := make([]int, len(l.all))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return rank[l.names[a]] - rank[l.names[b]] })
	out := make([]any, len(at))
	for i, from := range at {
		out[i] = l.all[from]
	}
	return out
}
