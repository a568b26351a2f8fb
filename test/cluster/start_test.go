package cluster

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// world is a running cluster.
type world struct {
	// dir holds its state, and the logs of its programs.
	dir string
	// kubeconfig is the one of an administrator.
	kubeconfig string
	// port of the API server.
	port    int
	running []*exec.Cmd
}

// The tokens of the cluster's users.
const (
	admin  = "administrator-of-a-test"
	nobody = "user-without-rights-of-a-test"
)

// start runs the programs of a folder. What has started is stopped by stop, also
// after an error.
func start(programs, dir string) (w *world, err error) {
	w = &world{dir: dir, kubeconfig: filepath.Join(dir, "kubeconfig")}
	ports, err := freePorts(6)
	if err != nil {
		return w, err
	}
	w.port = ports[0]
	etcd, kubelet := "http://127.0.0.1:"+strconv.Itoa(ports[1]), strconv.Itoa(ports[3])
	if err := w.files(); err != nil {
		return w, err
	}
	run := func(program string, args ...string) {
		if err == nil {
			err = w.run(filepath.Join(programs, program), args...)
		}
	}
	peer := "http://127.0.0.1:" + strconv.Itoa(ports[2])
	run("etcd", "--data-dir", dir+"/etcd", "--unsafe-no-fsync", "--listen-client-urls", etcd, "--advertise-client-urls", etcd,
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default="+peer)
	run("kube-apiserver", "--etcd-servers", etcd, "--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--secure-port", strconv.Itoa(w.port),
		"--cert-dir", dir+"/certificates", "--token-auth-file", dir+"/tokens", "--authorization-mode", "RBAC", "--endpoint-reconciler-type", "none",
		"--service-cluster-ip-range", "10.96.0.0/16", "--service-account-issuer", "https://kubernetes.default.svc",
		"--service-account-key-file", dir+"/accounts.key", "--service-account-signing-key-file", dir+"/accounts.key",
		"--kubelet-preferred-address-types", "InternalIP")
	if err == nil {
		err = w.ready(programs)
	}
	// No node fails here, and a busy machine may delay their heartbeats.
	run("kube-controller-manager", "--kubeconfig", w.kubeconfig, "--bind-address", "127.0.0.1", "--secure-port", strconv.Itoa(ports[4]), "--cert-dir", dir+"/certificates",
		"--service-account-private-key-file", dir+"/accounts.key", "--leader-elect=false", "--concurrent-namespace-syncs=30", "--node-monitor-grace-period=24h")
	run("kube-scheduler", "--kubeconfig", w.kubeconfig, "--bind-address", "127.0.0.1", "--secure-port", strconv.Itoa(ports[5]), "--cert-dir", dir+"/certificates", "--leader-elect=false")
	run("kwok", "--kubeconfig", w.kubeconfig, "--manage-all-nodes", "--node-ip", "127.0.0.1", "--node-port", kubelet,
		"--server-address", "127.0.0.1:"+kubelet, "--config", dir+"/kwok.yaml")
	return w, err
}

// files are what the programs read when they start.
func (w *world) files() error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	block, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	stages, err := kwokStages()
	if err != nil {
		return err
	}
	logs := filepath.Join(w.dir, "container.log")
	behind, err := backend()
	if err != nil {
		return err
	}
	for name, text := range map[string]string{
		"tokens":        admin + ",admin,1,system:masters\n" + nobody + ",nobody,2\n",
		"accounts.key":  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: block})),
		"kubeconfig":    w.config(admin),
		"nobody":        w.config(nobody),
		"container.log": "2026-01-01T00:00:00Z stdout F {\"level\":\"warning\",\"msg\":\"a line of a container\"}\n",
		"kwok.yaml": stages + `---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: ClusterLogs
metadata: {name: logs}
spec: {logs: [{logsFile: ` + strconv.Quote(logs) + `}]}
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: ClusterPortForward
metadata: {name: tunnels}
spec: {forwards: [{target: {address: 127.0.0.1, port: ` + strconv.Itoa(behind) + `}}]}
`,
	} {
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// config is a kubeconfig with a token.
func (w *world) config(token string) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Config
clusters:
- {name: test, cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}}
users:
- {name: test, user: {token: %s}}
contexts:
- {name: test, context: {cluster: test, user: test}}
current-context: test
`, w.port, token)
}

// run starts a program, whose log is in the cluster's folder.
func (w *world) run(program string, args ...string) error {
	log, err := os.Create(filepath.Join(w.dir, filepath.Base(program)+".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	w.running = append(w.running, cmd)
	return nil
}

// ready waits for the API server.
func (w *world) ready(programs string) error {
	var last []byte
	for range 300 {
		cmd := exec.Command(filepath.Join(programs, "kubectl"), "--kubeconfig", w.kubeconfig, "get", "--raw", "/readyz")
		out, err := cmd.CombinedOutput()
		if err == nil {
			return nil
		}
		last = out
		time.Sleep(200 * time.Millisecond)
	}
	return fmt.Errorf("the API server does not start: %s\n%s", last, tail(filepath.Join(w.dir, "kube-apiserver.log")))
}

// tail is the end of a log.
func tail(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

// stop ends what start has started, the API server before its store.
func (w *world) stop() error {
	var failed []error
	for i := len(w.running) - 1; i >= 0; i-- {
		p := w.running[i].Process
		if err := p.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			failed = append(failed, err)
		}
		hard := time.AfterFunc(10*time.Second, func() { _ = p.Kill() })
		_, _ = p.Wait()
		hard.Stop()
	}
	return errors.Join(failed...)
}

// freePorts of loopback; each is free when it is returned.
func freePorts(n int) (out []int, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		out = append(out, l.Addr().(*net.TCPAddr).Port)
	}
	return out, nil
}
