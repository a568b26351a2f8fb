package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

// book is the runbook of a site, in the directory of a person who follows it.
type book struct {
	name, dir string
	// of the site.
	namespace, site, host string
	// operand is what commands read the site from, with the flag of its region.
	operand, manifests string
	sections           []section
}

// ours is the cluster's storage class, in which kwok makes volumes.
var ours = strings.NewReplacer("azurefile-premium", "kwok-volume")

// section of a page: its blocks of commands.
type section struct {
	title  string
	blocks []string
}

// books of the examples, of the sites that init writes, and of sites with long
// names and with characters that shells read.
func books(t *testing.T) (out []*book) {
	t.Helper()
	for _, s := range append(states(t), hostileState(t)) {
		if len(s.operand) == 0 || filepath.Ext(s.operand[0]) != ".yaml" {
			continue
		}
		text, err := os.ReadFile(s.operand[0])
		if err != nil {
			t.Fatal(err)
		}
		args := append([]string{"site.yaml"}, s.operand[1:]...)
		b := &book{name: s.name, dir: t.TempDir(), operand: strings.Join(args, " "), manifests: ours.Replace(s.manifests)}
		if err := os.WriteFile(filepath.Join(b.dir, "site.yaml"), []byte(ours.Replace(string(text))), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := command("", "athens-kfn", append([]string{"runbook", "-q"}, args...)...)
		cmd.Dir = b.dir
		page, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		_, of, _ := strings.Cut(string(page), "\nAthensSite `")
		of, _, _ = strings.Cut(of, "`")
		b.namespace, b.site, _ = strings.Cut(of, "/")
		b.host, _, _ = strings.Cut(strings.TrimPrefix(string(page), "# Runbook: https://"), "\n")
		b.sections = sectionsOf(string(page))
		out = append(out, b)
	}
	return out
}

// page is all commands of the runbook.
func (b *book) page() string {
	var out strings.Builder
	for _, s := range b.sections {
		out.WriteString(strings.Join(s.blocks, ""))
	}
	return out.String()
}

// sectionsOf a page with commands, the removal last.
func sectionsOf(page string) (out []section) {
	var last *section
	var current section
	end := func() {
		switch {
		case len(current.blocks) == 0:
		case current.title == removal:
			last = &section{current.title, current.blocks}
		default:
			out = append(out, current)
		}
	}
	var block *strings.Builder
	indent := ""
	for line := range strings.Lines(page) {
		trimmed := strings.TrimSpace(line)
		switch {
		case block == nil && trimmed == "```sh":
			indent, _, _ = strings.Cut(line, "```")
			block = &strings.Builder{}
		case block != nil && trimmed == "```":
			current.blocks = append(current.blocks, block.String())
			block = nil
		case block != nil:
			block.WriteString(strings.TrimPrefix(line, indent))
		case strings.HasPrefix(line, "## ") || strings.HasPrefix(line, "### "):
			end()
			current = section{title: strings.TrimLeft(trimmed, "# ")}
		}
	}
	if end(); last != nil {
		out = append(out, *last)
	}
	return out
}

const removal = "Remove the site"

// fresh are the sections that are not like one that was seen before, and the
// removal; none if there is no other.
func (b *book) fresh(seen map[string]bool) (out []section) {
	same := strings.NewReplacer(b.host, "HOST", b.site, "SITE", " -n "+b.namespace+" ", " -n NAMESPACE ", "--namespace="+b.namespace, "--namespace=NAMESPACE")
	for _, s := range b.sections {
		shape := same.Replace(s.title + "\n" + strings.Join(s.blocks, "\n"))
		if s.title != removal && seen[shape] {
			continue
		}
		seen[shape] = true
		out = append(out, s)
	}
	if len(out) == 1 {
		return nil
	}
	return out
}

// statements of a block, as they are written.
func statements(t *testing.T, block string) (out []string) {
	t.Helper()
	for _, s := range parsed(t, block).Stmts {
		out = append(out, block[s.Pos().Offset():s.End().Offset()])
	}
	return out
}

// calls of programs anywhere in a block: the words of each. A word that the shell
// makes is empty.
func calls(t *testing.T, block string) (out [][]string) {
	t.Helper()
	syntax.Walk(parsed(t, block), func(n syntax.Node) bool {
		if call, ok := n.(*syntax.CallExpr); ok && len(call.Args) > 0 {
			var words []string
			for _, w := range call.Args {
				words = append(words, literal(w))
			}
			out = append(out, words)
		}
		return true
	})
	return out
}

// literal is a word without its quotes; empty where the shell makes a part of it.
func literal(w *syntax.Word) (out string) {
	for _, p := range w.Parts {
		switch p := p.(type) {
		case *syntax.Lit:
			out += p.Value
		case *syntax.SglQuoted:
			out += p.Value
		case *syntax.DblQuoted:
			out += literal(&syntax.Word{Parts: p.Parts})
		default:
			return ""
		}
	}
	return out
}

func parsed(t *testing.T, block string) *syntax.File {
	t.Helper()
	for _, lang := range []syntax.LangVariant{syntax.LangZsh, syntax.LangBash} {
		file, err := syntax.NewParser(syntax.Variant(lang), syntax.KeepComments(true)).Parse(strings.NewReader(block), "")
		if err != nil {
			t.Fatalf("%s: %v\n%s", lang, err, block)
		}
		if lang == syntax.LangBash {
			return file
		}
	}
	return nil
}
