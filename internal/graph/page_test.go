package graph

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/internal/deadlines"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/prove"
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
		before, data, _ := strings.Cut(html, `<script type="application/json"`)
		_, after, _ := strings.Cut(data, "</script>")
		if left := regexp.MustCompile(`{{.*`).FindString(before + after); left != "" {
			t.Errorf("left over: %s", left)
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
		if generators.Meshed(s) == strings.Contains(html, `<section id="requests" tabindex="-1" aria-labelledby="h-requests" hidden>`) {
			t.Error("the requests are shown without a mesh, or hidden with one")
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
	if n := strings.Count(html, "</script>"); n != 2 {
		t.Errorf("%d scripts end", n)
	}
	found := slices.ContainsFunc(embedded(t, html).Objects, func(o pageObject) bool { return strings.Contains(o.YAML, "</script><script>alert(1)") })
	if !found {
		t.Error("the annotation is not in the YAML")
	}
}

// TestPage_ShowsTheAnswersOfProve: each row of prove's table, its steps, and as a
// fault only what the site promises otherwise.
func TestPage_ShowsTheAnswersOfProve(t *testing.T) {
	of := manifests.Rendered(load(t, specs["everything"]))
	rows, callers := requestRows(of.World)
	for _, r := range of.World.Table() {
		if !strings.Contains(rows, `<summary>`+quote.XML(r.Line())+`</summary>`) || !strings.Contains(callers, "<option>"+r.As+"</option>") {
			t.Errorf("%s of %s is not on the page", r.Line(), r.As)
		}
		for _, step := range r.Answer.Steps {
			if !strings.Contains(rows, quote.XML(quote.Text(step))) {
				t.Errorf("%s: the page does not say that %s", r.Line(), step)
			}
		}
	}
	if !strings.Contains(rows, `<tr class="refused"`) || !strings.Contains(rows, `"p-status">404, as promised<`) || strings.Contains(rows, `<tr class="broken"`) {
		t.Error("a refusal that the site promises is not shown as one")
	}
	objects := slices.DeleteFunc(slices.Clone(of.Objects), func(o generators.Object) bool {
		p, is := o.(*securityv1.AuthorizationPolicy)
		return is && p.Spec.GetAction() == v1beta1.AuthorizationPolicy_ALLOW && len(p.Spec.GetRules()) > 0
	})
	if len(objects) == len(of.Objects) {
		t.Fatal("no policy was removed")
	}
	rows, _ = requestRows(prove.Of(of.Site, objects))
	if !strings.Contains(rows, `<tr class="broken"`) || !strings.Contains(rows, ", but the site promises 200 by athens") {
		t.Error("an answer that breaks a promise is not shown as a fault")
	}
}
