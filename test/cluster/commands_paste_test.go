package cluster

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// answered is a command with what it answered.
type answered struct {
	section, text  string
	code           int
	stdout, stderr string
	// compare is how the answer relates to the one of another command.
	compare comparison
	with    *answered
}

type comparison int

const (
	alone comparison = iota
	equal
	differs
)

// placeholders are the words that a person replaces.
var placeholders = strings.NewReplacer(
	"--athens VERSION", "--athens v0.19.0", "STORED-MODULE", "golang.org/x/text", "MODULE", "golang.org/x/text", "VERSION", "v0.14.0",
	" logs -f ", " logs --limit-bytes=50 ", // kwok's containers never end their log
	"-c crathens; do sleep 2;", "-c crathens; do sleep 0.5;", // the stand-in counts the others
	"REVISION", "asm-1-31", "GROUP", "group", "LOCATION", "westeurope", "OTHER", "other",
)

// changing are the sections that change the cluster and undo it: how many of their
// blocks come before the way back; 0 where the blocks as they are change nothing.
var changing = map[string]int{
	"Pause crathens": 1, "Loss of lathens": 1, "Loss of the storage": 1, "Loss of the upstream": 1, scaling: 2, "Upgrade and rollback": 0,
}

// scaling has the next apply as its way back.
const scaling = "Scale"

// snapshot prints what the changing sections change.
func (b *book) snapshot() string {
	return "kubectl -n " + b.namespace + ` get deployments,cronjobs,horizontalpodautoscalers,scaledobjects.keda.sh -o jsonpath='{range .items[*]}{.metadata.name} {.spec.replicas} {.spec.suspend} {.spec.maxReplicas} {.spec.maxReplicaCount} {.metadata.annotations.autoscaling\.keda\.sh/paused-replicas} {.spec.template.spec.containers[*].env}{"\n"}{end}'`
}

// paste puts the sections into one shell, with a snapshot before, in and after
// those that change something.
func (b *book) paste(t *testing.T, sh shell, sections []section) []*answered {
	t.Helper()
	var all []*answered
	add := func(section, text string, compare comparison, with *answered) *answered {
		a := &answered{section: section, text: text, compare: compare, with: with}
		all = append(all, a)
		return a
	}
	for _, s := range sections {
		var before *answered
		change, undone := changing[s.title]
		if undone {
			before = add(s.title, b.snapshot(), alone, nil)
		}
		for i, block := range s.blocks {
			for _, text := range statements(t, b.fill(t, block)) {
				add(s.title, text, alone, nil)
			}
			if undone && i+1 == change {
				add(s.title, b.snapshot(), differs, before)
			}
		}
		if s.title == scaling {
			add(s.title, "athens-kfn render -q "+b.operand+" | kubectl apply -f -", alone, nil)
		}
		if undone {
			add(s.title, b.snapshot(), equal, before)
			add(s.title, "athens-kfn render -q "+b.operand+" | kubectl diff -f -", alone, nil)
		}
	}
	return b.run(t, sh, all, b.variables()...)
}

var tunnels = regexp.MustCompile(`port-forward \S+ (\d+):`)

// fill replaces placeholders, and the ports of tunnels by free ones.
func (b *book) fill(t *testing.T, block string) string {
	t.Helper()
	block = placeholders.Replace(block)
	for _, m := range tunnels.FindAllStringSubmatch(block, -1) {
		ports, err := freePorts(1)
		if err != nil {
			t.Fatal(err)
		}
		free := strconv.Itoa(ports[0])
		block = strings.NewReplacer(" "+m[1]+":", " "+free+":", "localhost:"+m[1], "localhost:"+free).Replace(block)
	}
	return block
}

// mark is between the answers of two commands.
const mark = "\x1e"

// run types the commands into a shell, and notes what each answers. It returns those
// that were answered.
func (b *book) run(t *testing.T, sh shell, all []*answered, env ...string) []*answered {
	t.Helper()
	var script strings.Builder
	script.WriteString("PS1= PS2= PROMPT=\n" + next)
	for _, a := range all {
		script.WriteString(a.text + "\n" + next)
	}
	file := filepath.Join(b.dir, "pasted.sh")
	if err := os.WriteFile(file, []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := command("", sh.path, sh.args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Dir = in, &stdout, &stderr, b.dir
	cmd.Env = append(cmd.Env, "PATH="+elsewhere(t)+string(os.PathListSeparator)+pathOf(cmd.Env), "MONGO_URL=mongodb://mongo.example.com", "PS1=")
	cmd.Env = append(cmd.Env, env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		<-ctx.Done()
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}()
	_ = cmd.Wait() // with the code of the last command
	out, errs := strings.Split(stdout.String(), mark), strings.Split(stderr.String(), mark)
	for i, a := range all {
		if i+2 >= len(out) || i+2 >= len(errs) {
			t.Errorf("%s does not come back from %s\n%s\n%s", sh.name, a.text, tailOf(stdout.String()), tailOf(stderr.String()))
			return all[:i]
		}
		code, _, _ := strings.Cut(out[i+2], "\n")
		a.code, err = strconv.Atoi(code)
		if err != nil {
			t.Fatal(err)
		}
		_, a.stdout, _ = strings.Cut(out[i+1], "\n")
		_, a.stderr, _ = strings.Cut(errs[i+1], "\n")
	}
	return all
}

// next prints the exit code of the last command.
const next = `printf '\036%s\n' "$?"; printf '\036\n' >&2` + "\n"

func pathOf(env []string) (path string) {
	for _, e := range env {
		if p, ok := strings.CutPrefix(e, "PATH="); ok {
			path = p
		}
	}
	return path
}

func tailOf(text string) string { return text[max(0, len(text)-500):] }

// backend answers what comes through the tunnels of kubectl port-forward.
func backend() (port int, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	go func() {
		_ = http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "OK") })) //nolint:gosec // of a test
	}()
	return l.Addr().(*net.TCPAddr).Port, nil
}
