package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/gomods/athens-kfn/internal/sitetest"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// printed is a command line of this program in something that it printed.
type printed struct {
	line string
	args []string
}

// printedIn finds the command lines in a text: from the program's name to the
// end of the line, of the code span or of the command.
func printedIn(t *testing.T, text string) (out []printed) {
	t.Helper()
	var names []string
	for _, cmd := range commandTree(t).VisibleCommands() {
		names = append(names, regexp.QuoteMeta(cmd.Name))
	}
	begin := regexp.MustCompile("`?" + program + ` (?:` + strings.Join(names, "|") + `)\b[^\n]*`)
	for line := range strings.Lines(text) {
		for rest := line; ; {
			at := begin.FindStringIndex(rest)
			if at == nil {
				break
			}
			found := rest[at[0]:at[1]]
			rest = rest[at[0]+len(program)+1:]
			if span, ok := strings.CutPrefix(found, "`"); ok {
				found, _, _ = strings.Cut(span, "`")
			}
			out = append(out, printed{found, firstCall(t, found)})
		}
	}
	return out
}

// firstCall are the words of the first command of a line of shell.
func firstCall(t *testing.T, line string) (words []string) {
	t.Helper()
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(line), "")
	if err != nil {
		t.Fatalf("no shell reads %s: %v", line, err)
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.CallExpr); ok && words == nil {
			if words, err = expand.Fields(nil, call.Args...); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		return words == nil
	})
	return words
}

// needNoSite are commands that read no site.
var needNoSite = []string{"explain", "init", "completion", "schema", "version"}

// run runs a command line that was printed for a site, and wants it to do what
// it says: it reads that file, in that region.
func (p printed) run(t *testing.T, file, region string) {
	t.Helper()
	args := slices.Clone(p.args[1:])
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "VERSION", releases.AthensNewest)
	}
	code, _, stderr := runWith(args, "")
	found := code == 1 && (args[0] == "check" || args[0] == "diff" || args[0] == "upgrade") || code == notJudged && (slices.Contains(args, "--manifests") || slices.Contains(args, "--cluster"))
	if stderr != "" || code != 0 && !found {
		t.Errorf("%s: exit code %d: %s", p.line, code, stderr)
	}
	if slices.Contains(needNoSite, args[0]) {
		return
	}
	if !slices.Contains(args, file) {
		t.Errorf("%s: does not read %s", p.line, file)
	}
	if at := slices.Index(args, "--region"); region != "" && (at < 0 || args[at+1] != region) {
		t.Errorf("%s: is not about %s", p.line, region)
	}
}

// hostileName is a file that every command line has to quote.
const hostileName = "it's $HOME.yaml"

// TestPrintedCommandsRun runs every command line of this program that it prints
// for an example, in each of its regions.
func TestPrintedCommandsRun(t *testing.T) {
	sites := append(examplesIn(t), sitetest.Site{Name: "all regions", File: root + "/examples/aks-multiregion/site.yaml"})
	home, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sites {
		t.Run(s.Name, func(t *testing.T) {
			text := readFile(t, home, s.File)
			t.Chdir(t.TempDir())
			write(t, ".", map[string]string{hostileName: text})
			s.File = hostileName
			everyRegion := s.Text == "" // upgrade and check are about all of them, and print lines for one
			region := s.Region
			if m := regexp.MustCompile(`\n  region: (\S+)`).FindStringSubmatch(s.Text); m != nil {
				region = m[1]
			}
			outputs := [][]string{s.Args("check"), s.Args("upgrade", "--athens", "v0.17.0"), s.Args("upgrade", "--athens", "v0.19.0")}
			if !everyRegion {
				_, before, _ := runWith(s.Args("render"), "")
				write(t, ".", map[string]string{"before.yaml": before})
				outputs = append(outputs, s.Args("runbook"), s.Args("client"), s.Args("diff", "before.yaml"), s.Args("explain", "--effective", "athens", "-f"))
			} else {
				region = "westeurope"
				_, before, _ := runWith(s.Args("render", "--region", region), "")
				write(t, ".", map[string]string{"before.yaml": before})
			}
			for _, args := range outputs {
				_, stdout, stderr := runWith(args, "")
				lines := printedIn(t, stdout+stderr)
				if len(lines) == 0 && args[0] != "client" && args[0] != "diff" && args[0] != "check" {
					t.Errorf("%q prints no command line", args)
				}
				about := region
				if args[0] == "explain" { // it has not read the file yet
					about = s.Region
				}
				for _, p := range lines {
					p.run(t, hostileName, about)
				}
			}
		})
	}
}

// TestPrintedCuresRun runs every command line in what check says of the example
// of each code, and in the errors of wrong command lines.
func TestPrintedCuresRun(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "testdata/check/AK*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no examples of codes", err)
	}
	manifestCures := 0
	seen := map[string]bool{}
	codes := map[string]string{}
	for _, file := range files {
		codes[strings.TrimSuffix(filepath.Base(file), ".yaml")] = readFile(t, file)
	}
	t.Chdir(t.TempDir())
	for code, text := range codes {
		args := []string{"check", hostileName}
		if strings.HasPrefix(code, "AK8") {
			args = []string{"check", "--manifests", hostileName}
		}
		if spec, manifests, found := strings.Cut(text, "---\n"); code == "AK809" && found {
			write(t, ".", map[string]string{"a spec.yaml": spec})
			text, args = manifests, append(args, "a spec.yaml")
		}
		write(t, ".", map[string]string{hostileName: text})
		_, stdout, stderr := runWith(args, "")
		if code == "AK805" || code == "AK809" {
			manifestCures += strings.Count(stdout, "--manifests")
		}
		for _, p := range printedIn(t, stdout+stderr) {
			if strings.Contains(p.line, "explain") && seen[p.line] {
				continue
			}
			seen[p.line] = true
			t.Run(code, func(t *testing.T) { p.run(t, hostileName, "") })
		}
	}
	if manifestCures != 2 {
		t.Errorf("%d cures of AK805 and AK809 name the manifests, want 2", manifestCures)
	}
	if len(seen) < len(codes)/2 {
		t.Errorf("%d command lines for %d codes", len(seen), len(codes))
	}

	write(t, ".", map[string]string{hostileName: fiveLines, "empty/none.yaml": "a: b\n", "two.yaml": fiveLines + "---\n" + strings.ReplaceAll(fiveLines, "goproxy", "second")})
	for _, c := range []struct {
		args []string
		in   string
		file string
	}{
		{[]string{"explain", "--effective", "athens.version", "-f", hostileName}, "", hostileName},
		{[]string{"check", "empty"}, "", ""},
		{[]string{"two.yaml"}, "", "two.yaml"},
	} {
		code, stdout, stderr := runWith(c.args, c.in)
		lines := printedIn(t, stdout+stderr)
		if code == 0 || len(lines) == 0 {
			t.Errorf("%q: exit code %d, no command line in %s%s", c.args, code, stdout, stderr)
		}
		for _, p := range lines {
			p.run(t, c.file, "")
		}
	}
}

// TestPrintedNextStepsRun runs what init prints, in every kind of site.
func TestPrintedNextStepsRun(t *testing.T) {
	initChoices(t, func(t *testing.T, storage, platform string) {
		_, code, stdout, stderr := newSite(t, "--storage", storage, "--platform", platform, "--host", "goproxy.example.com")
		if code != 0 {
			t.Fatal(stderr)
		}
		lines := printedIn(t, stdout)
		if len(lines) < 4 {
			t.Errorf("%d command lines only in\n%s", len(lines), stdout)
		}
		for _, p := range lines {
			p.run(t, "site/athens.yaml", "")
		}
	})
}
