package athens

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/semver"

	"github.com/gomods/athens-kfn/pkg/releases"
)

// TestSettings_AreThoseOfEachRelease holds the table of settings against the source
// of every release that the module registry serves: the variables that Athens reads,
// and the defaults that it has in code. What the registry does not serve is skipped,
// and what this program claims of it stays a claim.
func TestSettings_AreThoseOfEachRelease(t *testing.T) {
	read := 0
	for _, version := range []string{"v0.16.0", "v0.16.1", "v0.16.2", "v0.17.0", "v0.17.1", "v0.18.0", "v0.18.1", "v0.19.0", "v0.19.1", "v0.19.2"} {
		t.Run(version, func(t *testing.T) {
			dir, problem := source(version)
			if problem != "" {
				t.Skip(problem)
			}
			read++
			got := settingsIn(t, dir)
			want := map[string]string{}
			for s := range releases.All() {
				if s.Key != "" && s.In(version) {
					want[s.Name] = "unknown"
					if !strings.Contains(s.Key, ".") {
						want[s.Name] = strings.TrimSuffix(s.Default, "false") // the zero value
					}
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-table +source:\n%s", diff)
			}
			if got := golangOf(t, dir); got != releases.AthensGo(version) {
				t.Errorf("the image has Go %s, the table %q", got, releases.AthensGo(version))
			}
			if semver.Compare(version, releases.AthensLater) > 0 {
				t.Errorf("the registry serves %s: read it, and let releases.AthensLater say so", version)
			}
		})
	}
	if read == 0 {
		t.Error("no release was read")
	}
}

// source is where the source of a release is, or why it cannot be had.
func source(version string) (dir, problem string) {
	cmd := exec.Command("go", "mod", "download", "-json", "github.com/gomods/athens@"+version)
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	_ = cmd.Run() // the error is in the answer
	var answer struct{ Dir, Error string }
	if err := json.Unmarshal(stdout.Bytes(), &answer); err != nil {
		return "", err.Error()
	}
	return answer.Dir, answer.Error
}

// golangOf is the Go of the image that a source makes.
func golangOf(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "cmd/proxy/Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "ARG GOLANG_VERSION=")
	version, _, _ := strings.Cut(after, "\n")
	return version
}

// settingsIn are the variables that a source reads, with their defaults: of groups,
// whose defaults are made elsewhere, "unknown".
func settingsIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := token.NewFileSet()
	sources, err := filepath.Glob(filepath.Join(dir, "pkg/config/*.go"))
	if err != nil || len(sources) == 0 {
		t.Fatalf("no source in %s: %v", dir, err)
	}
	out, fields, defaults := map[string]string{}, map[string]string{}, map[string]string{}
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				structure, ok := n.Type.(*ast.StructType)
				if !ok {
					return true
				}
				for _, f := range structure.Fields.List {
					if f.Tag == nil {
						continue
					}
					tag, _ := strconv.Unquote(f.Tag.Value)
					name := reflect.StructTag(tag).Get("envconfig")
					switch {
					case n.Name.Name == "TimeoutConf": // named by its prefix and the field
						fields["Timeout"] = "ATHENS_TIMEOUT"
					case name != "" && n.Name.Name == "Config":
						fields[f.Names[0].Name] = name
					case name != "":
						out[name] = "unknown"
					}
				}
			case *ast.FuncDecl:
				if n.Name.Name == "defaultConfig" {
					ast.Inspect(n, func(n ast.Node) bool {
						if kv, ok := n.(*ast.KeyValueExpr); ok {
							key, _ := kv.Key.(*ast.Ident)
							if value, ok := literal(kv.Value); ok && key != nil && defaults[key.Name] == "" {
								defaults[key.Name] = value
							}
						}
						return true
					})
				}
			}
			return true
		})
	}
	for field, name := range fields {
		out[name] = defaults[field]
	}
	return out
}

// literal is a value as the environment writes it.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return text, true
		}
		return e.Value, true
	case *ast.Ident:
		return e.Name, e.Name == "true"
	case *ast.CompositeLit:
		var items []string
		for _, item := range e.Elts {
			text, ok := literal(item)
			if !ok {
				return "", false
			}
			items = append(items, text)
		}
		return strings.Join(items, ","), len(items) > 0
	}
	return "", false
}
