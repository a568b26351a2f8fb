package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/manifests"
)

// What check says of each example is a golden: read its difference as the
// operator of that site would.
func TestGoldenCheck(t *testing.T) {
	examples, err := filepath.Glob(filepath.Join(root, "examples/*/site.yaml"))
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range examples {
		name := filepath.Base(filepath.Dir(file))
		code, stdout, stderr := runWith([]string{"check", "-v", file}, "")
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit code %d, stderr %s", name, code, stderr)
		}
		compare(t, filepath.Join(root, "testdata/check", name+".txt"), stdout)
	}
}

// Each code's own example, as a whole run prints it.
func TestCheckCodes(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "testdata/check/AK*.yaml"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d examples of codes only: %v", len(files), err)
	}
	for _, file := range files {
		code := strings.TrimSuffix(filepath.Base(file), ".yaml")
		if strings.HasPrefix(code, "AK9") {
			continue // found in a cluster: TestCheckCluster
		}
		args, want := []string{"check", "--strict", file}, 1
		if strings.HasPrefix(code, "AK8") {
			args = []string{"check", "--strict", "--manifests", file}
		}
		switch code {
		case "AK801":
			want = 3
		case "AK702", "AK709": // notes
			want = 0
		}
		exit, stdout, stderr := runWith(args, "")
		if exit != want || stderr != "" && !strings.Contains(stderr, manifests.WithoutSpec) || !strings.Contains(stdout, " "+code+" ") {
			t.Errorf("%s: exit code %d, stderr %s\n%s", code, exit, stderr, stdout)
		}
	}
}

func TestCheck(t *testing.T) {
	broken := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: a, namespace: a}\nspec: {hots: x}\n"
	for _, c := range []struct {
		args       []string
		in         string
		code       int
		out, wrong string
	}{
		{[]string{"-"}, broken, 1, ":4:8: spec.hots: unknown field; did you mean host?\n", ""},
		{[]string{"-"}, "a: [", 1, "AK001", ""},
		{[]string{"-"}, "kind: ConfigMap\napiVersion: v1\n", 1, "no AthensSite in it", ""},
		{[]string{root + "/examples/minimal"}, "", 0, "\n√ 0 errors, 0 warnings, 1 accepted, ", ""},
		{[]string{"-", "--strict"}, fiveLines, 1, "\n✗ 0 errors, 1 warning, ", ""},
		{[]string{"-"}, fiveLines, 0, "\n√ 0 errors, 1 warning, ", ""},
		{[]string{root + "/examples/production", "--region", "eastus2"}, "", 0, "\n√ 0 errors, ", ""},
		{[]string{root + "/examples/production", "--region", "nowhere"}, "", 1, "is not in spec.regions", ""},
		{[]string{root + "/testdata/check/AK404.yaml"}, "", 1, "✗ AK404 the autoscaler cannot measure the load of a pod\n", ""},
		{[]string{"no-such-file"}, "", 1, "", "no such file"},
		{[]string{"a", "b"}, "", 2, "", "check takes one FILE"},
		{[]string{"-o", "xml", "-"}, "", 2, "", `invalid value "xml" for flag -o: write text, json, sarif or markdown`},
	} {
		code, stdout, stderr := runWith(append([]string{"check"}, c.args...), c.in)
		if code != c.code || !strings.Contains(stdout, c.out) || !strings.Contains(stderr, c.wrong) || (stderr != "") != (c.wrong != "") {
			t.Errorf("check %q: exit code %d (want %d)\nstdout (want %q): %s\nstderr (want %q): %s",
				c.args, code, c.code, c.out, stdout, c.wrong, stderr)
		}
	}
}

// Findings are said once for all regions alike, and else with their regions,
// at the line of the region that brings them.
func TestCheckRegions(t *testing.T) {
	site := `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
spec:
  host: goproxy.example.com
  networkPolicies: {enabled: false}
  regions:
  - name: one
    overrides: {host: one.example.com}
  - name: two
    overrides:
      lathens:
        ttl: 2h
`
	code, stdout, _ := runWith([]string{"check", "-", "-o", "json"}, site)
	var got struct {
		Sites []struct {
			Findings []struct {
				Code    string
				Line    int
				Regions []string
			}
		}
	}
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || code != 0 || len(got.Sites) != 1 {
		t.Fatalf("exit code %d, %v:\n%s", code, err, stdout)
	}
	found := map[string]string{}
	for _, f := range got.Sites[0].Findings {
		found[f.Code] = strings.Join(f.Regions, ",")
		if f.Code == "AK302" && f.Line != 13 || f.Code == "AK502" && f.Line != 6 {
			t.Errorf("%s is at line %d", f.Code, f.Line)
		}
	}
	if regions, there := found["AK302"]; !there || regions != "two" {
		t.Errorf("AK302 is in regions %q", regions)
	}
	if regions, there := found["AK502"]; !there || regions != "" {
		t.Errorf("AK502 is in regions %q", regions)
	}
}

// What programs read is a golden of its own: a field that is renamed breaks
// them.
func TestGoldenCheckJSON(t *testing.T) {
	const name = "testdata/check/AK302"
	code, stdout, stderr := runWith([]string{"check", filepath.Join(root, name+".yaml"), "-o", "json"}, "")
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d, stderr %s", code, stderr)
	}
	compare(t, filepath.Join(root, name+".json"), stdout)
}

// A code scanner finds the rule by its index and shows the line. The schema is
// test/schema's to check.
func TestCheckSARIF(t *testing.T) {
	_, stdout, _ := runWith([]string{"check", filepath.Join(root, "testdata/check/AK302.yaml"), "-o", "sarif"}, "")
	var got struct {
		Runs []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID    string
				RuleIndex int
				Locations []struct {
					PhysicalLocation struct{ Region struct{ StartLine int } }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || len(got.Runs) != 1 || len(got.Runs[0].Results) != 1 {
		t.Fatalf("%v:\n%s", err, stdout)
	}
	run := got.Runs[0]
	result := run.Results[0]
	if rule := run.Tool.Driver.Rules[result.RuleIndex].ID; rule != "AK302" || result.RuleID != rule {
		t.Errorf("result of %s is of rule %s", result.RuleID, rule)
	}
	if line := result.Locations[0].PhysicalLocation.Region.StartLine; line != 11 {
		t.Errorf("the result is at line %d", line)
	}
}

// The sites that this project shows are ones that it has nothing to say against:
// they are right, or accept a warning with a reason.
func TestCheck_ExamplesAreCleanWhenStrict(t *testing.T) {
	examples := 0
	for _, folder := range []string{"/examples", "/overlays"} {
		err := filepath.WalkDir(root+folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" || !strings.Contains(readFile(t, path), "\nkind: AthensSite\n") {
				return err
			}
			examples++
			if code, stdout, stderr := runWith([]string{"check", "--strict", "-q", path}, ""); code != 0 || stdout+stderr != "" {
				t.Errorf("%s: exit code %d\n%s%s", path, code, stdout, stderr)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if examples < 13 {
		t.Errorf("only %d examples", examples)
	}
}

// An overlay's annotation takes the place of the base's.
func TestCheck_OverlaysAreCleanWhenStrict(t *testing.T) {
	t.Setenv("PATH", filepath.Dir(tool(t, "kustomize"))+string(os.PathListSeparator)+os.Getenv("PATH"))
	overlays, err := filepath.Glob(filepath.Join(root, "overlays/*/site"))
	if err != nil || len(overlays) == 0 {
		t.Fatalf("no overlays: %v", err)
	}
	for _, dir := range overlays {
		if code, stdout, stderr := runWith([]string{"check", "--strict", "-q", dir}, ""); code != 0 || stdout+stderr != "" {
			t.Errorf("%s: exit code %d\n%s%s", dir, code, stdout, stderr)
		}
	}
}

// -q leaves the findings that are not accepted, and nothing of a site without any.
func TestCheck_QuietPrintsFindingsOnly(t *testing.T) {
	_, stdout, _ := runWith([]string{"check", "-q", "-"}, fiveLines)
	if strings.Count(stdout, "\n") != 3 || !strings.HasPrefix(stdout, "‼ AK401 ") {
		t.Errorf("of five lines it prints\n%s", stdout)
	}
	if _, stdout, _ := runWith([]string{"-q", "check", root + "/examples/laptop"}, ""); stdout != "" {
		t.Errorf("of accepted findings it prints\n%s", stdout)
	}
}
