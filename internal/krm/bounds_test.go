package krm

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// shortSites are so many sites of five lines.
func shortSites(t *testing.T, n int) *ResourceList {
	t.Helper()
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "---\napiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: s%d, namespace: s%d}\nspec:\n  host: s%d.example.com\n", i, i, i)
	}
	sites, err := SitesIn([]byte(text.String()))
	if err != nil || len(sites) != n {
		t.Fatal(len(sites), err)
	}
	return &ResourceList{Items: sites}
}

func TestSites_AtMost(t *testing.T) {
	list := shortSites(t, v1alpha1.MaxSites+1)
	list.Load()
	if len(list.Results) != 1 || list.Results[0].Line() != "error: 1001 AthensSites in the input, but at most 1000 are read: split it" {
		t.Errorf("%v", list.Results)
	}
	list = shortSites(t, v1alpha1.MaxSites)
	if sites := list.Load(); len(list.Results) > 0 || len(sites) != v1alpha1.MaxSites {
		t.Errorf("at the bound: %d sites, %v", len(sites), list.Results)
	}
}

func TestResults_ShowsTheFirst(t *testing.T) {
	var rs Results
	for i := range MaxProblems + 2 {
		if rs.fail(nil, fmt.Sprintf("spec.a%d", i), "is wrong"); len(rs) == MaxProblems && len(rs.Shown()) != MaxProblems {
			t.Errorf("at the bound %d are shown", len(rs.Shown()))
		}
	}
	shown := rs.Shown()
	if len(shown) != MaxProblems+1 || shown[MaxProblems].Line() != "error: 2 more problems are not printed: correct these first" {
		t.Errorf("%d shown, the last %v", len(shown), shown[len(shown)-1])
	}
}

// The objects of many sites are made again when they are printed, and read the
// same as those that were kept.
func TestMakeAll_PrintsWhatMakePrints(t *testing.T) {
	sites := shortSites(t, 40).Load()
	var kept []Made
	for _, s := range sites {
		kept = append(kept, Make(s)...)
	}
	all := MakeAll(sites)
	for i := range all {
		if node := kept[i].Node(); IDOf(node) != all[i].ID {
			t.Fatalf("%v is called %v", IDOf(node), all[i].ID)
		}
	}
	var want, got bytes.Buffer
	if err := WriteMade(&want, kept); err != nil {
		t.Fatal(err)
	}
	if err := WriteMade(&got, all); err != nil {
		t.Fatal(err)
	}
	if want.String() != got.String() {
		t.Error("made again, the objects differ")
	}
	held := 0
	for _, m := range all {
		if m.of.made != nil {
			held++
		}
	}
	if held > 0 {
		t.Errorf("%d objects are held after they were printed", held)
	}
}

// A head is read through merge keys, and without the rest of the object.
func TestText(t *testing.T) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte("x: &x {kind: A, metadata: {name: n}}\ny: {<<: [{a: b}, *x], kind: B}\n"), &doc); err != nil {
		t.Fatal(err)
	}
	y := tree.Get(doc.Content[0], "y")
	if tree.Text(y, "kind") != "B" || tree.Text(y, "metadata", "name") != "n" || tree.Text(y, "nothing", "else") != "" {
		t.Errorf("%q %q", tree.Text(y, "kind"), tree.Text(y, "metadata", "name"))
	}
}
