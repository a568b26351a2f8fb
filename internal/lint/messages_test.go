package lint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever is printed of an input goes through package quote, which knows what
// may not be repeated. The packages of plain may not use fmt at all; what fmt may
// put in a message of the others is a number, or an error made in that way.
func TestMessagesArePrintedByQuote(t *testing.T) {
	for _, c := range []struct {
		pattern string
		skip    string // a file, and why
		plain   bool
	}{
		{"../../pkg/api/v1alpha1/*.go", "cni.go", true}, // a command line, of names that it checks itself
		{"../krm/*.go", "encode.go", false},             // its panics are about this program's own types
		{"../../pkg/transformers/*.go", "", false},
	} {
		files, err := filepath.Glob(c.pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(c.pattern, "no files", err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") || filepath.Base(name) == c.skip {
				continue
			}
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if c.plain && usesFmt(n) != "" || !c.plain && printsText(n) {
					t.Errorf("%s: fmt prints what a file holds as it is; write quote.Sprintf", fset.Position(n.Pos()))
				}
				return true
			})
		}
	}
}

// usesFmt is the name that a node takes from package fmt.
func usesFmt(n ast.Node) string {
	if s, ok := n.(*ast.SelectorExpr); ok {
		if pkg, ok := s.X.(*ast.Ident); ok && pkg.Name == "fmt" {
			return s.Sel.Name
		}
	}
	return ""
}

// printsText says whether a call of fmt puts more than numbers and errors into
// a message.
func printsText(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return false
	}
	if name := usesFmt(call.Fun); name != "Sprintf" && name != "Errorf" {
		return false
	}
	switch format := call.Args[0].(type) {
	case *ast.BasicLit:
		return strings.Contains(strings.NewReplacer("%d", "", "%w", "").Replace(format.Value), "%")
	case *ast.Ident:
		return format.Name != "portProbeProtocol" // the key of an annotation, not a message
	}
	return true
}
