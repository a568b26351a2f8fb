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
	if err != nil {
		return "", err
	}
	// Helm 3 refuses the post-renderer of Helm 4, so it gets a folder with the
	// other plugin alone.
	if err := os.Mkdir(filepath.Join(dir, "v3"), 0o755); err != nil {
		return "", err
	}
	return dir, os.Symlink(filepath.Join(dir, "plugins", "athens"), filepath.Join(dir, "v3", "athens"))
})

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == renderChart { // this program is its own child
		os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	code := m.Run()
	_ = os.RemoveAll(pluginDir)
	os.Exit(code)
}

// helmDirs are where make installs each major version of Helm.
var helmDirs = map[string]string{"v3": ".bin", "v4": ".bin/helm4"}

// helmEnv is an environment with nothing of the user's: no repositories and no
// cluster, but this plugin, in the major version of Helm that is first on the
// PATH.
func helmEnv(t *testing.T, version string) (env []string, helm string) {
	t.Helper()
	bin, err := filepath.Abs(filepath.Join(root, helmDirs[version]))
	if err != nil {
		t.Fatal(err)
	}
	helm = filepath.Join(bin, "helm")
	if _, err := os.Stat(helm); err != nil {
		t.Skipf("%s/helm is not there: skipped (make test installs it)", helmDirs[version])
	}
	dir, err := plugins()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	env = []string{
		"HOME=" + home, "PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"),
		"HELM_DATA_HOME=" + dir, "KUBECONFIG=" + filepath.Join(home, "none"),
	}
	if version == "v3" {
		env = append(env, "HELM_PLUGINS="+filepath.Join(dir, "v3"))
	}
	return env, helm
}

// helms calls f with each major version of Helm that make installs.
func helms(t *testing.T, f func(t *testing.T, helm func(args ...string) (stdout, stderr string, err error))) {
	for version := range helmDirs {
		t.Run(version, func(t *testing.T) {
			env, path := helmEnv(t, version)
			f(t, func(args ...string) (string, string, error) {
				cmd := exec.Command(path, args...)
				cmd.Env = env
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
