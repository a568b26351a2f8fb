package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/buildtest"
)

// absoluteRoot is root, also for a test that has changed the directory.
var absoluteRoot, _ = filepath.Abs(root)

// binaryDir is the folder of the binary, empty until a test asks for it.
var binaryDir string

// binary builds the program once, into a folder that goes onto the PATH.
var binary = sync.OnceValues(func() (dir string, err error) {
	if binaryDir, err = os.MkdirTemp("", "athens-kfn"); err != nil {
		return "", err
	}
	return binaryDir, buildtest.Into(binaryDir, absoluteRoot, program)
})

func TestMain(m *testing.M) {
	debug.SetGCPercent(gcPercent) // as main does
	code := m.Run()
	if binaryDir != "" {
		_ = os.RemoveAll(binaryDir)
	}
	os.Exit(code)
}

// tool finds a program that a test drives: in .bin, where make puts it, or on
// the PATH. A test whose tool is not there is skipped, and says so.
func tool(t *testing.T, name string) string {
	t.Helper()
	if path, err := filepath.Abs(filepath.Join(root, ".bin", name)); err == nil && exists(path) {
		return path
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not on this machine: skipped (make test installs kustomize)", name)
	}
	return path
}

// host runs a tool with the program on its PATH.
func host(t *testing.T, dir, name string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	bin, buildErr := binary()
	if buildErr != nil {
		t.Fatal(buildErr)
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err = cmd.Run()
	return out.String(), errOut.String(), err
}

var kustomizeFlags = []string{"build", "--enable-alpha-plugins", "--enable-exec"}

// kustomizeBuild builds a folder that kustomize must take.
func kustomizeBuild(t *testing.T, kustomize, dir string) (built, stderr string) {
	t.Helper()
	built, stderr, err := host(t, "", kustomize, append(kustomizeFlags, dir)...)
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	return built, stderr
}

// TestKustomizeExamples builds every example as its README says, and holds it
// against what render prints.
func TestKustomizeExamples(t *testing.T) {
	kustomize := tool(t, "kustomize")
	for _, dir := range kustomizations(t, "examples/*") {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			built, _ := kustomizeBuild(t, kustomize, dir)
			code, rendered, stderr := runWith([]string{"render", dir}, "")
			if code != 0 {
				t.Fatal(stderr)
			}
			if diff := cmp.Diff(byID(objectsOf(t, rendered)), byID(objectsOf(t, built))); diff != "" {
				t.Errorf("-render +kustomize:\n%s", diff)
			}
		})
	}
}

func byID(objects []object) map[string]object {
	out := map[string]object{}
	for _, o := range objects {
		out[o.id()] = o
	}
	return out
}

// Every command reads an overlay as the layer has the site, and renders what
// kustomize builds with the function.
func TestCommands_ReadOverlays(t *testing.T) {
	kustomize := tool(t, "kustomize")
	dev := filepath.Join(root, "overlays", "dev")
	built, _ := kustomizeBuild(t, kustomize, dev)
	t.Setenv("PATH", filepath.Dir(kustomize)+string(os.PathListSeparator)+os.Getenv("PATH"))
	_, stdout, stderr := runWith([]string{"render", dev}, "")
	named := func(stream string) map[string]object { // kustomize has an order of its own
		out := map[string]object{}
		for _, o := range ours(objectsOf(t, stream)) {
			out[o.text("kind")+" "+o.namespace()+"/"+o.text("metadata", "name")] = o
		}
		return out
	}
	if diff := cmp.Diff(named(built), named(stdout)); diff != "" || len(named(built)) < 10 {
		t.Errorf("-kustomize +render: %s\n%s", diff, stderr)
	}
	west, east := filepath.Join(root, "overlays", "westeurope"), filepath.Join(root, "overlays", "eastus2")
	for _, command := range readers {
		switch {
		case strings.HasPrefix(command, "diff"), strings.HasPrefix(command, "argocd"), command == "terraform":
			continue // a Front Door needs a mesh; a region is chosen; nothing is in Azure
		}
		if code, stdout, stderr := runWith(append(strings.Fields(command), west), ""); code != 0 || stdout == "" {
			t.Errorf("%s: exit code %d, %d bytes: %s", command, code, len(stdout), stderr)
		}
	}
	if code, stdout, stderr := runWith([]string{"diff", west, east}, ""); code != 1 || !strings.Contains(stdout, "goproxy-eastus2.example.com") {
		t.Errorf("diff: exit code %d: %s%s", code, stdout, stderr)
	}
}

// wantBuilt builds a folder, looks for texts in what comes out, and holds our
// objects in it against the invariants.
func wantBuilt(t *testing.T, kustomize, dir string, want []string) {
	t.Helper()
	name := filepath.Base(dir)
	built, stderr, err := host(t, "", kustomize, append(kustomizeFlags, dir)...)
	if err != nil {
		t.Errorf("%s: %v\n%s", name, err, stderr)
		return
	}
	for _, w := range want {
		if !strings.Contains(built, w) {
			t.Errorf("%s: its manifests do not contain %q", name, w)
		}
	}
	for _, problem := range violations(ours(objectsOf(t, built))) {
		t.Errorf("%s: %s", name, problem)
	}
}

const functionHeader = `  annotations:
    config.kubernetes.io/function: |
      exec: {path: athens-kfn}
`

// withFunction adds the annotation that hosts look for to a site without one.
func withFunction(t *testing.T, file string) string {
	t.Helper()
	in, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Replace(string(in), "metadata: {name: goproxy, namespace: goproxy}\n",
		"metadata:\n  name: goproxy\n  namespace: goproxy\n"+functionHeader, 1)
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		writeGolden(t, filepath.Join(dir, name), text)
	}
}

// TestKustomizeMistakes wants every problem of a site on stderr, and nothing
// built.
func TestKustomizeMistakes(t *testing.T) {
	kustomize := tool(t, "kustomize")
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"kustomization.yaml": "generators: [site.yaml]\n",
		"site.yaml":          withFunction(t, filepath.Join(root, "testdata/golden/ten-mistakes/input.yaml")),
	})
	stdout, stderr, err := host(t, dir, kustomize, append(kustomizeFlags, ".")...)
	if err == nil || stdout != "" {
		t.Errorf("kustomize built something out of ten mistakes (error %v):\n%s", err, stdout)
	}
	wantMistakes(t, stderr)
}

// wantMistakes looks for each line of the ten mistakes, once.
func wantMistakes(t *testing.T, stderr string) {
	t.Helper()
	want, err := os.ReadFile(filepath.Join(root, "testdata/golden/ten-mistakes/errors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(want)), "\n")
	if len(lines) != 10 {
		t.Fatalf("the case of ten mistakes has %d", len(lines))
	}
	for _, line := range lines {
		if n := strings.Count(stderr, line); n != 1 {
			t.Errorf("%d times on stderr, want once: %s\n%s", n, line, stderr)
		}
	}
}

// TestKubectlLegacyPlugin is the one way in which kubectl runs a plugin.
func TestKubectlLegacyPlugin(t *testing.T) {
	kubectl := tool(t, "kubectl")
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir, home := t.TempDir(), t.TempDir()
	plugin := filepath.Join(home, "athens.gomods.io/v1alpha1/athenssite/AthensSite")
	if err := os.MkdirAll(filepath.Dir(plugin), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(bin, program), plugin); err != nil {
		t.Fatal(err)
	}
	site := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec: {host: goproxy.example.com}\n"
	write(t, dir, map[string]string{"kustomization.yaml": "generators: [site.yaml]\n", "site.yaml": site})
	t.Setenv("KUSTOMIZE_PLUGIN_HOME", home)
	built, stderr, err := host(t, dir, kubectl, "kustomize", "--enable-alpha-plugins", ".")
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	_, rendered, _ := runWith([]string{"render", "-"}, site)
	if diff := cmp.Diff(byID(objectsOf(t, rendered)), byID(objectsOf(t, built))); diff != "" {
		t.Errorf("-render +kubectl:\n%s", diff)
	}
}

const kptfile = `apiVersion: kpt.dev/v1
kind: Kptfile
metadata: {name: goproxy}
pipeline:
  mutators:
  - {exec: athens-kfn, configPath: site.yaml}
`

// kptPackage is a package with a site and a file of the user's own.
func kptPackage(t *testing.T, site string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"Kptfile": kptfile, "site.yaml": site,
		"mine.yaml": "# mine\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine, namespace: goproxy} # stays\n",
	})
	return dir
}

const kptSite = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata:
  name: goproxy
  namespace: goproxy
  annotations: {config.kubernetes.io/local-config: "true"}
spec:
  host: goproxy.example.com
`

// kptRender renders a package in place and reads its files.
func kptRender(t *testing.T, kpt, dir string) map[string]string {
	t.Helper()
	if _, stderr, err := host(t, dir, kpt, "fn", "render", dir, "--allow-exec"); err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	return filesIn(t, dir)
}

// renderedTwice are the files of a package, which rendering again must not change.
func renderedTwice(t *testing.T, kpt, dir string) map[string]string {
	t.Helper()
	first := kptRender(t, kpt, dir)
	if diff := cmp.Diff(first, kptRender(t, kpt, dir)); diff != "" {
		t.Errorf("rendered twice: -first +second:\n%s", diff)
	}
	return first
}

// TestKptRender renders a package twice, then a smaller site: no difference,
// then what is made no more is gone and the user's own file is there.
func TestKptRender(t *testing.T) {
	kpt := tool(t, "kpt")
	dir := kptPackage(t, kptSite)
	first := renderedTwice(t, kpt, dir)
	write(t, dir, map[string]string{"site.yaml": kptSite + "  crathens: {enabled: false}\n"})
	var gone []string
	smaller := kptRender(t, kpt, dir)
	for name := range first {
		if _, there := smaller[name]; !there {
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	if len(gone) != 4 || !strings.Contains(strings.Join(gone, " "), "cronjob_goproxy-crathens") {
		t.Errorf("without crathens these went: %q", gone)
	}
	if !strings.Contains(smaller["mine.yaml"], "# stays") {
		t.Errorf("the user's own file became:\n%s", smaller["mine.yaml"])
	}
}

// TestKptMistakes wants every problem once, and the package as it was.
func TestKptMistakes(t *testing.T) {
	kpt := tool(t, "kpt")
	in, err := os.ReadFile(filepath.Join(root, "testdata/golden/ten-mistakes/input.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	dir := kptPackage(t, string(in))
	stdout, stderr, err := host(t, dir, kpt, "fn", "render", dir, "--allow-exec", "--truncate-output=false", "-o", "unwrap")
	if err == nil {
		t.Error("kpt rendered ten mistakes")
	}
	if strings.Contains(stdout, "kind: Deployment") || len(filesIn(t, dir)) != 3 {
		t.Errorf("kpt wrote something:\n%s", stdout)
	}
	want, _ := os.ReadFile(filepath.Join(root, "testdata/golden/ten-mistakes/errors.txt"))
	for line := range strings.Lines(string(want)) {
		_, message, _ := strings.Cut(strings.TrimSpace(line), ": spec.")
		field, _, _ := strings.Cut(message, ": ")
		if !strings.Contains(stderr, field) {
			t.Errorf("kpt does not say what is wrong with %s:\n%s", field, stderr)
		}
	}
}

func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		out[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
