package check_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/check"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// A site accepts warnings with a reason; a line that accepts nothing is a finding.
func TestAccept(t *testing.T) {
	for name, c := range map[string]struct {
		lines              []string
		warnings, accepted int
		says               string
	}{
		"nothing accepted":    {nil, 2, 0, ""},
		"one":                 {[]string{"AK401: one pod is enough here"}, 1, 1, ""},
		"two":                 {[]string{"AK401: one pod", "AK302:  our people wait:  really"}, 0, 2, ""},
		"a code twice":        {[]string{"AK401: one pod", "AK401: yes"}, 2, 1, "AK401 is repeated: remove one"},
		"what does not fire":  {[]string{"AK403: two are enough"}, 3, 0, "AK403 does not fire: remove the line"},
		"an error":            {[]string{"AK004: it works for me"}, 3, 0, "AK004 is an error, and only warnings"},
		"no reason":           {[]string{"AK401:"}, 3, 0, "AK401 has no reason"},
		"no code":             {[]string{"one pod\x1b is enough"}, 3, 0, "does not begin with a code of check"},
		"an unknown code":     {[]string{"AK999: x"}, 3, 0, `"AK999: x" does not begin with a code of check`},
		"the acceptance rule": {[]string{"AK008: x"}, 3, 0, "AK008 cannot be accepted"},
		"no such region":      {[]string{"AK401 in nowhere: x"}, 3, 0, `AK401 in "nowhere": spec.regions has no region of that name`},
	} {
		site := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata:\n  name: goproxy\n  namespace: goproxy\n"
		if c.lines != nil {
			site += "  annotations:\n    " + check.AcceptAnnotation + ": |\n      " + strings.ReplaceAll(strings.Join(c.lines, "\n      "), "\x1b", "\u202e") + "\n"
		}
		report := check.Run([]check.File{{Name: "site.yaml", Content: []byte(site + "spec: {host: goproxy.example.com, lathens: {ttl: 1h}}\n")}}, limits.Set{}, "", "site.yaml")
		if report.Count(check.Warning) != c.warnings || report.Accepted() != c.accepted {
			t.Errorf("%s: %d warnings and %d accepted, want %d and %d: %+v", name, report.Count(check.Warning), report.Accepted(), c.warnings, c.accepted, report.All())
		}
		said := ""
		for _, f := range report.All() {
			if f.Code == "AK008" {
				said = f.Message
				if f.Line != 7 || f.Accepted != "" {
					t.Errorf("%s: AK008 is at line %d, accepted %q", name, f.Line, f.Accepted)
				}
			}
		}
		if !strings.Contains(said, c.says) || (said == "") != (c.says == "") || strings.Contains(said, "\u202e") {
			t.Errorf("%s: AK008 says %q, want %q", name, said, c.says)
		}
		for _, code := range report.Sites[0].Passed {
			if code == "AK008" && c.says != "" {
				t.Errorf("%s: AK008 passes and fires", name)
			}
		}
		var text strings.Builder
		check.Text{}.Write(&text, report)
		if strings.Contains(text.String(), "\n· AK") != (c.accepted > 0) || strings.Contains(text.String(), "\u202e") {
			t.Errorf("%s:\n%s", name, text.String())
		}
	}
}

// A line may be about some regions only; what it does not cover is a warning.
func TestAccept_InRegions(t *testing.T) {
	for name, c := range map[string]struct {
		line, region string
		// findings are the code, the regions and the reason of each.
		findings []string
	}{
		"all regions":                 {"AK302: x", "", []string{"AK302 [] x"}},
		"one of two":                  {"AK302 in one: x", "", []string{"AK302 [one] x", "AK302 [two] "}},
		"both, by name":               {"AK302 in one, two: x", "", []string{"AK302 [] x"}},
		"each for a reason":           {"AK302 in one: x\nAK302 in two: y", "", []string{"AK302 [one] x", "AK302 [two] y"}},
		"one, and the rest":           {"AK302: y\nAK302 in one: x", "", []string{"AK302 [one] x", "AK302 [two] y"}},
		"a region where it is silent": {"AK304 in one, two: x\nAK302: x", "", []string{"AK302 [] x", "AK304 [two] x", "AK008 AK304 does not fire in one"}},
		"the chosen region":           {"AK302 in one: x", "one", []string{"AK302 [] x"}},
		"another than the chosen":     {"AK302 in one: x", "two", []string{"AK302 [] "}},
		"silent in the chosen":        {"AK304: x\nAK302: x", "one", []string{"AK302 [] x"}},
		"a region twice":              {"AK302 in one: x\nAK302 in two, one: y", "", []string{"AK302 [one] x", "AK302 [two] ", "AK008 AK302 is repeated"}},
	} {
		site := `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata:
  name: goproxy
  namespace: goproxy
  annotations:
    athens.gomods.io/accept: |
      ` + strings.ReplaceAll(c.line, "\n", "\n      ") + `
spec:
  host: goproxy.example.com
  athens: {replicas: 2, storage: {azureBlob: {account: acme1, container: gomods, credentials: {secretRef: {name: athens-blob}}}}}
  lathens: {ttl: 1h}
  regions:
  - {name: one, overrides: {host: one.example.com}}
  - {name: two, overrides: {host: two.example.com, lathens: {negativeTTL: ` + map[bool]string{true: "10m", false: "1m"}[strings.Contains(c.line, "AK304")] + `}}}
`
		report := check.Run([]check.File{{Name: "site.yaml", Content: []byte(site)}}, limits.Set{}, c.region, "site.yaml")
		var got []string
		for _, f := range report.All() {
			if f.Code == "AK008" {
				said, _, _ := strings.Cut(f.Message, ":")
				got = append(got, "AK008 "+said)
				continue
			}
			got = append(got, fmt.Sprintf("%s %v %s", f.Code, f.Regions, f.Accepted))
		}
		if diff := cmp.Diff(c.findings, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
