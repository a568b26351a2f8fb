package diff

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// opening is a field whose change opens or weakens something.
type opening struct {
	at tree.Path
	// code and words of the change.
	code, words string
	printed     bool
}

// guard is a row of the table of openings: a field, and what its values mean.
type guard struct {
	// code of the change.
	code string
	// kinds of objects, separated by blanks; empty for all, pods for the pods of
	// workloads, whose fields the path begins at.
	kinds string
	// on says about which objects the row speaks beside those that change:
	// those that come, those that go.
	on life
	// path with * for any key or item.
	path string
	// opens says what a change from one value to another opens; empty for
	// nothing. A value that is not there is nil.
	opens func(old, now *yaml.Node) string
}

type life int

const (
	changing life = 0
	coming   life = 1 << iota
	going
)

// ofPods in a guard means the pods of workloads.
const ofPods = "pods"

// openings between two states of an object, of which one may be nil.
func openings(old, now *Object) (out []opening) {
	o, on := now, changing
	switch {
	case old == nil:
		on = coming
	case now == nil:
		o, on = old, going
	}
	for _, g := range guards() {
		if on != changing && g.on&on == 0 {
			continue
		}
		var above tree.Path
		switch {
		case g.kinds == ofPods:
			template, at, _ := pods.Template(o.tree)
			if above = at.With("spec"); template == nil {
				continue
			}
		case g.kinds != "" && !slices.Contains(strings.Fields(g.kinds), o.Kind):
			continue
		}
		pattern := slices.Concat(above, tree.Parse(g.path))
		for _, at := range matches(pattern, treeOf(old), treeOf(now)) {
			a, b := tree.At(treeOf(old), at), tree.At(treeOf(now), at)
			if tree.Equal(a, b) || on == changing && left(pattern, at, now.tree) {
				continue
			}
			if words := g.opens(a, b); words != "" {
				out = append(out, opening{at: at, code: g.code, words: words})
			}
		}
	}
	return out
}

// left says whether the item that a path goes through, a container or a server,
// is gone: what it was allowed is gone with it.
func left(pattern, at tree.Path, now *yaml.Node) bool {
	i := slices.Index(pattern, "*")
	return i >= 0 && i+1 < len(pattern) && tree.At(now, at[:i+1]) == nil
}

func treeOf(o *Object) *yaml.Node {
	if o == nil {
		return nil
	}
	return o.tree
}

// matches are the paths that a pattern has in either of two trees.
func matches(pattern tree.Path, old, now *yaml.Node) []tree.Path {
	found := []tree.Path{nil}
	for _, step := range pattern {
		var next []tree.Path
		for _, at := range found {
			if step != "*" {
				next = append(next, at.With(step))
				continue
			}
			for _, step := range steps(tree.At(old, at), tree.At(now, at)) {
				next = append(next, at.With(step))
			}
		}
		found = next
	}
	return found
}

// steps into maps and lists, each once.
func steps(all ...*yaml.Node) (out []string) {
	for _, n := range all {
		here := keys(n)
		if n != nil && n.Kind == yaml.SequenceNode {
			here = tree.Steps(n)
		}
		for _, step := range here {
			if !slices.Contains(out, step) {
				out = append(out, step)
			}
		}
	}
	return out
}

// about finds the openings that a leaf is about: in its value, or around it.
func about(all []opening, l *leaf) (out []*opening) {
	for i := range all {
		if o := &all[i]; o.at.Below(l.at) || l.at.Below(o.at) {
			out = append(out, o)
		}
	}
	return out
}

// joinedWords are the words of several openings, each once.
func joinedWords(all []*opening) string {
	var words []string
	for _, o := range all {
		o.printed = true
		if !slices.Contains(words, o.words) {
			words = append(words, o.words)
		}
	}
	return strings.Join(words, "; ")
}
