package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

const twoRegions = fiveLines + `  regions:
  - {name: west}
  - {name: east, host: east.example.com}
`

func TestRenderEachRegion(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "manifests")
	code, stdout, stderr := runWith([]string{"render", "-", "-o", dir}, twoRegions)
	if code != 0 || stdout != "" {
		t.Fatalf("exit code %d, stdout %q, stderr %s", code, stdout, stderr)
	}
	for _, region := range []string{"west", "east"} {
		alone := filepath.Join(t.TempDir(), region)
		if code, _, stderr := runWith([]string{"render", "-", "-o", alone, "--region", region}, twoRegions); code != 0 {
			t.Fatal(stderr)
		}
		if diff := cmp.Diff(filesIn(t, alone), filesIn(t, filepath.Join(dir, region))); diff != "" {
			t.Errorf("%s: -by --region +in its folder:\n%s", region, diff)
		}
	}
	if exists(filepath.Join(dir, kustomization)) {
		t.Error("there is a kustomization over all regions, which no cluster can have")
	}
	east := filesIn(t, filepath.Join(dir, "east"))
	if !strings.Contains(east["virtualservice_goproxy.yaml"], "east.example.com") {
		t.Error("the overrides of east are not in its folder")
	}
}

func TestRenderRegionsOrNothing(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"east/virtualservice_goproxy.yaml": "kind: Mine\n"})
	code, _, stderr := runWith([]string{"render", "-", "-o", dir}, twoRegions)
	if code != 1 || !strings.Contains(stderr, "was not written by this program") || exists(filepath.Join(dir, "west")) {
		t.Errorf("exit code %d, stderr %s", code, stderr)
	}
}

func TestApplicationSet(t *testing.T) {
	const repo = "https://git.example.com/goproxy.git"
	code, stdout, stderr := runWith([]string{"argocd", "applicationset", "-", "--repo", repo, "--path", "site"}, twoRegions)
	if code != 0 {
		t.Fatal(stderr)
	}
	compare(t, filepath.Join(root, "testdata/applicationset/plugin.yaml"), stdout)
	code, stdout, stderr = runWith([]string{"argocd", "applicationset", "-", "--repo", repo, "--path", "manifests", "--rendered"}, twoRegions)
	if code != 0 {
		t.Fatal(stderr)
	}
	compare(t, filepath.Join(root, "testdata/applicationset/rendered.yaml"), stdout)
	var made map[string]any
	if err := yaml.Unmarshal([]byte(stdout), &made); err != nil || made["kind"] != "ApplicationSet" {
		t.Errorf("%v: %v", made["kind"], err)
	}

	for name, c := range map[string]struct {
		args []string
		in   string
		code int
		want string
	}{
		"no regions": {[]string{"-", "--repo", repo}, fiveLines, 1, "spec.regions is empty"},
		"no repo":    {[]string{"-"}, twoRegions, 2, "repo"},
		"no file":    {[]string{"--repo", repo}, twoRegions, 2, "takes one FILE"},
	} {
		code, stdout, stderr := runWith(append([]string{"argocd", "applicationset"}, c.args...), c.in)
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit code %d, stdout %q, stderr %s", name, code, stdout, stderr)
		}
	}
}
