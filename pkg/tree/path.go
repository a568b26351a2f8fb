package tree

import (
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/problem"
)

// Path leads from a node to one inside it. A step is the key of a map, [0] for
// an item of a list, or [athens] for the item of that name (see Step).
//
// It is written as in spec.containers[athens].env[HOME]: dots before keys, items
// in brackets, and in brackets and quotes what is no plain word:
// metadata.labels["app.kubernetes.io/name"].
type Path []string

// String is the path as Parse reads it.
func (p Path) String() (out string) {
	for _, step := range p {
		if isItem(step) {
			out += step
		} else {
			out = problem.Child(out, step)
		}
	}
	return out
}

// isItem reports whether a step is written as an item of a list.
func isItem(step string) bool {
	return len(step) > 2 && step[0] == '[' && step[1] != '"' && strings.IndexAny(step[1:], "[]") == len(step)-2 && step[len(step)-1] == ']'
}

// Below reports whether the path leads through another one, or to it.
func (p Path) Below(above Path) bool {
	return len(p) >= len(above) && slices.Equal(p[:len(above)], above)
}

// Last is the key or the item that the path leads to, without brackets; empty
// for the empty path.
func (p Path) Last() string {
	if len(p) == 0 {
		return ""
	}
	last := p[len(p)-1]
	if isItem(last) {
		return last[1 : len(last)-1]
	}
	return last
}

// With is the path one step on. It shares nothing with p.
func (p Path) With(step string) Path { return append(p[:len(p):len(p)], step) }

// Parse reads a path. Any text is one; what leads nowhere is found by At.
func Parse(text string) (out Path) {
	for _, s := range problem.Steps(text) {
		out = append(out, s.Key)
	}
	return out
}

// At follows a path; nil if it leads nowhere.
func At(n *yaml.Node, p Path) *yaml.Node {
	for _, step := range p {
		if n = Next(n, step); n == nil {
			return nil
		}
	}
	return n
}

// Resolve follows a path as far as it leads. Full is that part of it as Steps
// and the maps write it, and at the node that it leads to.
func Resolve(n *yaml.Node, p Path) (full Path, at *yaml.Node) {
	at = Deref(n)
	for _, step := range p {
		inner := Next(at, step)
		if inner == nil {
			break
		}
		switch i := position(at, step); {
		case i >= 0:
			step = Steps(at)[i]
		case isItem(step) && value(at, step) == nil:
			step = step[1 : len(step)-1]
		}
		full, at = full.With(step), inner
	}
	return full, at
}

// Next is one step of a path; nil if it leads nowhere. A key may be written as
// an item is.
func Next(n *yaml.Node, step string) *yaml.Node {
	n = Deref(n)
	if i := position(n, step); i >= 0 {
		return Deref(n.Content[i])
	}
	v := value(n, step)
	if v == nil && isItem(step) {
		v = value(n, step[1:len(step)-1])
	}
	return v
}

// position of an item in a list, by its name or index; -1 if it is not there.
func position(list *yaml.Node, step string) int {
	if list == nil || list.Kind != yaml.SequenceNode {
		return -1
	}
	name := step
	if isItem(step) {
		name = step[1 : len(step)-1]
		if i, err := strconv.Atoi(name); err == nil && Index(i) == step {
			if i < len(list.Content) {
				return i
			}
			return -1
		}
	}
	return slices.IndexFunc(list.Content, func(item *yaml.Node) bool { return slices.Contains(names(item), name) })
}

// Index is the step to an item by its index.
func Index(i int) string { return "[" + strconv.Itoa(i) + "]" }

// nameKeys are the keys by which people know the items of lists.
var nameKeys = [...]string{"name", "alert", "record", "mountPath", "secretKey"}

// names are what an item may be called in a path. That of a flag is what stands
// before its value.
func names(item *yaml.Node) (out []string) {
	if item = Deref(item); item.Kind == yaml.ScalarNode {
		if name, _, _ := strings.Cut(item.Value, "="); strings.HasPrefix(name, "--") {
			return []string{name}
		}
		return nil
	}
	for _, key := range nameKeys {
		if name := Text(item, key); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// Steps are the steps to the items of a list: by the name of an item if no other
// has it, which stays when others come and go, or else by the index.
func Steps(list *yaml.Node) []string {
	first, count := make([]string, len(list.Content)), map[string]int{}
	for i, item := range list.Content {
		all := names(item)
		for _, name := range all {
			count[name]++
		}
		if len(all) > 0 {
			first[i] = all[0]
		}
	}
	for i, name := range first {
		if _, err := strconv.Atoi(name); name == "" || err == nil || count[name] > 1 {
			first[i] = Index(i)
		} else {
			first[i] = ItemNamed(name)
		}
	}
	return first
}

// ItemNamed is the step to an item by its name.
func ItemNamed(name string) string {
	if step := "[" + name + "]"; isItem(step) {
		return step
	}
	return name // which is quoted
}
