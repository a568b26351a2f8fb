package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/internal/buildtest"
	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
	"github.com/gomods/athens-kfn/pkg/companions"
)

// aList is as long as that of a module with many versions.
var aList = strings.Repeat("v1.0.0\n", 2000)

// meshed is a request as a gateway sends it.
const meshed = "GET /example.com/m%d/@v/list HTTP/1.1\r\nHost: goproxy.example.com\r\nUser-Agent: Go-http-client/1.1\r\n" +
	"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Request-Id: 7d3e8a0e-3a4c-9d8b-b0a5-1f6c4f0a7f11\r\n" +
	"X-Envoy-Attempt-Count: 1\r\nX-Envoy-External-Address: 192.0.2.1\r\nTraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\r\n" +
	"X-Forwarded-Client-Cert: By=spiffe://cluster.local/ns/goproxy/sa/goproxy-lathens;Hash=%064d;Subject=\"\";URI=spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account\r\n%s\r\n"

// hanging is an upstream that answers no request until it is told to, but for the
// lists that fill the cache.
func hanging(t *testing.T) (upstream string, answer func()) {
	told := make(chan struct{})
	answer = sync.OnceFunc(func() { close(told) })
	expected := func(path string) bool {
		return strings.Contains(path, "/@v/") || strings.HasSuffix(path, "/@latest") || strings.HasPrefix(path, "/sumdb/")
	}
	up := httptest.NewServer(proxytest.OnlyGet(t, expected, func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Path, "/full.example.com/") {
			<-told
		}
		_, _ = io.WriteString(w, aList)
	}))
	t.Cleanup(up.Close)
	t.Cleanup(answer)
	return up.URL, answer
}

// runRendered runs the real program as its pod does, under its memory limit: the
// kernel's where the test may set one, and the test fails if its peak was higher.
func runRendered(t *testing.T, pod *corev1.Container, args ...string) (address string) {
	t.Helper()
	dir := t.TempDir()
	if err := buildtest.Into(dir, "../..", program); err != nil {
		t.Fatal(err)
	}
	limit := pod.Resources.Limits.Memory().Value()
	argv := slices.Concat([]string{"-c", cage(t, limit) + `exec "$@"`, "sh", filepath.Join(dir, program)},
		pod.Args, []string{"--listen=127.0.0.1:0", "--drain-delay=0s", "--upstream-timeout=1h"}, args)
	cmd := exec.Command("sh", argv...) //nolint:gosec,noctx // our own; ended below
	cmd.Env = os.Environ()
	for _, e := range pod.Env {
		cmd.Env = append(cmd.Env, e.Name+"="+e.Value)
	}
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(log)
	first, err := lines.ReadString('\n')
	drained := make(chan struct{})
	go func() { defer close(drained); _, _ = io.Copy(io.Discard, lines) }()
	t.Cleanup(func() {
		if peak, known := peakOf(cmd.Process.Pid); known {
			t.Logf("peak %d MiB of %d", peak>>20, limit>>20)
			if peak > limit {
				t.Errorf("peak %d bytes, the limit is %d", peak, limit)
			}
		}
		_ = cmd.Process.Kill()
		<-drained
		_ = cmd.Wait()
	})
	_, after, found := strings.Cut(first, `"serving","address":"`)
	address, _, _ = strings.Cut(after, `"`)
	if !found {
		t.Fatalf("does not serve: %v, %s", err, first)
	}
	return address
}

// cage is the beginning of a shell script that puts the shell into a control
// group of its own; empty where the test may not make one.
func cage(t *testing.T, limit int64) string {
	for _, version := range []struct{ folder, limit string }{
		{"/sys/fs/cgroup", "memory.max"}, {"/sys/fs/cgroup/memory", "memory.limit_in_bytes"},
	} {
		group := filepath.Join(version.folder, fmt.Sprintf("lathens-test-%d", os.Getpid()))
		if os.Mkdir(group, 0o755) != nil { //nolint:gosec // as the kernel has it
			continue
		}
		t.Cleanup(func() { _ = os.Remove(group) })
		file := filepath.Join(group, version.limit)
		if _, err := os.Stat(file); err != nil {
			continue
		}
		if err := os.WriteFile(file, []byte(strconv.FormatInt(limit, 10)), 0o600); err == nil {
			return "echo $$ > " + filepath.Join(group, "cgroup.procs") + " && "
		}
	}
	return ""
}

// peakOf is the most memory that a process has had; known on Linux alone, and
// while it runs.
func peakOf(pid int) (peak int64, known bool) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, after, known := strings.Cut(string(status), "\nVmHWM:")
	_, _ = fmt.Sscan(after, &peak)
	return peak << 10, known
}

// fill asks for lists and checksums until the cache is full.
func fill(t *testing.T, address string, maxBytes int) {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: workers}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	lists := maxBytes / len(aList)
	errs := make([]error, 2*lists)
	each(len(errs), func(n int) {
		url := fmt.Sprintf("http://%s/full.example.com/m%d/@v/list", address, n)
		if n >= lists {
			url = fmt.Sprintf("http://%s/sumdb/full.example.com/lookup/example.com/m@v1.0.%d", address, n)
		}
		resp, err := client.Get(url) //nolint:noctx // on loopback
		if err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
		errs[n] = err
	})
	if err := cmp.Or(errs...); err != nil {
		t.Fatal(err)
	}
}

// crowd opens connections and sends a request on each, n the number of the
// caller. It returns when the program waits for the upstream with all of them.
func crowd(t *testing.T, address string, n int, request func(n int) string) []net.Conn {
	t.Helper()
	conns, errs := make([]net.Conn, n), make([]error, n)
	each(n, func(i int) {
		c, err := net.Dial("tcp", address) //nolint:noctx // on loopback
		if err == nil {
			_, err = io.WriteString(c, request(i))
		}
		conns[i], errs[i] = c, err
	})
	t.Cleanup(func() {
		for _, c := range conns {
			if c != nil {
				_ = c.Close()
			}
		}
	})
	if err := cmp.Or(errs...); err != nil {
		t.Fatal(err)
	}
	return conns
}

// workers are few: the race detector dies of 10,000 goroutines.
const workers = 50

// each calls f for every i below n.
func each(n int, f func(i int)) {
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := w; i < n; i += workers {
				f(i)
			}
		})
	}
	all.Wait()
}

// await polls a metric.
func await(t *testing.T, address, metric string, want int) {
	t.Helper()
	line := fmt.Sprintf("\n%s %d\n", metric, want)
	for range 6000 {
		if _, _, body := get(t, "http://"+address+"/metrics"); strings.Contains(body, line) {
			http.DefaultClient.CloseIdleConnections()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("never%s", line)
}

// answers counts what callers got: a status, or "cut off".
func answers(conns []net.Conn) map[string]int {
	var mu sync.Mutex
	got := map[string]int{}
	each(len(conns), func(i int) {
		text := "cut off"
		if resp, err := http.ReadResponse(bufio.NewReaderSize(conns[i], 1<<10), nil); err == nil {
			body, err := io.ReadAll(resp.Body)
			switch {
			case err != nil || resp.StatusCode == http.StatusOK && string(body) != aList:
				text = fmt.Sprintf("%d with %d bytes", resp.StatusCode, len(body))
			default:
				text = strconv.Itoa(resp.StatusCode)
			}
		}
		mu.Lock()
		defer mu.Unlock()
		got[text]++
	})
	return got
}

// needFiles skips a test that needs n connections where the system does not
// allow them, but never in CI.
func needFiles(t *testing.T, n uint64) {
	most, known := maxFiles()
	switch {
	case !known || most >= n:
	case os.Getenv("CI") != "":
		t.Fatalf("at most %d files may be open, the test needs %d: raise ulimit -n", most, n)
	default:
		t.Skipf("skipped: at most %d files may be open, the test needs %d (ulimit -n)", most, n)
	}
}

// What a site of five lines gets, with its cache full: 10,000 callers of a list
// that is not cached wait for it, and each gets it.
func TestCrowdWaitsForOneList(t *testing.T) {
	const callers = companions.LathensMaxWaiting
	needFiles(t, callers+500)
	upstream, answer := hanging(t)
	address := runRendered(t, renderedPod(t), "--upstream="+upstream)
	fill(t, address, companions.LathensMaxBytes)
	conns := crowd(t, address, callers, func(int) string { return fmt.Sprintf(meshed, 0, 0, "") })
	await(t, address, "lathens_waiting", callers)
	answer()
	if got := answers(conns); len(got) != 1 || got["200"] != callers {
		t.Errorf("%v, want 200 for all", got)
	}
}

// The callers that cost most, as many as may wait: with the longest line, with
// credentials and the longest header, with a list of their own. The next one is
// told to come back, and does not eject a pod by it.
func TestCrowdOfTheDearest(t *testing.T) {
	const lines, passed, own = 4000, 1000, 1000 // one that is passed on counts as five
	needFiles(t, lines+2*passed+own+500)
	upstream, answer := hanging(t)
	address := runRendered(t, renderedPod(t), "--upstream="+upstream)
	fill(t, address, companions.LathensMaxBytes)
	long, header := strings.Repeat("q", 3900), strings.Repeat("h", 15_000)
	conns := crowd(t, address, lines+passed+own, func(n int) string {
		switch {
		case n < lines:
			return "GET /example.com/m/@v/list?" + long + " HTTP/1.1\r\nHost: x\r\n\r\n"
		case n < lines+passed:
			return "GET /example.com/m/@v/list HTTP/1.1\r\nHost: x\r\nAuthorization: Basic " + header + "\r\n\r\n"
		default:
			return fmt.Sprintf("GET /example.com/m%d/@v/list HTTP/1.1\r\nHost: x\r\nBaggage: %s\r\n\r\n", n, header)
		}
	})
	await(t, address, "lathens_waiting", companions.LathensMaxWaiting)
	resp, err := http.Get("http://" + address + "/example.com/late/@v/list") //nolint:noctx // on loopback
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	if resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") == "" || !resp.Close {
		t.Errorf("one more: %d %v", resp.StatusCode, resp.Header)
	}
	answer()
	if got := answers(conns); len(got) != 1 || got["200"] != len(conns) {
		t.Errorf("%v, want 200 for all", got)
	}
}

// Callers who hang up leave nothing behind but the calls that are under way,
// whatever they sent.
func TestAbandonedCalls(t *testing.T) {
	upstream, answer := hanging(t)
	const turns, callers = 2, 60
	l := start(t, "--upstream="+upstream, fmt.Sprint("--max-upstream=", turns), "--log-level=error")
	address := strings.TrimPrefix(l.url, "http://")
	for _, c := range []struct {
		request string
		weight  int // of one of them
	}{
		{"GET /example.com/m%d/@v/list HTTP/1.1\r\nHost: x\r\n\r\n", 1},
		{"HEAD /example.com/m%d/@latest HTTP/1.1\r\nHost: x\r\n\r\n", 1},
		{"GET /example.com/h%d/@v/list HTTP/1.1\r\nHost: x\r\nBaggage: " + strings.Repeat("a", 12_000) + "\r\n\r\n", 1},
		{"GET /example.com/b%d/@v/list HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 1},
		{"GET /example.com/l%d/@v/list HTTP/1.1\r\nHost: x\r\nAuthorization: x\r\n\r\n", 5},
		{"GET /example.com/z%d/@v/v1.0.0.zip HTTP/1.1\r\nHost: x\r\n\r\n", 5},
	} {
		conns := crowd(t, address, callers, func(n int) string { return fmt.Sprintf(c.request, n) })
		await(t, address, "lathens_waiting", callers*c.weight)
		for _, c := range conns {
			_ = c.Close()
		}
		await(t, address, "lathens_waiting", 0)
		await(t, address, "lathens_queued", 0)
		await(t, address, "lathens_upstream_in_flight", turns)
	}
	answer()
	await(t, address, "lathens_upstream_in_flight", 0)
}
