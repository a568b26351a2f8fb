package graph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// Mermaid is the graph as a flowchart, which forges draw inside Markdown.
func (g *Graph) Mermaid() string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	line("%%%% %s", quote.Comment(g.name()))
	line("flowchart TB")
	line("  accTitle: %s", quote.Mermaid(g.name()))
	line("  accDescr: %s", quote.Mermaid(g.About))
	for _, p := range g.places() {
		indent := "  "
		if p.title != "" {
			line("  subgraph %s[\"%s\"]", p.id, quote.Mermaid(p.title))
			line("    direction TB")
			indent = "    "
		}
		for _, n := range p.nodes {
			line("%s%s%s", indent, n.ID, mermaidBox(n))
		}
		if p.title != "" {
			line("  end")
		}
	}
	for i := range g.Edges {
		e := &g.Edges[i]
		arrow := "-->"
		if e.Fallback {
			arrow = "-.->"
		}
		if words := e.words(); len(words) > 0 {
			arrow += `|"` + mermaidLines(words) + `"|`
		}
		line("  %s %s %s", e.From, arrow, e.To)
	}
	return out.String()
}

// mermaidBox draws kinds apart by their shapes.
func mermaidBox(n Node) string {
	text := "<b>" + quote.Mermaid(n.Title) + "</b><br>" + mermaidLines(n.words())
	switch n.Kind {
	case Client, Service:
		return `(["` + text + `"])`
	case Storage, Volume, Index, Lock:
		return `[("` + text + `")]`
	}
	return `["` + text + `"]`
}

func mermaidLines(lines []string) string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = quote.Mermaid(l)
	}
	return strings.Join(out, "<br>")
}

// part is the boxes of one place.
type part struct {
	id, title string
	nodes     []Node
}

func (g *Graph) places() []part {
	out := []part{{id: "before"}, {id: "site", title: g.inside()}, {id: "beyond", title: g.beyondTitle()}, {id: "around", title: aroundTitle}}
	for _, n := range g.Nodes {
		out[n.Place].nodes = append(out[n.Place].nodes, n)
	}
	return slices.DeleteFunc(out, func(p part) bool { return len(p.nodes) == 0 })
}

const aroundTitle = "around the site"

func (g *Graph) inside() string {
	return "namespace " + g.Namespace + ": " + strings.Join(g.Rules, ", ")
}

func (g *Graph) beyondTitle() string {
	if g.Egress == "" {
		return "outside the site"
	}
	return "outside the site: " + g.Egress
}
