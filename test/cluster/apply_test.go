package cluster

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestApply applies each state twice in both ways of kubectl, and removes it as
// its runbook says.
func TestApply(t *testing.T) {
	for _, s := range states(t) {
		t.Run(s.name, func(t *testing.T) {
			room(t, s.manifests)
			t.Cleanup(func() { clean(t, s.manifests) })
			apply(t, s.manifests)
			same(t, s.manifests)
			for line := range strings.Lines(apply(t, s.manifests)) {
				// Its selector is replaced as a whole, so that kubectl has a patch to send;
				// it changes nothing.
				if !strings.HasSuffix(line, " unchanged\n") && !strings.HasPrefix(line, "poddisruptionbudget.policy/") {
					t.Errorf("a second apply: %s", line)
				}
			}
			if len(s.operand) == 0 {
				return
			}
			removal := removalOf(t, &s)
			last := len(removal) - 1
			follow(t, removal[:last])
			left := leftOf(t, &s)
			for _, name := range left {
				if kind, _, _ := strings.Cut(name, "/"); !slices.Contains(kept, kind) {
					t.Errorf("after its removal there is %s", name)
				}
			}
			apply(t, s.manifests, "--server-side")
			same(t, s.manifests, "--server-side")
			follow(t, removal)
			for _, name := range leftOf(t, &s) {
				t.Errorf("after the removal of the namespace there is %s", name)
			}
		})
	}
}

// kept is what a site's removal leaves until the namespace is deleted.
var kept = []string{"namespace", "persistentvolumeclaim"}

// same fails if an apply would change something.
func same(t *testing.T, manifests string, flags ...string) {
	t.Helper()
	if out, err := answer(manifests, "kubectl", append([]string{"diff", "-f", "-"}, flags...)...); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// removalOf a site are the commands of its runbook.
func removalOf(t *testing.T, s *state) []string {
	t.Helper()
	_, text, found := strings.Cut(run(t, "", "athens-kfn", s.args("runbook", "-q")...), "\n## Remove the site\n")
	text, _, ends := strings.Cut(text, "\nThese remain:\n")
	if !found || !ends {
		t.Fatal("the runbook has no removal")
	}
	var out []string
	for i, part := range strings.Split(text, "```") {
		if commands, isShell := strings.CutPrefix(part, "sh\n"); i%2 == 1 && isShell {
			out = append(out, commands)
		}
	}
	if len(out) < 3 || !strings.HasPrefix(out[len(out)-1], "kubectl delete namespace ") {
		t.Fatalf("a removal that is not of a site: %q", out)
	}
	return out
}

// follow runs commands in a shell that stops at an error.
func follow(t *testing.T, commands []string) {
	t.Helper()
	for _, c := range commands {
		shell, err := exec.LookPath("bash")
		if err != nil {
			t.Fatal(err)
		}
		if out, err := answer(c, shell, "-euo", "pipefail"); err != nil {
			t.Errorf("%s: %v\n%s", c, err, out)
		}
	}
}

// leftOf a state is what the cluster has of its objects.
func leftOf(t *testing.T, s *state) []string {
	t.Helper()
	return strings.Fields(kubectl(t, s.manifests, "get", "--ignore-not-found", "-o", "name", "-f", "-"))
}
