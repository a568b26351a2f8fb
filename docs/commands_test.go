package docs

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the outputs that the pages show")

// optional are programs that a reader may have and this machine may lack; a
// page is followed to the first command that needs one.
var optional = []string{"kustomize", "kpt", "git", "helm", "man", "zsh", "fish"}

// notRun is how many blocks of all pages are marked as such. They are listed
// by go test -v; a stand-in in standins_test.go is better than one more.
const notRun = 0

func TestCommands(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("bash is not on this machine: skipped")
	}
	marked := 0
	for _, page := range pages(t) {
		if why := elsewhere[page]; why != "" {
			t.Logf("%s: %s", page, why)
			continue
		}
		all := blocks(t, page)
		for _, b := range all {
			if b.notRun != "" {
				marked++
				t.Logf("%s:%d is not run: %s", page, b.line, b.notRun)
			}
		}
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			follow(t, page, all)
		})
	}
	if marked != notRun {
		t.Errorf("%d blocks are marked as not run, want %d", marked, notRun)
	}
}

// follow does what a page says, block by block.
func follow(t *testing.T, page string, all []block) {
	r := newReader(t)
	for i, b := range all {
		// What comes after a command that failed has no ground.
		if !t.Run(fmt.Sprintf("line %d", b.line), func(t *testing.T) {
			switch {
			case b.isOutput && strings.Contains(r.output, "```"):
				t.Error("what the commands before it print holds a block of its own, which a page cannot show")
			case b.language == "sh":
				b.lint(t)
				if b.notRun == "" {
					r.run(t, b)
				}
			case b.isOutput && *update && !strings.Contains(b.text, "...\n"):
				all[i].text = shown(b.text, r.output)
			case b.isOutput:
				if diff := cmp.Diff(shown(b.text, r.output), b.text); diff != "" {
					t.Errorf("the commands before it print something else (go test ./docs -update writes it, unless lines are left out): -got +page:\n%s", diff)
				}
			default:
				if err := b.readable(); err != nil {
					t.Error(err)
				}
				if b.file() != "" {
					if err := b.write(r.dir); err != nil {
						t.Error(err)
					}
				}
			}
		}) {
			return
		}
		if r.stopped {
			return
		}
	}
	r.secrets(t, page)
	if *update {
		rewrite(t, page, all)
	}
}

// shown is an output as a page shows it: a page may leave lines out, and writes
// ... in their place, or parts of a line, and writes … there.
func shown(page, output string) string {
	var out []string
	lines, rest := strings.SplitAfter(page, "\n"), strings.SplitAfter(output, "\n")
	for i, line := range lines {
		switch {
		case line == "...\n":
			// All up to the line that comes next on the page.
			out = append(out, line)
			next := len(rest)
			if i+1 < len(lines) && lines[i+1] != "" {
				if next = slices.IndexFunc(rest, func(printed string) bool { return isLike(printed, lines[i+1]) }); next < 0 {
					return output
				}
			}
			rest = rest[next:]
		case len(rest) > 0 && isLike(rest[0], line):
			out, rest = append(out, line), rest[1:]
		case len(rest) > 0:
			out, rest = append(out, rest[0]), rest[1:]
		}
	}
	return strings.Join(append(out, rest...), "")
}

// isLike compares a line with one of a page.
func isLike(printed, shown string) bool {
	for i, part := range strings.Split(shown, "…") {
		at := strings.Index(printed, part)
		if at < 0 || i == 0 && at > 0 {
			return false
		}
		printed = printed[at+len(part):]
	}
	return printed == ""
}

// rewrite puts the texts of the blocks into the page.
func rewrite(t *testing.T, page string, all []block) {
	path := filepath.Join(root, page)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range slices.Backward(all) {
		text = slices.Concat(text[:b.start], []byte(b.text), text[b.end:])
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// reader is a person with a shell, an empty directory and the installed programs.
type reader struct {
	// dir is where the page begins, home is the reader's own.
	dir, home string
	// output is what the last commands printed.
	output string
	// stopped says that a program is missing for the rest of the page.
	stopped bool
}

func newReader(t *testing.T) *reader {
	t.Helper()
	return &reader{dir: t.TempDir(), home: t.TempDir()}
}

func (r *reader) run(t *testing.T, b block) {
	for _, tool := range optional {
		if !has(tool) && slices.Contains(b.programs(), tool) {
			r.stopped = true
			t.Skipf("%s is not on this machine: skipped from here on", tool)
		}
	}
	if slices.Contains(b.programs(), "helm") {
		if err := r.installHelmPlugin(); err != nil {
			t.Fatal(err)
		}
	}
	code, err := r.shell(b.text)
	if err != nil {
		t.Fatal(err)
	}
	if code != b.exit {
		t.Fatalf("exit code %d, want %d\n%s\n%s", code, b.exit, b.text, r.output)
	}
}

// shell runs a script as a reader with a careful shell would. Where the reader
// is, and what variables there are, is remembered for the next script.
func (r *reader) shell(script string) (code int, err error) {
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", `
state=$HOME/.state
if [ -e "$state" ]; then . "$state"; cd "$OLDPWD"; fi
set -a
trap 'code=$?; export OLDPWD=$PWD; export -p > "$HOME/.state"; exit $code' EXIT
`+script) //nolint:gosec // the pages of this project
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "HOME="+r.home, "GIT_CONFIG_GLOBAL=/dev/null", "KUBECONFIG="+filepath.Join(r.home, "none"),
		"HELM_PLUGINS="+filepath.Join(r.home, "plugins"), "MANWIDTH=80", "MANPAGER=cat", "TOKEN=secret", "PASSWORD=secret",
		"GIT_AUTHOR_NAME=reader", "GIT_AUTHOR_EMAIL=reader@example.com",
		"GIT_COMMITTER_NAME=reader", "GIT_COMMITTER_EMAIL=reader@example.com")
	for _, name := range []string{"GOPATH", "GOCACHE", "GOMODCACHE"} {
		cmd.Env = append(cmd.Env, name+"="+goEnv(name))
	}
	out, err := cmd.CombinedOutput()
	r.output = string(out)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}

// installHelmPlugin does what docs/hosts/helm.md says under "Install".
func (r *reader) installHelmPlugin() error {
	folder := filepath.Join(r.home, "plugins", "athens")
	if _, err := os.Stat(folder); err == nil {
		return nil
	}
	program, err := helmAthens()
	if err != nil {
		return err
	}
	if err := os.CopyFS(folder, os.DirFS(filepath.Join(root, "deploy/helm/athens"))); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(folder, "bin"), 0o755); err != nil {
		return err
	}
	_ = os.Remove(filepath.Join(folder, "bin/helm-athens")) // of make helm-plugins
	return os.Symlink(program, filepath.Join(folder, "bin/helm-athens"))
}
