package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestKeyboard goes through the page without a mouse.
func TestKeyboard(t *testing.T) {
	ctx := open(t, load(t, "production"))
	focused := func() string {
		return eval[string](t, ctx, "document.activeElement.dataset.id || document.activeElement.id || document.activeElement.textContent.trim()")
	}
	run(t, ctx, chromedp.KeyEvent(kb.Tab))
	if got := focused(); got != "Skip to the picture" {
		t.Fatalf("the first stop is %q", got)
	}
	if left := eval[float64](t, ctx, "document.activeElement.getBoundingClientRect().left"); left < 0 {
		t.Error("the skip link has the focus and is not to be seen")
	}
	// From the picture on, Tab walks through the boxes in the order of a
	// request.
	run(t, ctx, chromedp.KeyEvent(kb.Enter))
	for _, want := range []string{"client", "front-door", "gateway"} {
		run(t, ctx, chromedp.KeyEvent(kb.Tab))
		if got := focused(); got != want {
			t.Fatalf("the focus is on %q, want %q", got, want)
		}
	}
	if width := eval[string](t, ctx, "getComputedStyle(document.activeElement.querySelector('.card')).strokeWidth"); width != "4px" {
		t.Errorf("a box with the focus has a border of %s", width)
	}
	for _, key := range []string{kb.Enter, " "} {
		run(t, ctx, chromedp.KeyEvent(key), chromedp.WaitVisible(chromedp.CSS("#detail")))
		if got := focused(); got != "detail-title" {
			t.Errorf("the focus is on %q, want the panel", got)
		}
		run(t, ctx, chromedp.KeyEvent(kb.Escape), chromedp.WaitNotVisible(chromedp.CSS("#detail")))
		if got := focused(); got != "gateway" {
			t.Errorf("after Escape the focus is on %q, want the box", got)
		}
	}
}

// TestNames: everything that takes the focus says what it is.
func TestNames(t *testing.T) {
	for _, example := range []string{"production", "laptop"} {
		ctx := open(t, load(t, example))
		if nameless := eval[[]string](t, ctx, `[...document.querySelectorAll('a, button, input, select, [role=button]')]
			.filter(e => !(e.getAttribute('aria-label') || e.textContent.trim() || (e.labels && e.labels.length && e.labels[0].textContent.trim())))
			.map(e => e.outerHTML)`); len(nameless) > 0 {
			t.Errorf("%s: without a name: %q", example, nameless)
		}
		if twice := eval[[]string](t, ctx, `(ids => ids.filter((id, i) => ids.indexOf(id) !== i))([...document.querySelectorAll('[id]')].map(e => e.id))`); len(twice) > 0 {
			t.Errorf("%s: twice the same id: %q", example, twice)
		}
		if lost := eval[[]string](t, ctx, `[...document.querySelectorAll('[aria-labelledby]')].flatMap(e => e.getAttribute('aria-labelledby').split(' ')).filter(id => !document.getElementById(id))`); len(lost) > 0 {
			t.Errorf("%s: labels that are not there: %q", example, lost)
		}
	}
}
