package krm

import (
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Repeated finds keys that a map of an object has twice, at most MaxProblems of
// them. Readers disagree about those: some take the first, some the last, and
// some refuse the object. Each problem says the line and the path of the key.
func Repeated(obj *yaml.Node) []error {
	var r repeated
	r.find(obj)
	return r.problems
}

// RefuseRepeated notes the repeated keys of the items that are wanted: those that
// are going to be edited, where an edit would reach one of the two.
func (l *ResourceList) RefuseRepeated(wanted func(*yaml.Node) bool) {
	for _, item := range l.Items {
		if obj := tree.Deref(item); wanted(obj) {
			for _, p := range Repeated(obj) {
				l.Results.fail(obj, "", p.Error())
			}
		}
	}
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
		r.keys(n)
		for i := 0; i+1 < len(n.Content); i += 2 {
			r.inside(step{key: tree.Deref(n.Content[i]).Value}, n.Content[i+1])
		}
	}
}

// keys looks at those of one map; if some are named, only at those.
func (r *repeated) keys(n *yaml.Node, named ...string) {
	first := make(map[string]int, min(len(n.Content)/2, 8))
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := tree.Deref(n.Content[i])
		if key.Kind != yaml.ScalarNode || len(named) > 0 && !slices.Contains(named, key.Value) {
			continue
		}
		line, there := first[key.Value]
		switch {
		case !there:
			first[key.Value] = n.Content[i].Line
		case len(r.problems) < MaxProblems:
			r.problems = append(r.problems, errors.New(quote.Sprintf("line %d: %s: is repeated, first in line %d: remove one", n.Content[i].Line, quote.Said(r.path(key.Value)), line)))
		}
	}
}

// repeatedIdentity finds repeated keys in what tells an object from others: what
// is read of every object, also of those that are passed on as they are.
func repeatedIdentity(obj *yaml.Node) []error {
	var r repeated
	r.identity(tree.Deref(obj))
	return r.problems
}

func (r *repeated) identity(obj *yaml.Node) {
	if obj.Kind != yaml.MappingNode {
		return
	}
	if named := []string{"apiVersion", "kind", "metadata"}; isSite(obj) {
		r.keys(obj)
	} else {
		r.keys(obj, named...)
	}
	for i := 0; i+1 < len(obj.Content); i += 2 {
		if obj.Content[i].Value == "metadata" {
			r.inside(step{key: "metadata"}, obj.Content[i+1])
		}
	}
}

// identities are the repeated keys of the objects of a ResourceList, or of a
// stream where path is empty.
func identities(objects []*yaml.Node, path string) []error {
	var r repeated
	for i, obj := range objects {
		r.at = r.at[:0]
		if path != "" {
			r.at = append(r.at, step{key: path}, step{index: i})
		}
		r.identity(tree.Deref(obj))
	}
	return r.problems
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
	at, before := r.at, ""
	if len(at) > steps {
		at, before = at[len(at)-steps:], "…"
	}
	var out tree.Path
	for _, s := range append(at[:len(at):len(at)], step{key: key}) {
		switch s.key = quote.Redact(s.key); {
		case s.key == "":
			s.key = tree.Index(s.index)
		case len(s.key) > longest:
			s.key = strings.ToValidUTF8(s.key[:longest], "") + "…"
		}
		out = append(out, s.key)
	}
	return before + out.String()
}
