package lint

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// phrase is one that readers stumbled over, and what to write instead. A match
// of except is left alone.
type phrase struct{ pattern, except, instead string }

// everywhere are the phrases that comments and the names of tests avoid too.
var everywhere = []phrase{
	{`(?i)\b(?:whom|whoever)\b|(?:some|\bno|any|every)body(?:\b|[A-Z])`, "", "the client, an operator, everyone, no policy"},
	{`(?i)\bstands? for\b`, "", "means, represents"},
	{`(?i)\btak(?:e|es|en|ing) (?:one of )?(?:[a-z.]+ ){0,3}out\b`, "", "remove, eject"},
	{`(?i)\btakes? notes?\b`, "", "record"},
	{`\banew\b`, "", "again"},
}

// phrases are those of texts that users read.
var phrases = append(slices.Clone(everywhere), []phrase{
	{`\bno more\b(?: than)?`, `than$`, "no longer"},
	{`\bshall\b`, "", "must, or an imperative"},
	{`\b(?:is|are) to be\b`, "", "must be, or an imperative"},
	{`\bbelongs? (?:in|on)to\b`, "", "goes in"},
	{`\b(?:is|are|stands?) there (?:once|twice|already)\b|\bkeep one of them\b`, "", "is repeated; remove one"},
	{`(?:\S+ )?\b(?:is|are|was|were) no \w+`, `(?i)^there |no (?:longer|fewer|less|later|one)$`, "is not a"},
	{`(?:^|[.:] )What [^.?:]*\.`, "", "a name for the thing: the pods that …, the field …"},
	{`\bwhat hurts\b|\bwhat is wrong, (?:and )?what\b`, "", "errors and warnings"},
	{`\bfor ever\b`, "", "forever"},
	{`\bat once\b`, "", "immediately, together"},
	{`\bby (?:it|them)sel(?:f|ves)\b`, "", "alone, automatically"},
	{`\bstands? (?:in|beside)\b`, "", "is in, is next to"},
	{`\bgiven twice\b|\bbr(?:eaks?|oke|oken) off\b`, "", "is repeated; closed the connection"},
	{`\bleads? to\b`, "", "routes to, causes"},
	{`\blands? on\b`, "", "is applied to"},
	{`\bsays\b`, "", "prints, reports, lists, sets"},
	{`\bthere alone\b|\bfrom [^.,:;]{1,20} alone\b`, "", "only"},
	{`(?m)^#+ [^\n]*\?(?:\s|$)`, "", "a noun phrase or an imperative as a heading"},
	{`\bways? in\b(?: \w+)?|\bwho (?:asks|calls) (?:what|whom)\b`, `which$`, "ingress, callers, traffic"},
}...)

// joined are facts that one sentence of a page joins by semicolons.
var joined = regexp.MustCompile(`[^.?!;|\n]+;[^.?!;|\n]+;[^.?!;|\n]+`)

func TestWords_OfPages(t *testing.T) {
	pages := 0
	hold := func(path string, text []byte) {
		pages++
		plain := prose(text)
		for _, f := range findPhrases(phrases, plain) {
			t.Errorf("%s:%d: %s", path, lineOf(text, f.at), f.text)
		}
		for _, m := range joined.FindAllIndex(plain, -1) {
			t.Errorf("%s:%d: %q: write a list, or several sentences", path, lineOf(text, m[0]), plain[m[0]:m[1]])
		}
	}
	walk(t, ".md", hold)
	walk(t, ".md.tmpl", hold)
	if pages < 25 {
		t.Errorf("%d pages only", pages)
	}
}

func TestWords_OfExamples(t *testing.T) {
	comments := regexp.MustCompile(`(?m)#+ .*$`)
	files := 0
	walk(t, ".yaml", func(path string, text []byte) {
		if top, _, _ := strings.Cut(path, "/"); !slices.Contains([]string{"examples", "overlays", "deploy"}, top) {
			return
		}
		files++
		for _, m := range comments.FindAll(text, -1) {
			for _, f := range findPhrases(phrases, m) {
				t.Errorf("%s: %s", path, f.text)
			}
		}
	})
	if files < 20 {
		t.Errorf("%d files only", files)
	}
}

func TestWords_OfMessages(t *testing.T) {
	folders := map[string]bool{}
	walk(t, ".go", func(path string, text []byte) {
		if strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "test/") {
			return
		}
		folders[filepath.Dir(path)] = true
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		for pos, literal := range literals(file) {
			for _, f := range findPhrases(phrases, []byte(literal)) {
				t.Errorf("%s: %s", fset.Position(pos), f.text)
			}
		}
	})
	if len(folders) < 50 {
		t.Errorf("%d folders only", len(folders))
	}
}

func TestWords_OfComments(t *testing.T) {
	comments := 0
	walk(t, ".go", func(path string, text []byte) {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		hold := func(pos token.Pos, text string) {
			comments++
			for _, f := range findPhrases(everywhere, []byte(text)) {
				t.Errorf("%s: %s", fset.Position(pos), f.text)
			}
		}
		for _, group := range file.Comments {
			hold(group.Pos(), strings.ReplaceAll(group.Text(), "\n", " "))
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Test") {
				hold(f.Pos(), f.Name.Name)
			}
		}
	})
	if comments < 5000 {
		t.Errorf("%d comments only", comments)
	}
}

// walk reads the files of the repository with an extension.
func walk(t *testing.T, ext string, f func(path string, text []byte)) {
	t.Helper()
	const root = "../.."
	if err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := e.Name()
		if e.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "out") {
			return fs.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(name, ext) {
			return nil
		}
		text, err := os.ReadFile(path) //nolint:gosec // of this repository
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		f(filepath.ToSlash(rel), text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

var (
	fences     = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	inlineCode = regexp.MustCompile("`[^`]*`")
	links      = regexp.MustCompile(`\]\([^)]*\)`)
	ownLine    = regexp.MustCompile(`^ *(?:$|[#|>]|[-*] |[0-9]+\. )`)
)

// prose is a page without its code, with a line for each paragraph or item of a
// list. Every byte stays in its place.
func prose(page []byte) []byte {
	blank := func(b []byte) []byte {
		return regexp.MustCompile(`[^\n]`).ReplaceAll(b, []byte("x"))
	}
	for _, code := range []*regexp.Regexp{fences, inlineCode, links} {
		page = code.ReplaceAllFunc(page, blank)
	}
	lines := bytes.SplitAfter(page, []byte("\n"))
	for i, line := range lines[:len(lines)-1] {
		if !ownLine.Match(lines[i+1]) && !bytes.HasPrefix(line, []byte("#")) && len(line) > 1 {
			line[len(line)-1] = ' '
		}
	}
	return bytes.Join(lines, nil)
}

// lineOf is the line of a text that an offset is in.
func lineOf(text []byte, at int) int { return 1 + bytes.Count(text[:at], []byte("\n")) }

// found is a phrase in a text, and what to do about it.
type found struct {
	at   int
	text string
}

func findPhrases(list []phrase, text []byte) (out []found) {
	for _, p := range list {
		for _, m := range compiled(p.pattern).FindAllIndex(text, -1) {
			match := text[m[0]:m[1]]
			if p.except == "" || !compiled(p.except).Match(match) {
				out = append(out, found{m[0], fmt.Sprintf("%q: write %s", match, p.instead)})
			}
		}
	}
	return out
}

var expressions = map[string]*regexp.Regexp{}

func compiled(pattern string) *regexp.Regexp {
	if expressions[pattern] == nil {
		expressions[pattern] = regexp.MustCompile(pattern)
	}
	return expressions[pattern]
}

// literals are the texts of a file, those that are joined by + as one.
func literals(file *ast.File) map[token.Pos]string {
	out := map[token.Pos]string{}
	var text func(ast.Expr) (string, bool)
	text = func(e ast.Expr) (string, bool) {
		switch e := e.(type) {
		case *ast.BasicLit:
			value, err := strconv.Unquote(e.Value)
			return value, err == nil && e.Kind == token.STRING
		case *ast.BinaryExpr:
			left, _ := text(e.X)
			right, _ := text(e.Y)
			return left + right, e.Op == token.ADD && left+right != ""
		}
		return "", false
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			return n.Tag == nil
		case ast.Expr:
			if value, ok := text(n); ok {
				out[n.Pos()] = value
				return false
			}
		}
		return true
	})
	return out
}
