package generators

import (
	"bytes"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// The real Athens, with the environment and the files of a site, calls servers
// whose authority only trust has: its own calls, those of its go command, and
// git's.
func TestTrust_OfTheRealAthens(t *testing.T) {
	proxytest.Athens(t)
	proxy := httptest.NewTLSServer(proxytest.Start(t, proxytest.Modules()))
	t.Cleanup(proxy.Close)
	git := gitServer(t)
	const module = "git.example.com/repo.git"
	gitConfig := "[url \"" + git.URL + "/\"]\n\tinsteadOf = https://git.example.com/\n"
	for _, c := range []struct {
		name, trust string
		trusted     bool
	}{
		{"without trust", "", false},
		{"beside the image's", `trust: {caCertificates: [{configMapRef: {name: ca}}]}, `, true},
		{"beside the image's, second of two", `trust: {caCertificates: [{configMapRef: {name: other}}, {secretRef: {name: s, key: ca.crt}}]}, `, true},
		{"alone", `trust: {caCertificates: [{configMapRef: {name: ca}}], systemRoots: Exclude}, `, true},
		{"two, and no others", `trust: {caCertificates: [{configMapRef: {name: other}}, {configMapRef: {name: ca}}], systemRoots: Exclude}, `, true},
		{"another one alone", `trust: {caCertificates: [{configMapRef: {name: other}}], systemRoots: Exclude}, `, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			site := newSite(t, "{"+c.trust+`athens: {upstream: {goproxy: "`+proxy.URL+`", sumDBs: ["`+proxy.URL+`"], goEnv: {GOSUMDB: "off", GOFLAGS: -modcacherw, GOTOOLCHAIN: local, GIT_TERMINAL_PROMPT: "0"}}, `+
				`private: {patterns: [git.example.com], gitConfig: {secretRef: {name: g}}}}}`)
			url := proxytest.StartAthensWith(t, onThisMachine(t, site, gitConfig)...)
			for path, want := range map[string]string{
				"/example.com/plain/@v/v1.0.0.info": `"Version":"v1.0.0"`, // its go command
				"/" + module + "/@v/v1.0.0.info":    `"Version":"v1.0.0"`, // git
				"/sumdb/" + strings.TrimPrefix(proxy.URL, "https://") + "/example.com/plain/@v/list": "v1.1.0", // Athens itself
			} {
				r, err := http.Get(url + path) //nolint:gosec,noctx // our own
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(r.Body)
				_ = r.Body.Close()
				if got := err == nil && r.StatusCode == http.StatusOK && bytes.Contains(body, []byte(want)); got != c.trusted {
					t.Errorf("%s: %s %.300s, want it trusted: %v", path, r.Status, body, c.trusted)
				}
			}
		})
	}
}

// onThisMachine is the environment of Athens' container, with the files of its
// volumes in a directory of the test.
func onThisMachine(t *testing.T, site *v1alpha1.AthensSite, gitConfig string) []string {
	t.Helper()
	root := t.TempDir()
	at := func(path string) string { return filepath.Join(root, path) }
	for _, dir := range []string{trustDir, trustedDir, filepath.Dir(gitConfigFile)} {
		if err := os.MkdirAll(at(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write := func(path, text string) {
		if err := os.WriteFile(at(path), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(gitConfigFile, gitConfig)
	for _, m := range trustMounts(site) {
		for _, s := range m.volume.Projected.Sources {
			var file string
			if s.Secret != nil {
				file = s.Secret.Items[0].Path
			} else {
				file = s.ConfigMap.Items[0].Path
			}
			text := testCA(t)
			if s.ConfigMap != nil && s.ConfigMap.Name == "other" {
				text = otherCA
			}
			write(trustDir+"/"+file, strings.TrimSuffix(text, "\n"))
		}
	}
	local := strings.NewReplacer("/etc/athens/", root+"/etc/athens/").Replace
	for _, c := range trustContainers(site) {
		var args []string
		for _, arg := range c.Command[1:] {
			args = append(args, local(arg))
		}
		if out, err := exec.Command(c.Command[0], args...).CombinedOutput(); err != nil { //nolint:gosec,noctx // the site's own
			t.Fatalf("%v: %s", err, out)
		}
	}
	env := append(athensEnv(site), corev1.EnvVar{Name: "GIT_CONFIG_NOSYSTEM", Value: "1"})
	var out []string
	for _, e := range env {
		out = append(out, e.Name+"="+local(strings.ReplaceAll(e.Value, "$$", "$")))
	}
	return out
}

// testCA signs the certificates of all of httptest's servers.
func testCA(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	server.Close()
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

// otherCA is ISRG Root X2, which signs no server of the tests.
const otherCA = `-----BEGIN CERTIFICATE-----
MIICGzCCAaGgAwIBAgIQQdKd0XLq7qeAwSxs6S+HUjAKBggqhkjOPQQDAzBPMQsw
CQYDVQQGEwJVUzEpMCcGA1UEChMgSW50ZXJuZXQgU2VjdXJpdHkgUmVzZWFyY2gg
R3JvdXAxFTATBgNVBAMTDElTUkcgUm9vdCBYMjAeFw0yMDA5MDQwMDAwMDBaFw00
MDA5MTcxNjAwMDBaME8xCzAJBgNVBAYTAlVTMSkwJwYDVQQKEyBJbnRlcm5ldCBT
ZWN1cml0eSBSZXNlYXJjaCBHcm91cDEVMBMGA1UEAxMMSVNSRyBSb290IFgyMHYw
EAYHKoZIzj0CAQYFK4EEACIDYgAEzZvVn4CDCuwJSvMWSj5cz3es3mcFDR0HttwW
+1qLFNvicWDEukWVEYmO6gbf9yoWHKS5xcUy4APgHoIYOIvXRdgKam7mAHf7AlF9
ItgKbppbd9/w+kHsOdx1ymgHDB/qo0IwQDAOBgNVHQ8BAf8EBAMCAQYwDwYDVR0T
AQH/BAUwAwEB/zAdBgNVHQ4EFgQUfEKWrt5LSDv6kviejM9ti6lyN5UwCgYIKoZI
zj0EAwMDaAAwZQIwe3lORlCEwkSHRhtFcP9Ymd70/aTSVaYgLXTWNLxBo1BfASdW
tL4ndQavEi51mI38AjEAi/V3bNTIZargCyzuFJ0nN6T5U6VR5CmD1/iQMVtCnwr1
/q4AaOeMSQ+2b1tbFfLn
-----END CERTIFICATE-----`

// gitServer serves a repository with a module, at v1.0.0, by git's own protocol.
func gitServer(t *testing.T) *httptest.Server {
	t.Helper()
	root := t.TempDir()
	run := func(args ...string) string {
		cmd := exec.Command("git", args...) //nolint:gosec,noctx // the test's own commands
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "HOME="+root, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %s: %v: %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	run("init", "-q", "work")
	if err := os.WriteFile(filepath.Join(root, "work", "go.mod"), []byte("module git.example.com/repo.git\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run("-C", "work", "add", "go.mod")
	run("-C", "work", "commit", "-qm", "a module")
	run("-C", "work", "tag", "v1.0.0")
	run("clone", "-q", "--bare", "work", "repo.git")
	run("clone", "-q", "--bare", "work", "repo") // what the go command may ask for
	server := httptest.NewTLSServer(&cgi.Handler{
		Path: filepath.Join(run("--exec-path"), "git-http-backend"),
		Env:  []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1"},
	})
	t.Cleanup(server.Close)
	return server
}
