package main

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/graph"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// drawings are the formats of graph, in the order in which help names them.
var drawings = []struct {
	name string
	draw func(*v1alpha1.AthensSite) (string, error)
}{
	{"svg", drawn((*graph.Graph).SVG)},
	{"mermaid", drawn((*graph.Graph).Mermaid)},
	{"dot", drawn((*graph.Graph).Dot)},
	{"html", graph.Page},
}

// drawn makes a format of a drawing that cannot fail.
func drawn(draw func(*graph.Graph) string) func(*v1alpha1.AthensSite) (string, error) {
	return func(s *v1alpha1.AthensSite) (string, error) { return draw(graph.New(s)), nil }
}

func (c console) graphCommand() *cli.Command {
	return &cli.Command{
		Name:      "graph",
		Usage:     "draw a site: callers, routes and identities",
		ArgsUsage: inputs,
		Flags: []cli.Flag{
			fileFlag(),
			regionFlag(),
			formatFlag(drawingNames()...),
		},
		Description: `The picture is drawn from the manifests that the site renders to, so it shows
what runs. A file or a directory must hold one site. html is one page that needs
no network: the picture, the objects behind it, a tracer of requests, and the
deadlines.

   athens-kfn graph site.yaml > site.svg
   athens-kfn graph site.yaml -o html > site.html
   athens-kfn graph site.yaml -o mermaid   # for Markdown on a forge`,
		Action: action(c.graph),
	}
}

func (c console) graph(cmd *cli.Command) int {
	for _, d := range drawings {
		if d.name == cmd.String("o") {
			return c.draw(cmd, d.draw)
		}
	}
	return 0 // formatFlag takes no other
}

func (c console) draw(cmd *cli.Command, draw func(*v1alpha1.AthensSite) (string, error)) int {
	in, sites, code := c.oneCluster(cmd, cmd.Args().Slice()...)
	if len(sites) > 1 {
		return c.fail(fmt.Errorf("%s: %d sites in it; a picture shows one, so name a file with one", in.operand, len(sites)))
	}
	for _, s := range sites {
		text, err := draw(s)
		if err == nil {
			_, err = io.WriteString(c.stdout, text)
		}
		if err != nil {
			return c.fail(err)
		}
	}
	return code
}

func drawingNames() (names []string) {
	for _, d := range drawings {
		names = append(names, d.name)
	}
	return names
}
