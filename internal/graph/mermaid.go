package graph

import (
	"fmt"
	"strings"
)

// Mermaid is the graph as a flowchart, which forges draw inside Markdown.
func (g *Graph) Mermaid() string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	line("%%%% %s", strings.ReplaceAll(g.name(), "\n", " "))
	line("flowchart TB")
	line("  accTitle: %s", mermaidText(g.name()))
	line("  accDescr: %s", mermaidText(g.About))
	for _, p := range g.places() {
		indent := "  "
		if p.title != "" {
			line("  subgraph %s[\"%s\"]", p.id, mermaidText(p.title))
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
	text := "<b>" + mermaidText(n.Title) + "</b><br>" + mermaidLines(n.words())
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
		out[i] = mermaidText(l)
	}
	return strings.Join(out, "<br>")
}

// mermaidText writes text so that nothing in it means anything to Mermaid,
// which takes entities, without their ampersand, inside quotes. Of Markdown it
// knows numbered lists, which it refuses.
func mermaidText(s string) string {
	return strings.NewReplacer(
		"#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "`", "#96;",
		";", "#59;", "{", "#123;", "}", "#125;", "[", "#91;", "]", "#93;", "|", "#124;", `\`, "#92;",
		"*", "#42;", "_", "#95;", ". ", "#46; ", "@", "#64;", "\n", " ",
	).Replace(s)
}

// part is the boxes of one place.
type part struct {
	id, title string
	nodes     []Node
}

// places are the parts of the picture that have boxes.
func (g *Graph) places() []part {
	out := []part{{id: "before"}, {id: "site", title: g.inside()}, {id: "beyond", title: g.beyondTitle()}}
	for _, n := range g.Nodes {
		out[n.Place].nodes = append(out[n.Place].nodes, n)
	}
	if len(out[Beyond].nodes) == 0 {
		return out[:Beyond]
	}
	return out
}

func (g *Graph) inside() string {
	return "namespace " + g.Namespace + ": " + strings.Join(g.Rules, ", ")
}

func (g *Graph) beyondTitle() string {
	if g.Egress == "" {
		return "outside the site"
	}
	return "outside the site: " + g.Egress
}
