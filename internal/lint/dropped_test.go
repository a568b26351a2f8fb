package lint

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/gomods/athens-kfn"

// decoders are functions and methods that read something: where their error is
// dropped, an input that cannot be read looks like an empty one.
var decoders = regexp.MustCompile(`^(Unmarshal|Decode|Load|Documents|JSONDocuments|SitesIn|ObjectsIn|ReadWritten|Flatten)`)

// parsers are functions that a program also asks what something is; there only
// an error that nothing looks at is a fault.
var parsers = regexp.MustCompile(`^(Parse|Atoi|ReadAll|ReadFile|ReadDir|Cut.*Err)`)

// excuse begins the comment, on the line of the call, that says why an error
// does not matter.
const excuse = "// error dropped: "

func TestNoDecodeErrorIsDropped(t *testing.T) {
	packages, exports := list(t)
	fset := token.NewFileSet()
	from := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("no export data of %s", path)
		}
		return os.Open(exports[path])
	})
	for _, p := range packages {
		var files []*ast.File
		for _, name := range p.files {
			file, err := parser.ParseFile(fset, filepath.Join(p.dir, name), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		for _, problem := range dropped(t, fset, p.path, files, from) {
			t.Error(problem)
		}
	}
}

// TestDropped_FindsEachWay gives the rule every way to drop an error.
func TestDropped_FindsEachWay(t *testing.T) {
	const code = `package p
import ("encoding/json"; "strconv")
func f(in []byte) (n int, err error) {
	var v any
	json.Unmarshal(in, &v) // 5
	_ = json.Unmarshal(in, &v) // 6
	n, _ = strconv.Atoi("1") // 7
	if err := json.Unmarshal(in, &v); err == nil { // 8
		n++
	}
	if json.Unmarshal(in, &v) != nil { // 11
		return 0, nil
	}
	defer json.Unmarshal(in, &v) // 14
	if e := json.Unmarshal(in, &v); e != nil { // 15
		return 0, nil
	}
	_, _ = strconv.Atoi("1") // error dropped: it is a number
	if m, err := strconv.Atoi("1"); err == nil {
		n += m
	}
	if err := json.Unmarshal(in, &v); err != nil {
		return 0, err
	}
	if n, err = strconv.Atoi("1"); err != nil {
		return 0, err
	}
	g := func() error { return json.Unmarshal(in, &v) }
	return n, g()
}`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", code, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, p := range dropped(t, fset, "p", []*ast.File{file}, importer.ForCompiler(fset, "source", nil)) {
		lines = append(lines, strings.Split(p, ":")[1])
	}
	if got := strings.Join(lines, " "); got != "5 6 7 8 11 14 15" {
		t.Errorf("found in lines %s", got)
	}
}

// dropped finds calls whose error nothing looks at.
func dropped(t *testing.T, fset *token.FileSet, path string, files []*ast.File, from types.Importer) (problems []string) {
	t.Helper()
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: from}
	if _, err := config.Check(path, fset, files, info); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		excused := map[int]bool{}
		for _, group := range file.Comments {
			for _, c := range group.List {
				if strings.HasPrefix(c.Text, excuse) {
					excused[fset.Position(c.Pos()).Line] = true
				}
			}
		}
		looked := looked(info, file)
		for call, drop := range calls(info, file, looked) {
			if at := fset.Position(call.Pos()); !excused[at.Line] && drop {
				problems = append(problems, fmt.Sprintf("%s:%d: the error of %s is dropped: report it, or say on this line why it does not matter, after %q", at.Filename, at.Line, nameOf(call), excuse))
			}
		}
	}
	slices.SortFunc(problems, func(a, b string) int { return strings.Compare(pad(a), pad(b)) })
	return problems
}

// pad makes line numbers sort as numbers do.
func pad(problem string) string {
	parts := strings.SplitN(problem, ":", 3)
	return fmt.Sprintf("%s:%6s", parts[0], parts[1])
}

// looked are the variables that something else than a comparison with nil uses.
func looked(info *types.Info, file *ast.File) map[types.Object]bool {
	only := map[*ast.Ident]bool{} // in comparisons, and where they are set
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if id, ok := n.X.(*ast.Ident); ok && isNil(n.Y) {
				only[id] = true
			}
		case *ast.AssignStmt:
			for _, to := range n.Lhs {
				if id, ok := to.(*ast.Ident); ok {
					only[id] = true
				}
			}
		}
		return true
	})
	out := map[types.Object]bool{}
	for id, obj := range info.Uses {
		if !only[id] {
			out[obj] = true
		}
	}
	// What a function returns by its name is looked at.
	ast.Inspect(file, func(n ast.Node) bool {
		if f, ok := n.(*ast.FuncType); ok && f.Results != nil {
			for _, field := range f.Results.List {
				for _, name := range field.Names {
					out[info.Defs[name]] = true
				}
			}
		}
		return true
	})
	return out
}

func isNil(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "nil"
}

// calls are those of functions that read, and whether their error is dropped.
func calls(info *types.Info, file *ast.File, looked map[types.Object]bool) map[*ast.CallExpr]bool {
	out := map[*ast.CallExpr]bool{}
	reads := func(e ast.Expr) (call *ast.CallExpr, decodes bool) {
		call, ok := e.(*ast.CallExpr)
		if !ok || !fails(info, call) {
			return nil, false
		}
		name := nameOf(call)
		if decodes = decoders.MatchString(name); !decodes && !parsers.MatchString(name) {
			return nil, false
		}
		return call, decodes
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ExprStmt:
			if call, _ := reads(n.X); call != nil {
				out[call] = true
			}
		case *ast.DeferStmt:
			if call, _ := reads(n.Call); call != nil {
				out[call] = true
			}
		case *ast.GoStmt:
			if call, _ := reads(n.Call); call != nil {
				out[call] = true
			}
		case *ast.BinaryExpr:
			if call, decodes := reads(n.X); call != nil && decodes && isNil(n.Y) {
				out[call] = true
			}
		case *ast.AssignStmt:
			if len(n.Rhs) != 1 {
				break
			}
			call, decodes := reads(n.Rhs[0])
			id, ok := n.Lhs[len(n.Lhs)-1].(*ast.Ident)
			if call == nil || !ok {
				break
			}
			obj := info.Defs[id]
			if obj == nil {
				obj = info.Uses[id]
			}
			out[call] = id.Name == "_" || decodes && obj != nil && !looked[obj]
		}
		return true
	})
	return out
}

// fails says whether the last result of a call is what is wrong: an error, or
// the problems of a spec.
func fails(info *types.Info, call *ast.CallExpr) bool {
	result := info.Types[call].Type
	if tuple, ok := result.(*types.Tuple); ok {
		if tuple.Len() == 0 {
			return false
		}
		result = tuple.At(tuple.Len() - 1).Type()
	}
	named, ok := result.(*types.Named)
	return ok && (named.Obj().Name() == "error" && named.Obj().Pkg() == nil || named.Obj().Name() == "Problems")
}

func nameOf(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// pkg is one of this module's packages that is no test.
type pkg struct {
	path, dir string
	files     []string
}

// list are the packages of cmd, internal and pkg, and the export data of all that
// they import.
func list(t *testing.T) (own []pkg, exports map[string]string) {
	t.Helper()
	command := exec.Command("go", "list", "-export", "-deps", "-f", `{{.ImportPath}}|{{.Export}}|{{.Dir}}|{{join .GoFiles " "}}`,
		module+"/cmd/...", module+"/internal/...", module+"/pkg/...")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	exports = map[string]string{}
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		exports[f[0]] = f[1]
		if strings.HasPrefix(f[0], module+"/") && f[3] != "" {
			own = append(own, pkg{f[0], f[2], strings.Fields(f[3])})
		}
	}
	if len(own) < 20 {
		t.Fatalf("only %d packages of this module", len(own))
	}
	return own, exports
}
