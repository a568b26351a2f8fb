package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v3"
)

// meanings are the flags that mean the same in every command: how their text begins.
var meanings = map[string]*regexp.Regexp{
	"f":        regexp.MustCompile("^the site: a `FILE`"),
	"o":        regexp.MustCompile("^print it as `FORMAT`: "),
	"to":       regexp.MustCompile("^write .* to `DIR`$"),
	"region":   regexp.MustCompile("^read the site as the entry `NAME` of spec.regions has it$"),
	"limits":   regexp.MustCompile("^refuse what the AthensLimits in `FILE`"),
	"v":        regexp.MustCompile("^also list "),
	"H":        regexp.MustCompile("^a `HEADER`"),
	"q":        regexp.MustCompile("^print no notes"),
	"no-color": regexp.MustCompile("^print no colours"),
}

// A flag means one thing, a letter is one of few, and what reads a site takes it as -f
// and as its last operand.
func TestFlags_MeanOneThing(t *testing.T) {
	_ = commandTree(t).Walk(func(cmd *cli.Command) error {
		var names []string
		for _, f := range cmd.VisibleFlags() {
			name := f.Names()[0]
			names = append(names, name)
			means, shared := meanings[name]
			if usage := f.(cli.DocGenerationFlag).GetUsage(); shared && !means.MatchString(usage) {
				t.Errorf("%s: -%s is %q, not %s", cmd.FullName(), name, usage, means)
			} else if !shared && len(name) == 1 {
				t.Errorf("%s: -%s is a letter that no other command has", cmd.FullName(), name)
			}
		}
		if reads := strings.HasSuffix(cmd.ArgsUsage, inputs) || cmd.Name == "diff"; reads != slices.Contains(names, "f") || reads != slices.Contains(names, "region") && cmd.Name != "applicationset" {
			t.Errorf("%s: takes %q and has the flags %q", cmd.FullName(), cmd.ArgsUsage, names)
		}
		return nil
	})
}

// What names the site is -f or the last operand, and both give the same.
func TestFlags_FileIsTheLastOperand(t *testing.T) {
	before := map[string][]string{
		"why": {"deployment/goproxy-athens"}, "explain": {"--effective"}, "upgrade": {"--athens", "v0.18.0"},
		"applicationset": {"--repo", "https://git.example.com/a.git"}, "diff": {root + "/examples/minimal/site.yaml"},
	}
	_ = commandTree(t).Walk(func(cmd *cli.Command) error {
		if !strings.HasSuffix(cmd.ArgsUsage, inputs) && cmd.Name != "diff" {
			return nil
		}
		args := append(strings.Fields(cmd.FullName())[1:], before[cmd.Name]...)
		site := root + "/examples/production/site.yaml"
		switch cmd.Name {
		case "terraform":
			site = root + "/examples/terraform/site.yaml"
		case "applicationset":
			site = root + "/examples/aks-multiregion/site.yaml"
		}
		code, operand, stderr := runWith(append(slices.Clone(args), site), "")
		flagCode, flag, _ := runWith(append(slices.Clone(args), "-f", site), "")
		if code == 2 || operand == "" || code != flagCode || operand != flag {
			t.Errorf("%q: exit codes %d and %d, %d and %d bytes: %s", args, code, flagCode, len(operand), len(flag), stderr)
		}
		if code, _, stderr := runWith(append(args, site, "-f", site), ""); code != 2 {
			t.Errorf("%q: two sites give exit code %d: %s", args, code, stderr)
		}
		return nil
	})
}

// -o takes the formats that its text names, and says so of any other.
func TestFlags_FormatsAreThoseOfTheHelp(t *testing.T) {
	_ = commandTree(t).Walk(func(cmd *cli.Command) error {
		for _, f := range cmd.VisibleFlags() {
			if f.Names()[0] != "o" {
				continue
			}
			_, list, _ := strings.Cut(f.(cli.DocGenerationFlag).GetUsage(), ": ")
			code, _, stderr := runWith(append(strings.Fields(cmd.FullName())[1:], "-o", "nothing"), "")
			if want := `invalid value "nothing" for flag -o: write ` + list + "\n"; code != 2 || !strings.Contains(stderr, want) {
				t.Errorf("%s -o nothing: exit code %d: %s, want %s", cmd.FullName(), code, stderr, want)
			}
		}
		return nil
	})
}

// Command lines of earlier releases work, and say how they are written now.
func TestFlags_OldFormsWorkAndPrintANote(t *testing.T) {
	minimal, err := filepath.Abs(root + "/examples/minimal/site.yaml")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOENV", "off")
	t.Chdir(t.TempDir())
	for _, c := range []struct{ old, now, note string }{
		{"render " + minimal + " -o DIR", "render " + minimal + " --to DIR", "render -o is now --to"},
		{"init DIR --host goproxy.example.com", "init --to DIR --host goproxy.example.com", "init DIR is now init --to DIR"},
		{"upgrade --to v0.18.0 " + minimal, "upgrade --athens v0.18.0 " + minimal, "upgrade --to is now --athens"},
		{"prove --request GET_/x/@v/list --to list " + minimal, "prove --request GET_/x/@v/list --service list " + minimal, "prove --to is now --service"},
	} {
		run := func(line, dir string) (int, string, string) {
			args := strings.Fields(strings.ReplaceAll(line, "DIR", dir))
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], "_", " ")
			}
			code, stdout, stderr := runWith(args, "")
			return code, strings.ReplaceAll(stdout, dir, "DIR"), stderr
		}
		oldCode, old, said := run(c.old, "old")
		quietCode, _, quiet := run(c.old+" -q", "quiet")
		code, now, stderr := run(c.now, "now")
		if code != 0 || oldCode != code || quietCode != code || strings.ReplaceAll(old, "old", "now") != now {
			t.Errorf("%s: exit codes %d and %d (want %d)\n%s\nwant\n%s", c.old, oldCode, quietCode, code, old, now)
		}
		if note := "athens-kfn: note: " + c.note + "\n"; said != note+strings.ReplaceAll(stderr, "now", "old") || quiet != "" {
			t.Errorf("%s: says %q, with -q %q, want %q", c.old, said, quiet, note)
		}
		if strings.Contains(c.old, "DIR") {
			for _, name := range []string{"old", "quiet"} {
				if entries, err := os.ReadDir(name); err != nil || len(entries) == 0 {
					t.Errorf("%s: wrote nothing: %v", c.old, err)
				}
			}
			for _, name := range []string{"old", "quiet", "now"} {
				_ = os.RemoveAll(name)
			}
		}
	}
}
