package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

func TestGoList(t *testing.T) {
	worlds(t, func(t *testing.T, _ *proxytest.Server, url string) {
		l := start(t, "--upstream="+url)
		for module, want := range map[string]string{
			"example.com/plain":          "example.com/plain v1.0.0 v1.1.0 v1.2.0-rc.1",
			"example.com/BigLetters/Mod": "example.com/BigLetters/Mod v0.1.0 v0.2.0",
			"example.com/retracted":      "example.com/retracted v1.0.0",
			"example.com/prerelease":     "example.com/prerelease v0.0.1-alpha v0.0.1-beta.2",
			"example.com/old":            "example.com/old v1.0.0 v2.0.0+incompatible",
			"example.com/untagged":       "example.com/untagged",
		} {
			for range 2 { // the second time from the cache
				if got := proxytest.NewGoCommand(t, l.url).Must(t, "list", "-m", "-versions", module); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
		}
		for _, path := range []string{"/example.com/plain/@v/list", "/example.com/%21big%21letters/%21mod/@v/list"} {
			if _, result, _ := get(t, l.url+path); result != "hit" {
				t.Errorf("%s: %q, want hit", path, result)
			}
		}
	})
}

func TestGoGetLatest(t *testing.T) {
	worlds(t, func(t *testing.T, _ *proxytest.Server, url string) {
		l := start(t, "--upstream="+url)
		for module, version := range map[string]string{
			"example.com/plain":          "v1.1.0",
			"example.com/BigLetters/Mod": "v0.2.0",
			"example.com/retracted":      "v1.0.0",
			"example.com/prerelease":     "v0.0.1-beta.2",
			"example.com/old":            "v2.0.0+incompatible",
			"example.com/untagged":       "v0.0.0-20240102030405-0123456789ab",
		} {
			for range 2 {
				g := proxytest.NewGoCommand(t, l.url)
				g.Must(t, "get", module+"@latest")
				if got := g.GoMod(t); !strings.Contains(got, module+" "+version) {
					t.Errorf("want %s %s in\n%s", module, version, got)
				}
			}
		}
	})
}

// A pinned version asks for neither list nor latest, and all of it is passed
// on.
func TestGoModDownload(t *testing.T) {
	worlds(t, func(t *testing.T, up *proxytest.Server, url string) {
		l := start(t, "--upstream="+url)
		for _, v := range []string{"example.com/BigLetters/Mod@v0.1.0", "example.com/old@v2.0.0+incompatible", "example.com/plain@v1.2.0-rc.1"} {
			proxytest.NewGoCommand(t, l.url).Must(t, "mod", "download", v)
		}
		for _, r := range up.Requests() {
			if strings.HasSuffix(r.URL.Path, "/@v/list") || strings.HasSuffix(r.URL.Path, "/@latest") {
				t.Errorf("asked for %s", r.URL.Path)
			}
		}
	})
}

// For a module that is not there the go command asks the next proxy.
func TestGoFallsThrough(t *testing.T) {
	up := proxytest.Start(t, nil)
	next := proxytest.Start(t, proxytest.Modules())
	l := start(t, "--upstream="+up.URL)
	for range 2 { // the second 404 comes from the cache
		g := proxytest.NewGoCommand(t, l.url+","+next.URL)
		g.Must(t, "get", "example.com/BigLetters/Mod@latest")
		if got := g.GoMod(t); !strings.Contains(got, "example.com/BigLetters/Mod v0.2.0") {
			t.Error(got)
		}
	}
	if got := up.Asked("/example.com/!big!letters/!mod/@v/list"); got != 1 {
		t.Errorf("asked %d times, want 1", got)
	}
	if out, err := proxytest.NewGoCommand(t, l.url).Run("get", "example.com/BigLetters/Mod@latest"); err == nil || !strings.Contains(out, "not found") {
		t.Errorf("without a next proxy: %v\n%s", err, out)
	}
}

// When the upstream fails, the go command lives on stale lists, and where
// there is none it must not take another proxy's word.
func TestGoWhileUpstreamFails(t *testing.T) {
	up := proxytest.Start(t, proxytest.Modules())
	next := proxytest.Start(t, proxytest.Modules())
	l := start(t, "--upstream="+up.URL, "--ttl=1ns", "--stale-while-revalidate=0s")
	list := []string{"list", "-m", "-versions", "example.com/plain"}
	before := proxytest.NewGoCommand(t, l.url).Must(t, list...)
	up.Break(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	if _, result, _ := get(t, l.url+"/example.com/plain/@v/list"); result != "stale" {
		t.Errorf("got %q, want stale", result)
	}
	if got := proxytest.NewGoCommand(t, l.url).Must(t, list...); got != before {
		t.Errorf("got %q, want %q", got, before)
	}
	out, err := proxytest.NewGoCommand(t, l.url+","+next.URL).Run("list", "-m", "-versions", "example.com/old")
	if err == nil || !strings.Contains(out, "500 Internal Server Error") {
		t.Errorf("without a stale list: %v\n%s", err, out)
	}
}
