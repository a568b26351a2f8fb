package diff

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

var each = flag.Int("each", 4, "edits of a kind that are tried in a file; 0 for all")

// edit is one change of a manifest.
type edit struct {
	object int
	kind   string
	what   string
	apply  func()
	undo   func()
}

// edits are all changes of one kind that can be made to a manifest's nodes.
func edits(object int, n *yaml.Node, path string, add func(edit)) {
	put := func(kind, what string, at **yaml.Node, value *yaml.Node) {
		old := *at
		add(edit{object, kind, what, func() { *at = value }, func() { *at = old }})
	}
	content := func(kind, what string, now []*yaml.Node) {
		old := n.Content
		add(edit{object, kind, what, func() { n.Content = now }, func() { n.Content = old }})
	}
	for i := range n.Content {
		switch n.Kind {
		case yaml.MappingNode:
			if i%2 == 1 {
				at := path + "." + n.Content[i-1].Value
				content("remove", at, slices.Delete(slices.Clone(n.Content), i-1, i+1))
				if n.Content[i].Kind == yaml.ScalarNode {
					put("change", at, &n.Content[i], changed(n.Content[i]))
				}
				edits(object, n.Content[i], at, add)
			}
		case yaml.SequenceNode:
			at := path + "[" + strconv.Itoa(i) + "]"
			content("remove", at, slices.Delete(slices.Clone(n.Content), i, i+1))
			if i > 0 {
				swapped := slices.Clone(n.Content)
				swapped[i-1], swapped[i] = swapped[i], swapped[i-1]
				content("swap", at, swapped)
			}
			if n.Content[i].Kind == yaml.ScalarNode {
				put("change", at, &n.Content[i], changed(n.Content[i]))
			}
			edits(object, n.Content[i], at, add)
		}
	}
	if n.Kind == yaml.MappingNode {
		content("add", path, append(slices.Clone(n.Content), &yaml.Node{Kind: yaml.ScalarNode, Value: "added"}, &yaml.Node{Kind: yaml.ScalarNode, Value: "x"}))
	}
	if n.Kind == yaml.SequenceNode && len(n.Content) > 0 {
		content("add", path, append(slices.Clone(n.Content), n.Content[len(n.Content)-1]))
	}
}

// changed is a scalar of the same type with another value.
func changed(n *yaml.Node) *yaml.Node {
	c := *n
	switch c.ShortTag() {
	case "!!bool":
		c.Value = strconv.FormatBool(c.Value != "true")
	case "!!int":
		c.Value += "0"
		if n.Value == "0" {
			c.Value = "1"
		}
	default:
		c.Value += "x"
		c.Tag = "!!str"
	}
	return &c
}

// A change of a manifest is never silent: whatever field changes, comes or
// goes, and whatever elements trade places, something is printed; and two
// changes print something else than one of them.
func TestEveryEditIsReported(t *testing.T) {
	files, err := filepath.Glob("../../testdata/golden/*/output.yaml")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d goldens: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			in, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			nodes, err := krm.ObjectsIn(in)
			if err != nil || len(nodes) == 0 {
				t.Fatal(len(nodes), err)
			}
			b := &book{t: t, nodes: nodes}
			all := map[string][]edit{}
			for i, n := range nodes {
				o := b.read(i)
				b.objects = append(b.objects, o)
				edits(i, n, o.ID.String()+" ", func(e edit) { all[e.kind] = append(all[e.kind], e) })
			}
			if text := b.report(b.objects); text != "" {
				t.Errorf("nothing changed, and this is reported: %s", text)
			}
			for _, kind := range []string{"change", "remove", "add", "swap"} {
				if len(all[kind]) == 0 {
					t.Errorf("no edit of the kind %s", kind)
				}
				var last edit
				lastText := ""
				for _, e := range spread(all[kind]) {
					text := b.report(b.after(e))
					if text == "" {
						if !tree.Equal(b.after(e)[e.object].tree, b.objects[e.object].tree) { // two equal elements may have traded places
							t.Errorf("%s %s: nothing is reported", kind, e.what)
						}
						continue
					}
					if lastText != "" && last.object != e.object {
						if both := b.report(b.after(last, e)); both == text || both == lastText {
							t.Errorf("%s %s and %s: one of them is not reported:\n%s", kind, last.what, e.what, both)
						}
					}
					last, lastText = e, text
				}
			}
		})
	}
}

// book is the objects of a file, before and after edits.
type book struct {
	t       *testing.T
	nodes   []*yaml.Node
	objects []Object
}

func (b *book) read(i int) Object {
	o, err := Read(b.nodes[i])
	if err != nil {
		b.t.Fatal(err)
	}
	return o
}

func (b *book) after(all ...edit) []Object {
	out := slices.Clone(b.objects)
	for _, e := range all {
		e.apply()
		defer e.undo()
	}
	for _, e := range all {
		out[e.object] = b.read(e.object)
	}
	return out
}

// report is what is printed below the titles.
func (b *book) report(after []Object) string {
	var out bytes.Buffer
	for _, r := range Compare(side(b.objects), side(after)) {
		r.Site = ""
		Print(&out, []Report{r})
	}
	return out.String()
}

// spread are some of many, as far from each other as can be.
func spread(all []edit) []edit {
	if *each == 0 || len(all) <= *each {
		return all
	}
	var out []edit
	for i := range *each {
		out = append(out, all[i*len(all) / *each])
	}
	return out
}

func side(objects []Object) *Side {
	s := &Side{}
	s.Add("", objects)
	return s
}
