package manifests

import (
	"bytes"
	"errors"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// serverFields of metadata are written by the API server.
var serverFields = []string{"managedFields", "uid", "resourceVersion", "generation", "creationTimestamp", "selfLink"}

// ErrSpec says that there is a spec where only manifests are compared.
var ErrSpec = errors.New("holds an AthensSite next to manifests, and they are compared as they are: name the AthensSite as OLD")

// Written are files without what the API server and controllers write: fields of the
// metadata, and objects that other objects control. A document that is not an object is an error.
// Defaults that the API server fills in stay: diff knows them.
func Written(files []source.File) ([]source.File, error) {
	var problems []error
	for _, f := range Read(files).Unread {
		if f.Message == notManifest {
			problems = append(problems, errors.New(f.Text()))
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	var out []source.File
	for _, f := range files {
		sites, err := krm.SitesIn(f.Content)
		if err != nil {
			return nil, err
		}
		if len(sites) > 0 {
			return nil, ErrSpec
		}
		objects, err := krm.ObjectsIn(f.Content)
		if err != nil {
			return nil, err
		}
		var kept []*yaml.Node
		for _, node := range objects {
			if o := (&Object{Node: node}); controlled(o) {
				continue
			}
			clean(node)
			kept = append(kept, node)
		}
		var content bytes.Buffer
		if err := krm.WriteStream(&content, kept...); err != nil {
			return nil, err
		}
		f.Content = content.Bytes()
		out = append(out, f)
	}
	return out, nil
}

// clean takes the metadata that the API server writes out of an object.
func clean(node *yaml.Node) {
	meta := tree.Get(node, "metadata")
	for _, field := range serverFields {
		tree.Remove(meta, field)
	}
	if notes := tree.Get(meta, "annotations"); notes != nil {
		tree.Remove(notes, "kubectl.kubernetes.io/last-applied-configuration")
		tree.Remove(notes, "deployment.kubernetes.io/revision")
		if len(notes.Content) == 0 {
			tree.Remove(meta, "annotations")
		}
	}
}
