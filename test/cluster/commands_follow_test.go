package cluster

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestCommands_OfPages follows each page with a kubectl from top to bottom, as the test
// of docs does, with the real kubectl and the real API server. That test holds the
// other programs' answers; here they only have to end as the page says.
func TestCommands_OfPages(t *testing.T) {
	furnishPages(t)
	i := slices.IndexFunc(shells(t), func(s shell) bool { return s.name == "bash" })
	if i < 0 {
		t.Skip("bash is not on this machine")
	}
	followed := 0
	for _, p := range pages(t) {
		if !slices.ContainsFunc(calls(t, p.page()), func(c []string) bool { return c[0] == "kubectl" }) {
			continue
		}
		followed++
		name := strings.TrimPrefix(filepath.ToSlash(p.name), root+"/")
		t.Run(name, func(t *testing.T) {
			before := namespaces(t)
			t.Cleanup(func() {
				for _, n := range namespaces(t) {
					if !slices.Contains(before, n) {
						away(t, n)
					}
				}
				for _, n := range before {
					kubectl(t, "", "-n", n, "delete", "secret", "goproxy-tls", "--ignore-not-found")
				}
			})
			b := &book{dir: t.TempDir()}
			steps := b.stepsOf(t, p.name, presupposed[name])
			var all []*answered
			for _, s := range steps {
				all = append(all, &s.answered)
			}
			b.run(t, shells(t)[i], all, "ROOT="+b.dir, "TOKEN=secret", "PASSWORD=secret")
			if !slices.ContainsFunc(steps, func(s *pasted) bool { return s.ofKubectl }) {
				t.Error("none of its commands is followed")
			}
			for _, s := range steps {
				why := ""
				switch {
				case s.ofKubectl:
					if why = judge(&s.answered); why == "" && strings.Contains(s.stderr, "Warning:") {
						why = "kubectl warns"
					}
				case s.code != s.exit:
					why = "exit code " + strconv.Itoa(s.code)
				}
				if why != "" {
					t.Fatalf("%s\n  %s\nexit code %d\n%s%s", why, s.text, s.code, tailOf(s.stdout), s.stderr)
				}
			}
		})
	}
	if followed < 15 {
		t.Errorf("%d pages only", followed)
	}
}

// pasted is a command of a page, or one that makes what the page presupposes.
type pasted struct {
	answered
	ofKubectl bool
	exit      int
}

// pageBlock is a fenced block, with the exit code that it ends with.
var pageBlock = regexp.MustCompile("(?ms)(?:^<!-- exit: (\\d+) -->\n)?^```(sh|yaml)\n(.*?)^```$")

// stepsOf a page: its commands in their order. A block that begins with the name of a
// file is written to it.
func (b *book) stepsOf(t *testing.T, page string, given []given) (out []*pasted) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	add := func(text string) *pasted {
		s := &pasted{answered: answered{text: text}}
		out = append(out, s)
		return s
	}
	cert, key := certificate(t, "goproxy.example.com")
	for name, content := range map[string][]byte{"tls.crt": cert, "tls.key": key} {
		if err := os.WriteFile(filepath.Join(b.dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tunnel := freePort(t)
	ports := strings.NewReplacer(" 8080:80 ", " "+tunnel+":80 ", " 3000 &", " "+tunnel+":3000 &", "localhost:8080", "localhost:"+tunnel, "localhost:3000", "localhost:"+tunnel, " logs -f ", " logs --limit-bytes=50 ")
	for i, m := range pageBlock.FindAllStringSubmatch(string(text), -1) {
		block := m[3]
		if m[2] == "yaml" {
			if name, isFile := strings.CutPrefix(strings.SplitN(block, "\n", 2)[0], "# "); isFile && strings.HasSuffix(name, ".yaml") {
				saved := filepath.Join(b.dir, ".block"+strconv.Itoa(i))
				if err := os.WriteFile(saved, []byte(block), 0o600); err != nil {
					t.Fatal(err)
				}
				add(`mkdir -p "$ROOT/` + filepath.Dir(name) + `" && cp ` + saved + ` "$ROOT/` + name + `"`)
			}
			continue
		}
		commands := []string{strings.TrimSuffix(block, "\n")}
		if !strings.Contains(block, "<<") { // a document is part of its block only
			commands = statements(t, block)
		}
		for _, c := range commands {
			for _, g := range given {
				if strings.HasPrefix(c, g.before) {
					add(g.run)
				}
			}
			if strings.HasPrefix(c, "kubectl create secret tls ") {
				add(`[ -e tls.crt ] || cp "$ROOT/tls.crt" "$ROOT/tls.key" .`)
			}
			s := add(ports.Replace(c))
			s.ofKubectl = slices.ContainsFunc(calls(t, c), func(c []string) bool { return c[0] == "kubectl" })
			if strings.HasPrefix(c, "kubectl port-forward ") {
				add("until curl -fsS http://localhost:" + tunnel + "; do sleep 0.2; done")
			}
		}
		if m[1] != "" {
			out[len(out)-1].exit, _ = strconv.Atoi(m[1])
		}
	}
	if strings.Contains(string(text), "kubectl port-forward ") {
		add("kill %1")
	}
	return out
}

func freePort(t *testing.T) string {
	t.Helper()
	ports, err := freePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(ports[0])
}

func namespaces(t *testing.T) []string {
	t.Helper()
	return strings.Fields(kubectl(t, "", "get", "namespaces", "-o", `jsonpath={range .items[*]}{.metadata.name}{"\n"}{end}`))
}
