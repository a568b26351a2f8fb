package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
)

const root = "../.."

// pluginDir is what plugins made, to be removed at the end.
var pluginDir string

// plugins builds the program once, into copies of the plugin folders.
var plugins = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "helm-athens"); err != nil {
		return "", err
	}
	pluginDir = dir
	folders, err := filepath.Glob(root + "/deploy/helm/*/plugin.yaml")
	for _, manifest := range folders {
		from := filepath.Dir(manifest)
		to := filepath.Join(dir, "plugins", filepath.Base(from))
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			return "", err
		}
		out, err := exec.Command("go", "build", "-o", filepath.Join(to, "bin", "helm-athens"), ".").CombinedOutput()
		if err != nil {
			return "", &exec.Error{Name: string(out), Err: err}
		}
	}
	return dir, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(pluginDir)
	os.Exit(code)
}

// helms calls f with each major version of Helm that make installs.
func helms(t *testing.T, f func(t *testing.T, helm func(args ...string) (stdout, stderr string, err error))) {
	for version, file := range map[string]string{"v3": ".bin/helm", "v4": ".bin/helm4/helm"} {
		t.Run(version, func(t *testing.T) {
			path, err := filepath.Abs(filepath.Join(root, file))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(path); err != nil {
				t.Skipf("%s is not there: skipped (make test installs it)", file)
			}
			dir, err := plugins()
			if err != nil {
				t.Fatal(err)
			}
			home := t.TempDir()
			f(t, func(args ...string) (string, string, error) {
				cmd := exec.Command(path, args...)
				// Nothing of the user's: no repositories, no cluster.
				cmd.Env = []string{
					"HOME=" + home, "PATH=" + os.Getenv("PATH"), "HELM_DATA_HOME=" + dir,
					"KUBECONFIG=" + filepath.Join(home, "none"),
				}
				var out, errOut bytes.Buffer
				cmd.Stdout, cmd.Stderr = &out, &errOut
				err := cmd.Run()
				return out.String(), errOut.String(), err
			})
		})
	}
}

// runWith runs the program in this process.
func runWith(args []string, stdin string) (code int, stdout, stderr string) {
	var out, errOut bytes.Buffer
	code = run(args, bytes.NewReader([]byte(stdin)), &out, &errOut)
	return code, out.String(), errOut.String()
}

// objects of a stream of manifests, by their identity.
func objects(t *testing.T, stream string) map[string]any {
	t.Helper()
	out := map[string]any{}
	dec := yaml.NewDecoder(bytes.NewReader([]byte(stream)))
	for {
		var doc yaml.Node
		if err := dec.Decode(&doc); err != nil {
			if err.Error() != "EOF" {
				t.Fatalf("%v\n%s", err, stream)
			}
			return out
		}
		var v any
		if err := doc.Decode(&v); err != nil {
			t.Fatal(err)
		}
		if v == nil {
			continue
		}
		id := krm.IDOf(doc.Content[0]).String()
		if out[id] != nil {
			t.Errorf("%s is there twice", id)
		}
		out[id] = v
	}
}
