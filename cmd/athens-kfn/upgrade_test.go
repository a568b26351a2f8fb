package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each case is a site, whose first line says where it goes, and its plan.
func TestUpgradeGolden(t *testing.T) {
	cases, err := filepath.Glob(root + "/testdata/upgrade/*/input.yaml")
	if err != nil || len(cases) == 0 {
		t.Fatal(err, "no cases")
	}
	for _, file := range cases {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			code, stdout, stderr := runWith([]string{"upgrade", "--athens", goal(t, file), "-f", file}, "")
			compare(t, dir+"/output.txt", strings.ReplaceAll(fmt.Sprintf("%s%sexit code %d\n", stdout, stderr, code), file, "site.yaml"))
		})
	}
}

// goal is the version in the first line of a case.
func goal(t *testing.T, file string) string {
	t.Helper()
	in, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(in), "\n")
	version, found := strings.CutPrefix(first, "# --to ")
	if !found {
		t.Fatalf("%s: its first line is not # --to VERSION", file)
	}
	return version
}

// Back is a downgrade, and says so; forth is none.
func TestUpgradeSaysDowngrade(t *testing.T) {
	minimal := root + "/examples/minimal/site.yaml"
	for to, want := range map[string]bool{"v0.16.0": true, "v0.17.1": true, "v0.18.0": false, "v0.19.0": false} {
		code, stdout, stderr := runWith([]string{"upgrade", "--athens", to, minimal}, "")
		if code != 0 || stderr != "" || strings.Contains(stdout, "This is a downgrade") != want {
			t.Errorf("to %s: exit code %d, a downgrade: want %v: %s%s", to, code, want, stdout, stderr)
		}
	}
}

// Whatever a plan tells to apply to is an object of the site.
func TestUpgradeNamesTheSitesObjects(t *testing.T) {
	named := regexp.MustCompile(`kubectl -n (\S+) rollout status deployment/(\S+)`)
	for _, s := range runbookSites(t) {
		name := s.Name
		code, stdout, stderr := runWith(s.Args("upgrade", "--athens", "v0.17.0"), "")
		found := named.FindAllStringSubmatch(stdout, -1)
		if code == 2 || len(found) == 0 {
			t.Errorf("%s: exit code %d: %s%s", name, code, stdout, stderr)
		}
		_, rendered, _ := runWith(s.Args("render"), "")
		all := objectsOf(t, rendered)
		for _, m := range found {
			if len(find(all, "Deployment", m[1], m[2])) == 0 {
				t.Errorf("%s: the site has no Deployment %s/%s", name, m[1], m[2])
			}
		}
	}
}

func TestUpgradeMistakes(t *testing.T) {
	minimal := root + "/examples/minimal/site.yaml"
	for _, c := range []struct {
		args  []string
		code  int
		wrong string
	}{
		{[]string{minimal}, 2, "write the version to go to"},
		{[]string{"--athens", "0.18.0", minimal}, 2, "write --athens v0.18.0"},
		{[]string{"--athens", "v0.18", minimal}, 2, "as in --athens v0.18.0"},
		{[]string{"--athens", "main", minimal}, 2, "is not a release"},
		{[]string{"--athens", "v0.15.9", minimal}, 2, "older than v0.16.0"},
		{[]string{"--athens", "v0.18.0", "a", "b"}, 2, "upgrade takes one FILE"},
		{[]string{"--athens", "v0.18.0", minimal, "-f", minimal}, 2, "upgrade takes one FILE"},
		{[]string{"--athens", "v0.18.0", "-o", "xml", minimal}, 2, "for flag -o: write text"},
		{[]string{"--athens", "v0.18.0", "--region", "moon", minimal}, 1, "moon"},
		{[]string{"--athens", "v0.18.0", "nowhere.yaml"}, 1, "nowhere.yaml"},
	} {
		code, stdout, stderr := runWith(append([]string{"upgrade"}, c.args...), "")
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.wrong) {
			t.Errorf("upgrade %q: exit code %d, want %d; stderr, want %q: %s", c.args, code, c.code, c.wrong, stderr)
		}
	}
}
