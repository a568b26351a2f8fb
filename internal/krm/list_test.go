package krm

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/tree"
)

func TestSitesIn_FindsThemInLists(t *testing.T) {
	const site = "{apiVersion: athens.gomods.io/v1alpha1, kind: AthensSite, metadata: {name: a}}"
	for name, c := range map[string]struct {
		in   string
		want int
	}{
		"a List":           {"{kind: List, items: [" + site + ", {kind: Secret}, " + site + "]}", 2},
		"a List in a List": {"{kind: List, items: [{kind: List, items: [" + site + "]}]}", 1},
		"through aliases":  {"{kind: List, x: &x " + site + ", items: [*x, {<<: *x, metadata: {name: b}}]}", 2},
		"no items":         {"{kind: List, items: }", 0},
		"a folder's list":  {"{kind: Shopping, items: [bread]}", 0},
	} {
		t.Run(name, func(t *testing.T) {
			sites, err := SitesIn([]byte(c.in))
			if err != nil || len(sites) != c.want {
				t.Errorf("%d sites, %v", len(sites), err)
			}
			for _, s := range sites {
				if !isSite(s) {
					t.Errorf("%v is not a site", IDOf(s))
				}
			}
		})
	}
	lists := func(n int) []byte {
		return []byte(strings.Repeat("{kind: List, items: [", n) + site + strings.Repeat("]}", n))
	}
	if sites, err := SitesIn(lists(maxLists)); err != nil || len(sites) != 1 {
		t.Errorf("%d Lists inside each other: %d sites, %v", maxLists, len(sites), err)
	}
	if _, err := SitesIn(lists(maxLists + 1)); err == nil || !strings.Contains(err.Error(), "Lists inside each other") {
		t.Error(err)
	}
}

// Merge keys lead to one map in a million ways, and to themselves.
func TestText_EndsWithManyMergeKeys(t *testing.T) {
	in := "a0: &a0 {x: y}\n"
	for i := range 40 {
		in += strings.NewReplacer("N", string(rune('a'+i%26))+strings.Repeat("z", i/26), "O", map[bool]string{true: "a0", false: string(rune('a'+(i-1+26)%26)) + strings.Repeat("z", (max(i, 1)-1)/26)}[i == 0]).Replace("N: &N {<<: [*O, *O]}\n")
	}
	docs, err := Documents([]byte(in + "last: &last {<<: [*nz, *last]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	last := tree.Get(docs[0].Content[0], "last")
	if tree.Text(last, "x") != "y" || tree.Has(last, "nothing") {
		t.Errorf("%q", tree.Text(last, "x"))
	}
}
