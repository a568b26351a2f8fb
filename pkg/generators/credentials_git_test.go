package generators

import (
	"cmp"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// Secrets with characters that mean something to a shell, a URL or git.
const oddPassword = `p'a$(id)"s%2F s\;` + "`x`"

// TestCredentials_ReachTheirServers runs the real go command and git with the
// files and variables of a site against servers that ask for a password.
func TestCredentials_ReachTheirServers(t *testing.T) {
	const spec = `
athens:
  upstream:
    goproxy: "https://proxy.example.com:8443/api,direct"
    goEnv: {GOSUMDB: "off"}
  private:
    patterns: ["git.example.com/*", "lab.example.com/*", "app.example.com/*"]
    netrc: {secretRef: {name: n}}
    gitConfig: {text: "[user]\n\tname = a\n"}
    credentials:
    - {host: git.example.com, token: {secretRef: {name: t}}}
    - {host: lab.example.com, basicAuth: {secretRef: {name: b}}}
    - {host: proxy.example.com, basicAuth: {secretRef: {name: b}}}
    - {host: app.example.com, gitHubApp: {appID: "12345", secretRef: {name: k}}}
`
	secrets := map[string]string{
		"git/git.example.com/password":        oddPassword + "\n", // as echo writes it
		"git/lab.example.com/username":        "al ice",
		"git/lab.example.com/password":        oddPassword,
		"git/proxy.example.com/username":      "bot",
		"git/proxy.example.com/password":      oddPassword,
		"git/app.example.com/private-key.pem": "key",
		".netrc":                              "machine other.example.com login x password y\n",
	}
	for module, want := range map[string]struct{ user, password string }{
		"git.example.com/acme/repo.git":  {"x-access-token", oddPassword},
		"lab.example.com/acme/repo.git":  {"al ice", oddPassword},
		"app.example.com/acme/repo.git":  {"x-access-token", "-username x-access-token -appId 12345 -organization acme -domain app.example.com get"},
		"other.example.com/acme/lib.git": {"", ""}, // no pattern: the proxy has it
	} {
		t.Run(module, func(t *testing.T) {
			s := newGitServers(t)
			out, err := athensRun(t, newSite(t, spec), secrets, s.env(t), "go", "mod", "download", "-json", module+"@v1.0.0")
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			host, _, _ := strings.Cut(module, "/")
			if want.user == "" {
				host, want.user, want.password = "proxy.example.com:8443", "bot", oddPassword
			}
			if got := s.shown(host); got != want.user+":"+want.password {
				t.Errorf("%s was shown %q, want %q", host, got, want.user+":"+want.password)
			}
			for _, other := range []string{"git.example.com", "lab.example.com", "app.example.com", "proxy.example.com:8443", "other.example.com"} {
				if got := s.shown(other); other != host && got != "" {
					t.Errorf("%s was shown %q, which is for %s", other, got, host)
				}
			}
			if strings.Contains(string(out), "p'a$") {
				t.Errorf("the go command prints the password:\n%s", out)
			}
		})
	}
}

func TestCredentials_AnAppAsksForOrganisationsOnly(t *testing.T) {
	for path, want := range map[string]string{
		"acme/repo.git": "acme", "Acme-1_x/a/b": "Acme-1_x", "": "", "../x": "", "a%2Fb/c": "", "a?b/c": "", "-x/y": "-x",
	} {
		cmd := exec.Command("sh", "github-app.sh", "1", "/key", "", "get")
		cmd.Stdin = strings.NewReader("protocol=https\nhost=github.com\npath=" + path + "\n\n")
		cmd.Env = []string{"PATH=" + fakeApp(t) + ":" + os.Getenv("PATH")}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%q: %v: %s", path, err, out)
		}
		_, got, _ := strings.Cut(string(out), "-organization ")
		got, _, _ = strings.Cut(got, " ")
		if got != want {
			t.Errorf("%q: asks for the organisation %q, want %q", path, got, want)
		}
	}
}

// TestCredentials_SSH asks the real git where it goes, with a program in the
// place of ssh that writes down what it is asked.
func TestCredentials_SSH(t *testing.T) {
	site := newSite(t, `
athens:
  private:
    patterns: ["bitbucket.example.com/*", "github.com/acme/*"]
    credentials:
    - {host: bitbucket.example.com, ssh: {port: 7999, user: scm, secretRef: {name: b}}}
    - {host: github.com, ssh: {secretRef: {name: g}}}
`)
	for url, want := range map[string]string{
		"https://bitbucket.example.com/acme/repo.git":   "hostname bitbucket.example.com port 7999 user scm identityfile DIR/git/bitbucket.example.com/ssh-privatekey userknownhostsfile DIR/git/bitbucket.example.com/known_hosts",
		"https://github.com/acme/repo":                  "hostname github.com port 22 user git identityfile DIR/git/github.com/ssh-privatekey userknownhostsfile DIR/git/github.com/known_hosts",
		"ssh://bitbucket.example.com/acme/repo.git":     "hostname bitbucket.example.com port 7999 user scm identityfile DIR/git/bitbucket.example.com/ssh-privatekey userknownhostsfile DIR/git/bitbucket.example.com/known_hosts",
		"ssh://git@other.example.com:2222/acme/repo":    "hostname other.example.com port 2222 user git",
		"https://bitbucket.example.com.evil.example/x/": "",
	} {
		bin := t.TempDir()
		// The real ssh reads its file and prints what it would do.
		script := "#!/bin/sh\nexec " + mustFind(t, "ssh") + " -G \"$@\" >" + bin + "/asked\n"
		if err := os.WriteFile(filepath.Join(bin, "ssh"), []byte(script), 0o700); err != nil { //nolint:gosec // a program
			t.Fatal(err)
		}
		out, err := athensRun(t, site, nil, []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "HTTPS_PROXY=http://127.0.0.1:1"}, "git", "ls-remote", url)
		if err == nil {
			t.Fatalf("%s was read:\n%s", url, out)
		}
		asked, err := os.ReadFile(filepath.Join(bin, "asked")) //nolint:gosec // the test's own
		if err != nil && want != "" {
			t.Fatalf("%s: ssh did not run:\n%s", url, out)
		}
		got := "\n" + string(asked)
		words := strings.Fields(want)
		for i := 0; i < len(words); i += 2 {
			value := words[i+1]
			if at := strings.Index(value, "/"); at >= 0 {
				value = value[at:]
			}
			if _, line, ok := strings.Cut(got, "\n"+words[i]+" "); !ok || !strings.Contains(strings.SplitN(line, "\n", 2)[0], value) {
				t.Errorf("%s: ssh has no %s %s", url, words[i], value)
			}
		}
		if want == "" && len(asked) > 0 {
			t.Errorf("%s is reached by ssh", url)
		}
		if want != "" && !strings.Contains(got, "\nstricthostkeychecking true\n") {
			t.Errorf("%s: ssh does not check the server:\n%s", url, asked)
		}
	}
}

// TestProxy_OfTheGoCommand runs the real go command and git behind a proxy that
// asks for a login, as a Secret has it for a URL.
func TestProxy_OfTheGoCommand(t *testing.T) {
	for name, c := range map[string]struct {
		module, noProxy string
		// hosts that the proxy was asked for
		want []string
	}{
		"git":               {"git.example.com/acme/repo.git", "", []string{"git.example.com:443"}},
		"a module proxy":    {"other.example.org/acme/lib", "", []string{"proxy.example.com:8443"}},
		"beside the proxy":  {"git.example.com/acme/repo.git", "git.example.com", nil},
		"below such a name": {"git.example.com/acme/repo.git", ".example.com", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newGitServers(t)
			s.login = "Basic " + base64.StdEncoding.EncodeToString([]byte("al@ice:p/s:w%d"))
			site := newSite(t, `
athens:
  upstream: {goproxy: "https://proxy.example.com:8443/api,direct", goEnv: {GOSUMDB: "off"}}
  private:
    patterns: [git.example.com/*]
    credentials: [{host: git.example.com, token: {secretRef: {name: t}}}, {host: proxy.example.com, token: {secretRef: {name: t}}}]
egress: {proxy: {url: "`+s.proxy+`", noProxy: ["`+cmp.Or(c.noProxy, "example.net")+`"], credentials: {secretRef: {name: p}}}}
`)
			secrets := map[string]string{"git/git.example.com/password": "x", "git/proxy.example.com/password": "x", proxyUser: "al%40ice", proxyPassword: "p%2Fs%3Aw%25d"}
			out, err := athensRun(t, site, secrets, nil, "go", "mod", "download", "-json", c.module+"@v1.0.0")
			if (err == nil) != (c.want != nil) {
				t.Errorf("%v\n%s", err, out)
			}
			if diff := gocmp.Diff(c.want, s.connects()); diff != "" {
				t.Errorf("the proxy was asked for (-want +got):\n%s\n%s", diff, out)
			}
			if strings.Contains(string(out), "p%2Fs") {
				t.Errorf("the go command prints the password:\n%s", out)
			}
		})
	}
}

func mustFind(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// fakeApp is a directory with a program in the place of git-credential-github-app,
// whose token says how it was called.
func fakeApp(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	script := "#!/bin/sh\necho username=x-access-token\necho \"password=$*\" | sed 's/-privateKeyFile [^ ]* //'\n"
	if err := os.WriteFile(filepath.Join(dir, "git-credential-github-app"), []byte(script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	return dir
}

// gitServers are all hosts of a test behind one HTTP proxy: Git servers, and a
// module proxy on port 8443. Each asks for a password.
type gitServers struct {
	t     *testing.T
	proxy string

	mutex  sync.Mutex
	logins map[string]string
	asked  []string // of the proxy
	// login that the proxy asks for; none if it is empty
	login string
}

// connects are the hosts that the proxy was asked for, each once.
func (s *gitServers) connects() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return unique(s.asked)
}

func newGitServers(t *testing.T) *gitServers {
	t.Helper()
	s := &gitServers{t: t, logins: map[string]string{}}
	root := t.TempDir()
	repo := filepath.Join(root, "acme", "repo.git")
	commands := [][]string{{"init", "-q", "-b", "main", repo}, {"-C", repo, "add", "."},
		{"-C", repo, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "first"}, {"-C", repo, "tag", "v1.0.0"}}
	for i, c := range commands {
		if out, err := exec.Command("git", c...).CombinedOutput(); err != nil { //nolint:gosec // the test's own
			t.Fatalf("%v: %s", err, out)
		}
		if i == 0 {
			if err := os.WriteFile(filepath.Join(repo, "a.txt"), []byte("a"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	execPath, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	backend := &cgi.Handler{Path: filepath.Join(strings.TrimSpace(string(execPath)), "git-http-backend"),
		Env: []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"}}
	tls := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, ok := r.BasicAuth()
		if !ok {
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			http.Error(w, "who is it?", http.StatusUnauthorized)
			return
		}
		s.mutex.Lock()
		s.logins[r.Host] = user + ":" + password
		s.mutex.Unlock()
		if strings.HasPrefix(r.Host, "proxy.") {
			serveModule(w, r)
			return
		}
		backend.ServeHTTP(w, r)
	}))
	t.Cleanup(tls.Close)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		if s.login != "" && r.Header.Get("Proxy-Authorization") != s.login {
			w.Header().Set("Proxy-Authenticate", `Basic realm="proxy"`)
			http.Error(w, "who is it?", http.StatusProxyAuthRequired)
			return
		}
		s.mutex.Lock()
		s.asked = append(s.asked, r.Host)
		s.mutex.Unlock()
		server, err := net.Dial("tcp", tls.Listener.Addr().String())
		if err != nil {
			http.Error(w, "no", http.StatusBadGateway)
			return
		}
		client, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n") // error dropped: the client sees it
		go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
		go func() { _, _ = io.Copy(client, server); _ = client.Close() }()
	}))
	t.Cleanup(proxy.Close)
	s.proxy = proxy.URL
	return s
}

// serveModule is a module proxy with one version of every module.
func serveModule(w http.ResponseWriter, r *http.Request) {
	module, file, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/api/"), "/@v/")
	switch file {
	case "v1.0.0.info":
		_, _ = io.WriteString(w, `{"Version":"v1.0.0"}`)
	case "v1.0.0.mod":
		_, _ = io.WriteString(w, "module "+module+"\n")
	case "v1.0.0.zip":
		_, _ = io.WriteString(w, "PK\x05\x06"+strings.Repeat("\x00", 18))
	default:
		http.NotFound(w, r)
	}
}

func (s *gitServers) env(t *testing.T) []string {
	t.Helper()
	return []string{"HTTPS_PROXY=" + s.proxy, "PATH=" + fakeApp(t) + ":" + os.Getenv("PATH")}
}

// shown is the last login that a host has seen.
func (s *gitServers) shown(host string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.logins[host]
}
