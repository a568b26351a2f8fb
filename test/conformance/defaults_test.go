package conformance

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"sigs.k8s.io/yaml"
)

// What the API server's own code fills in is no difference to athens-kfn diff
// --manifests, in any object that an example renders to.
func TestDiff_DefaultsAreNoDifference(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "athens-kfn")
	build := exec.Command("go", "build", "-o", program, "./cmd/athens-kfn")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files, err := glob("testdata/golden/example-*/output.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		var before, live bytes.Buffer
		filled := 0
		for _, o := range readFile(t, file) {
			if !o.made() {
				continue
			}
			was := write(t, &before, o.Object)
			now := write(t, &live, defaulted(t, o))
			if !bytes.Equal(was, now) {
				filled++
			}
		}
		if filled < 3 {
			t.Errorf("%s: the API server fills in something in %d objects only", file, filled)
		}
		old, now := filepath.Join(dir, "old.yaml"), filepath.Join(dir, "now.yaml")
		for name, text := range map[string][]byte{old: before.Bytes(), now: live.Bytes()} {
			if err := os.WriteFile(name, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if out, err := exec.Command(program, "diff", old, "--manifests", now).CombinedOutput(); err != nil {
			t.Errorf("%s: %v:\n%s", file, err, out)
		}
	}
}

// defaulted is an object as the API server has it before it is stored.
func defaulted(t *testing.T, o object) map[string]any {
	t.Helper()
	if !isKubernetes(o) {
		return o.Object
	}
	typed, err := legacyscheme.Scheme.New(o.GroupVersionKind())
	if err != nil {
		t.Fatal(err)
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, typed); err != nil {
		t.Fatalf("%s: %v", o, err)
	}
	legacyscheme.Scheme.Default(typed)
	out, err := runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func write(t *testing.T, to *bytes.Buffer, content map[string]any) []byte {
	t.Helper()
	text, err := yaml.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	to.WriteString("---\n")
	to.Write(text)
	return text
}
