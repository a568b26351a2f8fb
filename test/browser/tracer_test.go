package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// TestTracerIsProve asks the page and prove the same: every request of prove's
// table, and many that are made by chance.
func TestTracerIsProve(t *testing.T) {
	for _, c := range []struct{ example, change string }{
		{"production", "{}"},
		{"production", "spec: {gateway: {catalogClients: [{name: other-regions, cidrs: [192.0.2.0/24]}]}}"},
		{"minimal", "{}"},
		{"minimal", `spec: {gateway: {extAuthz: {provider: opa}, clients: [{name: offices, cidrs: [192.0.2.0/24]}, {name: ci, jwt: {issuer: "https://ci.example.com", audiences: [goproxy], jwksURI: "https://ci.example.com/keys"}}]}}`},
		{"minimal", "spec: {lathens: {enabled: false}}"},
	} {
		example := c.example + " " + c.change
		site := load(t, c.example, c.change)
		world := prove.New(site)
		ctx := open(t, site)
		var requests []prove.Request
		for _, r := range world.Table() {
			if r.Port == 0 { // the page has none
				requests = append(requests, again(r.Request))
			}
		}
		random := rand.New(rand.NewPCG(1, uint64(len(example))))
		for range 2000 {
			requests = append(requests, chance(random, world.Callers(), site.Spec.Host, generators.HasList(site)))
		}
		answers := ask(t, ctx, requests)
		wrong, reached := 0, map[int]int{}
		for i, r := range requests {
			want := world.Ask(again(r))
			reached[want.Status]++
			if diff := cmp.Diff(want, answers[i], cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: %+v: -prove +page:\n%s", example, r, diff)
				if wrong++; wrong == 5 {
					break
				}
			}
		}
		for _, status := range []int{0, 200, 403, 404, 405} {
			if reached[status] == 0 {
				t.Errorf("%s: no request came to %d: %v", example, status, reached)
			}
		}
	}
}

// again is a request with headers of its own, and as it was before Ask
// normalized it.
func again(r prove.Request) prove.Request {
	headers := map[string]string{}
	for name, value := range r.Headers {
		headers[name] = value
	}
	r.Headers = headers
	return r
}

// ask the page.
func ask(t *testing.T, ctx context.Context, requests []prove.Request) []prove.Answer {
	t.Helper()
	type request struct {
		As      string            `json:"as"`
		Method  string            `json:"method"`
		Path    string            `json:"path"`
		Host    string            `json:"host"`
		To      string            `json:"to"`
		Headers map[string]string `json:"headers"`
	}
	var in []request
	for _, r := range requests {
		in = append(in, request{r.As, r.Method, r.Path, r.Host, r.To, r.Headers})
	}
	encoded, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	text := eval[string](t, ctx, "JSON.stringify("+string(encoded)+".map(window.ask))")
	var out []prove.Answer
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// chance makes a request of parts that mean something to routes, policies and
// the normalization of paths.
func chance(random *rand.Rand, callers []string, host string, hasList bool) prove.Request {
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	var path strings.Builder
	for range 1 + random.IntN(5) {
		path.WriteString(pick("/", "/", "/golang.org/x/mod", "/@v", "/@v/list", "/@latest", "/@v/v1.2.3.info", "/v1.mod", ".zip",
			"/..", "/.", "/catalog", "/index", "/healthz", "/sumdb/x", "%2e%2E", "%2f", "%41", "%", "%4", "%zz", "%00", `\`, "//", "?", "#", "a", "!x", "%21"))
	}
	text := path.String()
	if random.IntN(20) > 0 && !strings.HasPrefix(text, "/") {
		text = "/" + text
	}
	r := prove.Request{As: pick(callers...), Method: pick("GET", "GET", "GET", "HEAD", "POST", "PUT"), Path: text, Headers: map[string]string{}}
	outside := []string{prove.Client, prove.Unlisted, prove.Internet, prove.Region}
	if !slices.Contains(outside, r.As) && !strings.HasPrefix(r.As, prove.Client) && hasList {
		r.To = pick("", generators.Athens, generators.List)
	}
	if random.IntN(5) == 0 {
		r.Host = pick(host, strings.ToUpper(host), host+":443", "evil.example.net", "["+host+"]:1", host+":1:2")
	}
	if random.IntN(3) == 0 {
		r.Headers["x-azure-fdid"] = pick("11111111-2222-3333-4444-555555555555", "other")
	}
	return r
}

// TestForm traces a request as a person does.
func TestForm(t *testing.T) {
	ctx := open(t, load(t, "production"))
	answer := func() string { return eval[string](t, ctx, "document.querySelector('#answer').textContent") }
	for _, c := range []struct{ as, method, path, want string }{
		{"client", "GET", "/golang.org/x/mod/@v/list", "200 by lathens"},
		{"client", "GET", "/catalog", "404 by gateway"},
		{"crathens", "GET", "/catalog", "200 by athens"},
		{"plain", "GET", "/catalog", "closed by athens"},
		{"client", "get", "/catalog", "upper case"},
		{"client", "GET", "catalog", "begins with /"},
		{"client", "GET", "/a b", "no spaces"},
	} {
		run(t, ctx,
			chromedp.SetValue(chromedp.CSS("[name=as]"), c.as),
			chromedp.SetValue(chromedp.CSS("[name=method]"), c.method),
			chromedp.SetValue(chromedp.CSS("[name=path]"), c.path),
			chromedp.Click(chromedp.CSS("#tracer button")))
		if got := answer(); !strings.Contains(got, c.want) {
			t.Errorf("%+v: %s", c, got)
		}
	}
	// An example fills the form and shows its answer.
	n := eval[int](t, ctx, "document.querySelectorAll('#examples tr').length")
	for i := range n {
		text := eval[string](t, ctx, fmt.Sprintf(`(b => {b.click(); const c = b.closest('tr').cells;
			return c[2].textContent + ' by ' + c[3].textContent})(document.querySelector('[data-example="%d"]'))`, i))
		if got := answer(); !strings.HasPrefix(got, text) {
			t.Errorf("example %d says %q, and the form %q", i, text, got)
		}
	}
	if n == 0 {
		t.Error("there are no examples")
	}
}
