package site_test

import (
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1/schema"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// What the CRD calls a set or a map, where the API server refuses an entry that is
// there already, the program refuses too.
func TestLists_EntriesAreUnique(t *testing.T) {
	var crd map[string]any
	if err := sigsyaml.Unmarshal([]byte(schema.CRD), &crd); err != nil {
		t.Fatal(err)
	}
	version := crd["spec"].(map[string]any)["versions"].([]any)[0].(map[string]any)
	lists := uniqueLists(version["schema"].(map[string]any)["openAPIV3Schema"].(map[string]any), "")
	if len(lists) < 12 {
		t.Errorf("found only %v", lists)
	}
	sites := leafSites(t)
	for _, list := range lists {
		tried := false
		for name, site := range sites {
			path := pathIn(site, list)
			if path == nil || tree.At(site, path) == nil || len(tree.At(site, path).Content) == 0 {
				continue
			}
			tried = true
			twice := tree.Clone(site)
			entries := tree.At(twice, path)
			entries.Content = append(entries.Content, entries.Content[0])
			if !refusesLast(twice, path, len(entries.Content)-1) {
				t.Errorf("%s: %s takes an entry twice", name, path)
			}
		}
		if !tried {
			t.Errorf("no site writes %s: add it to leafSpecs", list)
		}
	}
}

// uniqueLists are the paths of the sets and maps below a schema, those in
// Kubernetes' own types left out.
func uniqueLists(n map[string]any, path string) (out []string) {
	if kind := n["x-kubernetes-list-type"]; (kind == "set" || kind == "map") && !strings.HasSuffix(path, ".resources.claims") {
		out = append(out, path)
	}
	if items, ok := n["items"].(map[string]any); ok {
		out = append(out, uniqueLists(items, path+"[]")...)
	}
	properties, _ := n["properties"].(map[string]any)
	for name, p := range properties {
		out = append(out, uniqueLists(p.(map[string]any), strings.TrimPrefix(path+"."+name, "."))...)
	}
	return out
}

func refusesLast(site *yaml.Node, list tree.Path, last int) bool {
	_, problems := strict.Load[v1alpha1.AthensSite](site)
	at := list.With(tree.Index(last)).String()
	return slices.ContainsFunc(problems, func(p problem.Problem) bool { return problem.Within(p.Path, at) })
}
