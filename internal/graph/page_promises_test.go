package graph

import (
	"slices"
	"strings"
	"testing"

	"istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// TestPage_ShowsThePromises of prove --all: all are proven of a rendered site, and a
// broken one has its request, on lines of their own.
func TestPage_ShowsThePromises(t *testing.T) {
	s := load(t, specs["everything"])
	of := manifests.Rendered(s)
	report := of.World.All(false)
	html := page(t, s)
	for _, p := range report.Promises {
		if !strings.Contains(html, `<tr class="passes"><th scope="row">`+p.Name+`</th><td class="p-status">proven</td><td>`+quote.XML(p.Text)+`</td></tr>`) {
			t.Errorf("%s is not on the page, or not proven", p.Name)
		}
	}
	if !strings.Contains(html, quote.XML(report.Count())) {
		t.Error("the page does not count the requests")
	}
	without := slices.DeleteFunc(slices.Clone(of.Objects), func(o generators.Object) bool {
		_, is := o.(*securityv1.AuthorizationPolicy)
		return is
	})
	report = prove.Of(s, without).All(false)
	rows := promiseRows(&report)
	if !strings.Contains(rows, `<tr class="broken"><th scope="row">strangers</th><td class="p-status">broken</td>`) || !strings.Contains(rows, "GET /") || !strings.Contains(rows, "\n  gets") {
		t.Errorf("a broken promise is not shown with its request: %s", rows)
	}
}

// TestPage_NamesWhatLeavesAPromiseUnknown, as text, in its list of what is unknown too.
func TestPage_NamesWhatLeavesAPromiseUnknown(t *testing.T) {
	of := manifests.Rendered(load(t, specs["everything"]))
	at := slices.IndexFunc(of.Objects, func(o generators.Object) bool {
		p, is := o.(*securityv1.AuthorizationPolicy)
		return is && len(p.Spec.GetRules()) > 0
	})
	changed := of.Objects[at].(*securityv1.AuthorizationPolicy).DeepCopy()
	changed.Spec.Rules[0].When = append(changed.Spec.Rules[0].When, &v1beta1.Condition{Key: "<b>", Values: []string{"x"}})
	objects := slices.Clone(of.Objects)
	objects[at] = changed
	of.Objects, of.World = objects, prove.Of(of.Site, objects)
	html, unknown, err := Page(of)
	if err != nil {
		t.Fatal(err)
	}
	named := slices.ContainsFunc(unknown, func(why string) bool { return strings.Contains(why, ": ") && strings.Contains(why, "<b>") })
	if !named || !strings.Contains(html, `<tr class="unknown">`) || !strings.Contains(html, "<li>") || !strings.Contains(html, "&lt;b&gt;") || strings.Contains(html, "<b>") {
		t.Errorf("unknown: %q", unknown)
	}
}
