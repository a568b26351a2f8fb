package mesh

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/test/mesh/live"
)

// athensVar is the path of Athens' program; make test-live sets it where it can
// be built.
const athensVar = "ATHENS_BIN"

// TestLiveGo builds a program with the real go command, behind the gateway with
// the real lathens and the real Athens: on a site that stores nothing yet and
// on one that stores all of it, with a module of a private git repository and a
// checksum database, while all of lathens die and while Athens rolls. Every
// build succeeds.
func TestLiveGo(t *testing.T) {
	t.Parallel()
	needEnvoy(t)
	programs, err := livePrograms()
	if err != nil {
		t.Fatal(err)
	}
	dir := openDir(t)
	up := newUpstream(t, dir)
	g := goClient{dir: dir, env: []string{
		"PATH=" + os.Getenv("PATH"), "GOCACHE=" + goEnv(t, "GOCACHE"), "GOFLAGS=-mod=mod -modcacherw", "GOTOOLCHAIN=local", "CGO_ENABLED=0",
		"SSL_CERT_FILE=" + gatewayCA(t, dir),
	}}
	athens := os.Getenv(athensVar)
	if athens != "" {
		if err := copyProgram(athens, dir+"/athens"); err != nil {
			t.Fatal(err)
		}
		programs.Real = maps.Clone(programs.Real)
		programs.Real["athens"] = dir + "/athens"
		programs.Env = map[string][]string{"athens": up.env(t)}
		g.modules = []string{"example.com/plain", "example.com/BigLetters/Mod", "example.com/old", secretModule}
		g.env = append(g.env, "GOSUMDB="+up.key, "GONOSUMDB="+gitHost)
	} else {
		t.Logf("%s names no Athens: its stand-in has neither private modules nor a checksum database", athensVar)
		g.modules = []string{"example.com/go/a", "example.com/go/B"}
		g.env = append(g.env, "GOSUMDB=off")
	}
	l := runningWith(t, small(up.site(t)), programs)
	up.serve(t, l)
	g.l = l
	g.env = append(g.env, "GOPROXY=https://"+l.Site.Spec.Host)

	for _, site := range []string{"cold", "warm"} {
		begin := time.Now()
		if err := g.build(); err != nil {
			t.Fatalf("a %s site: %v\n%s", site, err, logs(l, "athens"))
		}
		t.Logf("a %s site: built after %s", site, time.Since(begin).Round(time.Millisecond))
	}

	b := g.keepBuilding(t, 2)
	lathens := l.Of("lathens")
	for _, n := range lathens {
		n.KillApp()
	}
	b.more(2)
	for _, n := range lathens {
		must(t, l.StartApp(n))
	}
	b.more(1)
	for i, old := range l.Of("athens") {
		if _, err := l.Surge(old, fmt.Sprintf("10.1.200.%d", i+1)); err != nil {
			t.Fatal(err)
		}
		must(t, l.Terminate(old, preStop(t, l, old), true))
	}
	b.more(1)
	b.end()
	if t.Failed() {
		t.Log(logs(l, "athens"), logs(l, "lathens"))
	}
	lists := wayOfBuilds(t, l)
	t.Logf("%d builds; lists answered by %v", b.done.Load(), lists)
	if lists["lathens"] == 0 || lists["athens"] == 0 {
		t.Errorf("lists were answered by %v, want lathens and, while it is dead, athens", lists)
	}
	if athens != "" {
		up.check(t, l)
	}
}

// check what the upstream saw.
func (u *upstream) check(t *testing.T, l *live.Live) {
	t.Helper()
	u.mu.Lock()
	defer u.mu.Unlock()
	t.Logf("upstream: %v", u.asked)
	for _, host := range []string{modulesHost, sumHost, gitHost} {
		if u.asked[host] == 0 {
			t.Errorf("no request for %s", host)
		}
	}
	for ip := range u.from {
		if p := l.Cluster.Pod(ip); p == nil || p.Program != "athens" {
			t.Errorf("%s asks the upstream, want Athens alone", ip)
		}
	}
}

// wayOfBuilds checks that go commands came over the gateway, and that every hop
// behind it had mTLS; it counts who answered their lists.
func wayOfBuilds(t *testing.T, l *live.Live) map[string]int {
	t.Helper()
	time.Sleep(300 * time.Millisecond) // Envoys write their logs now and then
	lists := map[string]int{}
	for _, hops := range l.Hops() {
		for _, h := range hops {
			if !h.Passed() || h.Pod.Gateway {
				continue
			}
			if !strings.HasPrefix(h.Peer, "spiffe://") {
				t.Errorf("without mTLS: %s", h)
			}
			if strings.HasSuffix(h.Path, "/@v/list") && strings.Contains(h.Peer, "ingressgateway") {
				lists[h.Pod.Program]++
			}
		}
	}
	return lists
}

// logs of a program's pods.
func logs(l *live.Live, program string) string {
	var out strings.Builder
	for _, n := range l.Of(program) {
		fmt.Fprintf(&out, "%s:\n%s\n", n.Pod, n.Output())
	}
	return out.String()
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// goClient is a developer's machine.
type goClient struct {
	l       *live.Live
	dir     string
	env     []string
	modules []string
	next    atomic.Int64
}

// build a program of the newest version of all modules, with an empty module
// cache: lists, versions and checksums are asked for again.
func (g *goClient) build() error {
	dir := filepath.Join(g.dir, fmt.Sprint("build", g.next.Add(1)))
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	text := "package main\n\n"
	for _, m := range g.modules {
		text += fmt.Sprintf("import _ %q\n", m)
	}
	for file, text := range map[string]string{"main.go": text + "\nfunc main() {}\n", "go.mod": "module example.com/client\n\ngo 1.21\n"} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			return err
		}
	}
	get := []string{"get"}
	for _, m := range g.modules {
		get = append(get, m+"@latest")
	}
	return errors.Join(g.run(dir, get...), g.run(dir, "build", "-o", "program", "."))
}

func (g *goClient) run(dir string, args ...string) error {
	var out bytes.Buffer
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &out
	cmd.Env = slices.Concat(g.env, []string{"HOME=" + dir, "GOPATH=" + dir + "/go"})
	if err := g.l.Client.Do(cmd.Start); err != nil {
		return err
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out.String())
	}
	return nil
}

// builds that go on.
type builds struct {
	t       *testing.T
	workers int64
	done    atomic.Int64
	stop    chan struct{}
	wg      sync.WaitGroup
}

// keepBuilding builds over and over. A build that fails fails the test.
func (g *goClient) keepBuilding(t *testing.T, workers int) *builds {
	b := &builds{t: t, workers: int64(workers), stop: make(chan struct{})}
	t.Cleanup(b.end)
	for range workers {
		b.wg.Go(func() {
			for {
				select {
				case <-b.stop:
					return
				default:
				}
				if err := g.build(); err != nil {
					t.Errorf("build %d: %v", b.done.Load()+1, err)
				}
				b.done.Add(1)
			}
		})
	}
	return b
}

// more waits for builds that began after now.
func (b *builds) more(n int64) {
	b.t.Helper()
	for want := b.done.Load() + b.workers + n; b.done.Load() < want; time.Sleep(50 * time.Millisecond) {
		if b.t.Failed() {
			b.end()
			b.t.FailNow()
		}
	}
}

// end waits for the last of them.
func (b *builds) end() {
	select {
	case <-b.stop:
	default:
		close(b.stop)
	}
	b.wg.Wait()
}
