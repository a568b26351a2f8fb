package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"

	"github.com/gomods/athens-kfn/internal/crathens"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// environ is an environment of pairs.
func environ(pairs ...string) lookup {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func mustParse(t *testing.T, env lookup, args ...string) *options {
	t.Helper()
	o, problems := parse(args, env)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return o
}

func TestDefaults(t *testing.T) {
	o := mustParse(t, environ(), "--athens=http://athens:3000")
	got := []any{o.Athens.String(), o.MaxVersions, o.Concurrency, o.Rate, o.PageSize, o.Timeout, o.Attempts, o.From == nil, len(o.Modules)}
	if diff := cmp.Diff([]any{"http://athens:3000", 20, 2, 2.0, 1000, 11 * time.Minute, 4, true, 0}, got); diff != "" {
		t.Error(diff)
	}
}

// The generator writes the command line; this reads it.
func TestGeneratorsFlags(t *testing.T) {
	site := &v1alpha1.AthensSite{}
	site.Name, site.Namespace = "goproxy", "modules"
	site.Spec.Host = "goproxy.example.com"
	site.Spec.Crathens.Modules = []string{"golang.org/x/tools"}
	site.Spec.Crathens.RatePerSecond = 7
	site.Default()
	for _, o := range generators.CrathensObjects(site) {
		job, is := o.(*batchv1.CronJob)
		if !is {
			continue
		}
		args := job.Spec.JobTemplate.Spec.Template.Spec.Containers[0].Args
		file := writeFile(t, "golang.org/x/tools\n")
		for i, a := range args {
			if strings.HasPrefix(a, "--modules-file=") {
				args[i] = "--modules-file=" + file
			}
		}
		got := mustParse(t, environ(), args...)
		if got.Athens.String() != generators.URL(site, generators.Athens) {
			t.Errorf("athens is %s", got.Athens)
		}
		if diff := cmp.Diff([]any{20, 2, 7.0, 1_000_000, []string{"golang.org/x/tools"}},
			[]any{got.MaxVersions, got.Concurrency, got.Rate, got.PageSize, got.Modules}); diff != "" {
			t.Error(diff)
		}
		return
	}
	t.Error("the generator makes no CronJob")
}

func TestEnvironment(t *testing.T) {
	o := mustParse(t, environ("CRATHENS_ATHENS", "http://other:3000", "CRATHENS_RATE", "0.5", "CRATHENS_ATTEMPTS", "",
		"CRATHENS_FROM", "https://me:secret@mirror.example.com/catalog", "BASIC_AUTH_USER", "u", "BASIC_AUTH_PASS", "p"),
		"--athens=http://athens:3000")
	if diff := cmp.Diff([]any{"http://athens:3000", 0.5, 4, "https://mirror.example.com"},
		[]any{o.Athens.String(), o.Rate, o.Attempts, o.From[0].String()}); diff != "" {
		t.Error(diff)
	}
	with, err := crathens.ParseSite("http://u:p@athens:3000")
	if err != nil {
		t.Fatal(err)
	}
	if o.Athens != with {
		t.Error("BASIC_AUTH_USER and BASIC_AUTH_PASS are not the login")
	}
}

func TestWrongUsage(t *testing.T) {
	const athens = "--athens=http://athens:3000"
	file := writeFile(t, "k8s.io/api\nFoo\nhttps://k8s.io\n")
	for name, c := range map[string]struct {
		args, env, want []string
	}{
		"nothing":          {nil, nil, []string{"--athens: is missing; write the URL of the Athens to warm"}},
		"no URL":           {[]string{"--athens=athens:3000"}, nil, []string{"--athens: is not a URL; write one such as http://goproxy-athens.goproxy:3000"}},
		"unknown":          {[]string{athens, "--speed=1"}, nil, []string{"flag provided but not defined: --speed"}},
		"no value":         {[]string{athens, "--rate"}, nil, []string{"flag needs an argument: --rate"}},
		"dashes":           {[]string{"---x", athens}, nil, []string{"bad flag syntax: ---x"}},
		"a word":           {[]string{athens, "http://me:secret@other"}, nil, []string{"the last 1 arguments are not flags; write --name=value"}},
		"no number":        {[]string{athens, "--concurrency=two"}, nil, []string{`invalid value "two" for flag --concurrency: parse error`}},
		"too small":        {[]string{athens, "--concurrency=0", "--attempts=-1", "--max-versions-per-module=0", "--catalog-page-size=0"}, nil, []string{"--max-versions-per-module: is 0; write at least 1", "--concurrency: is 0; write at least 1", "--catalog-page-size: is 0; write at least 1", "--attempts: is -1; write at least 1"}},
		"no rate":          {[]string{athens, "--rate=0"}, nil, []string{"--rate: is 0; write a number above 0, as in 2 or 0.5"}},
		"not a number":     {[]string{athens, "--rate=NaN"}, nil, []string{"--rate: is NaN; write a number above 0, as in 2 or 0.5"}},
		"infinite":         {[]string{athens, "--rate=Inf"}, nil, []string{"--rate: is +Inf; write a number above 0, as in 2 or 0.5"}},
		"timeout":          {[]string{athens, "--timeout=10ms"}, nil, []string{"--timeout: is 10ms; write at least 1s, and 660s or more for an Athens that downloads"}},
		"level":            {[]string{athens, "--log-level=loud"}, nil, []string{`--log-level: "loud" is not a level; write debug, info, warn or error`}},
		"address":          {[]string{athens, "--metrics-listen=9090"}, nil, []string{`--metrics-listen: "9090" is not an address; write host:port, as in :9090`}},
		"itself":           {[]string{athens, "--from=http://athens:3000/catalog"}, nil, []string{"--from: is the same site as --athens; write another one"}},
		"no other URL":     {[]string{athens, "--from=me:secret@x"}, nil, []string{"--from: is not a URL; write one such as http://goproxy-athens.goproxy:3000"}},
		"no file":          {[]string{athens, "--modules-file=/no/such/file"}, nil, []string{"--modules-file: open /no/such/file: no such file or directory"}},
		"a wrong file":     {[]string{athens, "--modules-file=" + file}, nil, []string{`--modules-file: line 2: "Foo" is not a module path; write one, as in golang.org/x/tools`, `--modules-file: line 3: "https://k8s.io" begins with a scheme; write the module path, as in golang.org/x/tools`}},
		"no go.sum":        {[]string{athens, "--go-sum=/no/such/file"}, nil, []string{"--go-sum: /no/such/file: open /no/such/file: no such file or directory"}},
		"a wrong go.sum":   {[]string{athens, "--go-sum=" + file}, nil, []string{`--go-sum: ` + file + `: line 1: "k8s.io/api" is not a line of a go.sum; write MODULE VERSION HASH, as go mod tidy does`, `--go-sum: ` + file + `: line 2: "Foo" is not a line of a go.sum; write MODULE VERSION HASH, as go mod tidy does`, `--go-sum: ` + file + `: line 3: "https://k8s.io" is not a line of a go.sum; write MODULE VERSION HASH, as go mod tidy does`}},
		"a plain go.sum":   {[]string{athens, "--go-sum=http://me:secret@sums.example.com/go.sum"}, nil, []string{"--go-sum: is a URL without TLS, which anyone on the way can change; write https://"}},
		"globs":            {[]string{athens, "--allow=a,,b", "--exclude=[,x y"}, nil, []string{`--allow: "" is not a glob; write some, as in example.com/*,golang.org/x`, `--exclude: "[" is not a glob; write some, as in example.com/*,golang.org/x`, `--exclude: "x y" is not a glob; write some, as in example.com/*,golang.org/x`}},
		"budgets":          {[]string{athens, "--max-bytes=-1", "--max-duration=-1s"}, nil, []string{"--max-bytes: is -1; write bytes, or 0 for no bound", "--max-duration: is -1s; write a time such as 30m, or 0s for no bound"}},
		"half a login":     {[]string{athens}, []string{"BASIC_AUTH_USER", "u"}, []string{"BASIC_AUTH_USER and BASIC_AUTH_PASS: one is empty; set both or none"}},
		"environment":      {[]string{athens}, []string{"CRATHENS_RATE", "fast"}, []string{`CRATHENS_RATE: "fast" cannot be read: parse error`}},
		"everything, once": {[]string{"--x", "--rate=a", "--timeout=b", "--concurrency=0"}, nil, []string{"flag provided but not defined: --x", `invalid value "a" for flag --rate: parse error`, `invalid value "b" for flag --timeout: parse error`, "--athens: is missing; write the URL of the Athens to warm", "--concurrency: is 0; write at least 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := parse(c.args, environ(c.env...))
			var got []string
			for _, p := range problems {
				got = append(got, p.Error())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "modules.txt")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
