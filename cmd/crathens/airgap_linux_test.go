package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// carried exports versions and imports them, and returns the directory.
func carried(t *testing.T, d *proxytest.Database, versions ...string) string {
	t.Helper()
	folder := t.TempDir()
	archive, tree := filepath.Join(folder, "site.tar"), filepath.Join(folder, "tree")
	mustRun(t, "export", "--go-sum="+writeFile(t, d.GoSum(t, versions...)), "--proxy="+d.URL, "--sumdb="+d.Key, "-o="+archive)
	mustRun(t, "import", "--dir="+tree, "--sumdb="+d.Key, archive)
	return tree
}

func mustRun(t *testing.T, args ...string) {
	t.Helper()
	if code := run(t.Context(), args, environ(), t.Output(), t.Output()); code != 0 {
		t.Fatalf("crathens %s: exit %d", strings.Join(args, " "), code)
	}
}

// closedNetwork makes processes see no network but a loopback that is down.
func closedNetwork() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if uid := os.Getuid(); uid != 0 {
		attr.Cloneflags |= syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
	}
	return attr
}

// In a network without a route, a program is built and run from the tar alone, and
// its checksums are those of the database.
func TestAirGap_BuildsAProgramWithoutANetwork(t *testing.T) {
	try := exec.Command("true") //nolint:noctx // ends by itself
	if try.SysProcAttr = closedNetwork(); try.Run() != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no network namespace can be made")
		}
		t.Skip("skipped: no network namespace can be made; run as root, or allow user namespaces")
	}
	d := proxytest.StartDatabase(t, proxytest.Modules())
	g := d.GoCommand(t, "file://"+filepath.ToSlash(carried(t, d, "example.com/plain@v1.0.0", "example.com/BigLetters/Mod@v0.1.0")))
	g.Attr = closedNetwork()
	if out, err := (&proxytest.GoCommand{Dir: g.Dir, Env: append(g.Env, "GOPROXY="+d.URL), Attr: g.Attr}).Run("mod", "download", "example.com/plain@v1.0.0"); err == nil {
		t.Fatalf("there is a network: %s", out)
	}
	program := "package main\n\nimport (\n\t_ \"example.com/BigLetters/Mod\"\n\t_ \"example.com/plain\"\n)\n\nfunc main() { println(\"built\") }\n"
	if err := os.WriteFile(filepath.Join(g.Dir, "main.go"), []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	g.Must(t, "get", "example.com/plain@latest", "example.com/BigLetters/Mod@v0.1.0")
	g.Must(t, "build", "-o", "program", ".")
	if out, err := exec.Command(filepath.Join(g.Dir, "program")).CombinedOutput(); err != nil || string(out) != "built\n" { //nolint:gosec,noctx // just built
		t.Errorf("%v: %s", err, out)
	}
	sums, err := os.ReadFile(filepath.Join(g.Dir, "go.sum"))
	if err != nil || !strings.Contains(string(sums), "example.com/plain v1.0.0 h1:") {
		t.Errorf("%v: %s", err, sums)
	}
	if out, err := g.Run("get", "example.com/plain@v1.1.0"); err == nil {
		t.Errorf("what is not in the tar: %s", out)
	}
}

// The real Athens stores what import serves, and goes on serving it when import has
// ended.
func TestAirGap_AthensStoresWhatIsImported(t *testing.T) {
	proxytest.Athens(t) // or skip
	d := proxytest.StartDatabase(t, proxytest.Modules())
	versions := []string{"example.com/plain@v1.0.0", "example.com/retracted@v1.1.0", "example.com/untagged@v0.0.0-20240102030405-0123456789ab"}
	tree := carried(t, d, versions...)
	address := proxytest.FreeAddress(t)
	athens := proxytest.StartAthens(t, "http://"+address+",off")
	mustRun(t, "import", "--dir="+tree, "--sumdb="+d.Key, "--serve="+address, "--athens="+athens)
	g := proxytest.NewGoCommand(t, athens)
	for _, v := range versions {
		g.Must(t, "mod", "download", v)
	}
}

// Without an Athens, import is the mirror until it is stopped.
func TestImport_ServesUntilItIsStopped(t *testing.T) {
	d := proxytest.StartDatabase(t, proxytest.Modules())
	tree, address := carried(t, d, "example.com/plain@v1.0.0"), proxytest.FreeAddress(t)
	ctx, stop := context.WithCancel(t.Context())
	code := make(chan int, 1)
	serving := make(chan struct{})
	go func() {
		code <- run(ctx, []string{"import", "--dir=" + tree, "--sumdb=" + d.Key, "--serve=" + address}, environ(), t.Output(), writer(func(line []byte) {
			if bytes.Contains(line, []byte("serving modules")) {
				close(serving)
			}
		}))
	}()
	select {
	case <-serving:
		d.GoCommand(t, "http://"+address).Must(t, "mod", "download", "example.com/plain@v1.0.0")
	case got := <-code:
		t.Fatalf("exit %d", got)
	}
	stop()
	if got := <-code; got != 0 {
		t.Errorf("exit %d", got)
	}
}

type writer func([]byte)

func (w writer) Write(p []byte) (int, error) { w(p); return len(p), nil }

func TestAirGap_NamesEveryProblemOfItsCommandLine(t *testing.T) {
	for want, args := range map[string][]string{
		"--o: is missing|--go-sum: is missing": {"export"},
		"--sumdb: is not a checksum database|--nosumdb: \"a b\" is not a glob|--log-level: loud is not a level": {"export", "--sumdb=x", "--nosumdb=a b", "--log-level=loud"},
		"--proxy: is not a URL":                            {"export", "--proxy=file:///x"},
		"--go-sum: nowhere: open nowhere":                  {"export", "--go-sum=nowhere"},
		"the last 1 arguments are not flags":               {"export", "x.tar"},
		"--dir: is missing|the name of the tar is missing": {"import"},
		"--athens: is not a URL":                           {"import", "--athens=athens:3000"},
	} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), args, environ(), &stdout, &stderr)
		for part := range strings.SplitSeq(want, "|") {
			if code != 2 || !strings.Contains(stderr.String(), "error: "+part) {
				t.Errorf("%q: exit %d: %s", args, code, &stderr)
			}
		}
	}
	for _, command := range []string{"export", "import"} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), []string{command, "--help"}, environ(), &stdout, &stderr); code != 0 || !strings.Contains(stdout.String(), "Usage: crathens "+command) {
			t.Errorf("exit %d: %s", code, &stderr)
		}
	}
}
