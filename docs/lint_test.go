package docs

import (
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"mvdan.cc/sh/v3/syntax"

	"github.com/gomods/athens-kfn/internal/buildtest"
)

// calls are the commands of a block, each as its words; a word that the shell
// makes (a variable, a substitution) is empty.
func (b block) calls() (out [][]string, err error) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(b.text), "")
	if err != nil {
		return nil, err
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.CallExpr); ok && len(call.Args) > 0 {
			words := make([]string, len(call.Args))
			for i, word := range call.Args {
				words[i] = word.Lit()
			}
			out = append(out, words)
		}
		return true
	})
	return out, nil
}

// programs are those that a block starts.
func (b block) programs() (out []string) {
	calls, _ := b.calls() // lint complained
	for _, words := range calls {
		out = append(out, words[0])
	}
	return out
}

// lint reads commands without running them: the shell must understand them,
// and the programs that a stand-in represents must know their flags.
func (b block) lint(t *testing.T) {
	calls, err := b.calls()
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range calls {
		if s, ok := standIns[words[0]]; ok {
			if err := s.know(words[1:]); err != nil {
				t.Errorf("%s: %v", strings.Join(words, " "), err)
			}
		}
	}
}

// helmAthens builds the Helm plugin, if a page wants it.
var helmAthens = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(bin, "plugin")
	return filepath.Join(dir, "helm-athens"), buildtest.Into(dir, root, "helm-athens")
})

var goEnv = func() func(name string) string {
	var once sync.Once
	values := map[string]string{}
	return func(name string) string {
		once.Do(func() {
			names := []string{"GOPATH", "GOCACHE", "GOMODCACHE"}
			out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
			if err != nil {
				panic(err)
			}
			for i, value := range strings.Split(strings.TrimSpace(string(out)), "\n") {
				values[names[i]] = value
			}
		})
		return values[name]
	}
}()
