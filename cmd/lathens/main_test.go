package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
	"github.com/gomods/athens-kfn/internal/tracing/tracingtest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestWrongUsage(t *testing.T) {
	for _, c := range []struct {
		args string
		want []string
	}{
		{"", []string{"--upstream: is missing"}},
		{"--upstream=athens:3000", []string{`--upstream: "athens:3000" is not the URL of a proxy`}},
		{"--upstream=http://u:secret@athens", []string{"--upstream: holds a password"}},
		{"--upstream=http://athens?x=y", []string{"--upstream: "}},
		{"--upstream=http://athens --ttl=0s --max-bytes=1 --max-upstream=0", []string{"--ttl: is 0s", "--max-bytes: is 1;", "--max-upstream: is 0;"}},
		{"--upstream=http://athens --negative-ttl=-1s", []string{"--negative-ttl: is -1s; write 0s or more"}},
		{"--upstream=http://athens --listen=8080 --pprof=x", []string{`--listen: "8080" is not an address`, `--pprof: "x" is not an address`}},
		{"--upstream=http://athens --ttl=60", []string{`"60"`}},
		{"--upstream=http://athens --max-bytes=64Mi", []string{`"64Mi"`}},
		{"--nonsense", []string{"nonsense"}},
		{"serve", []string{`"serve" is not a flag`}},
	} {
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), strings.Fields(c.args), &stdout, &stderr, nil)
		if code != 2 || stdout.Len() > 0 || strings.Contains(stderr.String(), "secret") {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", c.args, code, &stdout, &stderr)
		}
		for _, want := range c.want {
			if !strings.Contains(stderr.String(), want) {
				t.Errorf("%s: want %q in %q", c.args, want, &stderr)
			}
		}
	}
}

func TestHelp(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), []string{"--help"}, &stdout, &stderr, nil); code != 0 || stderr.Len() > 0 {
		t.Errorf("exit code %d, stderr %q", code, &stderr)
	}
	for _, want := range []string{"--upstream=URL", "--max-bytes=bytes", "(default 24h0m0s)", "X-Lathens", "OTEL_EXPORTER_OTLP_ENDPOINT"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("want %q in\n%s", want, &stdout)
		}
	}
}

func TestPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // nothing to do about it
	var stderr bytes.Buffer
	if code := run(context.Background(), []string{"--upstream=http://athens", "--listen=" + l.Addr().String()}, io.Discard, &stderr, nil); code != 1 {
		t.Errorf("exit code %d, stderr %q", code, &stderr)
	}
}

// aSite is one of five lines.
func aSite() *v1alpha1.AthensSite {
	site := &v1alpha1.AthensSite{ObjectMeta: metav1.ObjectMeta{Name: "goproxy", Namespace: "goproxy"}, Spec: v1alpha1.AthensSiteSpec{Host: "goproxy.example.com"}}
	site.Default()
	return site
}

// renderedPod is the container of lathens that it gets.
func renderedPod(t *testing.T) *corev1.Container {
	t.Helper()
	for _, o := range generators.LathensWorkload(aSite()) {
		if d, ok := o.(*appsv1.Deployment); ok {
			return &d.Spec.Template.Spec.Containers[0]
		}
	}
	t.Fatal("no Deployment")
	return nil
}

// The generator's arguments are understood, and mean what the site says.
func TestGeneratedArguments(t *testing.T) {
	site := aSite()
	args := renderedPod(t).Args
	o, problems := parse(args)
	if len(problems) > 0 {
		t.Fatalf("%v: %v", args, problems)
	}
	l := &site.Spec.Lathens
	got := fmt.Sprintln(o.Upstream, o.TTL, o.NegativeTTL, o.StaleWhileRevalidate, o.StaleIfError, o.MaxBytes, o.MaxUpstream, o.MaxWaiting, o.listen)
	want := fmt.Sprintln("http://goproxy-athens.goproxy.svc.cluster.local", l.TTL.Duration, l.NegativeTTL.Duration,
		l.StaleWhileRevalidate.Duration, l.StaleIfError.Duration, l.MaxBytes.Value(), l.MaxUpstream, l.MaxWaiting, ":8080")
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// Who starts lathens by hand gets what a site gets.
	plain, _ := parse([]string{"--upstream=http://goproxy-athens.goproxy.svc.cluster.local"})
	if got := fmt.Sprintln(plain.Upstream, plain.TTL, plain.NegativeTTL, plain.StaleWhileRevalidate, plain.StaleIfError, plain.MaxBytes, plain.MaxUpstream, plain.MaxWaiting, plain.listen); got != want {
		t.Errorf("defaults differ:\ngot  %s\nwant %s", got, want)
	}
}

func TestEndpoints(t *testing.T) {
	up := proxytest.Start(t, proxytest.Modules())
	l := start(t, "--upstream="+up.URL)
	for range 2 {
		get(t, l.url+"/example.com/plain/@v/list")
	}
	for path, want := range map[string]string{
		"/healthz": "", "/readyz": "", "/metrics": `lathens_requests_total{result="hit"} 1`,
	} {
		if status, result, body := get(t, l.url+path); status != 200 || result != "" || !strings.Contains(body, want) {
			t.Errorf("%s: %d %q\n%s", path, status, result, body)
		}
	}
	if status, result, _ := get(t, l.url+"/debug/pprof/"); status != 404 || result != "bypass" {
		t.Errorf("pprof: %d %q", status, result)
	}
}

// Headers as long as the bound are read. net/http adds 4 KiB to it.
func TestEndpoints_BoundHeaders(t *testing.T) {
	up := proxytest.Start(t, proxytest.Modules())
	l := start(t, "--upstream="+up.URL)
	for length, want := range map[int]int{maxHeaderBytes: http.StatusOK, maxHeaderBytes + 4<<10: http.StatusRequestHeaderFieldsTooLarge} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, l.url+"/example.com/plain/@v/list", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Long", strings.Repeat("h", length))
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close() //nolint:errcheck // only read
		if resp.StatusCode != want {
			t.Errorf("%d bytes: %s, want %d", length, resp.Status, want)
		}
	}
}

// Spans reach the collector that the environment names.
func TestTracesAreSent(t *testing.T) {
	collector, sent := tracingtest.Collector(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector)
	up := proxytest.Start(t, proxytest.Modules())
	l := start(t, "--upstream="+up.URL)
	get(t, l.url+"/example.com/plain/@v/list")
	l.stop()
	if code := <-l.code; code != 0 {
		t.Errorf("exit code %d", code)
	}
	l.code <- 0
	got := <-sent
	for _, want := range []string{"service.name", "lathens", "GET list", "fetch list"} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in %q", want, got)
		}
	}
}

func TestPprof(t *testing.T) {
	var log bytes.Buffer
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	code := run(ctx, []string{"--upstream=http://athens", "--listen=127.0.0.1:0", "--pprof=127.0.0.1:0", "--drain-delay=0s"}, io.Discard, &log, func(net.Addr) {
		_, after, _ := strings.Cut(log.String(), `"serving pprof","address":"`)
		address, _, _ := strings.Cut(after, `"`)
		if status, _, body := get(t, "http://"+address+"/debug/pprof/"); status != 200 || !strings.Contains(body, "goroutine") {
			t.Errorf("%d %s", status, body)
		}
		http.DefaultClient.CloseIdleConnections()
		stop()
	})
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// Nothing is written anywhere but to the streams: the root file system is
// read-only.
func TestWritesNoFiles(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("TMPDIR", dir)
	t.Setenv("HOME", dir)
	up := proxytest.Start(t, proxytest.Modules())
	l := start(t, "--upstream="+up.URL)
	get(t, l.url+"/example.com/plain/@v/list")
	get(t, l.url+"/example.com/plain/@v/v1.0.0.zip")
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("%v, %v", files, err)
	}
}
