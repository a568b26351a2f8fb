package crathens

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"golang.org/x/mod/module"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
)

const aSum = " h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=\n"

func TestReadGoSum_ReadsEachVersionOnceAndNamesEveryWrongLine(t *testing.T) {
	for name, c := range map[string]struct {
		text, problem string // the last
		versions      []string
		problems      int
	}{
		"both lines": {"example.com/A v1.0.0" + aSum + "example.com/A v1.0.0/go.mod" + aSum, "", []string{"example.com/A@v1.0.0"}, 0},
		"go.mod":     {"\n example.com/a v1.0.0/go.mod" + aSum, "", []string{"example.com/a@v1.0.0"}, 0},
		"toolchain":  {"golang.org/toolchain v0.0.1-go1.22.0.linux-amd64" + aSum, "", []string{"golang.org/toolchain@v0.0.1-go1.22.0.linux-amd64"}, 0},
		"majors":     {"example.com/a v2.0.0+incompatible" + aSum + "example.com/a/v2 v2.1.0" + aSum, "", []string{"example.com/a@v2.0.0+incompatible", "example.com/a/v2@v2.1.0"}, 0},
		"conflict":   {"<<<<<<< HEAD\nexample.com/a v1.0.0" + aSum, `line 1: "<<<<<<< HEAD" is not a line of a go.sum`, []string{"example.com/a@v1.0.0"}, 1},
		"path":       {"../../etc/passwd v1.0.0" + aSum, "line 1: ", nil, 1},
		"version":    {"example.com/a v1" + aSum + "example.com/a ../x" + aSum + "example.com/a/v2 v1.0.0" + aSum, "line 3: ", nil, 3},
		"escapes":    {"\x1b[2J \u009b x\n", "line 1: ", nil, 1},
		"web page":   {strings.Repeat("<html>\n", 1000), "further lines are not read; mend these first", nil, maxProblems + 1},
		"lines":      {strings.Repeat("\n", maxGoSumLines+1), "has more than 100000 lines; split it", nil, 1},
		"long line":  {strings.Repeat("a", 1<<17), "after line 0: bufio.Scanner: token too long", nil, 1},
		"long path":  {"example.com/" + strings.Repeat("a", 5000) + " v1.0.0" + aSum, "line 1: ", nil, 1},
		"bytes":      {strings.Repeat(strings.Repeat(" ", 1023)+"\n", maxGoSum>>10) + "\n", "is longer than 16 MiB; split it", nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			pinned, problems := ReadGoSum(strings.NewReader(c.text))
			var got []string
			for _, v := range pinned {
				got = append(got, v.String())
			}
			equal(t, "versions", got, c.versions...)
			if len(problems) != c.problems || c.problems > 0 && !strings.HasPrefix(problems[len(problems)-1].Error(), c.problem) {
				t.Errorf("%d problems, want %d and %q: %v", len(problems), c.problems, c.problem, problems)
			}
			if text := fmt.Sprint(problems); strings.ContainsAny(text, "\x1b\u009b") || len(text) > 8000 {
				t.Errorf("%d bytes: %.300q", len(text), text)
			}
		})
	}
}

func TestParseGoSumURL_TakesTLSOrThisMachine(t *testing.T) {
	for raw, want := range map[string]bool{
		"https://example.com/app/go.sum": true, "http://127.0.0.1:80/go.sum": true, "http://localhost/go.sum": true, "http://[::1]/go.sum": true,
		"http://example.com/go.sum": false, "http://localhost.example.com/go.sum": false, "http://127.0.0.1.example.com/x": false,
		"file:///etc/passwd": false, "ftp://secret/go.sum": false, "https://me:secret@example.com/go.sum?x=1": false, "https://": false,
	} {
		if _, err := ParseGoSumURL(raw); (err == nil) != want || err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestPinned_AreWarmedHoweverOldBesideTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &athenstest.Server{Upstream: map[string][]string{
			"example.com/a": {"v0.1.0", "v0.2.0", "v1.0.0", "v1.1.0"}, "example.com/b": {"v1.0.0", "v1.1.0"},
		}, Retract: map[string]string{"example.com/a": "retract v0.2.0"}}
		s.Store("example.com/a", "v1.0.0")
		r := &athenstest.Recorder{Handler: s}
		cfg := offline(t, r)
		cfg.MaxVersions = 1
		cfg.Pinned = []module.Version{{Path: "example.com/b", Version: "v1.0.0"}, {Path: "example.com/a", Version: "v0.2.0"}, {Path: "example.com/a", Version: "v1.0.0"}, {Path: "example.com/a", Version: "v0.2.0"}}
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 2, Done: 2, New: 3, Warmed: 3})
		equal(t, "stored", s.Stored(), "example.com/a@v0.2.0", "example.com/a@v1.0.0", "example.com/a@v1.1.0", "example.com/b@v1.0.0")
		equal(t, "lists", r.Paths("list"), "GET /example.com/a/@v/list")
	})
}

func TestGoSumURL_IsReadWithoutAthensLoginAndWithoutRedirects(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.Handler
		want   Summary
	}{
		"a go.sum": {athenstest.Status(200, "example.com/a v0.1.0"+aSum), Summary{Modules: 1, Done: 1, New: 1, Warmed: 1}},
		"redirect": {athenstest.Status(302, "", "Location", "http://athens.test/catalog"), Summary{Failed: 1,
			Reasons: []Reason{{"the go.sum of --go-sum: 302 Found, a redirect; write its target instead", 1, []string{"https://sums.test/go.sum"}}}}},
		"web page": {athenstest.Status(200, "<html>"), Summary{Failed: 1,
			Reasons: []Reason{{"the go.sum of --go-sum: it is not a go.sum", 1, []string{"https://sums.test/go.sum"}}}}},
		"endless": {athenstest.Status(200, strings.Repeat("\n", maxGoSumLines+1)), Summary{Failed: 1,
			Reasons: []Reason{{"the go.sum of --go-sum: it is not a go.sum", 1, []string{"https://sums.test/go.sum"}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &athenstest.Server{Upstream: map[string][]string{"example.com/a": {"v0.1.0"}}, User: "me", Pass: "secret"}
				cfg := offline(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Host != "sums.test" {
						s.ServeHTTP(w, r)
						return
					}
					if _, _, login := r.BasicAuth(); login {
						t.Error("the login goes to the server of the go.sum")
					}
					c.answer.ServeHTTP(w, r)
				}))
				cfg.Athens = cfg.Athens.WithLogin("me", "secret")
				from, err := ParseGoSumURL("https://sums.test/go.sum")
				if err != nil {
					t.Fatal(err)
				}
				cfg.GoSums = []Site{from}
				want(t, New(cfg).Run(t.Context()), c.want)
			})
		})
	}
}
