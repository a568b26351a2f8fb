package cluster

import (
	"flag"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestCommands pastes the runbook of each site into interactive shells, section by
// section, and judges the answer of each command. A section that differs from one
// of an earlier site in names alone is pasted once.
func TestCommands(t *testing.T) {
	all, seen, pasted := shells(t), map[string]bool{}, 0
	for _, b := range books(t) {
		sections := b.fresh(seen)
		if len(sections) == 0 {
			continue
		}
		t.Run(b.name, func(t *testing.T) {
			b.furnish(t)
			for _, sh := range all {
				t.Run(sh.name, func(t *testing.T) {
					b.begin(t)
					for _, a := range b.paste(t, sh, sections) {
						pasted++
						if why := judge(a); why != "" {
							t.Errorf("%s: %s\n  %s\nexit code %d\n%s%s", a.section, why, a.text, a.code, a.stdout, a.stderr)
						}
					}
				})
			}
		})
	}
	t.Logf("%d commands in %d sections", pasted, len(seen))
	for _, r := range rules {
		if r.elsewhere != "" {
			t.Logf("%4d × %s: %s", r.used, r.like, r.elsewhere)
		}
		if r.used == 0 && flag.Lookup("test.run").Value.String() == "" {
			t.Errorf("no command is like %s", r.like)
		}
	}
}

// TestCommands_AreReadByEveryShell has each block of each page read by the shells
// themselves.
func TestCommands_AreReadByEveryShell(t *testing.T) {
	all, runbooks := shells(t), books(t)
	for _, b := range append(pages(t), runbooks...) {
		for _, sh := range all {
			if out, err := answer(b.page(), sh.path, "-n"); err != nil {
				t.Errorf("%s: %s: %v\n%s", b.name, sh.name, err, out)
			}
		}
	}
	for _, b := range runbooks {
		for _, s := range b.sections {
			for _, block := range s.blocks {
				for _, call := range calls(t, block) {
					if why := unknown(call); why != "" {
						t.Errorf("%s: %s: %s\n%s", b.name, s.title, why, strings.Join(call, " "))
					}
				}
			}
		}
	}
}

// TestCommands_MakeNoSecretOfAnUnsetVariable pastes commands as they are printed.
func TestCommands_MakeNoSecretOfAnUnsetVariable(t *testing.T) {
	all := books(t)
	b := all[slices.IndexFunc(all, func(b *book) bool { return len(b.variables()) > 0 })]
	for _, sh := range shells(t) {
		var lines []*answered
		for line := range strings.Lines(b.page()) {
			if variable.MatchString(line) {
				lines = append(lines, &answered{text: strings.TrimSpace(line)})
			}
		}
		for _, a := range b.run(t, sh, lines) {
			if a.code == 0 || !strings.Contains(a.stderr, "error: no objects passed to apply") {
				t.Errorf("%s: exit code %d from %s\n%s%s", sh.name, a.code, a.text, a.stdout, a.stderr)
			}
		}
	}
}

// shell is one that a person pastes commands into.
type shell struct {
	name, path string
	// args begin it as on a terminal, without anyone's settings.
	args []string
}

// shells of this machine.
func shells(t *testing.T) (out []shell) {
	t.Helper()
	for _, s := range []shell{{name: "bash", args: []string{"--norc", "--noprofile", "--noediting", "-i"}}, {name: "zsh", args: []string{"-f", "-o", "no_prompt_sp", "-i"}}} {
		var err error
		if s.path, err = exec.LookPath(s.name); err != nil {
			t.Logf("%s is not on this machine", s.name)
			continue
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		t.Skip("there is no bash and no zsh on this machine")
	}
	return out
}
