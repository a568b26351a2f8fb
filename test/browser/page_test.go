package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/graph"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

const root = "../.."

// started is the one browser of all tests: each has a tab of its own.
var started context.Context

// TestMain stops the browser after the tests.
func TestMain(m *testing.M) {
	ctx, stop := context.WithCancel(context.Background())
	started = ctx
	code := m.Run()
	stop()
	os.Exit(code)
}

// browser starts it for the first test. Without one the tests are skipped,
// which make test-browser says.
func browser(t *testing.T) context.Context {
	t.Helper()
	if chromedp.FromContext(started) != nil {
		return started
	}
	alloc, _ := chromedp.NewExecAllocator(started,
		chromedp.ExecPath(chromium(t)), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.WindowSize(1400, 1000),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true))
	ctx, _ := chromedp.NewContext(alloc)
	run(t, ctx)
	started = ctx
	return started
}

func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	t.Skip("no chromium and no google-chrome; name one in CHROMIUM")
	return ""
}

// load reads the site of an example, with changes to it.
func load(t *testing.T, example string, changes ...string) *v1alpha1.AthensSite {
	t.Helper()
	in, err := os.ReadFile(filepath.Join(root, "examples", example, "site.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	sites, err := krm.SitesIn(in)
	if err != nil || len(sites) != 1 {
		t.Fatalf("%d sites: %v", len(sites), err)
	}
	for _, change := range changes {
		var node yaml.Node
		if err := yaml.Unmarshal([]byte(change), &node); err != nil {
			t.Fatal(err)
		}
		merge(sites[0], node.Content[0])
	}
	site, problems := strict.Load[v1alpha1.AthensSite](sites[0])
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return site
}

// merge puts fields into an object.
func merge(into, from *yaml.Node) {
	for i := 0; i < len(from.Content); i += 2 {
		key, value := from.Content[i], from.Content[i+1]
		at := -1
		for j := 0; j < len(into.Content); j += 2 {
			if into.Content[j].Value == key.Value {
				at = j + 1
			}
		}
		switch {
		case at < 0:
			into.Content = append(into.Content, key, value)
		case value.Kind == yaml.MappingNode:
			merge(into.Content[at], value)
		default:
			into.Content[at] = value
		}
	}
}

// open writes a site's page to a file and opens it. What the page says on the
// console, and everything that it asks for beside itself, fails the test.
func open(t *testing.T, site *v1alpha1.AthensSite) context.Context {
	t.Helper()
	return openSubject(t, manifests.Rendered(site))
}

func openSubject(t *testing.T, of *manifests.Subject) context.Context {
	t.Helper()
	page, _, err := graph.Page(of)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "site.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := chromedp.NewContext(browser(t))
	console := chromedp.Console(ctx)
	t.Cleanup(func() {
		stop()
		for message, err := range console {
			if err != nil {
				break
			}
			t.Errorf("on the console: %s", message)
		}
	})
	run(t, ctx, chromedp.Navigate("file://"+file), chromedp.WaitReady(chromedp.CSS("#picture svg")))
	return ctx
}

func run(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// eval is the value of an expression in the page.
func eval[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	return get(t, ctx, chromedp.Evaluate[T](expression))
}

func get[T any](t *testing.T, ctx context.Context, action chromedp.Action[T]) T {
	t.Helper()
	out, err := chromedp.Run(ctx, action)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestScreenshots leaves pictures of the page in out/browser, to be looked at.
func TestScreenshots(t *testing.T) {
	for _, example := range []string{"production", "minimal", "laptop"} {
		ctx := open(t, load(t, example))
		for _, scheme := range []string{"light", "dark"} {
			run(t, ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
				_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
					Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
				})
				return err
			}))
			write(t, example+"-"+scheme+".png", get(t, ctx, chromedp.FullScreenshot(100)))
			paper := eval[string](t, ctx, "getComputedStyle(document.body).backgroundColor")
			if dark := paper == "rgb(13, 17, 23)"; dark != (scheme == "dark") {
				t.Errorf("%s: the page is %s", scheme, paper)
			}
		}
		run(t, ctx, chromedp.Click(chromedp.CSS(`.box[data-id="athens"]`)), chromedp.WaitVisible(chromedp.CSS("#detail")))
		write(t, example+"-objects.png", get(t, ctx, chromedp.CaptureScreenshot()))
	}
}

func write(t *testing.T, name string, shot []byte) {
	t.Helper()
	dir := filepath.Join(root, "out/browser")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), shot, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestPhone: on a narrow screen nothing but the picture and the tables scrolls
// sideways, each in its own box.
func TestPhone(t *testing.T) {
	for _, example := range []string{"production", "laptop"} {
		ctx := open(t, load(t, example))
		run(t, ctx, chromedp.EmulateViewport(390, 844))
		if wide := eval[int](t, ctx, "document.documentElement.scrollWidth"); wide != 390 {
			t.Errorf("%s: the page is %d pixels wide on a screen of 390", example, wide)
		}
		if cut := eval[[]string](t, ctx, `[...document.querySelectorAll('h1, h2, p, label, input, select, summary, pre')]
			.filter(e => e.offsetWidth && !e.closest('.p-scroll, .p-picture') && (e.getBoundingClientRect().right > 391 || e.getBoundingClientRect().left < 0) && !e.classList.contains('p-sr'))
			.map(e => e.outerHTML.slice(0, 80))`); len(cut) > 0 {
			t.Errorf("%s: outside the screen: %q", example, cut)
		}
		if small := eval[float64](t, ctx, "(e => 11 * e.getBoundingClientRect().width / e.viewBox.baseVal.width)(document.querySelector('#picture svg'))"); small < 9 {
			t.Errorf("%s: the smallest labels of the picture are %.1f pixels tall", example, small)
		}
		write(t, example+"-phone.png", get(t, ctx, chromedp.FullScreenshot(100)))
	}
}

// TestMouse: a box shows its objects, and so does a row of the list.
func TestMouse(t *testing.T) {
	ctx := open(t, load(t, "production"))
	run(t, ctx, chromedp.Click(chromedp.CSS(`.box[data-id="athens"]`)), chromedp.WaitVisible(chromedp.CSS("#detail")))
	if title := eval[string](t, ctx, "document.querySelector('#detail-title').textContent"); title != "goproxy-athens" {
		t.Errorf("the panel is about %q", title)
	}
	if yaml := eval[string](t, ctx, "document.querySelector('#detail pre').textContent"); !strings.Contains(yaml, "kind: Deployment") {
		t.Errorf("the first object is %s", yaml)
	}
	run(t, ctx, chromedp.Click(chromedp.CSS("#detail-close")), chromedp.WaitNotVisible(chromedp.CSS("#detail")),
		chromedp.SendKeys(chromedp.CSS("#find"), "cronjob"))
	if rows := eval[int](t, ctx, "[...document.querySelectorAll('#rows tr')].filter(r => !r.hidden).length"); rows != 1 {
		t.Errorf("%d rows are CronJobs", rows)
	}
	run(t, ctx, chromedp.Click(chromedp.CSS("#rows tr:not([hidden]) button")), chromedp.WaitVisible(chromedp.CSS("#detail")))
	if yaml := eval[string](t, ctx, "document.querySelector('#detail pre').textContent"); !strings.Contains(yaml, "kind: CronJob") {
		t.Errorf("the row showed %s", yaml)
	}
}

// TestEveryObjectIsOnThePage, as render prints it.
func TestEveryObjectIsOnThePage(t *testing.T) {
	site := load(t, "production")
	ctx := open(t, site)
	var want strings.Builder
	for _, made := range krm.Make(site) {
		if err := krm.WriteStream(&want, made.Node()); err != nil {
			t.Fatal(err)
		}
	}
	if got := eval[string](t, ctx, "JSON.parse(document.getElementById('data').textContent).objects.map(o => o.yaml).join('')"); got != want.String() {
		t.Error("the YAML of the page is not that of the site")
	}
	if n := eval[int](t, ctx, "JSON.parse(document.getElementById('data').textContent).objects.filter(o => !o.box).length"); n != 0 {
		t.Errorf("%d objects belong to no box", n)
	}
}
