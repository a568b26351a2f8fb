package check_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/check"
	"github.com/gomods/athens-kfn/pkg/limits"
)

var update = flag.Bool("update", false, "rewrite testdata/check and docs/codes")

const root = "../.."

// codes are those of all findings about a site, each once.
func codes(text string) []string {
	return codesOf(check.Run([]check.File{{Name: "site.yaml", Content: []byte(text)}}, limits.Set{}, "", "site.yaml"))
}

func codesOf(report *check.Report) (out []string) {
	for _, f := range report.All() {
		if !slices.Contains(out, f.Code) {
			out = append(out, f.Code)
		}
	}
	return out
}

// Each rule complains about its example, no other rule does, and none
// complains about the cure.
func TestRules(t *testing.T) {
	rules := check.Rules()
	if len(rules) < 40 {
		t.Errorf("%d rules only", len(rules))
	}
	var seen []string
	for _, r := range rules {
		if !regexp.MustCompile(`^AK[0-9]\d\d$`).MatchString(r.Code) || slices.Contains(seen, r.Code) {
			t.Errorf("%s: not a code, or there twice", r.Code)
		}
		seen = append(seen, r.Code)
		for _, text := range []string{r.Fault, r.Title, r.Why, r.Cure} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: a text is missing", r.Code)
			}
		}
		want := append([]string{r.Code}, r.Beside...)
		slices.Sort(want)
		got := codesOf(r.Try(r.Broken()))
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: what its example brings up (-want +got):\n%s\n%s", r.Code, diff, r.Broken())
		}
		cured := codes(r.Fixed())
		if left := slices.DeleteFunc(cured, func(c string) bool { return slices.Contains(r.Beside, c) }); len(left) > 0 {
			t.Errorf("%s: what its cure brings up: %v\n%s", r.Code, left, r.Fixed())
		}
	}
	if !slices.IsSorted(seen) {
		t.Error("the rules are not in the order of their codes")
	}
}

// The examples are files too, and each code has a page.
func TestFiles(t *testing.T) {
	want := map[string]string{"docs/codes/README.md": index()}
	for _, r := range check.Rules() {
		page, ok := check.Page(strings.ToLower(r.Code))
		if !ok {
			t.Fatalf("%s has no page", r.Code)
		}
		want["docs/codes/"+r.Code+".md"] = page
		want["testdata/check/"+r.Code+".yaml"] = r.Broken()
	}
	for _, pattern := range []string{"docs/codes/*.md", "testdata/check/AK*.yaml"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			name, _ := filepath.Rel(root, file)
			if _, ok := want[filepath.ToSlash(name)]; !ok {
				t.Errorf("%s is of no code: delete it", name)
			}
		}
	}
	for name, text := range want {
		file := filepath.Join(root, name)
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil { //nolint:gosec // a page that is in the repository
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Errorf("%v: run the test with -update", err)
			continue
		}
		if diff := cmp.Diff(text, string(got)); diff != "" {
			t.Errorf("%s: run the test with -update (-want +got):\n%s", name, diff)
		}
	}
	if _, ok := check.Page("AK999"); ok {
		t.Error("AK999 has a page")
	}
}

// Whatever is in a file, a finding has a code and a place, and a site with
// problems has no other findings.
func TestAnyInput(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "testdata/golden/*/input.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no inputs: %v", err)
	}
	inputs := map[string]string{
		"empty": "", "a scalar": "x", "no mapping": "[1, 2]", "a tab": "a:\n\t- b", "no spec": "kind: AthensSite",
		"a null spec":   "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nspec:\n",
		"a list of one": "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: a, namespace: a}\nspec: {host: a.example.com, regions: [null, {name: 1}, 7]}\n",
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		inputs[file] = string(text)
	}
	for name, text := range inputs {
		report := check.Run([]check.File{{Name: name, Content: []byte(text)}}, limits.Set{}, "", name)
		for _, f := range report.All() {
			if _, ok := check.Page(f.Code); !ok || f.Line < 1 || f.Column < 1 || f.Message == "" || f.File != name {
				t.Errorf("%s: %+v", name, f)
			}
		}
		for _, s := range report.Sites {
			before := slices.ContainsFunc(s.Findings, func(f check.Finding) bool { return f.Code < "AK100" })
			after := slices.ContainsFunc(s.Findings, func(f check.Finding) bool { return f.Code >= "AK100" })
			if before && (after || len(s.Passed) > 0) {
				t.Errorf("%s: a site with problems was judged: %+v", name, s.Findings)
			}
		}
		if len(report.Sites) == 0 && report.Count(check.Error) == 0 {
			t.Errorf("%s: no site, and no error", name)
		}
	}
}

// Colour is for terminals; nothing from a file reaches one as it is.
func TestText(t *testing.T) {
	site := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: \"\\e[2J\", namespace: a}\nspec: {host: \"\\e[2J\"}\n"
	report := check.Run([]check.File{{Name: "site.yaml", Content: []byte(site)}}, limits.Set{}, "", "site.yaml")
	var plain, colored strings.Builder
	check.Text{}.Write(&plain, report)
	check.Text{Color: true}.Write(&colored, report)
	if strings.Contains(plain.String(), "\x1b") {
		t.Errorf("an escape without colour: %q", plain.String())
	}
	if !strings.Contains(colored.String(), "\x1b[31m✗\x1b[0m") || strings.Contains(colored.String(), "\x1b[2J") {
		t.Errorf("no red sign, or an escape of the file's: %q", colored.String())
	}
}

// What two sites of one file do to each other in a region is seen there, where
// the overrides of both hold.
func TestSitesMeetInTheirRegions(t *testing.T) {
	site := func(name, host, origins string) string {
		return "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: " + name + ", namespace: " + name + "}\nspec:\n  host: " + host +
			"\n  edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555}}\n  regions:\n" + origins
	}
	region := func(name, origin string) string {
		return "  - {name: " + name + ", overrides: {edge: {frontDoor: {originHost: " + origin + "}}}}\n"
	}
	one := site("one", "one.example.com", region("west", "gateway.west.example.com")+region("east", "gateway.east.example.com"))
	two := site("two", "two.example.com", region("west", "gateway.west.example.com")+region("east", "other.east.example.com"))
	report := check.Run([]check.File{{Name: "site.yaml", Content: []byte(one + "---\n" + two)}}, limits.Set{}, "", "site.yaml")
	var got []string
	for _, f := range report.All() {
		if f.Severity == check.Error {
			got = append(got, f.Code+" "+f.Site+" "+f.Said())
		}
	}
	want := []string{"AK005 two/two in west: spec.edge.frontDoor.originHost: gateway.west.example.com is already the edge.frontDoor.originHost of the site one/one, and the proxy in front of both serves one of them: give each a name of its own"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// "Private modules are not on the internet" is said only where it is known.
func TestPrivateModulesOnAGateway(t *testing.T) {
	const private = "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n" +
		"  athens: {private: {patterns: [github.com/acme/*], netrc: {secretRef: {name: athens-netrc}}}}\n  "
	for spec, found := range map[string]bool{
		"{}": true,
		"gateway: {istio: {workload: {namespace: istio-ingress, labels: {istio: ingress}}}}": true,
		"mesh: {revision: asm-1-30}": true,
		"gateway: {internal: true}":  false,
		"gateway: {istio: {workload: {labels: {istio: aks-istio-ingressgateway-internal}}}}\n  mesh: {revision: asm-1-30}": false,
		"gateway: {internal: true}\n  edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555}}":                       true,
		"mesh: {mode: None}\n  gateway: {ingress: {className: nginx}}":                                                     true,
		"mesh: {mode: None}\n  gateway: {ingress: {className: nginx}, internal: true}":                                     false,
		"mesh: {mode: None}": false,
	} {
		if spec == "{}" {
			spec = ""
		}
		if got := slices.Contains(codes(private+spec+"\n"), "AK506"); got != found {
			t.Errorf("%s: AK506 is %v, want %v", spec, got, found)
		}
	}
}

// index is the page that lists all codes.
func index() string {
	var b strings.Builder
	b.WriteString("# Codes of athens-kfn check\n\nA code keeps its meaning forever. `athens-kfn explain CODE` prints its page.\n")
	for _, g := range check.Groups() {
		fmt.Fprintf(&b, "\n## %s\n\n| code | severity | finding |\n|---|---|---|\n", strings.ToUpper(g.Title[:1])+g.Title[1:])
		for _, r := range g.Rules {
			fmt.Fprintf(&b, "| [%s](%s.md) | %s | %s |\n", r.Code, r.Code, r.Severity, r.Fault)
		}
	}
	return b.String()
}
