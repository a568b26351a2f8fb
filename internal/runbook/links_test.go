package runbook_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/pkg/generators/monitoring"
)

// alerting are sites that differ in the alerts that they ship.
var alerting = []string{
	`{metrics: {runbookURL: "https://wiki.example.com/goproxy.md"}}`,
	`{metrics: {operator: None, runbookURL: "https://wiki.example.com/goproxy.md"}, mesh: {mode: None}}`,
	`{metrics: {operator: AzureManaged, slo: {measuredAt: Gateway}}, mesh: {revision: asm-1-30}}`,
	`{metrics: {}, lathens: {enabled: false}, crathens: {enabled: false}}`,
	`{metrics: {}, mesh: {mode: None}, athens: {version: v0.19.0, upstream: {goproxy: "direct"}}}`,
	`{metrics: {}, athens: {basicAuth: {secretRef: {name: s}}}}`,
}

// Every link of a page goes to one of its headings, as Markdown makes its anchor.
func TestRunbook_LinksReachHeadings(t *testing.T) {
	all := slices.Clone(books(t))
	for _, spec := range alerting {
		all = append(all, of(t, spec))
	}
	links := 0
	for _, b := range all {
		m := read(t, b.page)
		anchors := map[string]bool{}
		for _, h := range m.headings {
			anchors[h.anchor] = true
		}
		for _, l := range m.links {
			anchor, ok := strings.CutPrefix(l, "#")
			if ok {
				links++
			}
			if ok && !anchors[anchor] {
				t.Errorf("%s: no heading has the anchor %s", b.name, l)
			}
		}
	}
	if links < 1000 {
		t.Errorf("%d links only", links)
	}
}

// The section Alerts has a heading for each alert that ships, and no other, in the
// order of the rules, and each has a response. The alerts link there, if the site
// has a runbookURL.
func TestRunbook_HasASectionForEachAlert(t *testing.T) {
	seen := map[string]bool{}
	all := slices.Clone(books(t))
	for _, spec := range alerting {
		all = append(all, of(t, spec))
	}
	for _, b := range all {
		var ships, linked []string
		for _, r := range rules(t, b) {
			if r.Alert == "" {
				continue
			}
			ships = append(ships, r.Alert)
			url, has := r.Annotations["runbook_url"]
			page, anchor, _ := strings.Cut(url, "#")
			if want := metricsURL(b); has != (want != "") || page != want {
				t.Errorf("%s: %s links to %q, want %q", b.name, r.Alert, url, want)
			}
			linked = append(linked, anchor)
		}
		var sections, anchors []string
		for _, h := range under(read(t, b.page), "Alerts") {
			sections, anchors = append(sections, h.text), append(anchors, h.anchor)
		}
		if diff := cmp.Diff(ships, sections); diff != "" {
			t.Errorf("%s: -alerts +sections:\n%s", b.name, diff)
		}
		if diff := cmp.Diff(linked, anchors); diff != "" && metricsURL(b) != "" {
			t.Errorf("%s: -links +anchors:\n%s", b.name, diff)
		}
		for _, name := range ships {
			seen[name] = true
			body := section(b.page, name)
			if response := paragraph(body, 1); !strings.HasSuffix(response, ".") {
				t.Errorf("%s: %s has no response:\n%s", b.name, name, body)
			}
		}
	}
	if len(seen) < 14 {
		t.Errorf("%d alerts only: %v", len(seen), seen)
	}
}

// A site without rules has no sections, and the page names the field that adds
// them.
func TestRunbook_WithoutRulesNamesTheField(t *testing.T) {
	for _, spec := range []string{`{}`, `{metrics: {rules: {enabled: false}}}`} {
		b := of(t, spec)
		if body := section(b.page, "Alerts"); len(under(read(t, b.page), "Alerts")) > 0 || !strings.Contains(body, "no alerts") {
			t.Errorf("%s:\n%s", b.name, body)
		}
	}
}

func metricsURL(b book) string {
	if b.site.Spec.Metrics == nil {
		return ""
	}
	return b.site.Spec.Metrics.RunbookURL
}

// under are the headings right under another one.
func under(m markdown, above string) (out []heading) {
	inside := 0
	for _, h := range m.headings {
		switch {
		case h.text == above:
			inside = h.level
		case h.level <= inside:
			inside = 0
		case inside > 0 && h.level == inside+1:
			out = append(out, h)
		}
	}
	return out
}

// section is the text between a heading and the next one.
func section(page, heading string) string {
	_, rest, _ := strings.Cut(page, "# "+heading+"\n")
	for i, line := range strings.SplitAfter(rest, "\n") {
		if i > 0 && strings.HasPrefix(line, "#") {
			before, _, _ := strings.Cut(rest, "\n"+line)
			return before
		}
	}
	return rest
}

// paragraph of a section, from 0.
func paragraph(body string, n int) string {
	all := strings.Split(strings.TrimSpace(body), "\n\n")
	if n >= len(all) {
		return ""
	}
	return all[n]
}

// rule is a rule as Prometheus reads it.
type rule struct {
	Alert       string
	Annotations map[string]string
}

// rules of a site, from the PrometheusRule or the ConfigMap that holds them.
func rules(t *testing.T, b book) (out []rule) {
	t.Helper()
	for _, o := range monitoring.Rules(b.site) {
		text, err := yaml.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		var held struct {
			Data map[string]string
			Spec json.RawMessage
		}
		if err := yaml.Unmarshal(text, &held); err != nil {
			t.Fatal(err)
		}
		file := []byte(held.Data["rules.yaml"])
		if len(held.Spec) > 0 {
			file = held.Spec
		}
		var groups struct{ Groups []struct{ Rules []rule } }
		if err := yaml.Unmarshal(file, &groups); err != nil {
			t.Fatal(err)
		}
		for _, g := range groups.Groups {
			out = append(out, g.Rules...)
		}
	}
	return out
}
