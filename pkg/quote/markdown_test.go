package quote_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/quote/quotetest"
)

// parsed is a document as forges read it.
func parsed(source string) ast.Node {
	return goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader([]byte(source)))
}

// shown is the text of a node as a reader sees it, and the kinds of its inner
// nodes.
func shown(t *testing.T, source string, n ast.Node) (seen string, kinds []string) {
	t.Helper()
	var out strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			kinds = append(kinds, n.Kind().String())
			if leaf, ok := n.(*ast.Text); ok {
				value := leaf.Segment.Value([]byte(source))
				if n.Parent().Kind() != ast.KindCodeSpan {
					value = unescaped(value)
				}
				out.Write(value)
			}
			if leaf, ok := n.(*ast.String); ok {
				out.Write(leaf.Value)
			}
		}
		return ast.WalkContinue, nil
	})
	return out.String(), kinds
}

func unescaped(b []byte) []byte {
	var out []byte
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) && strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", b[i+1]) >= 0 {
			i++
		}
		out = append(out, b[i])
	}
	return out
}

// blanks is a text with its white space and what cannot be seen as one blank.
func blanks(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return r <= ' ' || 0x7f <= r && r <= 0xa0 || r == '\u2028' || unicode.Is(unicode.Bidi_Control, r)
	}), " ")
}

func TestCodeSpan(t *testing.T) {
	for _, s := range quotetest.All {
		source := "before " + quote.CodeSpan(s) + " behind"
		root := parsed(source)
		seen, kinds := shown(t, source, root)
		if want := "Document Paragraph Text CodeSpan Text Text"; strings.Join(kinds, " ") != want || blanks(seen) != blanks("before "+s+" behind") {
			t.Errorf("%q: %q is %v, %q", s, source, kinds, seen)
		}
	}
}

func TestMarkdown(t *testing.T) {
	for _, s := range quotetest.All {
		for _, before := range []string{"", "before "} {
			source := before + quote.Markdown(s)
			seen, kinds := shown(t, source, parsed(source))
			for _, k := range kinds {
				if k != "Document" && k != "Paragraph" && k != "Text" && k != "AutoLink" {
					t.Errorf("%q: %q has a %s", s, source, k)
				}
			}
			if strings.Contains(strings.Join(kinds, " "), "AutoLink") {
				continue // a URL may be a link, and ends where one does
			}
			if blanks(seen) != blanks(before+s) {
				t.Errorf("%q: %q is shown as %q", s, source, seen)
			}
		}
	}
}

func TestCodeBlock(t *testing.T) {
	for _, s := range quotetest.All {
		source := "before\n\n" + quote.CodeBlock("sh", s) + "\n\nbehind\n"
		root := parsed(source)
		block, ok := root.FirstChild().NextSibling().(*ast.FencedCodeBlock)
		if !ok || root.ChildCount() != 3 || string(block.Language([]byte(source))) != "sh" {
			t.Errorf("%q: %q is not three blocks", s, source)
			continue
		}
		var got strings.Builder
		for i := range block.Lines().Len() {
			line := block.Lines().At(i)
			got.Write(line.Value([]byte(source)))
		}
		if got.String() != strings.TrimSuffix(s, "\n")+"\n" {
			t.Errorf("%q is read as %q", s, got.String())
		}
	}
}

func TestCell(t *testing.T) {
	for _, s := range quotetest.All {
		for name, markdown := range map[string]string{"code": quote.CodeSpan(s), "words": quote.Markdown(s)} {
			source := "| a | b |\n|---|---|\n| " + quote.Cell(markdown) + " | x |\n"
			root := parsed(source)
			table := root.FirstChild()
			if table.NextSibling() != nil || table.ChildCount() != 2 || table.LastChild().ChildCount() != 2 {
				t.Errorf("%s %q: %q is not one row of two cells", name, s, source)
				continue
			}
			if seen, _ := shown(t, source, table.LastChild().LastChild()); seen != "x" {
				t.Errorf("%s %q: the next cell is %q", name, s, seen)
			}
		}
	}
}

// Anchors of headings are those that Markdown readers make.
func TestAnchor_IsTheOneOfTheHeading(t *testing.T) {
	for _, heading := range []string{"AthensDown", "Upgrade and rollback", "No answer, or a wrong certificate", "503 with UF, UH or NR in the gateway's log", "a-b (c), d&e"} {
		var page bytes.Buffer
		if err := goldmark.New(goldmark.WithParserOptions(parser.WithAutoHeadingID())).Convert([]byte("# "+heading+"\n"), &page); err != nil {
			t.Fatal(err)
		}
		if want := `id="` + quote.Anchor(heading) + `"`; !strings.Contains(page.String(), want) {
			t.Errorf("%s: no %s in %s", heading, want, page.String())
		}
	}
}
