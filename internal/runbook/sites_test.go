package runbook_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/runbook"
	"github.com/gomods/athens-kfn/internal/sitetest"
	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

const root = "../.."

// book is a site with its objects and its runbook.
type book struct {
	name    string
	site    *v1alpha1.AthensSite
	objects []generators.Object
	page    string
}

func newBook(name string, s *v1alpha1.AthensSite) book {
	page, unknown := runbook.Markdown(manifests.Rendered(s), cmdline.Site{File: "site.yaml", Region: s.Spec.Region})
	if len(unknown) > 0 {
		panic(name + ": not known: " + strings.Join(unknown, "; "))
	}
	return book{name, s, site.Objects(s), page}
}

// of a spec, in the namespace goproxy.
func of(t *testing.T, specs ...string) book {
	t.Helper()
	return newBook(strings.Join(specs, " "), spectest.Sound(t, "goproxy", specs...))
}

// made are the books, which every test reads and none changes.
var made []book

// books of the examples, of the sites that init writes, and of every golden that
// renders.
func books(t *testing.T) []book {
	t.Helper()
	if made == nil {
		made = makeBooks(t)
	}
	return made
}

func makeBooks(t *testing.T) (out []book) {
	t.Helper()
	texts := map[string]string{}
	var names []string
	add := func(name, text string) {
		names, texts[name] = append(names, name), text
	}
	for _, s := range sitetest.Sites(t, root+"/examples/*/site.yaml", root+"/testdata/init/*/athens.yaml") {
		add(s.Name, s.Text)
	}
	goldens, err := filepath.Glob(root + "/testdata/golden/*/input.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range goldens {
		in, err := os.ReadFile(file) //nolint:gosec // of this repository
		if err != nil {
			t.Fatal(err)
		}
		add("golden "+filepath.Base(filepath.Dir(file)), string(in))
	}
	for _, name := range names {
		nodes, err := krm.SitesIn([]byte(texts[name]))
		if err != nil {
			continue // a golden of an error
		}
		list := &krm.ResourceList{Items: nodes}
		sites := list.LoadOneCluster("")
		if len(list.Results) > 0 {
			continue
		}
		for _, s := range sites {
			out = append(out, newBook(name, s))
		}
	}
	if len(out) < 40 {
		t.Fatalf("%d runbooks only", len(out))
	}
	return out
}

// markdown is a page as goldmark reads it.
type markdown struct {
	// anchors of the headings by their text, in their order.
	headings []heading
	spans    []string
	// blocks of shell commands.
	blocks []string
	links  []string
}

type heading struct {
	level        int
	text, anchor string
}

func read(t *testing.T, page string) (m markdown) {
	t.Helper()
	source := []byte(page)
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithAutoHeadingID())).Parser().Parse(text.NewReader(source))
	if err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			id, _ := n.AttributeString("id")
			m.headings = append(m.headings, heading{n.Level, string(n.Lines().Value(source)), string(id.([]byte))})
		case *ast.CodeSpan:
			m.spans = append(m.spans, plain(n, source))
		case *ast.Link:
			m.links = append(m.links, string(n.Destination))
		case *ast.FencedCodeBlock:
			if string(n.Language(source)) == "sh" {
				m.blocks = append(m.blocks, string(n.Lines().Value(source)))
			}
		}
		return ast.WalkContinue, nil
	}); err != nil {
		t.Fatal(err)
	}
	return m
}

func plain(n ast.Node, source []byte) string {
	var out strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if s, ok := c.(*ast.Text); ok {
			out.Write(s.Value(source))
		}
	}
	return out.String()
}

// notInNames are the characters that no name has.
var notInNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// wordsIn are the names in the keys and strings of a value: the strings
// themselves, and their parts between characters that no name has.
func wordsIn(t *testing.T, values ...any) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	add := func(s string) {
		out[s] = true
		for _, w := range notInNames.Split(s, -1) {
			out[w] = true
		}
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, c := range v {
				add(k)
				walk(c)
			}
		case []any:
			for _, c := range v {
				walk(c)
			}
		case string:
			add(v)
		}
	}
	for _, v := range values {
		in, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var generic any
		if err := json.Unmarshal(in, &generic); err != nil {
			t.Fatal(err)
		}
		walk(generic)
	}
	return out
}

// kind are the objects of a kind, as namespace/name.
func (b *book) kind(kind string) (out []string) {
	for _, o := range b.objects {
		if o.GetObjectKind().GroupVersionKind().Kind == kind {
			out = append(out, o.GetNamespace()+"/"+o.GetName())
		}
	}
	return out
}

// manifest of the first object of a kind, in JSON.
func manifest(t *testing.T, b book, kind string) []byte {
	t.Helper()
	for _, o := range b.objects {
		if o.GetObjectKind().GroupVersionKind().Kind == kind {
			out, err := json.Marshal(o)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
	}
	t.Fatalf("the site has no %s", kind)
	return nil
}
