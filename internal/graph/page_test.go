package graph

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/deadlines"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
	"github.com/gomods/athens-kfn/pkg/quote"
)

func page(t *testing.T, s *v1alpha1.AthensSite) string {
	t.Helper()
	out, _, err := Page(manifests.Rendered(s))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// embedded is the data that the page's scripts read.
func embedded(t *testing.T, page string) (d pageData) {
	t.Helper()
	_, data, found := strings.Cut(page, `<script type="application/json" id="data">`)
	data, _, closed := strings.Cut(data, "</script>")
	if !found || !closed {
		t.Fatal("the page has no data")
	}
	if err := json.Unmarshal([]byte(data), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestPage: every box, object and deadline is on it, and nothing is asked of
// the network. test/browser uses it.
func TestPage(t *testing.T) {
	every(t, func(t *testing.T, s *v1alpha1.AthensSite, g *Graph) {
		html := page(t, s)
		if at := strings.Index(html, "{{"); at >= 0 {
			t.Errorf("left over: %.40s", html[at:])
		}
		d := embedded(t, html)
		if objects := site.Objects(s); len(d.Objects) != len(objects) {
			t.Errorf("%d objects of %d", len(d.Objects), len(objects))
		}
		for _, o := range d.Objects {
			if o.Box == "" || !strings.Contains(o.YAML, "kind: "+o.Kind+"\n") {
				t.Errorf("%s %s: box %q, YAML %.30q", o.Kind, o.Name, o.Box, o.YAML)
			}
		}
		for _, n := range g.Nodes {
			if strings.Count(html, `data-id="`+n.ID+`" tabindex="0" role="button"`) != 1 {
				t.Errorf("%s is no button", n.ID)
			}
			if !slices.ContainsFunc(d.Boxes, func(b pageBox) bool { return b.ID == n.ID }) {
				t.Errorf("nothing is known of %s", n.ID)
			}
		}
		if (d.Model != nil) != generators.Meshed(s) || (len(d.Examples) > 0) != generators.Meshed(s) {
			t.Errorf("a model: %v, %d examples", d.Model != nil, len(d.Examples))
		}
		for _, c := range deadlines.Of(s) {
			for _, step := range c.Steps {
				if !strings.Contains(html, `<th scope="row">`+quote.XML(step.Name)+`</th>`) {
					t.Errorf("no deadline %s", step.Name)
				}
			}
		}
		if loads := regexp.MustCompile(`<link[^>]*href="[^d]|src=|@import|url\(`).FindAllString(html, -1); len(loads) > 0 {
			t.Errorf("the page loads %q", loads)
		}
	})
}

// TestPageEscapes: text of the site is text in the page.
func TestPageEscapes(t *testing.T) {
	s := load(t, `{gateway: {ingress: {}, annotations: {note: "</script><script>alert(1)</script><!--"}}, mesh: {mode: None}}`)
	html := page(t, s)
	if strings.Contains(html, "<script>alert") || strings.Contains(html, "<!--") {
		t.Error("an annotation became part of the page")
	}
	if n := strings.Count(html, "</script>"); n != 3 {
		t.Errorf("%d scripts end", n)
	}
	found := slices.ContainsFunc(embedded(t, html).Objects, func(o pageObject) bool { return strings.Contains(o.YAML, "</script><script>alert(1)") })
	if !found {
		t.Error("the annotation is not in the YAML")
	}
}
