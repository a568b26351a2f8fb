package crathens

import (
	"strings"
	"testing"
)

func TestReadModules(t *testing.T) {
	paths, problems := ReadModules(strings.NewReader("\ufeffgolang.org/x/tools\r\n\n# all of it\n  k8s.io/api # the API\ngithub.com/Azure/go-autorest"))
	if len(problems) > 0 {
		t.Error(problems)
	}
	equal(t, "paths", paths, "golang.org/x/tools", "k8s.io/api", "github.com/Azure/go-autorest")
}

func TestReadModulesTellsEveryProblem(t *testing.T) {
	paths, problems := ReadModules(strings.NewReader("https://k8s.io/api\nk8s.io/api\nk8s.io/api@v0.30.0\n\nFoo\n" + strings.Repeat("x", 70_000)))
	equal(t, "paths", paths, "k8s.io/api")
	var got []string
	for _, p := range problems {
		got = append(got, p.Error())
	}
	equal(t, "problems", got,
		`line 1: "https://k8s.io/api" begins with a scheme; write the module path, as in golang.org/x/tools`,
		`line 3: "k8s.io/api@v0.30.0" holds a version, but the newest ones are warmed; write k8s.io/api`,
		`line 5: "Foo" is not a module path; write one, as in golang.org/x/tools`,
		`after line 5: bufio.Scanner: token too long`)
}
