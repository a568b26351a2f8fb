package graph

import (
	"fmt"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// Dot is the graph in the language of Graphviz.
func (g *Graph) Dot() string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	line("digraph site {")
	line("  label=%s; labelloc=t; rankdir=TB; nodesep=0.4; ranksep=0.5;", quote.Dot(g.name()))
	line("  node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=11];")
	line("  edge [fontname=\"Helvetica\", fontsize=9];")
	for _, p := range g.places() {
		indent := "  "
		if p.title != "" {
			line("  subgraph cluster_%s {", p.id)
			line("    label=%s; style=rounded;", quote.Dot(p.title))
			indent = "    "
		}
		for _, n := range p.nodes {
			line("%s%s [label=%s%s];", indent, quote.Dot(n.ID), quote.Dot(append([]string{n.Title}, n.words()...)...), dotShape(n.Kind))
		}
		if p.title != "" {
			line("  }")
		}
	}
	for i := range g.Edges {
		e := &g.Edges[i]
		attributes := "label=" + quote.Dot(e.words()...)
		if e.Fallback {
			attributes += ", style=dashed"
		}
		line("  %s -> %s [%s];", quote.Dot(e.From), quote.Dot(e.To), attributes)
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
