package generators

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// TestGit_FollowsNoRedirectToPlainHTTP asks a repository by HTTPS that sends git
// elsewhere, with the real git and the environment of Athens' go command.
func TestGit_FollowsNoRedirectToPlainHTTP(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Fatal(err) // which every developer of this has
	}
	const with = `{athens: {private: {gitConfig: {secretRef: {name: g}}}}}`
	for name, c := range map[string]struct {
		spec, gitConfig string
		// scheme of the repository and of what it leads to
		from, to string
		want     bool
	}{
		"from HTTPS to HTTP":                     {"{}", "", "https", "http", false},
		"from HTTPS to HTTPS, a renamed project": {"{}", "", "https", "https", true},
		"HTTP that a URL names":                  {"{}", "", "", "http", true},
		"from HTTP to HTTP":                      {"{}", "", "http", "http", false},
		"a gitConfig about something else":       {with, "[user]\n\tname = a\n", "https", "http", false},
		"a gitConfig that says otherwise":        {with, "[protocol \"http\"]\n\tallow = always\n", "https", "http", true},
		"a gitConfig that is stricter":           {with, "[protocol \"http\"]\n\tallow = never\n", "", "http", false},
		"a gitConfig for a name":                 {with, "[url \"TARGET\"]\n\tinsteadOf = https://git.example.com/\n", "name", "http", true},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			served := proxytest.OnlyGet(t, ofRepository, func(w http.ResponseWriter, _ *http.Request) {
				asked.Add(1)
				http.NotFound(w, nil)
			})
			target := httptest.NewServer(served)
			if c.to == "https" {
				target.Close()
				target = httptest.NewTLSServer(served)
			}
			t.Cleanup(target.Close)
			elsewhere := proxytest.OnlyGet(t, ofRepository, func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, target.URL+r.URL.Path+"?"+r.URL.RawQuery, http.StatusFound)
			})
			var repository *httptest.Server
			url := target.URL
			switch c.from {
			case "name":
				url = "https://git.example.com"
			case "http":
				repository = httptest.NewServer(elsewhere)
			case "https":
				repository = httptest.NewTLSServer(elsewhere)
			}
			if repository != nil {
				t.Cleanup(repository.Close)
				url = repository.URL
			}

			out, err := gitRun(t, c.spec, strings.ReplaceAll(c.gitConfig, "TARGET", target.URL+"/"), "git", "ls-remote", url+"/repo.git")
			if err == nil {
				t.Fatalf("git read a repository that is none: %s", out)
			}
			if got := asked.Load() > 0; got != c.want {
				t.Errorf("the other server was asked: %v, want %v\n%s", got, c.want, out)
			}
		})
	}
}

// TestGit_OfTheGoCommand: the go command hands the settings on.
func TestGit_OfTheGoCommand(t *testing.T) {
	for protocol, want := range map[string]int32{"": 0, "[protocol \"http\"]\n\tallow = always\n": 1} {
		var asked, sent atomic.Int32
		target := httptest.NewServer(proxytest.OnlyGet(t, ofRepository, func(w http.ResponseWriter, r *http.Request) {
			asked.Store(1)
			http.NotFound(w, r)
		}))
		t.Cleanup(target.Close)
		repository := httptest.NewTLSServer(proxytest.OnlyGet(t, ofRepository, func(w http.ResponseWriter, r *http.Request) {
			sent.Store(1)
			http.Redirect(w, r, target.URL+r.URL.Path+"?"+r.URL.RawQuery, http.StatusFound)
		}))
		t.Cleanup(repository.Close)
		config := protocol + "[url \"" + repository.URL + "/\"]\n\tinsteadOf = https://git.example.com/\n"
		out, err := gitRun(t, `{athens: {upstream: {goEnv: {GOSUMDB: "off", GOFLAGS: "-mod=mod"}}, private: {patterns: [git.example.com], gitConfig: {secretRef: {name: g}}}}}`,
			config, "go", "mod", "download", "git.example.com/repo.git@v1.0.0")
		if err == nil || sent.Load() != 1 || asked.Load() != want {
			t.Errorf("%q: error %v, the repository was asked %d, the other server %d (want %d):\n%s", protocol, err, sent.Load(), asked.Load(), want, out)
		}
	}
}

// ofRepository says whether git asks for something of the repository.
func ofRepository(path string) bool {
	return strings.HasPrefix(path, "/repo") // the go command takes .git off
}

// gitRun runs a command with the environment of Athens' go command, and a file
// as the Secret of gitConfig.
func gitRun(t *testing.T, spec, gitConfig string, command ...string) ([]byte, error) {
	t.Helper()
	return athensRun(t, newSite(t, spec), map[string]string{"gitconfig/.gitconfig": gitConfig}, nil, command...)
}

// athensRun runs a command as Athens runs its go command: with its environment,
// the ConfigMap's files, and those of Secrets by their paths below /etc/athens.
func athensRun(t *testing.T, site *v1alpha1.AthensSite, secrets map[string]string, env []string, command ...string) ([]byte, error) {
	t.Helper()
	server := httptest.NewTLSServer(nil) // all of httptest's have one certificate
	server.Close()
	dir := t.TempDir()
	here := strings.NewReplacer(secretDir, dir+"/", "/etc/athens", dir)
	write := func(file, text string) string {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // the tests' own
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(here.Replace(text)), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, text := range secrets {
		write(name, text)
	}
	for name, text := range athensFiles(&site.Spec.Athens) {
		write("config/"+name, text)
	}
	ca := write("ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	cmd := exec.Command(command[0], command[1:]...) //nolint:gosec // the tests' own commands
	cmd.Dir = dir
	cmd.Env = slices.Concat([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GOMODCACHE=" + filepath.Join(dir, "mod"), "GOTOOLCHAIN=local",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "GIT_SSL_CAINFO=" + ca, "SSL_CERT_FILE=" + ca, "GIT_SSH_COMMAND=false",
	}, strings.Split(here.Replace(goEnv(site)), ";"), env)
	kubelet := strings.NewReplacer("$("+proxyUser+")", secrets[proxyUser], "$("+proxyPassword+")", secrets[proxyPassword])
	for _, v := range append(privateEnv(&site.Spec.Athens), proxyEnv(site)...) {
		cmd.Env = append(cmd.Env, v.Name+"="+kubelet.Replace(here.Replace(v.Value)))
	}
	t.Cleanup(func() { // what an App's token was kept in
		end := exec.Command("git", "credential-cache", "exit")
		end.Env = cmd.Env
		_ = end.Run() // error dropped: most tests have none
	})
	return cmd.CombinedOutput()
}
