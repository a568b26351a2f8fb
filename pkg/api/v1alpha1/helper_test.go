package v1alpha1_test

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// rule is a spec and what is wrong with it.
type rule struct {
	name string
	// spec is YAML; a host is added unless it names one.
	spec string
	// want are the problems in order, each as a path, a colon and a part of
	// the message. None: the spec is right.
	want []string
}

func (c rule) run(t *testing.T) {
	t.Helper()
	t.Run(c.name, func(t *testing.T) {
		t.Helper()
		if !strings.Contains("\n"+c.spec, "\nhost:") {
			c.spec = "host: goproxy.example.com\n" + c.spec
		}
		_, problems := load(t, head+"spec:\n  "+strings.ReplaceAll(c.spec, "\n", "\n  "))
		expect(t, problems, c.want)
	})
}

const head = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
`

func runAll(t *testing.T, rules []rule) {
	t.Helper()
	for _, c := range rules {
		c.run(t)
	}
}

func node(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatalf("the test's own YAML: %v\n%s", err, text)
	}
	return &n
}

func load(t *testing.T, text string) (*v1alpha1.AthensSite, v1alpha1.Problems) {
	t.Helper()
	return v1alpha1.Load(node(t, text))
}

func expect(t *testing.T, got v1alpha1.Problems, want []string) {
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
