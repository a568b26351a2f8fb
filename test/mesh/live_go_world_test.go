package mesh

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/sumdb/note"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
	"github.com/gomods/athens-kfn/test/mesh/live"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// Hosts upstream of Athens, all at one address of the internet.
const (
	modulesHost = "modules.example.org"
	sumHost     = "sum.example.org"
	gitHost     = "git.example.org"
	upstreamIP  = "203.0.113.80"
)

// secretModule is a private module, in a git repository.
const secretModule = gitHost + "/team/secret.git"

// upstream is the internet as far as Athens needs it: a module proxy with a
// checksum database, and the git server of a company.
type upstream struct {
	dir string
	// key of the checksum database, as GOSUMDB takes it.
	key string
	mux *http.ServeMux
	tls tls.Certificate

	mu    sync.Mutex
	asked map[string]int // requests by host
	from  map[string]int // and by the address of their sender
}

// newUpstream is one of proxytest's modules.
func newUpstream(t *testing.T, dir string) *upstream {
	t.Helper()
	return newUpstreamOf(t, dir, http.HandlerFunc(proxytest.Start(t, proxytest.Modules()).Serve))
}

// newUpstreamOf writes the repository, and ca.pem, into a folder.
func newUpstreamOf(t *testing.T, dir string, proxy http.Handler) *upstream {
	t.Helper()
	u := &upstream{dir: dir, mux: http.NewServeMux(), asked: map[string]int{}, from: map[string]int{}}
	ca, err := live.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	if u.tls, err = ca.Pair(modulesHost, sumHost, gitHost); err != nil {
		t.Fatal(err)
	}
	tree, err := proxytest.Tree(proxytest.Modules())
	if err != nil {
		t.Fatal(err)
	}
	signer, key, err := note.GenerateKey(rand.Reader, sumHost)
	if err != nil {
		t.Fatal(err)
	}
	u.key = key
	u.mux.Handle(modulesHost+"/", proxy)
	u.mux.Handle(sumHost+"/", sumdb.NewServer(sumdb.NewTestServer(signer, func(path, version string) ([]byte, error) {
		return checksums(tree, module.Version{Path: path, Version: version})
	})))
	u.mux.Handle(gitHost+"/", &cgi.Handler{
		Path: filepath.Join(git(t, dir, "--exec-path"), "git-http-backend"), Dir: dir, Stderr: io.Discard,
		Env: []string{"GIT_PROJECT_ROOT=" + dir + "/repositories", "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"},
	})
	write := func(file string, text []byte) {
		if err := os.WriteFile(filepath.Join(dir, file), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("ca.pem", ca.PEM)
	work, bare := filepath.Join(dir, "work"), filepath.Join(dir, "repositories/team/secret.git")
	git(t, dir, "init", "-q", work)
	write("work/go.mod", []byte("module "+secretModule+"\n\ngo 1.21\n"))
	write("work/secret.go", []byte("package secret\n"))
	git(t, work, "add", ".")
	git(t, work, "commit", "-q", "-m", "first")
	git(t, work, "tag", "v1.0.0")
	git(t, dir, "clone", "-q", "--bare", work, bare)
	return u
}

// checksums of a module, as a checksum database has them.
func checksums(tree map[string][]byte, m module.Version) ([]byte, error) {
	path, err := module.EscapePath(m.Path)
	if err != nil {
		return nil, err
	}
	base := path + "/@v/" + m.Version
	archive, err := os.CreateTemp(scratch, "zip")
	if err != nil {
		return nil, err
	}
	defer os.Remove(archive.Name())
	defer archive.Close()
	if _, err := archive.Write(tree[base+".zip"]); err != nil {
		return nil, err
	}
	zip, err := dirhash.HashZip(archive.Name(), dirhash.Hash1)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m, err)
	}
	mod, err := dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(tree[base+".mod"])), nil
	})
	return fmt.Appendf(nil, "%s %s %s\n%s %s/go.mod %s\n", m.Path, m.Version, zip, m.Path, m.Version, mod), err
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// serve begins to answer in the network of a cluster.
func (u *upstream) serve(t *testing.T, l *live.Live) {
	t.Helper()
	host, err := l.Host(upstreamIP, modulesHost, sumHost, gitHost)
	if err != nil {
		t.Fatal(err)
	}
	var listener net.Listener
	if err := host.Do(func() error {
		listener, err = net.Listen("tcp", ":443")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: u, TLSConfig: &tls.Config{Certificates: []tls.Certificate{u.tls}}}
	go server.ServeTLS(listener, "", "")
	t.Cleanup(func() { server.Close() })
}

func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ip, _, _ := net.SplitHostPort(r.RemoteAddr)
	u.mu.Lock()
	u.asked[r.Host]++
	u.from[ip]++
	u.mu.Unlock()
	u.mux.ServeHTTP(w, r)
}

// site whose two Athens take their modules from the upstream. On a cluster's
// volume and behind a lock in etcd they would share what they store; here a
// folder is the volume, which needs no lock.
func (u *upstream) site(t *testing.T) manifest.Case {
	t.Helper()
	text := strings.NewReplacer("MODULES", modulesHost, "SUMS", sumHost, "GIT", gitHost).Replace(`
apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
spec:
  host: goproxy.example.com
  egress: {mode: Open} # names of hosts resolve in the pods of this test alone, and not for their Envoys
  athens:
    replicas: 2
    storage: {disk: {size: 10Gi, accessMode: ReadWriteMany}}
    singleFlight: {etcd: {endpoints: ["etcd-0.etcd.etcd.svc.cluster.local:2379"]}}
    upstream:
      goproxy: "https://MODULES"
      sumDBs: ["https://SUMS"]
      goEnv: {GOSUMDB: "off", GOTOOLCHAIN: local}
    private: {patterns: ["GIT/*"]}
`)
	file := filepath.Join(t.TempDir(), "site.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := manifest.Render(program, file)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range c.Objects {
		if o.Kind() == "Deployment" && o.Name() == "goproxy-athens" {
			u.trusted(o.List("spec", "template", "spec", "containers")[0])
		}
	}
	return c
}

// trusted has Athens and its go command take the upstream's certificates: the
// pods of this test have no volumes, as spec.trust needs them.
func (u *upstream) trusted(athens manifest.Object) {
	const variable = "SSL_CERT_FILE"
	ca := u.dir + "/ca.pem"
	for _, e := range athens.List("env") {
		if e.Text("name") == "ATHENS_GO_BINARY_ENV_VARS" {
			e["value"] = e.Text("value") + ";" + variable + "=" + ca
		}
	}
	env, _ := athens["env"].([]any)
	athens["env"] = append(env, map[string]any{"name": variable, "value": ca})
}

// env of the real Athens where its site's is of a container: folders, and the
// lock.
func (u *upstream) env(t *testing.T) []string {
	t.Helper()
	out := []string{"ATHENS_SINGLE_FLIGHT_TYPE=memory"}
	for name, folder := range map[string]string{"HOME": "home", "TMPDIR": "tmp", "ATHENS_DISK_STORAGE_ROOT": "storage"} {
		dir := filepath.Join(u.dir, folder)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(dir, 1000, 1000); err != nil {
			t.Fatal(err)
		}
		out = append(out, name+"="+dir)
	}
	config := []byte("[http]\n\tsslCAInfo = " + u.dir + "/ca.pem\n")
	if err := os.WriteFile(filepath.Join(u.dir, "home/.gitconfig"), config, 0o644); err != nil {
		t.Fatal(err)
	}
	return out
}

// gatewayCA writes what clients must trust into a folder.
func gatewayCA(t *testing.T, dir string) string {
	t.Helper()
	p, err := selfSigned()
	if err != nil {
		t.Fatal(err)
	}
	crt, err := base64.StdEncoding.DecodeString(p.certificate)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "gateway.pem")
	if err := os.WriteFile(file, crt, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}
