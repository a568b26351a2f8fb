package graph

import (
	"fmt"
	"strings"
)

// Dot is the graph in the language of Graphviz.
func (g *Graph) Dot() string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	line("digraph site {")
	line("  label=%s; labelloc=t; rankdir=TB; nodesep=0.4; ranksep=0.5;", dotText(g.name()))
	line("  node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=11];")
	line("  edge [fontname=\"Helvetica\", fontsize=9];")
	for _, p := range g.places() {
		indent := "  "
		if p.title != "" {
			line("  subgraph cluster_%s {", p.id)
			line("    label=%s; style=rounded;", dotText(p.title))
			indent = "    "
		}
		for _, n := range p.nodes {
			line("%s%s [label=%s%s];", indent, dotText(n.ID), dotText(append([]string{n.Title}, n.words()...)...), dotShape(n.Kind))
		}
		if p.title != "" {
			line("  }")
		}
	}
	for i := range g.Edges {
		e := &g.Edges[i]
		attributes := "label=" + dotText(e.words()...)
		if e.Fallback {
			attributes += ", style=dashed"
		}
		line("  %s -> %s [%s];", dotText(e.From), dotText(e.To), attributes)
	}
	line("}")
	return out.String()
}

func dotShape(k Kind) string {
	switch k {
	case Storage, Volume, Index, Lock:
		return ", shape=cylinder, style=solid"
	case Service, Client:
		return ", shape=oval, style=solid"
	}
	return ""
}

// dotText is a quoted string with its lines under one another.
func dotText(lines ...string) string {
	escaped := make([]string, len(lines))
	for i, l := range lines {
		escaped[i] = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ").Replace(l)
	}
	return `"` + strings.Join(escaped, `\n`) + `"`
}
