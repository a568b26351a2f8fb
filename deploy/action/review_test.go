package action

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/buildtest"
)

const (
	root = "../.."
	site = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
spec:
  host: goproxy.example.com
`
)

var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "action")
	if err == nil {
		err = buildtest.Into(dir, root, "athens-kfn")
	}
	if err != nil {
		panic(err)
	}
	program = filepath.Join(dir, "athens-kfn")
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// gh keeps the arguments and the body of each call in files, and has one comment of
// the bot and one of someone else.
const gh = `#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
*--paginate*) printf '%s' "$COMMENTS" | jq -r "$5" ;;
*) for a in "$@"; do case "$a" in body=@*) cp "${a#body=@}" "$CALLS.body" ;; esac; done ;;
esac
`

type pullRequest struct {
	t                *testing.T
	dir, head        string
	env              []string
	log, calls, body string
	code             int
}

// open makes a repository whose pull request 7 changes files; "" removes one.
func open(t *testing.T, files map[string]string, env ...string) *pullRequest {
	t.Helper()
	for _, needed := range []string{"bash", "git", "jq", "sha256sum"} {
		if _, err := exec.LookPath(needed); err != nil {
			t.Skip("no " + needed)
		}
	}
	p := &pullRequest{t: t, dir: t.TempDir(), env: env}
	write := func(name, text string, mode os.FileMode) {
		name = filepath.Join(p.dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("bin/gh", gh, 0o755)
	write("tmp/keep", "", 0o600)
	write("acme/infra/sites/athens.yaml", site, 0o600)
	p.git("init", "-q", "-b", "main")
	p.git("add", ".")
	p.git("commit", "-qm", "base")
	p.git("checkout", "-qb", "change")
	for name, text := range files {
		if text == "" {
			p.git("rm", "-q", name)
			continue
		}
		write("acme/infra/"+name, text, 0o755)
	}
	p.git("add", ".")
	p.git("commit", "-qm", "change")
	p.head = p.git("rev-parse", "HEAD")
	p.git("checkout", "-q", "main")
	p.git("merge", "-q", "--no-ff", "-m", "merge", "change")
	p.git("update-ref", "refs/pull/7/merge", "HEAD")
	p.git("reset", "-q", "--hard", "HEAD^")
	return p
}

func (p *pullRequest) git(args ...string) string {
	p.t.Helper()
	c := exec.Command("git", append([]string{"-C", filepath.Join(p.dir, "acme/infra"), "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false"}, args...)...)
	out, err := c.CombinedOutput()
	if err != nil {
		p.t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (p *pullRequest) review() *pullRequest {
	p.t.Helper()
	c := exec.Command("bash", "-euo", "pipefail", "review.sh")
	c.Env = append([]string{
		"PATH=" + filepath.Join(p.dir, "bin") + ":" + os.Getenv("PATH"), "HOME=" + p.dir, "RUNNER_TEMP=" + filepath.Join(p.dir, "tmp"),
		"GITHUB_SERVER_URL=file://" + p.dir, "GITHUB_REPOSITORY=acme/infra", "GITHUB_STEP_SUMMARY=" + filepath.Join(p.dir, "summary"),
		"ATHENS_KFN=" + program, "SITE=sites/athens.yaml", "REGION=", "FAIL_ON=", "COMMENT=true", "GH_TOKEN=secret-token", "NUMBER=7", "HEAD_SHA=" + p.head,
		"CALLS=" + filepath.Join(p.dir, "calls"), "COMMENTS=[]",
	}, p.env...)
	out, err := c.CombinedOutput()
	if err != nil && c.ProcessState == nil {
		p.t.Fatal(err)
	}
	read := func(name string) string {
		text, _ := os.ReadFile(filepath.Join(p.dir, name)) // error dropped: a run that stops early writes none
		return string(text)
	}
	p.code, p.log, p.calls, p.body = c.ProcessState.ExitCode(), string(out), read("calls"), read("calls.body")
	if p.body != "" && p.body != read("summary") {
		p.t.Error("the summary of the job is not the comment")
	}
	if left, _ := filepath.Glob(filepath.Join(p.dir, "tmp/athens-kfn*")); len(left) > 0 {
		p.t.Errorf("left behind: %q", left)
	}
	if strings.Contains(p.log+p.body, "secret-token") {
		p.t.Error("the token is printed")
	}
	return p
}

const closed = site + "  gateway: {clients: [{name: offices, cidrs: [203.0.113.0/24]}]}\n"

func TestReview_CommentsOnTheChange(t *testing.T) {
	p := open(t, map[string]string{"sites/athens.yaml": closed}).review()
	if p.code != 0 || !strings.Contains(p.calls, "--method POST repos/acme/infra/issues/7/comments") {
		t.Fatalf("exit code %d, calls %s\n%s", p.code, p.calls, p.log)
	}
	for _, want := range []string{"**Check**", "0 errors", "! AD101 unlisted: GET …/@v/list", "admits offices from 203.0.113.0/24", "site before the change", "site after the change"} {
		if !strings.Contains(p.body, want) {
			t.Errorf("no %q in\n%s", want, p.body)
		}
	}
	if n := strings.Count(p.body, "```mermaid"); n != 2 {
		t.Errorf("%d pictures", n)
	}
	if p = open(t, map[string]string{"sites/athens.yaml": closed}, "FAIL_ON=AD101").review(); p.code != 1 || p.body == "" || !strings.Contains(p.log, "::error title=athens-kfn::the change has one of the codes AD101") {
		t.Errorf("exit code %d for a code of fail-on: %s", p.code, p.log)
	}
	if p = open(t, map[string]string{"other.yaml": "a: b"}, "FAIL_ON=warnings", "COMMENT=false").review(); p.code != 0 || p.calls != "" {
		t.Errorf("a change of another file: exit code %d, calls %q\n%s", p.code, p.calls, p.log)
	}
}

func TestReview_EditsItsOwnCommentOnly(t *testing.T) {
	mark, _, _ := strings.Cut(open(t, map[string]string{"sites/athens.yaml": closed}).review().body, "\n")
	comments := `[{"id": 1, "user": {"login": "someone"}, "body": "MARK"}, {"id": 2, "user": {"login": "github-actions[bot]"}, "body": "another"}, {"id": 3, "user": {"login": "github-actions[bot]"}, "body": "MARK\n"}]`
	p := open(t, map[string]string{"sites/athens.yaml": closed}, "COMMENTS="+strings.ReplaceAll(comments, "MARK", mark)).review()
	if p.code != 0 || !strings.Contains(p.calls, "--method PATCH repos/acme/infra/issues/comments/3 ") || strings.Contains(p.calls, "POST") {
		t.Errorf("exit code %d, calls %s\n%s", p.code, p.calls, p.log)
	}
}

func TestReview_ASiteThatComesOrGoes(t *testing.T) {
	p := open(t, map[string]string{"new.yaml": closed}, "SITE=new.yaml").review()
	if p.code != 0 || strings.Count(p.body, "```mermaid") != 1 || !strings.Contains(p.body, "site after the change") {
		t.Errorf("a new site: exit code %d\n%s\n%s", p.code, p.body, p.log)
	}
	p = open(t, map[string]string{"sites/athens.yaml": ""}).review()
	if p.code != 0 || !strings.Contains(p.body, "removes the site") {
		t.Errorf("a site that is removed: exit code %d\n%s\n%s", p.code, p.body, p.log)
	}
}

// TestReview_OfAHostilePullRequest: its text is in code blocks only, the runner reads
// no command in it, and nothing of it runs.
func TestReview_OfAHostilePullRequest(t *testing.T) {
	ran := filepath.Join(t.TempDir(), "ran")
	evil := "#!/bin/sh\ntouch " + ran + "\n"
	bad := "\"x``` <script>alert(1)</script> @everyone [a](javascript:b)\\n```\\n::set-output name=a::b\\n::error::x\": 1\n"
	for name, files := range map[string]map[string]string{
		"a field":         {"sites/athens.yaml": site + "  " + bad},
		"an annotation":   {"sites/athens.yaml": strings.Replace(site, "namespace: goproxy}", "namespace: goproxy, annotations: {"+strings.TrimSuffix(bad, ": 1\n")+": a}}", 1)},
		"not YAML":        {"sites/athens.yaml": "`\n::error::x\n```\n<script>"},
		"programs":        {"sites/athens.yaml": closed, "git": evil, "kustomize": evil, "gh": evil, ".gitattributes": "* filter=x diff=x\n", ".git-hooks/post-checkout": evil},
		"a kustomization": {"sites/athens.yaml": "", "sites/kustomization.yaml": "resources: [https://evil.example.com/base]\n"},
		"long":            {"sites/athens.yaml": site + strings.Repeat("  unknown: 1\n", 1) + "  additionalHosts:\n" + strings.Repeat("  - {host: no}\n", 5000)},
	} {
		t.Run(name, func(t *testing.T) {
			var env []string
			if name == "a kustomization" {
				env = []string{"SITE=sites"}
			}
			p := open(t, files, env...).review()
			if name != "programs" && p.code != 1 {
				t.Errorf("exit code %d\n%s", p.code, p.log)
			}
			if len(p.body) > 65536 || p.body == "" {
				t.Errorf("a comment of %d bytes", len(p.body))
			}
			if _, err := os.Stat(ran); err == nil {
				t.Fatal("a program of the pull request ran")
			}
			outside, inside := "", ""
			for line := range strings.Lines(p.body) {
				switch ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]; {
				case inside == "" && len(ticks) >= 3:
					inside = ticks
				case inside != "" && len(ticks) >= len(inside) && strings.TrimSpace(line) == ticks:
					inside = ""
				case inside == "":
					outside += line
				}
			}
			for _, text := range []string{"<script>", "@everyone", "javascript:"} {
				if strings.Contains(outside, text) {
					t.Errorf("outside of code blocks: %s", outside)
				}
			}
			stopped := ""
			for line := range strings.Lines(p.log) {
				line = strings.TrimSpace(line)
				if token, found := strings.CutPrefix(line, "::stop-commands::"); found && stopped == "" {
					stopped = token
				} else if stopped != "" && line == "::"+stopped+"::" {
					stopped = ""
				} else if stopped == "" && strings.HasPrefix(line, "::") && !strings.HasPrefix(line, "::error title=athens-kfn::") {
					t.Errorf("the runner reads %q", line)
				}
			}
		})
	}
}

func TestReview_StopsAtWhatItCannotReview(t *testing.T) {
	files := map[string]string{"sites/athens.yaml": closed}
	for _, env := range []string{"HEAD_SHA=" + strings.Repeat("0", 40), "NUMBER=", "NUMBER=7; touch x", "NUMBER=8", "SITE=", "SITE=--help", "SITE=/etc/passwd"} {
		if p := open(t, files, env).review(); p.code != 1 || p.calls != "" || !strings.Contains(p.log, "::error title=athens-kfn::") {
			t.Errorf("%s: exit code %d, calls %q\n%s", env, p.code, p.calls, p.log)
		}
	}
}

// TestAction_HasNoTextOfTheEventInAScript: expressions are in env only.
func TestAction_HasNoTextOfTheEventInAScript(t *testing.T) {
	var action struct {
		Runs struct {
			Steps []struct {
				Run string            `yaml:"run"`
				Env map[string]string `yaml:"env"`
			} `yaml:"steps"`
		} `yaml:"runs"`
	}
	read(t, "action.yml", &action)
	script, err := os.ReadFile("review.sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range action.Runs.Steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("an expression in %s", s.Run)
		}
		for name := range s.Env {
			if !strings.Contains(string(script), name) {
				t.Errorf("review.sh does not read %s", name)
			}
		}
	}
	if len(action.Runs.Steps) == 0 {
		t.Error("the action has no step")
	}
}

// TestHooks_Run runs each hook of pre-commit on a commit that needs no action.
func TestHooks_Run(t *testing.T) {
	var hooks []struct{ ID, Entry, Language string }
	read(t, ".pre-commit-hooks.yaml", &hooks)
	p := open(t, map[string]string{"sites/athens.yaml": closed})
	args := map[string][]string{"athens-kfn-check": {"sites/athens.yaml"}, "athens-kfn-diff": {"HEAD:sites/athens.yaml", "sites/athens.yaml"}}
	for _, h := range hooks {
		words := strings.Fields(h.Entry)
		if words[0] != "athens-kfn" || h.Language != "golang" || args[h.ID] == nil {
			t.Errorf("hook %+v", h)
			continue
		}
		run := func() error {
			c := exec.Command(program, slices.Concat(words[1:], args[h.ID])...)
			c.Dir = filepath.Join(p.dir, "acme/infra")
			return c.Run()
		}
		if err := run(); err != nil {
			t.Errorf("%s: %v", h.ID, err)
		}
		p.git("checkout", "-q", "change", "--", "sites")
		if err := run(); (err != nil) != (h.ID == "athens-kfn-diff") {
			t.Errorf("%s of a site that closes: %v", h.ID, err)
		}
		p.git("reset", "-q", "--hard")
	}
	if len(hooks) != len(args) {
		t.Errorf("%d hooks", len(hooks))
	}
}

func read(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err == nil {
		err = yaml.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}
