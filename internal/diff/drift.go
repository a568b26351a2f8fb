package diff

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Drift is a field of a manifest that is not what the spec renders to.
type Drift struct {
	// ID of the object, and Path of the field in it.
	ID   krm.ID
	Path tree.Path
	// Text is the change from what is rendered to what is there, without secrets.
	Text string
	// Added says that the spec renders nothing there.
	Added bool
	// Opens says what the change opens or weakens; empty if no guard is about it.
	Opens string
}

// Drifts compares manifests with what a spec renders to, object by object of the same
// kind, namespace and name. Defaults that an API server fills in are no difference.
// A node that cannot be read is an error.
func Drifts(rendered, manifests []*yaml.Node) (out []Drift, err error) {
	c := &comparison{live: true}
	if c.old, err = readAll(rendered); err == nil {
		c.now, err = readAll(manifests)
	}
	if err != nil {
		return nil, err
	}
	c.match()
	for i := range c.pairs {
		p := &c.pairs[i]
		for j := range p.leaves {
			l := &p.leaves[j]
			out = append(out, Drift{ID: p.id, Path: l.at, Text: said(p, l), Added: l.old == nil, Opens: joinedWords(about(p.opened, l))})
		}
	}
	return out, nil
}

func readAll(nodes []*yaml.Node) (out []Object, err error) {
	for _, node := range nodes {
		o, err := Read(node)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}
