package krm

import (
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestExamplesPrintFast wants every object of the examples printed without the
// library: one word that the printer does not know costs as much as the rest of
// the object's making.
func TestExamplesPrintFast(t *testing.T) {
	files, err := filepath.Glob("../../testdata/golden/example-*/output.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		docs, err := Documents(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, doc := range docs {
			node := doc.Content[0]
			if at := slowest(node); at != nil {
				t.Errorf("%s: %s: line %d is left to the library: %q", file, IDOf(node), at.Line, at.Value)
			}
		}
	}
}

// slowest is a node for the library, as deep down as possible; nil if there is
// none.
func slowest(n *yaml.Node) *yaml.Node {
	var p printer
	if p.block(n, 0) || n.Kind == yaml.ScalarNode && p.entry(n, 0) {
		return nil
	}
	for _, c := range n.Content {
		if at := slowest(c); at != nil {
			return at
		}
	}
	return n
}
