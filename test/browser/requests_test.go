package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/gomods/athens-kfn/internal/manifests"
)

// TestRequests: the list is prove's table, it can be filtered, and an open request
// marks the program that answers.
func TestRequests(t *testing.T) {
	site := load(t, "production")
	ctx := open(t, site)
	table := manifests.Rendered(site).World.Table()
	shown := func() int {
		return eval[int](t, ctx, "[...document.querySelectorAll('#answers tr')].filter(r => !r.hidden).length")
	}
	if n := shown(); n != len(table) {
		t.Errorf("%d requests of %d", n, len(table))
	}
	for i, r := range table {
		got := get(t, ctx, chromedp.Evaluate[[]string](fmt.Sprintf(`new Promise(done => {
			const row = document.querySelectorAll('#answers tr')[%d];
			row.querySelector('details').addEventListener('toggle', () => setTimeout(() => {
				const hit = document.querySelector('.p-picture .box.hit');
				done([row.cells[0].textContent, row.cells[3].textContent, hit ? hit.dataset.id : '', String(document.querySelectorAll('#answers details[open]').length)]);
			}), { once: true });
			row.querySelector('summary').click();
		})`, i), chromedp.EvalAwaitPromise))
		if got[0] != r.As || got[1] != r.Answer.By {
			t.Errorf("row %d is %q, want %s by %s", i, got, r.As, r.Answer.By)
		}
		if onPicture := eval[bool](t, ctx, fmt.Sprintf(`!!document.querySelector('.box[data-id="%s"]')`, r.Answer.By)); onPicture != (got[2] == r.Answer.By) {
			t.Errorf("%s of %s: the picture marks %q", r.Line(), r.As, got[2])
		}
		if got[3] != "1" {
			t.Errorf("%s requests are open", got[3])
		}
	}
	run(t, ctx, chromedp.SendKeys(chromedp.CSS("#find-request"), "SUMDB"))
	if n := shown(); n == 0 || n == len(table) {
		t.Errorf("%d requests have sumdb in them", n)
	}
	run(t, ctx, chromedp.Evaluate[chromedp.Void](`(s => { s.value = 'plain'; s.dispatchEvent(new Event('input')); })(document.getElementById('as'))`))
	if n := shown(); n != 0 {
		t.Errorf("%d requests of sumdb are plain's", n)
	}
}
