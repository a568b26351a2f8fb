package main

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v3"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/diff"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// trouble is diff's exit code for what could not be compared.
const trouble = 2

// diffQuestions end the comparison of all requests of a site: a site of this program has
// a thousand.
const diffQuestions = 10_000

func (c console) diffCommand() *cli.Command {
	return &cli.Command{
		Name:      "diff",
		Usage:     "list what changes in meaning between two states of a site",
		ArgsUsage: "OLD [NEW]",
		Flags: []cli.Flag{
			formatFlag("text", "json", "markdown"),
			&cli.StringFlag{Name: "mesh", Usage: "compare one operand with itself in another mesh `MODE`: sidecar, ambient or none"},
			&cli.StringFlag{Name: "fail-on", Usage: "exit with 1 only for these `CODES`, separated by commas, or warnings for all codes that are marked with !"},
			fileFlag(),
			regionFlag(),
			manifestsFlag(),
		},
		Description: `OLD and NEW are a spec, a rendered file or folder, a kustomization, - for stdin,
or REF:PATH for a file or folder in Git. Without NEW, OLD is compared with the
working directory. Specs with regions are compared region by region. A line that
begins with ! requires an action, or warns of a loss or of something that opens.
Then comes the code of the kind of change: explain AD101 prints what it means and what
to do. Every field that differs has a line, with its path in the form that the
command why takes. Only status is left out.

With --manifests, NEW is those manifests, as a cluster has them: the metadata that
the API server writes, the defaults that it fills in and the objects that others
control are left out too.

The exit code is 0 if nothing differs, 1 if something does, and 2 for any error.
With --fail-on it is 1 only if there is a change of one of these kinds.

   athens-kfn diff main:sites/athens.yaml sites/athens.yaml
   athens-kfn diff manifests site.yaml
   athens-kfn diff manifests site.yaml --fail-on AD101,AD501
   athens-kfn diff site.yaml --manifests live.yaml
   athens-kfn diff site.yaml --mesh none`,
		Action: action(c.diff),
	}
}

func (c console) diff(cmd *cli.Command) int {
	operands, mesh := cmd.Args().Slice(), cmd.String("mesh")
	if file := cmd.String("f"); file != "" {
		operands = append(operands, file)
	}
	live := cmd.String("manifests")
	if live != "" {
		switch {
		case mesh != "":
			return c.misuse(cmd, "--mesh is about a spec, and --manifests about manifests: leave one out")
		case len(operands) > 1:
			return c.misuse(cmd, "diff --manifests takes OLD, not %d operands: --manifests is NEW", len(operands))
		case len(operands) == 0:
			operands = []string{source.Here}
		}
		operands = append(operands, live)
	}
	mode, known := diff.Mode(mesh)
	gate, err := diff.GateOf(cmd.String("fail-on"))
	switch {
	case err != nil:
		return c.misuse(cmd, "--fail-on: %v", err)
	case mesh != "" && !known:
		return c.misuse(cmd, "--mesh is sidecar, ambient or none, not %q", mesh)
	case mesh != "" && len(operands) > 1:
		return c.misuse(cmd, "diff --mesh takes one spec, not %d operands", len(operands))
	case mesh == "" && (len(operands) == 0 || len(operands) > 2):
		return c.misuse(cmd, "diff takes OLD and NEW, not %d operands", len(operands))
	case mesh == "" && len(operands) == 2 && operands[0] == source.Stdin && operands[1] == source.Stdin:
		return c.misuse(cmd, "only one of OLD and NEW can be stdin")
	}
	if len(operands) == 0 || mesh == "" && len(operands) == 1 {
		operands = append(operands, source.Here)
	}
	reports, err := c.compare(operands, cmd.String("region"), mode, live != "")
	if err != nil {
		c.fail(err)
		return trouble
	}
	return c.differences(reports, cmd.String("o"), gate)
}

func (c console) compare(operands []string, region, mode string, live bool) ([]diff.Report, error) {
	var sides [2]*diff.Side
	var files []source.File
	size := 0
	for i := range sides {
		operand, edit := operands[min(i, len(operands)-1)], func(site *yaml.Node) *yaml.Node { return diff.InMode(site, mode) }
		if i == 0 || mode == "" {
			edit = nil
			var err error
			if files, err = source.Open(operand, source.Options{Bounds: source.Manifests, Stdin: c.stdin, Folders: true, Warn: c.warn}); err != nil {
				return nil, err
			}
			for _, f := range files {
				size += len(f.Content)
			}
			roomFor(2 * size) // the nodes of both states, and their form for comparison
		}
		if live && i == 1 {
			var err error
			if files, err = manifests.Written(files); err != nil {
				return nil, fmt.Errorf("%s: %w", operand, err)
			}
		}
		side, results, err := diff.State(operand, files, region, edit)
		if c.report(results); err != nil {
			return nil, err
		}
		sides[i] = side
	}
	sides[1].Live, sides[1].Questions = live, diffQuestions
	if err := diff.SameClusters(sides[0], sides[1]); err != nil {
		return nil, err
	}
	return diff.Compare(sides[0], sides[1]), nil
}

func (c console) differences(reports []diff.Report, format string, gate diff.Gate) int {
	print := func(w io.Writer) { diff.Print(w, reports) }
	switch format {
	case "json":
		if reports == nil {
			reports = []diff.Report{}
		}
		if err := quote.JSON(c.stdout, reports); err != nil {
			c.fail(err)
			return trouble
		}
	case "markdown":
		c.markdown(print)
	default:
		c.prose(print)
	}
	if gate.Stops(reports) {
		return 1
	}
	return 0
}
