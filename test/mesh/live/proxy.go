package live

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// proxyUID is Istio's: iptables leaves its connections alone.
const proxyUID = 1337

// Proxy is a running Envoy.
type Proxy struct {
	// Dir holds bootstrap.json, envoy.log, access.log and outlier.log.
	Dir   string
	netns *Netns
	cmd   *exec.Cmd
	done  chan struct{}
	admin *http.Client
}

// startProxy starts an Envoy in a pod's namespace.
func startProxy(envoy, dir string, ns *Netns, config []byte, workers int) (*Proxy, error) {
	p := &Proxy{Dir: dir, netns: ns, done: make(chan struct{})}
	p.admin = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			return ns.Dial("127.0.0.1:15000", 5*time.Second)
		},
	}}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "bootstrap.json"), config, 0o644); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "envoy.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	// Envoy opens /dev/stdout again, by its name.
	if err := os.Chown(dir, proxyUID, proxyUID); err != nil {
		return nil, err
	}
	if err := log.Chown(proxyUID, proxyUID); err != nil {
		return nil, err
	}
	// As pkg/envoy of Istio starts it.
	p.cmd = exec.Command(envoy, "-c", "bootstrap.json", "--disable-hot-restart", "--allow-unknown-static-fields",
		"--skip-deprecated-logs", "--drain-time-s", "45", "--drain-strategy", "immediate", "--local-address-ip-version", "v4",
		"--file-flush-interval-msec", "50", "--concurrency", fmt.Sprint(workers), "-l", "warning")
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, log, log
	if err := ns.Start(p.cmd, proxyUID); err != nil {
		return nil, err
	}
	go func() { p.cmd.Wait(); close(p.done) }()
	return p, nil
}

// Kill is kill -9: its ports refuse from then on.
func (p *Proxy) Kill() {
	p.cmd.Process.Kill() // it may be gone already
	<-p.done
}

// Admin asks the admin page.
func (p *Proxy) Admin(method, path string) (string, error) {
	req, err := http.NewRequest(method, "http://admin"+path, nil)
	if err != nil {
		return "", err
	}
	resp, err := p.admin.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", path, resp.Status, body)
	}
	return string(body), err
}

// Ready waits until the Envoy has got its listeners.
func (p *Proxy) Ready(timeout time.Duration) error {
	for end := time.Now().Add(timeout); ; time.Sleep(100 * time.Millisecond) {
		select {
		case <-p.done:
			return fmt.Errorf("%s: Envoy has ended: %s", p.Dir, p.Log())
		default:
		}
		state, err := p.Admin("GET", "/ready")
		if err == nil && strings.HasPrefix(state, "LIVE") {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("%s: not ready: %s, %v: %s", p.Dir, state, err, p.Log())
		}
	}
}

// Refused is what the Envoy refused of istiod's configuration, "" for nothing.
func (p *Proxy) Refused() (string, error) {
	stats, err := p.Admin("GET", "/stats?filter=update_rejected|update_failure")
	if err != nil {
		return "", err
	}
	for _, line := range strings.Split(strings.TrimSpace(stats), "\n") {
		if line != "" && !strings.HasSuffix(line, ": 0") {
			return line + "\n" + p.Log(), nil
		}
	}
	dump, err := p.Admin("GET", "/config_dump?include_eds")
	if err == nil && strings.Contains(dump, `"error_state"`) {
		return "/config_dump has an error_state\n" + p.Log(), nil
	}
	for _, found := range typeOf.FindAllStringSubmatch(dump, -1) {
		if !upstreamTypes.MatchString(found[1]) {
			return found[1] + " is not of upstream Envoy", nil
		}
	}
	return "", err
}

// Types of upstream Envoy's extensions, and of the protocols around it. One of
// Istio's own, in a field that Envoy reads late or never, is no NACK.
var (
	typeOf        = regexp.MustCompile(`"@type": "([^"]+)"`)
	upstreamTypes = regexp.MustCompile(`^type\.googleapis\.com/(envoy|google\.protobuf|xds|udpa)\.`)
)

// Outliers are the events of outlier detection so far.
func (p *Proxy) Outliers() []string {
	text, _ := os.ReadFile(filepath.Join(p.Dir, "outlier.log"))
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// Log is what the Envoy printed.
func (p *Proxy) Log() string {
	text, _ := os.ReadFile(filepath.Join(p.Dir, "envoy.log"))
	return string(text)
}

// Memory in KiB that is resident.
func (p *Proxy) Memory() string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	for _, line := range strings.Split(string(text), "\n") {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
