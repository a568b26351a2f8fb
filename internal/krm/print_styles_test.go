package krm

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
)

// styled are documents in every style that YAML has, and what was found wrong
// once.
var styled = []string{
	"a: |\n  b\n  c\n", "a: |-\n  b\n", "a: |+\n  b\n\n\nc: d\n", "a: |2\n   b\n  c\n", "- |\n  a\n- |+\n  b\n\n", "a: |\n\n  b\n",
	"a: >\n  b\n  c\n\n  d\n", "a: >-\n  b\n    c\n", "a: >+\n  b\n\n", "- >\n  a\n",
	"{a: [b, {c: d}], e: ''}\n", "[a, [b], {}]\n", "a: {b: c} # d\n", "a:\n- {b: |-\n   c}\n",
	"a: &x {b: c}\nd: *x\n", "a: &x b\n*x : c\n", "a: &x\n- b\nc: {<<: {d: e}}\n", "<<: &x {a: b}\nc: *x\n",
	"a: !!str 1\nb: !!int '1'\nc: !!binary aGk=\nd: !x e\nf: !!float 1\n", "!!map {a: b}\n", "a: !!set {b}\n", "a: !!null ''\n",
	"# a\nb: c # d\n# e\n", "a:\n  # b\n  - c # d\n  # e\n", "a: # b\n  c: d\n",
	"a: " + strings.Repeat("word ", 60) + "\n", "a: \"" + strings.Repeat("word ", 60) + "\"\n", strings.Repeat("k", 140) + ": a\n", "? " + strings.Repeat("k ", 80) + "\n: a\n",
	"? [a, b]\n: c\n", "? {a: b}\n: c\n", "? |\n  a\n: b\n", "? a\n", "1: a\ntrue: b\nnull: c\n1.5: d\n~: e\n", "'': a\n", "\"a b\": 'c: d'\n",
	"a: b\r\nc: |\r\n  d\r\n  e\r\n", "a: \"b\r\n  c\"\r\n", "a: é\nb: \"\\u0085\\u2028\\ufeff\"\nc: 😀\n", "a: \"\\0\\x01\\e\\x7f\"\n", "\ufeffa: b\n",
	"a: 'b\n\n  c'\n", "a: b\n  c\n", "a: ''\nb:\nc: ~\n", "a: [\n]\n", "0:\n&00:", "a: &x\nb: *x\n", ": a\n", "a: \"\\t\"\nb: |\n  \tc\n", "a: '- b'\nc: '? d'\ne: '---'\n",
}

// FuzzPrinter_OfStyles prints what was read from a document. What kyaml reads in
// the print is what it reads in the document, and a second print is the first.
func FuzzPrinter_OfStyles(f *testing.F) {
	for _, text := range styled {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		decoder := yaml.NewDecoder(strings.NewReader(text))
		for range 4 {
			var doc yaml.Node
			if err := decoder.Decode(&doc); err != nil {
				return // the end, or not YAML
			}
			if len(doc.Content) > 0 && len(doc.Content[0].Content) > 0 { // objects and lists of them
				printsWhatItRead(t, text, doc.Content[0])
			}
		}
	})
}

func printsWhatItRead(t *testing.T, text string, n *yaml.Node) {
	want, err := kyamlValue(n)
	if err != nil {
		return // a value that no reader takes, as a tag that does not fit
	}
	var out bytes.Buffer
	if err := WriteStream(&out, n); err != nil {
		return // refused, and the caller is told
	}
	back, err := kyaml.Parse(out.String())
	if err != nil {
		t.Fatalf("%q is printed as what kyaml does not read: %v\n%s", text, err, out.String())
	}
	got, err := kyamlValue(back.YNode())
	if err != nil || !reflect.DeepEqual(want, got) {
		t.Fatalf("%q\nis printed as\n%s\nwant %#v\n got %#v, %v", text, out.String(), want, got, err)
	}
	if strings.Contains(text, "#") {
		return // the library moves and drops empty comments
	}
	var again bytes.Buffer
	if err := WriteStream(&again, back.YNode()); err != nil || again.String() != out.String() {
		t.Fatalf("%q\nis printed as\n%s\nand, read back, as\n%s%v", text, out.String(), again.String(), err)
	}
}

// kyamlValue is what kyaml's decoder makes of a node.
func kyamlValue(n *yaml.Node) (value any, err error) {
	return value, n.Decode(&value)
}
