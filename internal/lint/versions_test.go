package lint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/span"
)

// version is a release of Athens, or one of a cluster's programs by its name. A
// version behind @ is that of a module.
var version = regexp.MustCompile(`(?:^|[^@/\w])v0\.1[0-9]\.[0-9]+|(?:Kubernetes|Istio|Gateway API) v?1\.[0-9]+`)

func TestVersionsAreWrittenInReleasesOnly(t *testing.T) {
	files := 0
	for _, top := range []string{"cmd", "pkg", "internal"} {
		err := filepath.WalkDir(filepath.Join("../..", top), func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
				strings.Contains(path, "pkg/releases/") {
				return err
			}
			files++
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if text, err := strconv.Unquote(lit.Value); err == nil && version.MatchString(text) {
						t.Errorf("%s: %q is written here; take it from pkg/releases", fset.Position(lit.Pos()), version.FindString(text))
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 300 {
		t.Errorf("%d files were read only", files)
	}
}

// Pages say what the code does in words of their own.
func TestPagesSayWhatTheCodeDoes(t *testing.T) {
	for page, texts := range map[string][]string{
		"README.md": {
			"| Kubernetes | " + releases.KubernetesOldest + " | " + releases.KubernetesNewest + " |",
			"| Istio | " + releases.IstioOldest + " | " + releases.IstioNewest + " |",
			"| Athens | " + releases.AthensOldest + " | " + releases.AthensNewest + " | the image; the default is " + releases.AthensNewest + " |",
			"| Go | " + goVersion(t) + " |",
		},
		"docs/scope.md": {
			"Kubernetes " + releases.KubernetesOldest + " or later", "Istio " + releases.IstioOldest + " or later",
		},
		"docs/compatibility.md": {
			"| kustomize | " + makeVersion(t, "KUSTOMIZE_VERSION") + " |",
			"| Helm | " + makeVersion(t, "HELM_VERSION") + " and " + makeVersion(t, "HELM4_VERSION") + " |",
		},
		"docs/howto/shared-gateway.md": {"(Kubernetes " + releases.Since(releases.ValidatingAdmissionPolicy) + ")"},
		"docs/howto/metrics.md": {
			"Athens up to " + releases.AthensNewest, // the last with OpenCensus
			"Athens from " + releases.Since(releases.FetchMetrics) + " on",
		},
		"docs/reference.md": {
			"Default: " + releases.AthensNewest + ". Oldest: " + releases.AthensOldest + ".",
			"(ATHENS_STASH_TIMEOUT, from " + releases.Since(releases.StashTimeout) + " on). Default: " + span.Seconds(companions.AthensStash),
			"Timeout is how long a caller waits for the lock. Default: " + span.Seconds(companions.AthensStash),
			"Only with Athens " + releases.Since(releases.FetchMetrics) + " and later",
		},
		"docs/how-it-works.md": {
			"(`athens.timeouts.stash`, " + span.Seconds(companions.AthensStash),
			"| three; from the second on, Athens", // companions.ListTries
		},
	} {
		text, err := os.ReadFile(filepath.Join("../..", page))
		if err != nil {
			t.Fatal(err)
		}
		flat := strings.Join(strings.Fields(string(text)), " ")
		for _, want := range texts {
			if !strings.Contains(flat, want) {
				t.Errorf("%s does not say %q", page, want)
			}
		}
	}
	if releases.Has(releases.AthensLater, releases.OpenCensus) || companions.ListTries != 3 {
		t.Error("docs/howto/metrics.md and docs/how-it-works.md say otherwise")
	}
}

// makeVersion is the version of a tool that the tests drive.
func makeVersion(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^` + name + ` *:= *(\S+)`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("the Makefile has no line %s", name)
	}
	return string(m[1])
}

// goVersion is what go.mod asks of the Go that builds this repository, without
// the patch.
func goVersion(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^go ([0-9]+\.[0-9]+)`).FindSubmatch(text)
	if m == nil {
		t.Fatal("go.mod has no line go")
	}
	return string(m[1])
}

// No page asks for another version than the table does.
func TestPagesAskForTheVersionsOfTheTable(t *testing.T) {
	asked := regexp.MustCompile(`(Kubernetes|Istio|Gateway API) (1\.[0-9]+)`)
	known := map[string][]string{
		"Kubernetes":  {releases.KubernetesOldest, releases.KubernetesNewest},
		"Istio":       {releases.IstioOldest, releases.IstioNewest},
		"Gateway API": {releases.GatewayAPINewest},
	}
	pages, err := filepath.Glob("../../docs/*.md")
	more, err2 := filepath.Glob("../../docs/howto/*.md")
	hosts, err3 := filepath.Glob("../../docs/hosts/*.md")
	if err != nil || err2 != nil || err3 != nil || len(pages) == 0 || len(more) == 0 || len(hosts) == 0 {
		t.Fatal(err, err2, err3)
	}
	found := 0
	for _, page := range append(append(append(pages, more...), hosts...), "../../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asked.FindAllStringSubmatch(string(text), -1) {
			found++
			if !slices.Contains(known[m[1]], m[2]) {
				t.Errorf("%s speaks of %s; pkg/releases of %q", page, m[0], known[m[1]])
			}
		}
	}
	if found < 4 {
		t.Errorf("%d versions were found only", found)
	}
}
