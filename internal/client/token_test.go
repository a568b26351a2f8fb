package client

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/gomods/athens-kfn/internal/spectest"
)

const tokenSpec = `gateway:
  clients:
  - {name: github, jwt: {issuer: "https://token.actions.githubusercontent.com", audiences: [goproxy], jwksURI: "https://token.actions.githubusercontent.com/.well-known/jwks", claims: [{name: repository_owner, values: [acme]}]}}`

// The go command sends what GOAUTH prints, and asks again when a token has run
// out. What GitHub answers, a program in curl's place says.
func TestGoCommandSendsTheToken(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	dir := t.TempDir()
	var mu sync.Mutex
	var seen []string
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, r.URL.Path+" "+r.Header.Get("Authorization"))
		switch {
		case r.Header.Get("Authorization") != "Bearer fresh":
			// The next token is another.
			if err := os.WriteFile(filepath.Join(dir, "token"), []byte("fresh"), 0o600); err != nil {
				t.Error(err)
			}
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/example.org/m/@v/list":
			fmt.Fprintln(w, "v1.0.0")
		case strings.HasSuffix(r.URL.Path, ".info"):
			fmt.Fprintln(w, `{"Version": "v1.0.0", "Time": "2026-01-01T00:00:00Z"}`)
		case strings.HasSuffix(r.URL.Path, ".mod"):
			fmt.Fprintln(w, "module example.org/m")
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	write := func(name, text string, mode os.FileMode) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return file
	}
	roots := write("roots.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})), 0o600)
	write("curl", "#!/bin/sh\ncase \"$*\" in *'Bearer request https://github.example.com?a=b&audience=goproxy') printf '{\"value\":\"%s\"}' \"$(cat "+dir+"/token)\";; esac\n", 0o700)
	write("jq", "#!/bin/sh\nsed 's/.*:\"//; s/\".*//'\n", 0o700)
	site := spectest.Sound(t, "goproxy", tokenSpec)
	for _, c := range []struct {
		name  string
		value func(*Guide, Setting) string
		env   []string
	}{
		{"of a variable", func(_ *Guide, s Setting) string { return s.Value }, []string{"GOPROXY_TOKEN=fresh"}},
		{"of GitHub, after one that ran out", (*Guide).gitHubValue, []string{"ACTIONS_ID_TOKEN_REQUEST_TOKEN=request", "ACTIONS_ID_TOKEN_REQUEST_URL=https://github.example.com?a=b"}},
	} {
		guide := Of(site)
		goAuth := ""
		for _, s := range guide.Settings {
			if s.Name == "GOAUTH" {
				goAuth = strings.ReplaceAll(c.value(&guide, s), guide.URL, server.URL)
			}
		}
		write("token", "stale", 0o600)
		mu.Lock()
		seen = nil
		mu.Unlock()
		cmd := exec.Command("go", "list", "-m", "-versions", "example.org/m")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), append(c.env, "GOAUTH="+goAuth, "GOPROXY="+server.URL, "GONOSUMDB=*", "GONOPROXY=none", "GOPRIVATE=", "GOFLAGS=-mod=mod",
			"GOMODCACHE="+filepath.Join(dir, "cache"), "SSL_CERT_FILE="+roots, "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))...)
		out, err := cmd.CombinedOutput()
		mu.Lock()
		if err != nil || !strings.Contains(string(out), "v1.0.0") {
			t.Errorf("%s: %v: %s\nGOAUTH=%s\nthe site saw %q", c.name, err, out, goAuth, seen)
		}
		mu.Unlock()
	}
}

// What go splits off at blanks outside quotes is one program and its arguments.
func TestGoAuthOnWindows_IsOneCommand(t *testing.T) {
	guide := Of(spectest.Sound(t, "goproxy", tokenSpec))
	value := guide.goAuthOnWindows()
	if strings.Contains(value, ";") || strings.Count(value, "'") != 2 || !strings.HasSuffix(value, " #'") {
		t.Errorf("go takes it apart: %s", value)
	}
}
