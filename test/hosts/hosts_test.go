package hosts

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// krustyBuild is kustomize as a library, as Flux and others use it.
func krustyBuild(t *testing.T, dir string) string {
	t.Setenv("PATH", programs+string(os.PathListSeparator)+os.Getenv("PATH"))
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionLegacy // the command line's default
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

// legacyBuild puts the program where kubectl kustomize looks for exec plugins,
// and names the site without the function annotation.
func legacyBuild(t *testing.T, dir string) string {
	home := t.TempDir()
	plugin := filepath.Join(home, "kustomize/plugin/athens.gomods.io/v1alpha1/athenssite")
	if err := os.MkdirAll(plugin, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(programs, "athens-kfn"), filepath.Join(plugin, "AthensSite")); err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	write(t, filepath.Join(work, "site.yaml"), withoutFunction(t, dir))
	write(t, filepath.Join(work, "kustomization.yaml"), []byte("generators: [site.yaml]\n"))
	t.Setenv("XDG_CONFIG_HOME", home)
	return run(t, work, nil, "kubectl", "kustomize", "--enable-alpha-plugins", ".")
}

// kptRender renders a package in place and prints it.
func kptRender(t *testing.T, dir string) string {
	work := kptPackage(t, dir)
	run(t, work, nil, "kpt", "fn", "render", ".", "--allow-exec")
	return run(t, work, nil, "kpt", "fn", "source", ".", "-o", "unwrap")
}

// kptPipe hands a package through the program by hand.
func kptPipe(t *testing.T, dir string) string {
	work := t.TempDir()
	write(t, filepath.Join(work, "site.yaml"), withoutFunction(t, dir))
	source := run(t, work, nil, "kpt", "fn", "source", ".")
	return run(t, work, []byte(source), "athens-kfn")
}

func kptPackage(t *testing.T, dir string) string {
	work := t.TempDir()
	write(t, filepath.Join(work, "site.yaml"), withoutFunction(t, dir))
	write(t, filepath.Join(work, "Kptfile"), []byte(`apiVersion: kpt.dev/v1
kind: Kptfile
metadata: {name: site}
pipeline:
  mutators:
  - exec: athens-kfn
    configPath: site.yaml
`))
	return work
}

// withoutFunction is the site without the annotation that kustomize needs.
func withoutFunction(t *testing.T, dir string) []byte {
	var out []string
	skip := false
	for line := range strings.Lines(string(site(t, dir))) {
		if strings.Contains(line, "annotations:") {
			skip = true
			continue
		}
		if skip && strings.HasPrefix(line, "    ") {
			continue
		}
		skip = false
		out = append(out, line)
	}
	return []byte(strings.Join(out, ""))
}

// resourceList has the site as functionConfig, as kustomize sends it.
func resourceList(t *testing.T, dir string) []byte {
	var b strings.Builder
	b.WriteString("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\nfunctionConfig:\n")
	for line := range strings.Lines(string(site(t, dir))) {
		if strings.TrimSpace(line) != "---" {
			fmt.Fprintf(&b, "  %s", line)
		}
	}
	return []byte(b.String())
}

// TestOverlays: kustomize in process and on the command line give the same
// bytes.
func TestOverlays(t *testing.T) {
	overlays, err := filepath.Glob(filepath.Join(root, "overlays/*/kustomization.yaml"))
	if err != nil || len(overlays) == 0 {
		t.Fatal("no overlays", err)
	}
	for _, file := range overlays {
		dir := filepath.Dir(file)
		cli := run(t, dir, nil, "kustomize", "build", "--enable-alpha-plugins", "--enable-exec", ".")
		if diff := cmp.Diff(cli, krustyBuild(t, dir)); diff != "" {
			t.Errorf("%s: -kustomize +krusty:\n%s", dir, diff)
		}
	}
}
