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
  - {name: east, overrides: {host: east.example.com}}
`

func TestRenderEachRegion(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "manifests")
	code, stdout, stderr := runWith([]string{"render", "-", "--to", dir}, twoRegions)
	if code != 0 || stdout != "" {
		t.Fatalf("exit code %d, stdout %q, stderr %s", code, stdout, stderr)
	}
	for _, region := range []string{"west", "east"} {
		alone := filepath.Join(t.TempDir(), region)
		if code, _, stderr := runWith([]string{"render", "-", "--to", alone, "--region", region}, twoRegions); code != 0 {
			t.Fatal(stderr)
		}
		if diff := cmp.Diff(filesIn(t, alone), filesIn(t, filepath.Join(dir, region))); diff != "" {
			t.Errorf("%s: -by --region +in its folder:\n%s", region, diff)
		}
	}
	if exists(filepath.Join(dir, "kustomization.yaml")) {
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
	code, _, stderr := runWith([]string{"render", "-", "--to", dir}, twoRegions)
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
		"two files":  {[]string{"--repo", repo, "-", "-f", "-"}, twoRegions, 2, "takes one FILE"},
	} {
		code, stdout, stderr := runWith(append([]string{"argocd", "applicationset"}, c.args...), c.in)
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit code %d, stdout %q, stderr %s", name, code, stdout, stderr)
		}
	}
}

// A site of several clusters that has chosen none is refused wherever one
// cluster is meant, with the regions and how to choose; what is about all of
// them goes on.
func TestOneClusterIsChosen(t *testing.T) {
	dir := t.TempDir()
	site, config, flat := filepath.Join(dir, "site.yaml"), filepath.Join(dir, "plugin/config.yaml"), filepath.Join(dir, "flat.yaml")
	_, west, _ := runWith([]string{"render", "-", "--region", "west"}, twoRegions)
	write(t, dir, map[string]string{"site.yaml": twoRegions, "plugin/config.yaml": twoRegions, "flat.yaml": west})
	const refused = "goproxy/goproxy: spec.region: is not set, and this is about one cluster: set it to one of west, east"
	for _, c := range []struct {
		args   []string
		in     string
		choose string
	}{
		{[]string{"render", site}, "", refused + ", or add --region NAME, or write a folder for each with --to DIR\n"},
		{[]string{"render", "-"}, twoRegions, refused + ", or add --region NAME, or write"},
		{nil, listOf(twoRegions), refused + ", as an overlay that patches the AthensSite does\n"},
		{[]string{config}, "", refused + ", as an overlay"},
		{[]string{"graph", site}, "", refused + ", or add --region NAME\n"},
		{[]string{"prove", site}, "", refused + ", or add --region NAME\n"},
		{[]string{"runbook", site}, "", refused + ", or add --region NAME\n"},
		{[]string{"client", site}, "", refused + ", or add --region NAME\n"},
		{[]string{"why", "-f", site, "service/goproxy-list"}, "", refused + ", or add --region NAME\n"},
		{[]string{"explain", "--effective", "-f", site}, "", refused + ", or add --region NAME\n"},
		{[]string{"diff", flat, site}, "", "the other has the regions west, east: add --region with one of them\n"},
		{[]string{"diff", site, flat}, "", "the other has the regions west, east: add --region with one of them\n"},
	} {
		code, stdout, stderr := runWith(c.args, c.in)
		if code == 0 || stdout != "" && !strings.Contains(stdout, "\nresults:\n") || !strings.Contains(stderr, c.choose) {
			t.Errorf("%q: exit code %d, stdout %.100q, stderr (want %q): %s", c.args, code, stdout, c.choose, stderr)
		}
		if len(c.args) == 0 || c.args[0] == config {
			continue
		}
		if code, _, stderr := runWith(append(c.args, "--region", "west"), c.in); code == 2 || strings.Contains(stderr, "spec.region") {
			t.Errorf("%q in west: exit code %d, stderr %s", c.args, code, stderr)
		}
	}
	for _, args := range [][]string{
		{"check", site}, {"upgrade", "--athens", "v0.19.0", site}, {"diff", site, site}, {"render", site, "--to", filepath.Join(dir, "out")},
		{"argocd", "applicationset", site, "--repo", "https://git.example.com/goproxy.git"},
	} {
		if code, _, stderr := runWith(args, ""); code != 0 || strings.Contains(stderr, "error") {
			t.Errorf("%q: exit code %d, stderr %s", args, code, stderr)
		}
	}
}
