// Package stricttest runs rules: a spec and what is wrong with it.
package stricttest

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/problem"
)

// Rule is a spec and what is wrong with it. A package names the type itself, so
// that it can write them without keys.
type Rule struct {
	Name string
	// Spec is YAML; a host is added unless it names one.
	Spec string
	// Want are the problems in order, each as a path, a colon and a part of
	// the message. None: the spec is right.
	Want []string
}

// rule is a type like Rule.
type rule interface {
	~struct {
		Name, Spec string
		Want       []string
	}
}

// Run loads the site of a rule and compares.
func Run[R rule](t *testing.T, r R) {
	t.Helper()
	c := Rule(r)
	t.Run(c.Name, func(t *testing.T) {
		t.Helper()
		if !strings.Contains("\n"+c.Spec, "\nhost:") {
			c.Spec = "host: goproxy.example.com\n" + c.Spec
		}
		_, problems := Load(t, Head+"spec:\n  "+strings.ReplaceAll(c.Spec, "\n", "\n  "))
		Expect(t, problems, c.Want)
	})
}

// Head begins a site; its spec is left to add.
const Head = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
`

// RunAll runs rules, each as a test of its own.
func RunAll[R rule](t *testing.T, rules []R) {
	t.Helper()
	for _, c := range rules {
		Run(t, c)
	}
}

// Node is a document.
func Node(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatalf("the test's own YAML: %v\n%s", err, text)
	}
	return &n
}

// Load reads a site, fills and checks it.
func Load(t *testing.T, text string) (*v1alpha1.AthensSite, problem.Problems) {
	t.Helper()
	return strict.Load[v1alpha1.AthensSite](Node(t, text))
}

// Expect wants problems, each as a path, a colon and a part of the message.
func Expect(t *testing.T, got problem.Problems, want []string) {
	t.Helper()
	ok := len(got) == len(want)
	for i := 0; ok && i < len(got); i++ {
		path, part, found := strings.Cut(want[i], ": ")
		ok = found && got[i].Path == path && strings.Contains(got[i].Message, part)
	}
	if ok {
		return
	}
	var lines []string
	for _, p := range got {
		lines = append(lines, p.String())
	}
	t.Errorf("problems:\n\t%s\nwant (each with that path and part):\n\t%s", strings.Join(lines, "\n\t"), strings.Join(want, "\n\t"))
}
