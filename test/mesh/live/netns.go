package live

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Netns is a network namespace without a name: it ends with this process and
// the programs in it, however they end.
type Netns struct{ ns *os.File }

// Path for nsenter --net and ip(8), while this process runs.
func (n *Netns) Path() string { return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), n.ns.Fd()) }

// Close gives it up.
func (n *Netns) Close() error { return n.ns.Close() }

// unshare makes an empty one.
func unshare() (*Netns, error) {
	return onThread(func() (*Netns, error) {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return nil, fmt.Errorf("a network namespace: %w", err)
		}
		ns, err := os.Open("/proc/thread-self/ns/net")
		return &Netns{ns}, err
	})
}

// Do runs f on a thread inside the namespace. Sockets that f opens, and
// programs that it starts, stay in it.
func (n *Netns) Do(f func() error) error {
	_, err := onThread(func() (struct{}, error) {
		if err := unix.Setns(int(n.ns.Fd()), unix.CLONE_NEWNET); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, f()
	})
	return err
}

// onThread runs f on a thread of its own and leads the thread home.
func onThread[T any](f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		runtime.LockOSThread()
		home, err := os.Open("/proc/thread-self/ns/net")
		if err != nil {
			done <- result{err: err}
			return
		}
		defer home.Close()
		var r result
		r.value, r.err = f()
		// A thread that cannot go home ends with this goroutine.
		if unix.Setns(int(home.Fd()), unix.CLONE_NEWNET) == nil {
			runtime.UnlockOSThread()
		}
		done <- r
	}()
	r := <-done
	return r.value, r.err
}

// Dial from inside the namespace.
func (n *Netns) Dial(address string, timeout time.Duration) (c net.Conn, err error) {
	err = n.Do(func() error {
		c, err = net.DialTimeout("tcp", address, timeout)
		return err
	})
	return c, err
}

// Start starts a program inside the namespace as a user. It ends with this
// process.
func (n *Netns) Start(cmd *exec.Cmd, uid uint32) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}, Pdeathsig: syscall.SIGKILL}
	return n.Do(cmd.Start)
}

// ip runs lines of ip(8) inside the namespace.
func (n *Netns) ip(lines ...string) error {
	return n.feed(strings.Join(lines, "\n")+"\n", "ip", "-batch", "-")
}

// iptables loads rules into the namespace, in the format of iptables-save.
func (n *Netns) iptables(rules string) error {
	return n.feed(rules, "iptables-restore", "--noflush")
}

func (n *Netns) feed(stdin string, name string, args ...string) error {
	var out bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &out
	if err := n.Do(cmd.Start); err != nil {
		return err
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w: %s of\n%s", name, err, bytes.TrimSpace(out.Bytes()), stdin)
	}
	return nil
}
