package why

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/gomods/athens-kfn/internal/explain"
	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// change is another value for a field of a spec.
type change struct {
	field tree.Path
	edits []edit
	// step says that the value is a number's next one, up or down.
	step bool
}

// edit puts a value, or takes one away where it is nil.
type edit struct {
	path  tree.Path
	value *yaml.Node
}

func (c change) apply(site *yaml.Node) *yaml.Node {
	out := tree.Clone(site)
	for _, e := range c.edits {
		tree.Set(out, e.path, e.value)
	}
	return out
}

// changes are other values for every field of a site, as different as its type
// and choices allow. Not all are values that the rules would let pass: what
// moves is looked at, not what comes of it.
func changes(site *yaml.Node, spec *explain.Field) []change {
	var out tries
	for _, key := range []string{"name", "namespace"} {
		p := tree.Path{"metadata", key}
		if n := tree.At(site, p); n != nil {
			out.scalar(p, n, nil)
		}
	}
	if n := tree.Get(site, "spec"); n != nil {
		out.value(tree.Path{"spec"}, n, spec)
	}
	return out
}

type tries []change

func (t *tries) set(p tree.Path, value *yaml.Node) {
	*t = append(*t, change{field: p, edits: []edit{{p, value}}})
}

// value adds changes to a value and to what is inside it. The field is nil for
// what has no documentation of its own: the keys of a free map.
func (t *tries) value(p tree.Path, n *yaml.Node, f *explain.Field) {
	switch n.Kind {
	case yaml.ScalarNode:
		t.scalar(p, n, f)
	case yaml.SequenceNode:
		t.set(p, nil)
		for i, step := range tree.Steps(n) {
			at := p.With(step)
			if len(n.Content) > 1 {
				t.set(at, nil)
			}
			t.value(at, n.Content[i], f)
		}
	case yaml.MappingNode:
		t.mapping(p, n, f)
	}
}

func (t *tries) mapping(p tree.Path, n *yaml.Node, f *explain.Field) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, at := n.Content[i].Value, p.With(n.Content[i].Value)
		var inner *explain.Field
		if f != nil {
			inner = f.Child(key)
		}
		if inner == nil || n.Content[i+1].Kind == yaml.MappingNode && !inner.Required {
			t.set(at, nil)
		}
		if inner == nil { // a key of a free map may have another name
			*t = append(*t, change{field: at, edits: []edit{{at, nil}, {p.With(key + "x"), n.Content[i+1]}}})
		}
		if f != nil && f.OneKey {
			for _, other := range f.Fields {
				if other.Name != key {
					*t = append(*t, change{field: at, edits: []edit{{at, nil}, {p.With(other.Name), sample(other)}}})
				}
			}
		}
		t.value(at, n.Content[i+1], inner)
	}
}

// scalar adds other values for a scalar.
func (t *tries) scalar(p tree.Path, n *yaml.Node, f *explain.Field) {
	before := len(*t)
	switch {
	case f != nil && len(f.Allowed) > 0:
		for _, other := range f.Allowed {
			if other != n.Value {
				t.set(p, tree.String(other))
			}
		}
	case n.Tag == "!!bool":
		t.set(p, tree.Scalar("!!bool", strconv.FormatBool(n.Value != "true")))
	case n.Tag == "!!int":
		t.number(p, n.Value)
	case f != nil && f.Type == "duration":
		t.duration(p, n.Value)
	case f != nil && strings.HasSuffix(f.Type, "quantity"), quantityIn(p, n):
		t.quantity(p, n.Value)
	default:
		for _, other := range words(n.Value) {
			t.set(p, tree.String(other))
		}
	}
	if len(*t) == before {
		t.set(p, nil)
	}
}

func (t *tries) number(p tree.Path, value string) {
	v, err := strconv.ParseInt(value, 10, 32)
	if err != nil {
		return
	}
	for _, other := range []int64{v + 1, v - 1} {
		if other >= 1 {
			t.set(p, tree.Scalar("!!int", strconv.FormatInt(other, 10)))
			(*t)[len(*t)-1].step = true
		}
	}
	for _, other := range []int64{1, 2 * v, 1000 * v} {
		if other != v && other > 0 {
			t.set(p, tree.Scalar("!!int", strconv.FormatInt(other, 10)))
		}
	}
}

func (t *tries) duration(p tree.Path, value string) {
	v, err := time.ParseDuration(value)
	if err != nil {
		return
	}
	for _, other := range []time.Duration{v + time.Second, v - time.Second} {
		if other > 0 {
			t.set(p, tree.String(other.String()))
			(*t)[len(*t)-1].step = true
		}
	}
	for _, other := range []time.Duration{time.Second, 10 * v} {
		if other != v {
			t.set(p, tree.String(other.String()))
		}
	}
}

func (t *tries) quantity(p tree.Path, value string) {
	v, err := resource.ParseQuantity(value)
	if err != nil {
		return
	}
	more := v.DeepCopy()
	more.Add(v)
	t.set(p, tree.String(more.String()))
}

// quantityIn says whether a value is one of the quantities of
// resources.limits and requests, which have no fields of their own.
func quantityIn(p tree.Path, n *yaml.Node) bool {
	return slices.Contains(p, "resources") && n.Tag == "!!str"
}

// words are other texts of the same kind: the letters behind a scheme are
// changed, then the last digit, and a list of choices has its opposite.
func words(value string) []string {
	var out []string
	body := 0
	if _, after, found := strings.Cut(value, "://"); found {
		body = len(value) - len(after)
	}
	letter := func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
	digit := func(r rune) bool { return r >= '0' && r <= '9' }
	if i := strings.IndexFunc(value[body:], letter); i >= 0 {
		out = append(out, value[:body+i]+other(value[body+i], "ab")+value[body+i+1:])
	}
	if i := strings.LastIndexFunc(value, digit); i >= 0 {
		out = append(out, value[:i]+other(value[i], "78")+value[i+1:])
	}
	switch value {
	case "direct", "off":
		out = append(out, "https://mirror.example.com")
	}
	if strings.HasPrefix(value, "v0.") { // releases of Athens differ
		out = append(out, releases.Athens[:]...)
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == value })
}

// other is the first of two letters that is not b.
func other(b byte, two string) string {
	if b == two[0] {
		return two[1:]
	}
	return two[:1]
}

// sample is a value for a field that is not written: what it requires.
func sample(f *explain.Field) *yaml.Node {
	if len(f.Fields) == 0 && f.Type != "{}" {
		word := tree.String("a.example.com:443")
		if f.Name == "url" {
			word = tree.String("https://a.example.com")
		}
		if strings.HasPrefix(f.Type, "list") {
			return tree.List(word)
		}
		return word
	}
	out := tree.Map()
	for _, c := range f.Fields {
		if c.Required {
			out.Content = append(out.Content, tree.String(c.Name), sample(c))
		}
	}
	return out
}
