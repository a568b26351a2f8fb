package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/diff"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// trouble is diff's exit code for what could not be compared.
const trouble = 2

func (c console) diffCommand() *cli.Command {
	return &cli.Command{
		Name:      "diff",
		Usage:     "say what changes in meaning between two states of a site",
		ArgsUsage: "OLD NEW",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "o", Usage: "print it as `FORMAT`: text or json", Value: "text"},
			&cli.StringFlag{Name: "mesh", Usage: "compare one operand with itself in another mesh `MODE`: sidecar, ambient or none"},
			regionFlag(),
		},
		Description: `OLD and NEW are a spec, a rendered file or folder, - for stdin, or REF:PATH for a
file or folder in Git. Specs with regions are compared region by region. A line
that begins with ! asks for an action, or says what may be lost. Every field that
differs has a line; only status is left out.

The exit code is 0 if nothing differs, 1 if something does, 2 for trouble.

   athens-kfn diff main:sites/athens.yaml sites/athens.yaml
   athens-kfn diff manifests site.yaml
   athens-kfn diff site.yaml --mesh none`,
		Action: action(c.diff),
	}
}

// diff compares two states of a site.
func (c console) diff(cmd *cli.Command) int {
	operands, mesh, format := cmd.Args().Slice(), cmd.String("mesh"), cmd.String("o")
	mode, known := modeOf(mesh)
	switch {
	case format != "text" && format != "json":
		return c.misuse(cmd, "-o is text or json, not %q", format)
	case mesh != "" && !known:
		return c.misuse(cmd, "--mesh is sidecar, ambient or none, not %q", mesh)
	case mesh != "" && len(operands) != 1:
		return c.misuse(cmd, "diff --mesh takes one spec, not %d operands", len(operands))
	case mesh == "" && len(operands) != 2:
		return c.misuse(cmd, "diff takes OLD and NEW, not %d operands", len(operands))
	case mesh == "" && operands[0] == "-" && operands[1] == "-":
		return c.misuse(cmd, "only one of OLD and NEW can be stdin")
	}
	region := cmd.String("region")
	sources, err := c.sources(operands[0])
	if err != nil {
		c.fail(err)
		return trouble
	}
	old, err := c.state(operands[0], region, sources, nil)
	if err != nil {
		c.fail(err)
		return trouble
	}
	var now *diff.Side
	if mesh != "" {
		now, err = c.state(operands[0], region, sources, func(site *yamlNode) *yamlNode { return inMode(site, mode) })
	} else if sources, err = c.sources(operands[1]); err == nil {
		now, err = c.state(operands[1], region, sources, nil)
	}
	if err != nil {
		c.fail(err)
		return trouble
	}
	if err := sameClusters(old, now); err != nil {
		c.fail(err)
		return trouble
	}
	return c.differences(diff.Compare(old, now), format)
}

// sameClusters refuses manifests of one cluster next to a site of several: which
// one they are of is unknown.
func sameClusters(old, now *diff.Side) error {
	for _, pair := range [][2]*diff.Side{{old, now}, {now, old}} {
		regions := slices.DeleteFunc(slices.Clone(pair[1].Regions), func(r string) bool { return r == "" })
		if pair[0].OneCluster && len(regions) > 0 {
			return fmt.Errorf("one operand is the manifests of one cluster, the other has the regions %s: add --region with one of them", strings.Join(regions, ", "))
		}
	}
	return nil
}

// differences prints reports.
func (c console) differences(reports []diff.Report, format string) int {
	if format == "json" {
		if reports == nil {
			reports = []diff.Report{}
		}
		if err := quote.JSON(c.stdout, reports); err != nil {
			c.fail(err)
			return trouble
		}
	} else {
		diff.Print(c.stdout, reports)
	}
	if len(reports) > 0 {
		return 1
	}
	return 0
}

// modeOf is a mode of the mesh by its name in any case.
func modeOf(name string) (string, bool) {
	for _, mode := range []string{v1alpha1.MeshSidecar, v1alpha1.MeshAmbient, v1alpha1.MeshNone} {
		if strings.EqualFold(mode, name) {
			return mode, true
		}
	}
	return "", false
}

// inMode is a site in another mode. Without a mesh, what only a mesh can do is
// left out.
func inMode(site *yamlNode, mode string) *yamlNode {
	if mode == v1alpha1.MeshNone {
		return krm.InMode(site, mode, "revision", "tracing")
	}
	return krm.InMode(site, mode)
}

// state is what the files of one operand hold: objects, or specs and what they
// make in each of their regions. Specs are edited first, if an edit is given.
func (c console) state(operand, region string, sources []operandFile, edit func(*yamlNode) *yamlNode) (*diff.Side, error) {
	var sites []*yamlNode
	for _, s := range sources {
		found, err := krm.SitesIn(s.Content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		sites = append(sites, found...)
	}
	if len(sites) == 0 {
		if edit != nil {
			return nil, fmt.Errorf("%s: no AthensSite in it: a what-if needs the spec", operand)
		}
		return manifestsOf(operand, region, sources)
	}
	for i, s := range sites {
		if edit != nil {
			sites[i] = edit(s)
		}
	}
	if region != "" {
		for i, s := range sites {
			sites[i] = krm.InRegion(s, region)
		}
	}
	if list := (&krm.ResourceList{Items: sites}); len(list.Load()) == 0 || list.Results.Failed() {
		c.report(list.Results)
		if edit != nil {
			return nil, fmt.Errorf("%s: with what you ask about, this spec has problems", operand)
		}
		return nil, fmt.Errorf("%s: this spec has problems: correct them first", operand)
	}
	side, err := c.sideOf(operand, sites)
	if err != nil {
		return nil, err
	}
	return side, addManifests(side, region, sources)
}

// sideOf is what the sound specs of an operand make in each of their clusters.
func (c console) sideOf(operand string, sites []*yamlNode) (*diff.Side, error) {
	side := &diff.Side{}
	for _, cluster := range clustersOf(sites) {
		list := &krm.ResourceList{Items: cluster.sites}
		made := list.MergeSites(list.LoadOneCluster(krm.ByFlag)) // nothing is applied: limits are not asked
		if c.report(list.Results); list.Results.Failed() {
			return nil, fmt.Errorf("%s: these specs cannot be rendered together", operand)
		}
		var objects []diff.Object
		for _, m := range made {
			o, err := diff.Read(m.Node())
			if err != nil {
				return nil, err
			}
			objects = append(objects, o)
		}
		side.Add(cluster.folder, objects)
	}
	return side, nil
}

// manifestsOf reads objects.
func manifestsOf(operand, region string, sources []operandFile) (*diff.Side, error) {
	side := &diff.Side{}
	if err := addManifests(side, region, sources); err != nil {
		return nil, err
	}
	if len(side.Regions) == 0 {
		return nil, fmt.Errorf("%s: neither an AthensSite nor a manifest in it", operand)
	}
	side.OneCluster = region == "" && slices.Equal(side.Regions, []string{""})
	return side, nil
}

// addManifests puts in the objects that were read, but for those of a site that
// was rendered; a folder inside a folder is a region.
func addManifests(side *diff.Side, region string, sources []operandFile) error {
	rendered := side.Sites()
	for _, s := range sources {
		nodes, err := krm.ObjectsIn(s.Content)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		var objects []diff.Object
		for _, node := range nodes {
			o, err := diff.Read(node)
			if err != nil {
				return fmt.Errorf("%s: %w", s.Name, err)
			}
			if o.Owner == "" || !slices.Contains(rendered, o.Owner) {
				objects = append(objects, o)
			}
		}
		switch {
		case len(objects) == 0:
		case region == "":
			side.Add(s.folder, objects)
		case s.folder == region || s.folder == "":
			side.Add("", objects)
		}
	}
	return nil
}
