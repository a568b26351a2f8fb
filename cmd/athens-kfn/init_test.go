package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/scaffold"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1/schema"
)

// newSite runs init in an empty directory, on a machine with Go's own GOPROXY,
// and returns that directory.
func newSite(t *testing.T, args ...string) (dir string, code int, stdout, stderr string) {
	t.Helper()
	t.Setenv("GOENV", "off")
	t.Setenv("GOPROXY", "")
	t.Chdir(t.TempDir())
	code, stdout, stderr = runWith(append([]string{"init", "--to", "site"}, args...), "")
	dir, err := filepath.Abs("site")
	if err != nil {
		t.Fatal(err)
	}
	return dir, code, stdout, stderr
}

func readFile(t testing.TB, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// initChoices are all kinds of sites that init makes.
func initChoices(t *testing.T, test func(t *testing.T, storage, platform string)) {
	for _, storage := range scaffold.Storages() {
		for _, platform := range scaffold.Platforms() {
			t.Run(storage.Name+"-"+platform.Name, func(t *testing.T) { test(t, storage.Name, platform.Name) })
		}
	}
}

// Every site that init writes is sound as it stands, and so is each of the
// proposals in its comments.
func TestInit(t *testing.T) {
	goldens, err := filepath.Abs(filepath.Join(root, "testdata/init"))
	if err != nil {
		t.Fatal(err)
	}
	initChoices(t, func(t *testing.T, storage, platform string) {
		dir, code, stdout, stderr := newSite(t, "--storage", storage, "--platform", platform, "--host", "goproxy.example.com")
		if code != 0 || stderr != "" {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		text := readFile(t, dir, scaffold.SiteFile)
		for _, upstream := range []string{"", "direct", "https://mirror.example.com", "https://mirror.example.com,direct", "https://mirror.example.com|off", "off"} {
			for _, host := range []string{"goproxy.example.com", "goproxy.localtest.me"} {
				other := "other-" + host + "-" + strings.NewReplacer("/", "", ":", "").Replace(upstream)
				args := []string{"init", "-q", "--to", other, "--storage", storage, "--platform", platform, "--host", host, "--upstream", upstream}
				if code, _, stderr := runWith(args, ""); code != 0 || stderr != "" {
					t.Errorf("%q: exit code %d: %s", args, code, stderr)
				}
				// A proxy of another domain than the site's is worth a note.
				if code, stdout, stderr := runWith([]string{"check", "--strict", "-q", other}, ""); code != 0 || stderr != "" || stdout != "" && !strings.HasPrefix(stdout, "- AK709 ") || strings.Count(stdout, "AK") > 1 {
					t.Errorf("%q is not clean:\n%s%s", args, stdout, stderr)
				}
			}
		}
		golden := filepath.Join(goldens, storage+"-"+platform)
		compare(t, filepath.Join(golden, scaffold.SiteFile), text)
		compare(t, filepath.Join(golden, "next.txt"), stdout)
		if readFile(t, dir, scaffold.SchemaFile) != schema.JSON {
			t.Errorf("%s is not what athens-kfn schema prints", scaffold.SchemaFile)
		}
		if code, _, stderr := runWith([]string{"render", dir}, ""); code != 0 || stderr != "" {
			t.Errorf("render: exit code %d: %s", code, stderr)
		}
		for line := range strings.Lines(text) {
			if comment, ok := strings.CutPrefix(strings.TrimLeft(line, " "), "# "); ok && strings.Contains(comment, ": {") && !strings.Contains(comment, "…") {
				with := strings.Replace(text, "# "+comment, comment, 1)
				if code, _, stderr := runWith([]string{"render", "-"}, with); code != 0 {
					t.Errorf("with %s it is not sound: %s", strings.TrimSpace(comment), stderr)
				}
			}
		}
	})
}

// What is written builds through kustomize as the next steps say.
func TestInitBuilds(t *testing.T) {
	kustomize := tool(t, "kustomize")
	dir, code, _, stderr := newSite(t, "--storage", "azureblob", "--platform", "aks", "--host", "goproxy.example.com")
	if code != 0 {
		t.Fatal(stderr)
	}
	built, _ := kustomizeBuild(t, kustomize, dir)
	_, rendered, _ := runWith([]string{"render", dir}, "")
	if diff := cmp.Diff(byID(objectsOf(t, rendered)), byID(objectsOf(t, built))); diff != "" {
		t.Errorf("-render +kustomize:\n%s", diff)
	}
}

func TestInitOffersTheMachinesProxy(t *testing.T) {
	for _, c := range []struct {
		goproxy string
		args    []string
		want    string
	}{
		{"https://mirror.example.com|direct", nil, "\n    # upstream: {goproxy: https://mirror.example.com|direct}\n"},
		{"https://mirror.example.com,off", nil, "\n    # upstream: {goproxy: \"https://mirror.example.com,off\"}\n"},
		{"https://mirror.example.com", []string{"--upstream", "direct"}, "\n    upstream: {goproxy: direct}\n"},
		{"https://mirror.example.com", []string{"--upstream", "https://a.example.com,https://b.example.com"}, "\n    upstream: {goproxy: \"https://a.example.com,https://b.example.com\"}\n"},
		{"", []string{"--upstream", "https://a.example.com|https://b.example.com,off"}, "\n    upstream: {goproxy: \"https://a.example.com|https://b.example.com,off\"}\n"},
		{"", nil, ""},
		{"off", nil, ""},
		{"https://me:secret@mirror.example.com", nil, ""},
		{"http://localhost:3000,direct", nil, ""},
		{"http://127.0.0.1:3000", nil, ""},
		{"file:///tmp/modules", nil, ""},
	} {
		dir := t.TempDir()
		t.Setenv("GOENV", "off")
		t.Setenv("GOPROXY", c.goproxy)
		if code, _, stderr := runWith(append([]string{"init", "--to", dir, "--host", "goproxy.example.com"}, c.args...), ""); code != 0 {
			t.Errorf("%s: %s", c.goproxy, stderr)
			continue
		}
		text := readFile(t, dir, scaffold.SiteFile)
		if !strings.Contains(text, c.want) || c.want == "" && strings.Contains(text, "upstream") {
			t.Errorf("%s %q: want %q in\n%s", c.goproxy, c.args, c.want, text)
		}
		if code, _, stderr := runWith([]string{"render", dir}, ""); code != 0 {
			t.Errorf("%s: %s", c.goproxy, stderr)
		}
	}
}

// All files in the way are named at once, and then none is written.
func TestInitOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"kustomization.yml": "mine", "athenssite.schema.json": "mine"})
	code, stdout, stderr := runWith([]string{"init", "--to", dir, "--host", "goproxy.example.com"}, "")
	want := "athens-kfn: error: " + dir + "/kustomization.yml already exists, and init overwrites nothing: move it away, or name another directory\n" +
		"athens-kfn: error: " + dir + "/athenssite.schema.json already exists, and init overwrites nothing: move it away, or name another directory\n"
	if diff := cmp.Diff(want, stderr); code != 1 || stdout != "" || diff != "" {
		t.Errorf("exit code %d, -want +got:\n%s", code, diff)
	}
	if diff := cmp.Diff(map[string]string{"kustomization.yml": "mine", "athenssite.schema.json": "mine"}, filesIn(t, dir)); diff != "" {
		t.Errorf("-before +after:\n%s", diff)
	}
}

func TestInitMistakes(t *testing.T) {
	for _, c := range []struct {
		args  []string
		code  int
		wrong string
	}{
		{nil, 2, "--host is missing"},
		{[]string{"--host", "a.example.com", "--interactive"}, 2, "--interactive asks on a terminal, and stdin is none"},
		{[]string{"--host", "a.example.com", "--storage", "blob"}, 2, `invalid value "blob" for flag -storage: write disk, azureblob`},
		{[]string{"--host", "a.example.com", "--platform", "eks"}, 2, `invalid value "eks" for flag -platform: write generic`},
		{[]string{"--host", "a.example.com", "another"}, 2, "init writes to one directory, which --to names"},
		{[]string{"--host", "https://a.example.com"}, 1, "spec.host: "},
		{[]string{"--host", "a.example.com", "--name", "A\nspec: {}"}, 1, "metadata.name: "},
		{[]string{"--host", "a.example.com", "--namespace", "a, b: {c"}, 1, "metadata.namespace: "},
		{[]string{"--host", "a.example.com", "--upstream", "foo]"}, 1, "spec.athens.upstream.goproxy: "},
		{[]string{"--host", "a.example.com", "--upstream", "direct,https://b.example.com"}, 1, "is never asked"},
	} {
		dir, code, stdout, stderr := newSite(t, c.args...)
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.wrong) || exists(dir) {
			t.Errorf("init site %q: exit code %d, want %d; stderr, want %q: %s; written: %v", c.args, code, c.code, c.wrong, stderr, exists(dir))
		}
	}
}

// A laptop's host needs no thought, and names are those asked for.
func TestInitNames(t *testing.T) {
	dir, code, _, stderr := newSite(t, "--platform", "kind", "--name", "mods")
	if code != 0 {
		t.Fatal(stderr)
	}
	for _, want := range []string{"\n  host: goproxy.localtest.me\n", "\n  name: mods\n", "\n  namespace: mods\n"} {
		if text := readFile(t, dir, scaffold.SiteFile); !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	var written []string
	for name := range filesIn(t, dir) {
		written = append(written, name)
	}
	slices.Sort(written)
	if diff := cmp.Diff([]string{scaffold.SiteFile, scaffold.SchemaFile, scaffold.KustomizationFile}, written); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
