package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// gitopsKinds are those of Argo CD and Flux, by the CRDs in their modules. Nothing of
// these is built. Newer releases of both need Go 1.27.
var gitopsKinds = sync.OnceValues(func() (kinds, error) {
	var all []*apiextensions.CustomResourceDefinition
	for _, m := range []struct{ module, files string }{
		{"github.com/argoproj/argo-cd/v3@v3.5.7", "manifests/crds/*-crd.yaml"},
		{"github.com/fluxcd/kustomize-controller@v1.9.6", "config/crd/bases/*.yaml"},
		{"github.com/fluxcd/source-controller@v1.9.6", "config/crd/bases/*_gitrepositories.yaml"},
	} {
		out, err := exec.Command("go", "mod", "download", "-json", m.module).Output()
		if err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", m.module, err, out)
		}
		var at struct{ Dir string }
		if err := json.Unmarshal(out, &at); err != nil {
			return nil, err
		}
		files, err := filepath.Glob(filepath.Join(at.Dir, m.files))
		if err != nil || len(files) == 0 {
			return nil, fmt.Errorf("%s has no %s: %w", m.module, m.files, err)
		}
		for _, file := range files {
			crds, err := readCRDs(file)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			all = append(all, crds...)
		}
	}
	return newKinds(all, nil)
})

// TestGitOps holds what this project ships and prints for Argo CD and Flux, and what its
// pages show, against their own CRDs.
func TestGitOps(t *testing.T) {
	all, err := gitopsKinds()
	if err != nil {
		t.Fatal(err)
	}
	checked := map[string]int{}
	for _, o := range gitopsObjects(t) {
		if o.GetKind() == "ConfigManagementPlugin" { // a file of the repo server, which test/argocd reads as that does
			continue
		}
		checked[o.GetKind()]++
		for _, line := range all.check(o) {
			t.Errorf("%s: %s", o, line)
		}
	}
	for _, kind := range []string{"Application", "ApplicationSet", "AppProject", "GitRepository", "Kustomization"} {
		if checked[kind] == 0 {
			t.Errorf("no %s was checked", kind)
		}
	}
}

// TestGitOps_Refuses shows that a CRD can refuse one.
func TestGitOps_Refuses(t *testing.T) {
	all, err := gitopsKinds()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range gitopsObjects(t) {
		if o.GetKind() == "ConfigManagementPlugin" {
			continue
		}
		set(o.Object, []string{"spec", "misspelt"}, "x")
		if len(all.check(o)) == 0 {
			t.Errorf("%s: an unknown field is not refused", o)
		}
	}
}

var yamlBlock = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$")

// gitopsObjects are those of Argo CD and Flux in files and on pages.
func gitopsObjects(t *testing.T) (out []object) {
	t.Helper()
	for _, pattern := range []string{"deploy/argocd/*.yaml", "testdata/applicationset/*.yaml", "docs/hosts/*.md", "docs/howto/*.md"} {
		files, err := glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts := [][]byte{text}
			if filepath.Ext(file) == ".md" {
				texts = nil
				for _, m := range yamlBlock.FindAllSubmatch(text, -1) {
					texts = append(texts, m[1])
				}
			}
			for _, text := range texts {
				for _, document := range bytes.Split(text, []byte("\n---\n")) {
					var o unstructured.Unstructured
					if err := yaml.Unmarshal(document, &o.Object); err != nil || o.Object == nil {
						continue // a part of a file
					}
					group := o.GroupVersionKind().Group
					if group == "argoproj.io" || strings.HasSuffix(group, ".toolkit.fluxcd.io") {
						out = append(out, object{Unstructured: o, file: file})
					}
				}
			}
		}
	}
	return out
}
