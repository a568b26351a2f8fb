package check_test

import (
	"strings"
	"testing"

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
		"two":                 {[]string{"AK401: one pod", "AK602:  only our own people:  really"}, 0, 2, ""},
		"a code twice":        {[]string{"AK401: one pod", "AK401: yes"}, 2, 1, "AK401 is repeated: remove one"},
		"what does not fire":  {[]string{"AK403: two are enough"}, 3, 0, "AK403 does not fire: remove the line"},
		"an error":            {[]string{"AK004: it works for me"}, 3, 0, "AK004 is an error, and only warnings"},
		"no reason":           {[]string{"AK401:"}, 3, 0, "AK401 has no reason"},
		"no code":             {[]string{"one pod\x1b is enough"}, 3, 0, "does not begin with a code of check"},
		"an unknown code":     {[]string{"AK999: x"}, 3, 0, `"AK999: x" does not begin with a code of check`},
		"the acceptance rule": {[]string{"AK008: x"}, 3, 0, "AK008 cannot be accepted"},
	} {
		site := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata:\n  name: goproxy\n  namespace: goproxy\n"
		if c.lines != nil {
			site += "  annotations:\n    " + check.AcceptAnnotation + ": |\n      " + strings.ReplaceAll(strings.Join(c.lines, "\n      "), "\x1b", "\u202e") + "\n"
		}
		report := check.Run([]check.File{{Name: "site.yaml", Content: []byte(site + "spec: {host: goproxy.example.com}\n")}}, limits.Set{}, "", "site.yaml")
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
		if strings.Contains(text.String(), "    accepted: ") != (c.accepted > 0) || strings.Contains(text.String(), "\u202e") {
			t.Errorf("%s:\n%s", name, text.String())
		}
	}
}
