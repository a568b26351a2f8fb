package mesh

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// TestRenamed sends the table to a site that kustomize renamed and moved, with
// MeshReferences behind it; and to the same without, which must fail.
func TestRenamed(t *testing.T) {
	const dir = "testdata/renamed"
	site, err := manifest.Render(program, filepath.Join(dir, "site/site.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s := *site.Sites[0]
	s.Name, s.Namespace = "acme-"+s.Name, "proxy"
	site.Sites[0] = &s

	failing := func(dir string) []string {
		site.Objects = kustomize(t, dir)
		world, err := deploy(t, site, cluster.Trouble{})
		if err != nil {
			return []string{err.Error()}
		}
		return failures(world, site.Sites, rows(t), nil)
	}
	for _, f := range failing(dir) {
		t.Error(f)
	}

	without := t.TempDir()
	if err := os.CopyFS(without, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	text := []byte("namePrefix: acme-\nnamespace: proxy\nresources: [site]\n")
	if err := os.WriteFile(filepath.Join(without, "kustomization.yaml"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if len(failing(without)) == 0 {
		t.Error("without MeshReferences nothing fails, so this test shows nothing")
	}
}

// kustomize builds a folder with the command that make puts into .bin.
func kustomize(t *testing.T, dir string) []manifest.Object {
	t.Helper()
	tool, err := filepath.Abs(filepath.Join(root, ".bin/kustomize"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tool, "build", "--enable-alpha-plugins", "--enable-exec", dir)
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: make test-mesh installs kustomize\n%s", err, stderr.String())
	}
	objects, err := manifest.Parse(stdout.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return objects
}
