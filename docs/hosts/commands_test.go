// Package hosts tests the pages of this folder: each is followed from top to
// bottom in an empty directory, with the files that it shows and the examples
// of the repository.
package hosts

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/buildtest"
)

const root = "../.."

// pages in the order in which they are read.
var pages = []string{"kustomize.md", "kpt.md", "argocd.md", "flux.md"}

// tools are the hosts that a command may need; one that is not on this machine
// skips the commands that name it.
var tools = []string{"kustomize", "kpt", "kubectl", "git"}

var bin string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "hosts")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		bin = dir
		if err := buildtest.Into(dir, root, "athens-kfn"); err != nil {
			panic(err)
		}
		installed, err := filepath.Abs(filepath.Join(root, ".bin"))
		if err != nil {
			panic(err)
		}
		path := []string{bin, installed, os.Getenv("PATH")}
		if err := os.Setenv("PATH", strings.Join(path, string(os.PathListSeparator))); err != nil {
			panic(err)
		}
		return m.Run()
	}())
}

// block is a fenced block of a page.
type block struct {
	language, text string
	line           int
}

// file is the name in the comment that a block with a whole file begins with.
func (b block) file() string {
	if m := fileName.FindStringSubmatch(b.text); m != nil {
		return m[1]
	}
	return ""
}

// needs says whether a block's commands start a tool.
func (b block) needs(tool string) bool {
	return b.language == "sh" && regexp.MustCompile(`(?m)(^|[|&;(] *|if )\s*`+tool+` `).MatchString(b.text)
}

var (
	fenced   = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")
	fileName = regexp.MustCompile(`\A# (\S+\.ya?ml)\n`)
)

func blocks(t *testing.T, page string) (out []block) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range fenced.FindAllSubmatchIndex(text, -1) {
		out = append(out, block{
			language: string(text[m[2]:m[3]]), text: string(text[m[4]:m[5]]),
			line: 1 + strings.Count(string(text[:m[0]]), "\n"),
		})
	}
	if len(out) == 0 || strings.Count(string(text), "```") != 2*len(out) {
		t.Fatalf("%s: %d blocks in %d fences", page, len(out), strings.Count(string(text), "```"))
	}
	return out
}

// workplace is a directory with the files that a page shows, and what a reader
// has of this repository.
func workplace(t *testing.T, all []block) string {
	t.Helper()
	dir := t.TempDir()
	for _, folder := range []string{"examples", "overlays", "deploy"} {
		if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS(filepath.Join(root, folder))); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range all {
		if b.file() == "" {
			continue
		}
		path := filepath.Join(dir, b.file())
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(b.text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// shell runs a script as a reader with a careful shell would.
func shell(dir, script string) error {
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=reader", "GIT_AUTHOR_EMAIL=reader@example.com",
		"GIT_COMMITTER_NAME=reader", "GIT_COMMITTER_EMAIL=reader@example.com")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

func TestCommands(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("bash is not on this machine: skipped")
	}
	for _, page := range pages {
		t.Run(page, func(t *testing.T) {
			all := blocks(t, page)
			dir := workplace(t, all)
			for _, b := range all {
				// What comes after a command that failed has no ground.
				if !t.Run(fmt.Sprintf("line %d", b.line), func(t *testing.T) { b.test(t, dir) }) {
					return
				}
			}
		})
	}
}

func (b block) test(t *testing.T, dir string) {
	switch b.language {
	case "sh":
		if tool := lacks(b); tool != "" {
			t.Skipf("%s is not on this machine: skipped", tool)
		}
		if err := shell(dir, b.text); err != nil {
			t.Fatalf("%v\n%s", err, b.text)
		}
	case "yaml":
		if err := readable(b.text); err != nil {
			t.Error(err)
		}
	default:
		t.Errorf("a block of %q: write sh for commands, which are run, or yaml", b.language)
	}
}

// lacks is a tool that a block needs and this machine has not.
func lacks(b block) string {
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil && b.needs(tool) {
			return tool
		}
	}
	return ""
}

func readable(text string) error {
	dec := yaml.NewDecoder(strings.NewReader(text))
	for {
		var doc map[string]any
		if err := dec.Decode(&doc); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// TestLinks wants a file behind every relative link.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^):#]+)[^)]*\)`)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(m[1]); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}

// TestCI runs the steps of the workflow on flux.md against a repository as it
// should be, and as it should not be.
func TestCI(t *testing.T) {
	for _, tool := range []string{"bash", "git"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not on this machine: skipped", tool)
		}
	}
	all := blocks(t, "flux.md")
	i := slices.IndexFunc(all, func(b block) bool { return strings.Contains(b.text, "\njobs:\n") })
	if i < 0 {
		t.Fatal("flux.md has no workflow")
	}
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Run string `yaml:"run"`
			} `yaml:"steps"`
		} `yaml:"jobs"`
	}
	if err := yaml.Unmarshal([]byte(all[i].text), &workflow); err != nil {
		t.Fatal(err)
	}
	var steps []string
	for _, step := range workflow.Jobs["fresh"].Steps {
		if step.Run != "" && !strings.HasPrefix(step.Run, "go install ") {
			steps = append(steps, step.Run)
		}
	}
	if len(steps) != 1 {
		t.Fatalf("the workflow has %d steps to run here, want 1", len(steps))
	}
	for change, fresh := range map[string]bool{
		"true": true,
		"echo '  crathens: {enabled: false}' >> site.yaml":                                  false, // files too many
		"rm manifests/cronjob_goproxy-crathens.yaml; git add -A":                            false, // files too few
		"sed -i.bak 's/replicas: 2/replicas: 9/' manifests/deployment_goproxy-lathens.yaml": false,
		"echo 'a note' > manifests/NOTES.txt; git add -A":                                   true,
	} {
		dir := workplace(t, all)
		if err := shell(dir, "git init -q\nathens-kfn render site.yaml -o manifests\ngit add -A\ngit commit -qm site\n"+change+"\ngit commit -qam change --allow-empty"); err != nil {
			t.Fatalf("%s: %v", change, err)
		}
		err := shell(dir, steps[0])
		var exit *exec.ExitError
		if fresh != (err == nil) || err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
			t.Errorf("%s: the check said %v", change, err)
		}
	}
}
