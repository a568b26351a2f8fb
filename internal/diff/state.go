package diff

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// State is what the files of an operand hold: objects, or specs and what they
// make in each of their regions, or in the one that is named. Specs are edited
// first, if an edit is given. Problems with the specs are in the results, which
// the error is the end of.
func State(operand string, files []source.File, region string, edit func(*yaml.Node) *yaml.Node) (*Side, krm.Results, error) {
	found, err := source.Find(files, "")
	if err != nil {
		return nil, nil, err
	}
	if len(found) == 0 {
		if edit != nil {
			return nil, nil, fmt.Errorf("%s: no AthensSite in it: a what-if needs the spec", operand)
		}
		side, err := manifests(operand, region, files)
		return side, nil, err
	}
	for i := range found {
		if edit != nil {
			found[i].Node = edit(found[i].Node)
		}
		if region != "" {
			found[i].Node = krm.InRegion(found[i].Node, region)
		}
	}
	list := source.ListOf(found)
	if len(list.Load()) == 0 || list.Results.Failed() {
		source.Place(list.Results, found)
		if edit != nil {
			return nil, list.Results, fmt.Errorf("%s: with this change, the spec has problems", operand)
		}
		return nil, list.Results, fmt.Errorf("%s: this spec has problems: correct them first", operand)
	}
	side, results, err := Specs(operand, list.Items)
	if err != nil {
		return nil, results, err
	}
	return side, results, addManifests(side, region, files)
}

// Specs is what the sound specs of an operand make in each of their clusters.
// Nothing is applied, so limits are not asked.
func Specs(operand string, sites []*yaml.Node) (side *Side, results krm.Results, err error) {
	side = &Side{}
	for _, cluster := range krm.Clusters(sites) {
		list := &krm.ResourceList{Items: cluster.Sites}
		made := list.MergeSites(list.LoadOneCluster(krm.ByFlag))
		results = append(results, list.Results...)
		if list.Results.Failed() {
			return nil, results, fmt.Errorf("%s: these specs cannot be rendered together", operand)
		}
		var objects []Object
		for _, m := range made {
			o, err := Read(m.Node())
			if err != nil {
				return nil, results, err
			}
			objects = append(objects, o)
		}
		side.Add(cluster.Folder, objects)
	}
	return side, results, nil
}

func manifests(operand, region string, files []source.File) (*Side, error) {
	side := &Side{}
	if err := addManifests(side, region, files); err != nil {
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
func addManifests(side *Side, region string, files []source.File) error {
	rendered := side.Sites()
	for _, s := range files {
		nodes, err := krm.ObjectsIn(s.Content)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		var objects []Object
		for _, node := range nodes {
			o, err := Read(node)
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
			side.Add(s.Folder, objects)
		case s.Folder == region || s.Folder == "":
			side.Add("", objects)
		}
	}
	return nil
}

// SameClusters refuses manifests of one cluster next to a site of several: which
// one they are of is unknown.
func SameClusters(old, now *Side) error {
	for _, pair := range [][2]*Side{{old, now}, {now, old}} {
		regions := slices.DeleteFunc(slices.Clone(pair[1].Regions), func(r string) bool { return r == "" })
		if pair[0].OneCluster && len(regions) > 0 {
			return fmt.Errorf("one operand is the manifests of one cluster, the other has the regions %s: add --region with one of them", strings.Join(regions, ", "))
		}
	}
	return nil
}

// Mode is a mode of the mesh by its name in any case.
func Mode(name string) (string, bool) {
	for _, mode := range []string{v1alpha1.MeshSidecar, v1alpha1.MeshAmbient, v1alpha1.MeshNone} {
		if strings.EqualFold(mode, name) {
			return mode, true
		}
	}
	return "", false
}

// InMode is a site in another mode. Without a mesh, what only a mesh can do is
// left out.
func InMode(site *yaml.Node, mode string) *yaml.Node {
	if mode == v1alpha1.MeshNone {
		return krm.InMode(site, mode, "revision", "tracing")
	}
	return krm.InMode(site, mode)
}
