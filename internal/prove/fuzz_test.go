package prove

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// manifests of every example, as JSON, a list for each site.
func manifests(t testing.TB) (out [][][]byte) {
	files, err := filepath.Glob("../../examples/*/site.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no examples", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		nodes, err := krm.SitesIn(content)
		if err != nil {
			t.Fatal(err)
		}
		s, problems := strict.Load[v1alpha1.AthensSite](nodes[0])
		if len(problems) > 0 {
			continue // a site that has regions only
		}
		var of [][]byte
		for _, o := range site.Objects(s) {
			manifest, err := json.Marshal(o)
			if err != nil {
				t.Fatal(err)
			}
			if decoded, err := Decode(manifest); err != nil {
				t.Fatalf("%s: %v", file, err)
			} else if decoded != nil {
				of = append(of, manifest)
			}
		}
		out = append(out, of)
	}
	return out
}

// FuzzEdited edits the objects of an example at random, and asks about
// them: there is an answer or a reason, and no panic.
func FuzzEdited(f *testing.F) {
	sites := manifests(f)
	for i := range sites {
		f.Add(uint16(i), uint64(i), uint8(3))
	}
	values := map[string][]any{}
	for _, of := range sites {
		for _, manifest := range of {
			var v any
			if err := json.Unmarshal(manifest, &v); err != nil {
				f.Fatal(err)
			}
			collect(v, values)
		}
	}
	f.Fuzz(func(_ *testing.T, which uint16, seed uint64, edits uint8) {
		askEdited(sites, values, which, seed, edits)
	})
}

func askEdited(sites [][][]byte, values map[string][]any, which uint16, seed uint64, edits uint8) {
	random := rand.New(rand.NewPCG(seed, 1))
	of := slices.Clone(sites[int(which)%len(sites)])
	for range 1 + edits%8 {
		i := random.IntN(len(of))
		var v any
		if json.Unmarshal(of[i], &v) != nil {
			continue
		}
		if edited, err := json.Marshal(edit(random, v, "", values)); err == nil {
			of[i] = edited
		}
	}
	for _, w := range fromManifests(of) {
		for _, row := range w.Table() {
			row.Answer.Outcome()
		}
	}
}

// words that mean something to Istio, for texts and keys.
var words = []any{"*", "*.example.com", ".", "~", "mesh", "goproxy", "other/goproxy", "/", "~/*", "", "0", "-1", "80", "UNKNOWN", "STRICT", "DENY", "a=b", "(", "{*}",
	"%", "0.0.0.0/0", "10.0.0.0/99", "spiffe://", "\x00", nil, true, -1.0, 1e20, 65536.0, map[string]any{}, []any{}, []any{nil}, map[string]any{"": nil}}

// fields that a site does not write.
var fields = []string{"delegate", "redirect", "rewrite", "fault", "headers", "mirror", "corsPolicy", "exportTo", "subsets", "subset", "workloadSelector", "portLevelMtls",
	"portLevelSettings", "targetRefs", "notPrincipals", "ipBlocks", "namespaces", "serviceAccounts", "queryParams", "method", "withoutHeaders", "weight", "provider", "tls", "tcp"}

// collect the values of fields by their names.
func collect(v any, into map[string][]any) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			into[key] = append(into[key], v[key])
			collect(v[key], into)
		}
	case []any:
		for _, item := range v {
			collect(item, into)
		}
	}
}

// edit one place of a value.
func edit(random *rand.Rand, v any, name string, values map[string][]any) any {
	if random.IntN(6) == 0 {
		if same := values[name]; len(same) > 0 && random.IntN(2) == 0 {
			return same[random.IntN(len(same))]
		}
		return words[random.IntN(len(words))]
	}
	switch v := v.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		if name == "" && v["spec"] != nil && random.IntN(4) > 0 {
			keys = []string{"spec"}
		}
		switch n := random.IntN(8); {
		case len(keys) == 0 || n == 0:
			key := fields[random.IntN(len(fields))]
			v[key] = edit(random, words[random.IntN(len(words))], key, values)
		case n == 1 && name != "":
			delete(v, keys[random.IntN(len(keys))])
		default:
			key := keys[random.IntN(len(keys))]
			v[key] = edit(random, v[key], key, values)
		}
		return v
	case []any:
		switch n := random.IntN(6); {
		case len(v) == 0:
			return []any{words[random.IntN(len(words))]}
		case n == 0:
			return append(v, v[random.IntN(len(v))])
		case n == 1:
			return slices.Delete(slices.Clone(v), 0, 1)
		default:
			i := random.IntN(len(v))
			v[i] = edit(random, v[i], name, values)
			return v
		}
	}
	return words[random.IntN(len(words))]
}

// fromManifests is FromObjects of manifests in JSON.
func fromManifests(manifests [][]byte) []*World {
	var objects []generators.Object
	var unread []string
	for i, m := range manifests {
		o, err := Decode(m)
		if o != nil {
			objects = append(objects, o)
		}
		if err != nil {
			name := fmt.Sprintf("manifest %d", i+1)
			if o != nil {
				name = title(o)
			}
			unread = append(unread, name+" cannot be read as its API has it: "+err.Error())
		}
	}
	return FromObjects(objects, unread...)
}
