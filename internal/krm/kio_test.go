package krm

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// itemsOf are the items of a ResourceList as kyaml reads them.
func itemsOf(t *testing.T, file string, in []byte) (out []any) {
	t.Helper()
	r := kio.ByteReader{Reader: bytes.NewReader(in), OmitReaderAnnotations: true, AnchorsAweigh: true}
	nodes, err := r.Read()
	if err != nil {
		t.Fatalf("%s: kyaml: %v", file, err)
	}
	return values(t, nodes)
}

func values(t *testing.T, nodes []*yaml.RNode) (out []any) {
	t.Helper()
	for _, n := range nodes {
		v, err := Value(n.YNode())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// TestResourceList_HasTheItemsThatKyamlReads holds reading and writing against
// kyaml, in which hosts read and write the same lists.
func TestResourceList_HasTheItemsThatKyamlReads(t *testing.T) {
	files, err := filepath.Glob("../../testdata/golden/*/*put.yaml")
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list, err := Parse(in)
		if err != nil {
			continue // documents, or a mistake that is a golden
		}
		read++
		want := itemsOf(t, file, in)
		var nodes []*yaml.RNode
		for _, item := range list.Items {
			nodes = append(nodes, yaml.NewRNode(item))
		}
		if diff := cmp.Diff(want, values(t, nodes)); diff != "" {
			t.Errorf("%s is read with other items: -kyaml +krm\n%s", file, diff)
		}
		var out bytes.Buffer
		if err := list.Write(&out); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, itemsOf(t, file, out.Bytes())); diff != "" {
			t.Errorf("%s is written with other items: -before +after\n%s", file, diff)
		}
	}
	if read < 10 {
		t.Errorf("%d lists were read: this test proves little", read)
	}
}
