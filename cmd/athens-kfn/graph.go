package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/graph"
)

// drawings are the formats of graph, in the order in which help names them.
var drawings = []struct {
	name string
	draw func(*graph.Graph) string
}{
	{"svg", (*graph.Graph).SVG},
	{"mermaid", (*graph.Graph).Mermaid},
	{"dot", (*graph.Graph).Dot},
}

func (c console) graphCommand() *cli.Command {
	return &cli.Command{
		Name:      "graph",
		Usage:     "draw a site: who asks whom, over which route, with which identity",
		ArgsUsage: "FILE|DIR|-",
		Flags: []cli.Flag{
			fileFlag(),
			regionFlag(),
			&cli.StringFlag{Name: "o", Usage: "the `FORMAT`: " + drawingNames(), Value: drawings[0].name},
		},
		Description: `The picture is made from the manifests that the site renders to, so it shows
what runs. A file or a directory must hold one site.

   athens-kfn graph site.yaml > site.svg
   athens-kfn graph site.yaml -o mermaid   # for Markdown on a forge`,
		Action: action(c.graph),
	}
}

// graph draws the sites of a file.
func (c console) graph(cmd *cli.Command) int {
	operands := cmd.Args().Slice()
	if file := cmd.String("f"); file != "" {
		operands = append(operands, file)
	}
	if len(operands) != 1 {
		return c.misuse(cmd, "graph takes one FILE, one DIR or -, not %d of them", len(operands))
	}
	for _, d := range drawings {
		if d.name == cmd.String("o") {
			return c.draw(operands[0], cmd.String("region"), d.draw)
		}
	}
	return c.misuse(cmd, "-o is one of %s, not %q", drawingNames(), cmd.String("o"))
}

func (c console) draw(operand, region string, draw func(*graph.Graph) string) int {
	sites, code := c.sites(operand, region)
	if len(sites) > 1 {
		return c.fail(fmt.Errorf("%s: %d sites in it; a picture shows one, so name a file with one", operand, len(sites)))
	}
	for _, s := range sites {
		if _, err := io.WriteString(c.stdout, draw(graph.New(s))); err != nil {
			return c.fail(err)
		}
	}
	return code
}

func drawingNames() string {
	names := make([]string, len(drawings))
	for i, d := range drawings {
		names[i] = d.name
	}
	return strings.Join(names, ", ")
}
