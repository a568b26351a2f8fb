package cluster

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

// cluster is the one of all tests; they share it one after the other.
var cluster *world

// programs is a folder with athens-kfn and helm-athens; the cluster's are in tools.
var programs, tools string

func TestMain(m *testing.M) {
	code, err := in(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func in(m *testing.M) (code int, err error) {
	if tools, err = filepath.Abs(filepath.Join(root, ".bin/cluster")); err != nil {
		return 1, err
	}
	if _, err := os.Stat(filepath.Join(tools, "kube-apiserver")); err != nil {
		return 1, fmt.Errorf("%w: run make test-cluster, which builds it", err)
	}
	dir, err := os.MkdirTemp("", "cluster")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	programs = filepath.Join(dir, "bin")
	build := exec.Command("go", "build", "-o", programs+string(filepath.Separator), "./cmd/athens-kfn", "./cmd/helm-athens")
	build.Dir, build.Stderr = root, os.Stderr
	if err := build.Run(); err != nil {
		return 1, err
	}
	cluster, err = start(tools, dir)
	defer func() { err = errors.Join(err, cluster.stop()) }()
	if err != nil {
		return 1, err
	}
	if err := furnish(); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// command is a program with the cluster's kubectl and athens-kfn before all
// others on its PATH.
func command(stdin, program string, args ...string) *exec.Cmd {
	made, _ := filepath.Abs(filepath.Join(root, ".bin"))
	path := strings.Join([]string{programs, tools, made, os.Getenv("PATH")}, string(os.PathListSeparator))
	for _, dir := range []string{programs, tools, made} {
		if file := filepath.Join(dir, program); !strings.Contains(program, "/") {
			if _, err := os.Stat(file); err == nil {
				program = file
			}
		}
	}
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "PATH="+path, "KUBECONFIG="+cluster.kubeconfig, "HOME="+cluster.dir)
	cmd.Stdin = strings.NewReader(stdin)
	return cmd
}

// answer is what a program prints, and its error with what it prints to stderr.
func answer(stdin, program string, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd := command(stdin, program, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String(), nil
}

// kubectl runs it, with warnings as errors.
func kubectl(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	out, err := answer(stdin, "kubectl", append(args, "--warnings-as-errors")...)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return out
}
