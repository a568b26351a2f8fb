package browser

import (
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// TestPromises: a broken promise shows its request on lines of their own, and on a
// phone the table fits.
func TestPromises(t *testing.T) {
	site := load(t, "production")
	of := manifests.Rendered(site)
	objects := slices.DeleteFunc(slices.Clone(of.Objects), func(o generators.Object) bool {
		_, is := o.(*securityv1.AuthorizationPolicy)
		return is
	})
	of.Objects, of.World = objects, prove.Of(site, objects)
	ctx := openSubject(t, of)
	if n := eval[int](t, ctx, "document.querySelectorAll('#verdicts tr.broken pre').length"); n == 0 {
		t.Error("no promise is broken")
	}
	if lines := eval[int](t, ctx, "document.querySelector('#verdicts tr.broken pre')?.textContent.split('\\n').length ?? 0"); lines < 2 {
		t.Errorf("a witness has %d lines", lines)
	}
	write(t, "promises.png", get(t, ctx, chromedp.FullScreenshot(100)))
	run(t, ctx, chromedp.EmulateViewport(390, 844))
	if wide := eval[int](t, ctx, "document.documentElement.scrollWidth"); wide != 390 {
		t.Errorf("the page is %d pixels wide on a screen of 390", wide)
	}
	write(t, "promises-phone.png", get(t, ctx, chromedp.FullScreenshot(100)))
}
