package krm

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Repeated finds keys that a map of an object has twice, at most MaxProblems of
// them. Readers disagree about those: some take the first, some the last, and
// some refuse the object. Each problem says the line and the path of the key.
func Repeated(obj *yaml.Node) []error {
	var r repeated
	r.find(obj)
	return r.problems
}

type repeated struct {
	problems []error
	// at is the way to the node that is looked at. It becomes a path only for a
	// problem: keys may be long and nest deep.
	at []step
}

// step is a key, or the index of an item.
type step struct {
	key   string
	index int
}

func (r *repeated) find(n *yaml.Node) {
	switch n.Kind {
	case yaml.SequenceNode:
		for i, c := range n.Content {
			r.inside(step{index: i}, c)
		}
	case yaml.MappingNode:
		first := make(map[string]int, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := deref(n.Content[i])
			line, there := first[key.Value]
			switch {
			case key.Kind != yaml.ScalarNode:
			case !there:
				first[key.Value] = n.Content[i].Line
			case len(r.problems) < MaxProblems:
				r.problems = append(r.problems, fmt.Errorf("line %d: %s: is repeated, first in line %d: remove one", n.Content[i].Line, r.path(key.Value), line))
			}
			r.inside(step{key: key.Value}, n.Content[i+1])
		}
	}
}

func (r *repeated) inside(s step, n *yaml.Node) {
	if len(n.Content) == 0 {
		return
	}
	r.at = append(r.at, s)
	r.find(n)
	r.at = r.at[:len(r.at)-1]
}

// path is the one of a key where find is; of a deep one, the end.
func (r *repeated) path(key string) string {
	const steps, longest = 16, 64
	at := r.at
	var out strings.Builder
	if len(at) > steps {
		at = at[len(at)-steps:]
		out.WriteString("…")
	}
	for _, s := range append(at[:len(at):len(at)], step{key: key}) {
		if s.key == "" {
			fmt.Fprintf(&out, "[%d]", s.index)
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('.')
		}
		if len(s.key) > longest {
			s.key = strings.ToValidUTF8(s.key[:longest], "") + "…"
		}
		out.WriteString(s.key)
	}
	return out.String()
}
