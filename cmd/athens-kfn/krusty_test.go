package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// krustyBuild is kustomize as a library, as Flux and others use it, with this
// program on the PATH.
func krustyBuild(t *testing.T, dir string) string {
	t.Helper()
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	options := krusty.MakeDefaultOptions()
	options.PluginConfig = types.EnabledPluginConfig(types.BploUseStaticallyLinked)
	options.PluginConfig.FnpLoadingOptions.EnableExec = true
	made, err := krusty.MakeKustomizer(options).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := made.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	return string(stream)
}

// kustomizations are the folders among some that kustomize can build.
func kustomizations(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, pattern, "kustomization.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no kustomization in %s: %v", pattern, err)
	}
	for i := range files {
		files[i] = filepath.Dir(files[i])
	}
	return files
}

// Each example gives kustomize what its golden has.
func TestKrustyExamples(t *testing.T) {
	for _, dir := range kustomizations(t, "examples/*") {
		name := filepath.Base(dir)
		t.Run(name, func(t *testing.T) {
			golden := readFile(t, filepath.Join(root, "testdata/golden", "example-"+name, "output.yaml"))
			if diff := cmp.Diff(byID(objectsOf(t, golden)), byID(objectsOf(t, krustyBuild(t, dir)))); diff != "" {
				t.Errorf("-golden +krusty:\n%s", diff)
			}
		})
	}
}

// Each overlay, and each example that edits others' manifests, has a golden, and
// keeps what every output keeps.
func TestKrustyOverlays(t *testing.T) {
	for _, dir := range append(kustomizations(t, "overlays/*"), kustomizations(t, "examples/transformers/*")...) {
		name := filepath.Base(dir)
		t.Run(name, func(t *testing.T) {
			built := krustyBuild(t, dir)
			compare(t, filepath.Join(root, "testdata/krusty", name+".yaml"), built)
			for _, problem := range violations(ours(objectsOf(t, built))) {
				t.Error(problem)
			}
		})
	}
}
