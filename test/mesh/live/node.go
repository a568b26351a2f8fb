package live

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
)

// appUID is the user of the programs.
const appUID = 1000

// programLog is the file of a pod's folder for what its real program prints.
const programLog = "program.log"

// Node is a pod at work.
type Node struct {
	Pod   *cluster.Pod
	Netns *Netns
	// Proxy is nil outside the mesh.
	Proxy *Proxy

	dir  string
	app  *exec.Cmd
	done chan struct{}
}

// up brings a pod up: namespace, program and Envoy.
func (l *Live) up(p *cluster.Pod) (*Node, error) {
	// Pods of two sites may have one name: with one folder, an Envoy could start
	// with the identity of the other.
	n := &Node{Pod: p, dir: filepath.Join(l.dir, p.Namespace+"."+p.Name)}
	rules := ""
	if p.Meshed && !p.Gateway {
		rules = redirect
	}
	var err error
	if n.Netns, err = l.network.join(rules, p.IP); err != nil {
		return nil, err
	}
	l.t.Cleanup(func() { l.down(n) })
	if err := os.MkdirAll(n.dir, 0o777); err != nil {
		return nil, err
	}
	if err := os.Chmod(n.dir, 0o777); err != nil { // whatever the umask is
		return nil, err
	}
	if !p.Gateway {
		if err := l.StartApp(n); err != nil {
			return nil, err
		}
	}
	if p.Meshed {
		return n, l.StartProxy(n)
	}
	return n, nil
}

func (l *Live) down(n *Node) {
	if n.done != nil {
		n.KillApp()
	}
	if n.Proxy != nil {
		n.Proxy.Kill()
	}
	n.Netns.Close()
}

// StartProxy starts the Envoy of a pod. Gateways have two workers: what one
// notices of an endpoint the other must learn.
func (l *Live) StartProxy(n *Node) error {
	config, err := bootstrap(n.Pod, l.identity(n.Pod), l.dir+"/xds", l.dir+"/sds")
	if err != nil {
		return err
	}
	workers := 1
	if n.Pod.Gateway {
		workers = 2
	}
	n.Proxy, err = startProxy(l.programs.Envoy, filepath.Join(n.dir, "envoy"), n.Netns, config, workers)
	return err
}

// StartApp starts a pod's program: the real one where there is one, else the
// stand-in.
func (l *Live) StartApp(n *Node) error {
	if l.programs.Real[n.Pod.Program] != "" && len(n.Pod.Ports) > 0 {
		return l.startReal(n)
	}
	return l.StartStandIn(n)
}

func (l *Live) startReal(n *Node) error {
	log, err := os.Create(filepath.Join(n.dir, programLog))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := l.command(n.Pod)
	cmd.Stdout, cmd.Stderr = log, log
	if err := n.start(cmd); err != nil {
		return err
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		c, err := n.Netns.Dial(fmt.Sprintf("127.0.0.1:%d", n.Pod.Ports["http"]), time.Second)
		if err == nil {
			return c.Close()
		}
		if time.Now().After(end) || n.Gone() {
			return fmt.Errorf("%s does not listen: %w: %s", n.Pod, err, n.Output())
		}
	}
}

// StartStandIn starts the stand-in for a pod's program.
func (l *Live) StartStandIn(n *Node) error {
	args := []string{"-name", n.Pod.Name, "-program", n.Pod.Program, "-control", n.dir + "/control"}
	for name, port := range n.Pod.Ports {
		flag := "-listen"
		if name == "redis" || name == "client" {
			flag = "-tcp"
		}
		args = append(args, flag, fmt.Sprintf(":%d", port))
	}
	cmd := exec.Command(l.programs.StandIn, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := n.start(cmd); err != nil {
		return err
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		return fmt.Errorf("stand-in of %s: %w", n.Pod, err)
	}
	return nil
}

func (n *Node) start(cmd *exec.Cmd) error {
	if err := n.Netns.Start(cmd, appUID); err != nil {
		return err
	}
	done := make(chan struct{})
	n.app, n.done = cmd, done
	go func() { cmd.Wait(); close(done) }()
	return nil
}

// command is the real program of a pod, with the arguments and the environment
// of its manifest.
func (l *Live) command(p *cluster.Pod) *exec.Cmd {
	cmd := exec.Command(l.programs.Real[p.Program], p.Args...)
	cmd.Env = slices.Concat([]string{"PATH=" + os.Getenv("PATH")}, p.Env, l.programs.Env[p.Program])
	return cmd
}

// Run runs the real program of a pod to its end.
func (l *Live) Run(n *Node) ([]byte, error) {
	var out bytes.Buffer
	cmd := l.command(n.Pod)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := n.Netns.Start(cmd, appUID); err != nil {
		return nil, err
	}
	err := cmd.Wait()
	return out.Bytes(), err
}

// Output of the pod's real program.
func (n *Node) Output() string {
	text, _ := os.ReadFile(filepath.Join(n.dir, programLog))
	return string(text)
}

// KillApp is kill -9 of the pod's program: its port refuses from then on.
func (n *Node) KillApp() {
	n.app.Process.Kill() // it may be gone already
	<-n.done
}

// Stop is SIGTERM; the program may end when it has answered.
func (n *Node) Stop() { n.app.Process.Signal(syscall.SIGTERM) }

// Gone says whether the pod's program has ended.
func (n *Node) Gone() bool {
	select {
	case <-n.done:
		return true
	default:
		return false
	}
}

// Control says a line to the stand-in.
func (n *Node) Control(line string) string {
	c, err := net.DialTimeout("unix", n.dir+"/control", time.Second)
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	fmt.Fprintln(c, line)
	answer, _ := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(answer)
}
