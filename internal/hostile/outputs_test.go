package hostile

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"go.yaml.in/yaml/v3"
	"mvdan.cc/sh/v3/syntax"

	"github.com/gomods/athens-kfn/internal/client"
	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/graph"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/runbook"
	"github.com/gomods/athens-kfn/internal/terraform"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// TestTextThatIsTaken gives what the rules let through to the reader of every
// output: each sees the same commands, structure and expressions as before.
func TestTextThatIsTaken(t *testing.T) {
	seen := map[string]bool{}
	taken := 0
	for _, base := range bases(t) {
		site := base.site
		for _, f := range fieldsOf("spec", reflect.ValueOf(&site.Spec)) {
			_, some := harmless[f.path]
			if seen[f.path] || !some && !slices.Contains(anyText, f.path) {
				continue
			}
			seen[f.path] = true
			before := outputsOf(t, site)
			for _, tail := range tails {
				if f.set(f.was + tail); len(site.Validate(nil)) == 0 {
					taken++
					before.compare(t, fmt.Sprintf("%s: %s behind %q", base.name, f.path, tail), outputsOf(t, site))
				}
			}
			f.set(f.was)
		}
	}
	if len(seen) != len(anyText)+len(harmless) || taken < 50 {
		t.Errorf("%d texts in %d fields", taken, len(seen))
	}
}

// outputs are what the program makes of a site, each as its reader sees it
// without the texts: what a program would run.
type outputs struct {
	// shapes by the name of an output; problems are what no reader reads.
	shapes   map[string]string
	problems []string
}

func outputsOf(t *testing.T, site *v1alpha1.AthensSite) *outputs {
	t.Helper()
	o := &outputs{shapes: map[string]string{}}
	o.yaml(t, site)
	page, _ := runbook.Markdown(manifests.Rendered(site), cmdline.Site{File: "site.yaml"})
	o.markdown(page)
	guide := client.Of(site)
	o.shapes["client"] = o.shell(guide.Shell())
	if configuration := terraform.Configuration([]*v1alpha1.AthensSite{site}); configuration != nil {
		o.terraform(configuration)
	}
	o.xml(graph.New(manifests.Rendered(site)).SVG())
	return o
}

func (o *outputs) problem(format string, args ...any) {
	o.problems = append(o.problems, fmt.Sprintf(format, args...))
}

// compare says where a reader sees something else than texts differ.
func (o *outputs) compare(t *testing.T, what string, after *outputs) {
	t.Helper()
	for _, p := range after.problems {
		t.Errorf("%s: %s", what, p)
	}
	for name, shape := range o.shapes {
		if got, made := after.shapes[name]; made && got != shape {
			i := 0
			for i < len(got) && i < len(shape) && got[i] == shape[i] {
				i++
			}
			end := func(s string) string { return s[min(max(0, i-60), len(s)):min(len(s), i+60)] }
			t.Errorf("%s: %s has another shape: …%q, was …%q", what, name, end(got), end(shape))
		}
	}
}

// yaml reads what render prints.
func (o *outputs) yaml(t *testing.T, site *v1alpha1.AthensSite) {
	t.Helper()
	printed, want := rendered(t, site)
	d := yaml.NewDecoder(strings.NewReader(printed))
	for i := 0; ; i++ {
		var got any
		err := d.Decode(&got)
		if errors.Is(err, io.EOF) {
			if i != len(want) {
				o.problem("render prints %d documents, want %d", i, len(want))
			}
			break
		}
		if err != nil {
			o.problem("render: %v", err)
			break
		}
		if i >= len(want) || !reflect.DeepEqual(got, want[i]) {
			o.problem("render: document %d is read as %v", i, got)
		}
	}
	// The decoder refuses U+202E, which this test goes around.
	if strings.ContainsAny(printed, "\x1b\x00\r") {
		o.problem("render prints what cannot be seen")
	}
}

// shell is the shape of a script: its syntax without the texts of words.
func (o *outputs) shell(script string) string {
	file, err := syntax.NewParser().Parse(strings.NewReader(script), "")
	if err != nil {
		o.problem("no shell reads %q: %v", script, err)
		return ""
	}
	var out strings.Builder
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case nil, *syntax.Comment, *syntax.Lit, *syntax.SglQuoted, *syntax.File:
			return true
		case *syntax.DblQuoted:
			return true
		default:
			fmt.Fprintf(&out, "%T ", n)
		}
		return true
	})
	return strings.ReplaceAll(out.String(), "*syntax.", "")
}

// markdown reads a runbook: its blocks of commands and its structure.
func (o *outputs) markdown(source string) {
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader([]byte(source)))
	var shape strings.Builder
	blocks := 0
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text, *ast.String, *ast.CodeSpan, *ast.AutoLink:
			return ast.WalkContinue, nil // texts
		case *ast.RawHTML, *ast.HTMLBlock:
			o.problem("the runbook holds HTML")
		case *ast.FencedCodeBlock:
			if entering {
				var block strings.Builder
				for i := range n.Lines().Len() {
					line := n.Lines().At(i)
					block.Write(line.Value([]byte(source)))
				}
				if string(n.Language([]byte(source))) == "sh" {
					blocks++
					o.shapes[fmt.Sprintf("runbook sh %d", blocks)] = o.shell(block.String())
				}
			}
		}
		if entering {
			shape.WriteString(n.Kind().String() + " ")
		}
		return ast.WalkContinue, nil
	})
	o.shapes["runbook"] = shape.String()
}

// terraform reads a configuration: each string is an expression of this
// program's, or holds none.
func (o *outputs) terraform(configuration []byte) {
	var v any
	if err := json.Unmarshal(configuration, &v); err != nil {
		o.problem("terraform: %v", err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, c := range v {
				walk(c)
			}
		case []any:
			for _, c := range v {
				walk(c)
			}
		case string:
			rest := strings.NewReplacer("$${", "", "%%{", "").Replace(v)
			if !known.MatchString(v) && (strings.Contains(rest, "${") || strings.Contains(rest, "%{")) {
				o.problem("terraform evaluates %q", v)
			}
		}
	}
	walk(v)
}

func (o *outputs) xml(svg string) {
	var shape strings.Builder
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			o.problem("the picture: %v", err)
			break
		}
		if e, ok := token.(xml.StartElement); ok {
			if e.Name.Local == "script" {
				o.problem("the picture holds a script")
			}
			shape.WriteString(e.Name.Local + " ")
		}
	}
	o.shapes["picture"] = shape.String()
}

// known is an expression of Terraform that this program writes.
var known = regexp.MustCompile(`^\$\{azurerm_[a-z_]+\.[^{}"$%]+\.[a-z_]+\}$`)

// rendered is what render prints.
func rendered(t *testing.T, site *v1alpha1.AthensSite) (text string, want []any) {
	t.Helper()
	var out bytes.Buffer
	for i, made := range krm.Make(site) {
		if i > 0 {
			out.WriteString("---\n")
		}
		node := made.Node()
		var v any
		if err := node.Decode(&v); err != nil {
			t.Error(err)
		}
		want = append(want, v)
		if err := krm.WriteStream(&out, node); err != nil {
			t.Error(err)
		}
	}
	return out.String(), want
}
