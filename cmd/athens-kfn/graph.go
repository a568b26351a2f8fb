package main

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/graph"
	"github.com/gomods/athens-kfn/internal/manifests"
)

// drawings are the formats of graph, in the order in which help names them.
var drawings = []struct {
	name string
	draw func(*manifests.Subject) (string, []string, error)
}{
	{"svg", drawn((*graph.Graph).SVG)},
	{"mermaid", drawn((*graph.Graph).Mermaid)},
	{"dot", drawn((*graph.Graph).Dot)},
	{"html", graph.Page},
}

// drawn makes a format of a drawing that cannot fail.
func drawn(draw func(*graph.Graph) string) func(*manifests.Subject) (string, []string, error) {
	return func(s *manifests.Subject) (string, []string, error) {
		g := graph.New(s)
		return draw(g), g.Unknown, nil
	}
}

func (c console) graphCommand() *cli.Command {
	return &cli.Command{
		Name:      "graph",
		Usage:     "draw a site: callers, routes and identities",
		ArgsUsage: inputs,
		Flags: []cli.Flag{
			fileFlag(),
			regionFlag(),
			manifestsFlag(),
			formatFlag(drawingNames()...),
		},
		Description: `The picture is drawn from the manifests that the site renders to, so it shows
what runs. A file or a directory must hold one site. html is one page that needs
no network: the picture, the objects behind it, the promises and answers of
prove, and the deadlines.

With --manifests, the objects are those, of the AthensSite that the command line
names or that is among them. The exit code is 3 if something is not known: it is
listed on stderr.

   athens-kfn graph site.yaml > site.svg
   athens-kfn graph site.yaml -o html > site.html
   athens-kfn graph site.yaml --manifests live.yaml > site.svg
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

func (c console) draw(cmd *cli.Command, draw func(*manifests.Subject) (string, []string, error)) int {
	in, subjects, code := c.subjects(cmd)
	if len(subjects) > 1 {
		return c.fail(fmt.Errorf("%s: %d sites in it; a picture shows one, so name a file with one", in.operand, len(subjects)))
	}
	for _, s := range subjects {
		text, unknown, err := draw(s)
		if err == nil {
			_, err = io.WriteString(c.stdout, text)
		}
		if err != nil {
			return c.fail(err)
		}
		code = max(code, c.notKnown(unknown))
	}
	return code
}

func drawingNames() (names []string) {
	for _, d := range drawings {
		names = append(names, d.name)
	}
	return names
}
