package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// A patch puts the region that it names in front of the others. That moves
// nothing: the Front Door, its origins and their hosts belong to regions by name.
func TestLayers_TheOrderOfRegionsMeansNothing(t *testing.T) {
	site := readFile(t, root, "examples/aks-multiregion/site.yaml")
	// kustomize leaves out what an annotation calls local.
	site = regexp.MustCompile(`(?m)^  annotations:\n(    .*\n)+`).ReplaceAllString(site, "")
	const head = "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\n"
	made := func(patch string) (regions string, objects map[string]map[string]object) {
		text := layers(t, layer{site, head + patch})[0]
		var doc struct {
			Spec struct{ Regions []struct{ Name string } }
		}
		if err := yaml.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		objects = map[string]map[string]object{}
		for _, region := range []string{"westeurope", "eastus2"} {
			code, stdout, stderr := runWith([]string{"render", "--region", region, "-"}, string(text))
			if code != 0 {
				t.Fatal(stderr)
			}
			objects[region] = byID(objectsOf(t, stdout))
		}
		return fmt.Sprint(doc.Spec.Regions), objects
	}
	written, before := made("spec: {}\n")
	// The level is the default: only the order differs.
	turned, after := made("spec: {regions: [{name: eastus2, overrides: {athens: {logLevel: info}}}]}\n")
	if written != "[{westeurope} {eastus2}]" || turned != "[{eastus2} {westeurope}]" {
		t.Fatalf("the regions are %s, patched %s: the patch turns nothing round", written, turned)
	}
	doors := 0
	for id := range before["westeurope"] {
		if strings.Contains(id, "cdn.azure.com") {
			doors++
		}
	}
	if doors < 4 {
		t.Errorf("only %d objects of a Front Door", doors)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("-as written +turned round:\n%s", diff)
	}
}
