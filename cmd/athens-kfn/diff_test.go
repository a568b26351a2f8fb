package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/diff"
)

// diffCases are pairs of old.yaml and new.yaml with what diff says of them.
func diffCases(t *testing.T) []string {
	t.Helper()
	cases, err := filepath.Glob(root + "/testdata/diff/*/old.yaml")
	if err != nil || len(cases) == 0 {
		t.Fatal(err, "no cases")
	}
	for i := range cases {
		cases[i] = filepath.Dir(cases[i])
	}
	return cases
}

func TestDiffGolden(t *testing.T) {
	for _, dir := range diffCases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			code, stdout, stderr := runWith([]string{"diff", dir + "/old.yaml", dir + "/new.yaml"}, "")
			compare(t, dir+"/output.txt", fmt.Sprintf("%s%sexit code %d\n", stdout, strings.ReplaceAll(stderr, dir+"/", ""), code))
		})
	}
}

// A rendered folder says what its spec says, and a file in Git what it says on
// disk.
func TestDiffFoldersAndGit(t *testing.T) {
	repository := t.TempDir()
	gitIn(t, repository, "init", "-q")
	for _, dir := range diffCases(t) {
		if !isSpec(t, dir+"/old.yaml") || filepath.Base(dir) == "mistakes" {
			continue
		}
		t.Run(filepath.Base(dir), func(t *testing.T) {
			want, err := os.ReadFile(dir + "/output.txt")
			if err != nil {
				t.Fatal(err)
			}
			at := filepath.Join(repository, filepath.Base(dir))
			old, now := filepath.Join(at, "old"), filepath.Join(at, "new")
			for _, each := range [][2]string{{dir + "/old.yaml", old}, {dir + "/new.yaml", now}} {
				if code, _, stderr := runWith([]string{"render", each[0], "--to", each[1]}, ""); code != 0 {
					t.Fatal(stderr)
				}
			}
			code, stdout, stderr := runWith([]string{"diff", old, now}, "")
			if diff := cmp.Diff(string(want), fmt.Sprintf("%s%sexit code %d\n", stdout, stderr, code)); diff != "" {
				t.Errorf("folders (-specs +folders):\n%s", diff)
			}
			if filepath.Base(dir) != "production" {
				return // one is enough: it has regions, and so folders in the folder
			}
			gitIn(t, repository, "add", "-A")
			gitIn(t, repository, "commit", "-q", "-m", "old")
			if err := os.RemoveAll(old); err != nil {
				t.Fatal(err)
			}
			t.Chdir(repository)
			code, stdout, stderr = runWith([]string{"diff", "HEAD:./" + filepath.Base(dir) + "/old", now}, "")
			if diff := cmp.Diff(string(want), fmt.Sprintf("%s%sexit code %d\n", stdout, stderr, code)); diff != "" {
				t.Errorf("git (-specs +git):\n%s", diff)
			}
		})
	}
}

func isSpec(t *testing.T, file string) bool {
	t.Helper()
	in, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(in), "kind: AthensSite")
}

func gitIn(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %q: %v\n%s", args, err, out)
	}
}

func TestDiff(t *testing.T) {
	minimal, production := root+"/examples/minimal/site.yaml", root+"/examples/production/site.yaml"
	for _, c := range []struct {
		args       []string
		code       int
		out, wrong string
	}{
		{[]string{minimal, minimal}, 0, "", ""},
		{[]string{production, production, "-o", "json"}, 0, "[]", ""},
		{[]string{minimal, "--mesh", "none"}, 1, "the mesh no longer decides about requests", ""},
		{[]string{minimal, "--mesh", "Sidecar"}, 0, "", ""},
		{[]string{minimal, "--mesh", "none", "--fail-on", "AD105"}, 1, "! AD105 the mesh no longer", ""},
		{[]string{minimal, "--mesh", "none", "--fail-on", "AD501"}, 0, "! AD105 the mesh no longer", ""},
		{[]string{minimal, "--mesh", "none", "--fail-on", "AK105"}, 2, "", "\"AK105\" is not a code of diff"},
		{[]string{root + "/examples/laptop/site.yaml", "--mesh", "sidecar"}, 2, "", "spec.gateway.ingress"},
		{[]string{minimal, "--mesh", "ambient"}, 2, "", "Ambient is not supported yet"},
		{[]string{production, "--mesh", "none"}, 2, "", "spec.edge.frontDoor"},
		{[]string{minimal, "--mesh", "mesh"}, 2, "", "--mesh is sidecar, ambient or none"},
		{[]string{minimal, production, "--mesh", "none"}, 2, "", "takes one spec"},
		{nil, 2, "", "diff takes OLD and NEW"},
		{[]string{minimal}, 2, "", ".: neither an AthensSite nor a manifest in it"},
		{[]string{"-", "-"}, 2, "", "only one of OLD and NEW"},
		{[]string{minimal, production, "-o", "yaml"}, 2, "", "for flag -o: write text, json or markdown"},
		{[]string{minimal, root + "/nothing.yaml"}, 2, "", "no such file"},
		{[]string{minimal, root + "/testdata/golden/ten-mistakes/input.yaml"}, 2, "", "this spec has problems"},
		{[]string{"no-such-ref:site.yaml", minimal}, 2, "", "is not a file, and git: "},
		{[]string{root + "/Makefile", minimal}, 2, "", "Makefile"},
		{[]string{production, production, "--region", "eastus2"}, 0, "", ""},
		{[]string{production, production, "--region", "mars"}, 2, "", "mars"},
	} {
		code, stdout, stderr := runWith(append([]string{"diff"}, c.args...), "")
		if code != c.code || !strings.Contains(stdout, c.out) || !strings.Contains(stderr, c.wrong) || code == 2 && stdout != "" {
			t.Errorf("diff %q: exit code %d (want %d)\nstdout (want %q): %s\nstderr (want %q): %s",
				c.args, code, c.code, c.out, stdout, c.wrong, stderr)
		}
	}
}

func TestDiffWithoutGit(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	code, _, stderr := runWith([]string{"diff", "main:site.yaml", root + "/examples/minimal/site.yaml"}, "")
	if code != 2 || !strings.Contains(stderr, "install git, or name a file") {
		t.Errorf("exit code %d, stderr %s", code, stderr)
	}
}

func TestDiffJSON(t *testing.T) {
	_, stdout, _ := runWith([]string{"diff", root + "/examples/minimal/site.yaml", "--mesh", "none", "-o", "json"}, "")
	var reports []diff.Report
	if err := json.Unmarshal([]byte(stdout), &reports); err != nil {
		t.Fatal(err)
	}
	if len(reports) != 1 || reports[0].Site != "goproxy.goproxy" {
		t.Fatalf("%s", stdout)
	}
	i := slices.IndexFunc(reports[0].Groups, func(g diff.Group) bool { return g.Name == diff.Routes })
	if i < 0 || reports[0].Groups[i].Changes[0].Code != "AD105" || !reports[0].Groups[i].Changes[0].Warning {
		t.Errorf("%s", stdout)
	}
}
