package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// goCommand runs the real go command in a module of its own, with an empty
// module cache.
type goCommand struct {
	dir string
	env []string
}

func newGoCommand(t *testing.T, goproxy string) *goCommand {
	t.Helper()
	g := &goCommand{dir: t.TempDir()}
	// One key each: the go command takes the last one, readers do not.
	for _, e := range os.Environ() {
		switch key, _, _ := strings.Cut(e, "="); key {
		case "GOPROXY", "GOFLAGS", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOMODCACHE", "GOSUMDB", "GOTOOLCHAIN", "GOWORK":
		default:
			g.env = append(g.env, e)
		}
	}
	g.env = append(g.env, "GOPROXY="+goproxy, "GOFLAGS=-mod=mod -modcacherw", "GONOSUMDB=*", "GONOPROXY=none",
		"GOMODCACHE="+t.TempDir(), "GOTOOLCHAIN=local", "GOWORK=off")
	if err := os.WriteFile(filepath.Join(g.dir, "go.mod"), []byte("module example.com/client\n\ngo 1.21\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return g
}

// run returns the command's standard output, or its error and all it said.
func (g *goCommand) run(args ...string) (string, error) {
	cmd := exec.Command("go", args...) //nolint:gosec,noctx // a test's own arguments
	cmd.Dir, cmd.Env = g.dir, g.env
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return said.String(), err
	}
	return strings.TrimSpace(string(out)), nil
}

// must is run for what has to work.
func (g *goCommand) must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := g.run(args...)
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func (g *goCommand) goMod(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(g.dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

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
				if got := newGoCommand(t, l.url).must(t, "list", "-m", "-versions", module); got != want {
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
				g := newGoCommand(t, l.url)
				g.must(t, "get", module+"@latest")
				if got := g.goMod(t); !strings.Contains(got, module+" "+version) {
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
			newGoCommand(t, l.url).must(t, "mod", "download", v)
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
		g := newGoCommand(t, l.url+","+next.URL)
		g.must(t, "get", "example.com/BigLetters/Mod@latest")
		if got := g.goMod(t); !strings.Contains(got, "example.com/BigLetters/Mod v0.2.0") {
			t.Error(got)
		}
	}
	if got := up.Asked("/example.com/!big!letters/!mod/@v/list"); got != 1 {
		t.Errorf("asked %d times, want 1", got)
	}
	if out, err := newGoCommand(t, l.url).run("get", "example.com/BigLetters/Mod@latest"); err == nil || !strings.Contains(out, "not found") {
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
	before := newGoCommand(t, l.url).must(t, list...)
	up.Break(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	if _, result, _ := get(t, l.url+"/example.com/plain/@v/list"); result != "stale" {
		t.Errorf("got %q, want stale", result)
	}
	if got := newGoCommand(t, l.url).must(t, list...); got != before {
		t.Errorf("got %q, want %q", got, before)
	}
	out, err := newGoCommand(t, l.url+","+next.URL).run("list", "-m", "-versions", "example.com/old")
	if err == nil || !strings.Contains(out, "500 Internal Server Error") {
		t.Errorf("without a stale list: %v\n%s", err, out)
	}
}
