package krm

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// Whatever is printed of an input goes through package quote. What fmt may put
// in a message is a number, or an error that was made in that way.
func TestMessagesArePrintedByQuote(t *testing.T) {
	var files []string
	for _, pattern := range []string{"*.go", "../../pkg/transformers/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatal(pattern, "no files", err)
		}
		files = append(files, found...)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "encode.go" { // its panics are about this program's own types
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			callee, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := callee.X.(*ast.Ident)
			if !ok || pkg.Name != "fmt" || callee.Sel.Name != "Sprintf" && callee.Sel.Name != "Errorf" {
				return true
			}
			if format, ok := call.Args[0].(*ast.BasicLit); ok {
				if !strings.Contains(strings.NewReplacer("%d", "", "%w", "").Replace(format.Value), "%") {
					return true
				}
			} else if ident, ok := call.Args[0].(*ast.Ident); ok && ident.Name == "portProbeProtocol" { // the key of an annotation, not a message
				return true
			}
			t.Errorf("%s: fmt.%s prints what a file holds as it is; write quote.Sprintf", fset.Position(call.Pos()), callee.Sel.Name)
			return true
		})
	}
}

// Names of regions and objects, kinds and paths of files may turn the direction
// of writing, break the line, or hold a password.
func TestMessagesKeepNamesOnALine(t *testing.T) {
	const bad = "a\u202eb\\nerror: x"
	in := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n" +
		"- apiVersion: athens.gomods.io/v1alpha1\n  kind: AthensSite\n  metadata: {name: goproxy, namespace: goproxy, annotations: {internal.config.kubernetes.io/path: \"" + bad + "\"}}\n" +
		"  spec: {host: goproxy.example.com, regions: [{name: \"" + bad + "\"}, {name: \"https://user:hunter2@x\"}]}\n" +
		"- {apiVersion: \"athens.gomods.io/" + bad + "\", kind: \"" + bad + "\", metadata: {name: x}}\n"
	l, err := Parse([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	l.LoadOneCluster(ByFlag)
	if len(l.Results) < 3 {
		t.Fatalf("results: %v", l.Results)
	}
	for _, r := range l.Results {
		if raw := r.Message; raw != quote.Text(raw) || strings.Contains(raw, "hunter2") {
			t.Errorf("%q", raw)
		}
	}
	var check func(n *yaml.Node)
	check = func(n *yaml.Node) {
		if n.Value != quote.Text(n.Value) || strings.Contains(n.Value, "hunter2") {
			t.Errorf("%q", n.Value)
		}
		for _, c := range n.Content {
			check(c)
		}
	}
	check(l.Results.node())
	id := ID{Kind: "K\u202e", Namespace: "n\u202e", Name: "https://user:hunter2@x"}
	if text := conflict(id, "owner\u202e", "site\u202e"); text != quote.Text(text) || strings.Contains(text, "hunter2") {
		t.Errorf("%q", text)
	}
}
