package crathens

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
)

// paged answers /catalog with what page returns for a token, and the rest as
// an Athens does that stores nothing.
func paged(page func(token string) string) *athenstest.Recorder {
	return &athenstest.Recorder{Handler: &athenstest.Server{
		Upstream: map[string][]string{"example.com/a": {"v1.0.0"}, "example.com/Upper": {"v1.0.0"}},
		Fault: func(_ *athenstest.Server, r *http.Request) http.Handler {
			if athenstest.Is(r) != "catalog" {
				return nil
			}
			return athenstest.Status(http.StatusOK, page(r.FormValue("token")))
		},
	}}
}

// script is one page after the other, whatever the token; the last one again
// and again.
func script(pages ...string) func(string) string {
	return func(string) string {
		page := pages[0]
		if len(pages) > 1 {
			pages = pages[1:]
		}
		return page
	}
}

func TestCatalog(t *testing.T) {
	const (
		rowA  = `{"module":"example.com/a","version":"v0.9.0"}`
		rowB  = `{"module":"example.com/Upper","version":"v0.9.0"}`
		pageA = `{"modules":[` + rowA + `],"next":"1"}`
		last  = `{"modules":[` + rowB + `]}`
	)
	for name, c := range map[string]struct {
		pages   []string
		modules int // seen and warmed
		stopped string
	}{
		"no rows":               {[]string{`{"modules":[]}`}, 0, ""},
		"null":                  {[]string{`{"modules":null}`}, 0, ""},
		"null next":             {[]string{`{"modules":[` + rowA + `],"next":null}`}, 1, ""},
		"empty next":            {[]string{`{"modules":[` + rowA + `],"next":""}`}, 1, ""},
		"next first":            {[]string{`{"next":"1","modules":[` + rowA + `]}`, last}, 2, ""},
		"two pages":             {[]string{pageA, last}, 2, ""},
		"empty page between":    {[]string{pageA, `{"modules":[],"next":"2"}`, last}, 2, ""},
		"null page between":     {[]string{pageA, `{"modules":null,"next":"2"}`, last}, 2, ""},
		"empty last page":       {[]string{pageA, `{"modules":[]}`}, 1, ""},
		"the same rows twice":   {[]string{pageA, `{"modules":[` + rowA + `,` + rowB + `]}`}, 2, ""},
		"more than is known":    {[]string{`{"x":{"modules":[1]},"modules":[{"module":"example.com/a","version":"v0.9.0","y":[]}]}`}, 1, ""},
		"an escaped path":       {[]string{`{"modules":[{"module":"example.com/!upper","version":"v0.9.0"}]}`}, 1, ""},
		"no path":               {[]string{`{"modules":[{"module":"../../etc","version":"v1.0.0"},{"module":"","version":""},null,` + rowA + `]}`}, 1, ""},
		"no version":            {[]string{`{"modules":[{"module":"example.com/a"},{"module":"example.com/a","version":"../x"},` + rowB + `]}`}, 1, ""},
		"a token that repeats":  {[]string{pageA}, 0, `the token "1" came twice`},
		"tokens in a circle":    {[]string{pageA, `{"modules":[],"next":"2"}`, `{"modules":[` + rowB + `],"next":"1"}`}, 0, `the token "1" came twice`},
		"a token with a quote":  {[]string{"{\"modules\":[],\"next\":\"\\\"\\n\"}"}, 0, `the token "\"\n" came twice`},
		"disk that never fits":  {[]string{`{"modules":[` + rowA + `],"next":"example.com/a|v0.9.0"}`}, 0, "does not fit into a page of 1000000000"},
		"a web page":            {[]string{"<html>welcome</html>"}, 0, "the answer is not Athens'"},
		"nothing":               {[]string{""}, 0, "the answer is not Athens'"},
		"only null":             {[]string{"null"}, 0, "the answer is not Athens'"},
		"a list":                {[]string{"[" + rowA + "]"}, 0, "the answer is not Athens'"},
		"no modules":            {[]string{`{"next":"1"}`}, 0, `there is no "modules"`},
		"modules of a kind":     {[]string{`{"modules":"a"}`}, 0, "the answer is not Athens'"},
		"rows of a kind":        {[]string{`{"modules":["example.com/a"]}`}, 0, "the answer is not Athens'"},
		"next of a kind":        {[]string{`{"modules":[],"next":7}`}, 0, "the answer is not Athens'"},
		"half a page":           {[]string{`{"modules":[` + rowA + `,`}, 0, "the answer is not Athens'"},
		"half a page, no comma": {[]string{`{"modules":[` + rowA}, 0, "the answer is not Athens'"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := paged(script(c.pages...))
				got := New(offline(t, h)).Run(t.Context())
				if c.stopped == "" {
					want(t, got, Summary{Modules: c.modules, Done: c.modules, New: c.modules, Warmed: c.modules})
					return
				}
				contains(t, got.Stopped, "the catalog of http://athens.test", c.stopped)
				equal(t, "requests after a catalog that was not read", h.Paths("list", "info"))
			})
		})
	}
}

func TestPagingThatNeverEnds(t *testing.T) {
	count := 0
	page := func(rows string) func(string) string {
		return func(string) string {
			count++
			return fmt.Sprintf(`{"modules":[`+rows+`],"next":"%[1]d"}`, count)
		}
	}
	for name, c := range map[string]struct {
		page    func(string) string
		stopped string
		pages   int
	}{
		"with new rows":      {page(`{"module":"example.com/a","version":"v0.0.%d"}`), "the catalog needs more than 1 MiB of memory", 14562},
		"with the same rows": {page(`{"module":"example.com/a","version":"v1.0.0"}`), "1000 pages brought nothing new", 1001},
		"without rows":       {page(``), "1000 pages brought nothing new", 1000},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				count = 0
				cfg := offline(t, paged(c.page))
				cfg.MaxCatalogBytes = 1 << 20
				contains(t, New(cfg).Run(t.Context()).Stopped, c.stopped)
				if count != c.pages {
					t.Errorf("%d pages were read, wanted %d", count, c.pages)
				}
			})
		})
	}
}

func TestTokensGoBackAsTheyCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens := []string{"", "a b&c=d", "2!92!MDAwMDI4/+==", "ü%2F#?"}
		h := paged(func(token string) string {
			for i, known := range tokens[:len(tokens)-1] {
				if token == known {
					return `{"modules":[],"next":` + strconv.Quote(tokens[i+1]) + `}`
				}
			}
			if token == tokens[len(tokens)-1] {
				return `{"modules":[{"module":"example.com/a","version":"v0.9.0"}]}`
			}
			return "unknown token " + token
		})
		want(t, New(offline(t, h)).Run(t.Context()), Summary{Modules: 1, Done: 1, New: 1, Warmed: 1})
	})
}

// Disk storage pages wrongly, so its catalog is asked for again as a whole.
func TestDiskStorageIsReadWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &athenstest.Server{Disk: true}
		for i := range 30 {
			path := fmt.Sprintf("example.com/m%02d", i)
			s.Store(path, "v1.0.0", fmt.Sprintf("v0.%d.0", i))
		}
		h := &athenstest.Recorder{Handler: s}
		cfg := offline(t, h)
		cfg.PageSize = 7
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 30, Done: 30})
		equal(t, "catalog", h.Paths("catalog"), "GET /catalog?pagesize=7", "GET /catalog?pagesize=1000000")
	})
}

func TestNoCatalog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &athenstest.Recorder{Handler: &athenstest.Server{External: true, Upstream: map[string][]string{"example.com/a": {"v1.0.0"}}}}
		cfg := offline(t, h)
		got := New(cfg).Run(t.Context())
		contains(t, got.Stopped, "no catalog", "--modules-file")

		cfg.Modules = []string{"example.com/a"}
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 1, Done: 1, New: 1, Warmed: 1})
	})
}

func TestFromThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		there := &athenstest.Server{Fault: failing(athenstest.Status(http.StatusForbidden, ""), always)}
		here := small()
		cfg := offline(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.Host, "other") {
				there.ServeHTTP(w, r)
				return
			}
			here.ServeHTTP(w, r)
		}))
		from, err := ParseSite("http://other.test")
		if err != nil {
			t.Fatal(err)
		}
		cfg.From = []Site{from}
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 1, Done: 1, New: 1, Warmed: 1, Failed: 1,
			Reasons: []Reason{{"the catalog of --from: 403 Forbidden", 1, []string{"http://other.test"}}}})
	})
}
