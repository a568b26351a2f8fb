package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1/schema"
)

// layer is an object and a patch of it.
type layer struct{ object, patch string }

// layered is what kustomize makes of an object under a patch, with our document.
func layered(t *testing.T, object, patch string) map[string]any {
	t.Helper()
	out := map[string]any{}
	if err := yaml.Unmarshal(layers(t, layer{object, patch})[0], &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// layers are what one run of kustomize makes of objects, each under its patch.
func layers(t *testing.T, all ...layer) (out [][]byte) {
	t.Helper()
	files := map[string]string{"schema.json": schema.Kustomize}
	resources, patches := "openapi: {path: schema.json}\nresources:\n", "patches:\n"
	for i, l := range all {
		name := fmt.Sprintf("goproxy-%d", i)
		files[name+".yaml"] = strings.ReplaceAll(l.object, "name: goproxy", "name: "+name)
		files[name+"-patch.yaml"] = strings.ReplaceAll(l.patch, "name: goproxy", "name: "+name)
		resources += "- " + name + ".yaml\n"
		patches += "- {path: " + name + "-patch.yaml, target: {name: " + name + "}}\n"
	}
	files["kustomization.yaml"] = resources + patches
	fs := filesys.MakeFsInMemory()
	for name, text := range files {
		if err := fs.WriteFile(name, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	made, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(fs, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range made.Resources() {
		text, err := r.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, text)
	}
	return out
}

// siteWith is a site with a value at a path of fields of the spec.
func siteWith(path []string, value string) string {
	return "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec: " +
		nested(path, value) + "\n"
}

func nested(path []string, value string) string {
	for _, name := range slices.Backward(path) {
		name, key, list := strings.Cut(name, "[")
		if list {
			value = "[{" + strings.TrimSuffix(key, "]") + ": h, " + value[1:] + "]"
		}
		value = "{" + name + ": " + value + "}"
	}
	return value
}

// under is the value at a path, as JSON.
func under(t *testing.T, object map[string]any, path []string) string {
	t.Helper()
	var value any = object["spec"]
	for _, name := range path {
		inside, _ := value.(map[string]any)
		name, _, list := strings.Cut(name, "[")
		if value = inside[name]; list {
			entries, _ := value.([]any)
			if len(entries) != 1 {
				return fmt.Sprint(entries)
			}
			value = entries[0]
		}
	}
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A patch merges each list of the spec as its type in the CRD says, and no list is
// without one. Found in the CRD, so that a new list cannot be forgotten.
func TestLayers_EveryList(t *testing.T) {
	var crd map[string]any
	if err := yaml.Unmarshal([]byte(schema.CRD), &crd); err != nil {
		t.Fatal(err)
	}
	version := crd["spec"].(map[string]any)["versions"].([]any)[0].(map[string]any)
	site := version["schema"].(map[string]any)["openAPIV3Schema"].(map[string]any)
	seen := map[any]int{}
	var walk func(n map[string]any, path []string)
	walk = func(n map[string]any, path []string) {
		properties, _ := n["properties"].(map[string]any)
		for name, p := range properties {
			walk(p.(map[string]any), append(path[:len(path):len(path)], name))
		}
		if n["type"] != "array" {
			return
		}
		kind := n["x-kubernetes-list-type"]
		seen[kind]++
		keys, _ := n["x-kubernetes-list-map-keys"].([]any)
		t.Run(strings.Join(path, "."), func(t *testing.T) { patchList(t, path, kind, keys) })
	}
	walk(site["properties"].(map[string]any)["spec"].(map[string]any), nil)
	if seen["map"] < 6 || seen["set"] < 3 || seen["atomic"] < 5 {
		t.Errorf("found only %v", seen)
	}
}

func patchList(t *testing.T, path []string, kind any, keys []any) {
	entry := func(value, rest string) string {
		if len(keys) == 0 {
			return value
		}
		var fields []string
		for _, key := range keys {
			fields = append(fields, fmt.Sprintf("%s: %s", key, value))
		}
		return "{" + strings.Join(fields, ", ") + rest + "}"
	}
	cases := map[string][2]string{ // a patch of [a, b] → what comes out
		"atomic replaced": {"[c]", "[c]"},
		"set added":       {"[c]", "[c, a, b]"},
		"set replaced":    {"[{$patch: replace}, c]", "[c]"},
		"set untouched":   {"[a]", "[a, b]"},
		"map added":       {"[" + entry("c", "") + "]", "[" + entry("c", "") + ", " + entry("a", ", x: 1") + ", " + entry("b", ", x: 2") + "]"},
		"map changed":     {"[" + entry("a", ", x: 3") + "]", "[" + entry("a", ", x: 3") + ", " + entry("b", ", x: 2") + "]"},
		"map removed":     {"[" + entry("a", ", $patch: delete") + "]", "[" + entry("b", ", x: 2") + "]"},
		"map replaced":    {"[{$patch: replace}, " + entry("c", "") + "]", "[" + entry("c", "") + "]"},
	}
	base := "[" + entry("a", ", x: 1") + ", " + entry("b", ", x: 2") + "]"
	tried := 0
	for name, c := range cases {
		if !strings.HasPrefix(name, fmt.Sprint(kind)+" ") {
			continue
		}
		tried++
		at := func(value string) ([]string, string) { return path, value }
		for _, place := range []func(string) ([]string, string){at, func(value string) ([]string, string) {
			return []string{"regions"}, "[{name: r, overrides: " + nested(path, value) + "}]"
		}} {
			where, before := place(base)
			_, patch := place(c[0])
			_, after := place(c[1])
			var want any
			if err := yaml.Unmarshal([]byte(after), &want); err != nil {
				t.Fatal(err)
			}
			wanted, _ := json.Marshal(want)
			if got := under(t, layered(t, siteWith(where, before), siteWith(where, patch)), where); got != string(wanted) {
				t.Errorf("%s, at %v:\n got %s\nwant %s", name, where, got, wanted)
			}
			if path[0] == "regions" {
				break // a region has none
			}
		}
	}
	if tried == 0 {
		t.Errorf("the list has the type %v: mark it with listType and listMapKey", kind)
	}
	pointer := "/spec/" + strings.Join(path, "/")
	var want any
	if err := yaml.Unmarshal([]byte("["+entry("b", ", x: 2")+", "+entry("c", "")+"]"), &want); err != nil {
		t.Fatal(err)
	}
	wanted, _ := json.Marshal(want)
	patch := fmt.Sprintf("- {op: add, path: %s/-, value: %s}\n- {op: remove, path: %s/0}\n", pointer, entry("c", ""), pointer)
	if got := under(t, layered(t, siteWith(path, base), patch), path); got != string(wanted) {
		t.Errorf("JSON patch:\n got %s\nwant %s", got, wanted)
	}
}

// The document replaces the one that kustomize has built in, so it must merge the
// lists of Kubernetes' kinds as that one does.
func TestLayers_KubernetesKinds(t *testing.T) {
	const head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: goproxy}\nspec: {template: {spec: {containers: "
	got := under(t, layered(t, head+"[{name: a, ports: [{containerPort: 1}]}, {name: b}]}}}\n", head+"[{name: a, ports: [{containerPort: 2}]}]}}}\n"),
		[]string{"template", "spec", "containers"})
	if want := `[{"name":"a","ports":[{"containerPort":2},{"containerPort":1}]},{"name":"b"}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
