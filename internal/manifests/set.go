// Package manifests judges Kubernetes objects as they are: rendered, patched by
// another tool, or read from a cluster. It takes files of manifests and returns the
// sites in them, found by their labels, and what is wrong with each. It is pure.
package manifests

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Object is a manifest.
type Object struct {
	krm.ID
	Node *yaml.Node
	// File that it was read from.
	File *source.File
	// Typed is what prove reads; nil for other kinds.
	Typed generators.Object
}

// Set is the objects of one cluster.
type Set struct {
	// Region is the folder that they are in, or the one that was chosen; empty for
	// none.
	Region  string
	Objects []*Object
	// Specs are the AthensSites among them, which are no manifests.
	Specs []source.Site
	// Unread is what cannot be judged, with the reasons.
	Unread []Fault
}

// Fault is one thing that is wrong with an object, or not known of it.
type Fault struct {
	// Object that it is about; nil for a file.
	Object *Object
	File   *source.File
	// Path of the field in the object; empty for the whole object.
	Path    tree.Path
	Message string
}

// Read finds the objects in files, also those inside Lists. What cannot be read is
// in Unread; the rest is read all the same.
func Read(files []source.File) *Set {
	s := &Set{}
	given := map[krm.ID]*Object{}
	for i := range files {
		f := &files[i]
		docs, err := krm.Documents(f.Content)
		s.unread(f, nil, err)
		for _, doc := range docs {
			nodes, err := krm.Flatten(doc.Content[0])
			s.unread(f, nil, err)
			for _, node := range nodes {
				s.add(f, tree.Deref(node), given)
			}
		}
	}
	return s
}

// add puts an object in, unless it is the same as another one.
func (s *Set) add(f *source.File, node *yaml.Node, given map[krm.ID]*Object) {
	o := &Object{ID: krm.IDOf(node), Node: node, File: f}
	version := tree.Text(node, "apiVersion")
	switch {
	case version == "" || o.Kind == "" || o.Name == "" && o.Group != kustomize:
		s.Unread = append(s.Unread, Fault{Object: o, File: f, Message: notManifest})
		return
	case !quote.IsPlain(version + o.Kind + o.Namespace + o.Name):
		s.Unread = append(s.Unread, Fault{Object: o, File: f, Message: "is not a manifest: Kubernetes takes letters, digits and signs in apiVersion, kind, metadata.name and metadata.namespace"})
		return
	case o.Group == kustomize:
		return
	case o.Group == v1alpha1.Group:
		if o.Kind == v1alpha1.Kind {
			s.Specs = append(s.Specs, source.Site{Node: node, File: *f})
		}
		return
	}
	value, err := krm.Value(node)
	if err != nil {
		s.unread(f, o, err)
		return
	}
	if other := given[o.ID]; other != nil {
		if !tree.Equal(other.Node, node) {
			s.Unread = append(s.Unread, Fault{Object: o, File: f, Message: "is repeated with different fields, and which of the two the cluster has is not known: remove one"})
		}
		return
	}
	if _, namespaced := pickers[o.Group+"/"+o.Kind]; namespaced && o.Namespace == "" && o.owner() != "" {
		s.unread(f, o, errors.New("has no metadata.namespace, and which namespace it is applied to is not known: write it"))
	}
	given[o.ID] = o
	s.Objects = append(s.Objects, o)
	text, err := json.Marshal(value)
	if err == nil {
		o.Typed, err = prove.Decode(text)
	}
	if other := quiet(o.Group, o.Kind); err == nil && other != nil && o.owner() != "" {
		_, err = prove.DecodeAs(text, other)
	}
	if err != nil {
		s.unread(f, o, fmt.Errorf("cannot be read as its API has it: %w", err))
	}
}

const notManifest = "is not a manifest: it needs apiVersion, kind and metadata.name"

const kustomize = "kustomize.config.k8s.io"

func (s *Set) unread(f *source.File, o *Object, err error) {
	if several, ok := err.(interface{ Unwrap() []error }); ok && err != nil {
		for _, each := range several.Unwrap() {
			s.unread(f, o, each)
		}
	} else if err != nil {
		s.Unread = append(s.Unread, Fault{Object: o, File: f, Message: err.Error()})
	}
}

// ErrNoSite says that no object has the label of a site.
var ErrNoSite = errors.New("no object in it has the label " + generators.SiteLabel + ": name what athens-kfn rendered, or what a cluster has of it, as in: kubectl get -A -o yaml -l " + generators.SiteLabel)

// Typed are the objects that decide about traffic.
func (s *Set) Typed() (out []generators.Object) {
	for _, o := range s.Objects {
		if o.Typed != nil {
			out = append(out, o.Typed)
		}
	}
	return out
}

// Sites are the sites of the set, in the order of their names.
func (s *Set) Sites() (out []*Site) {
	var unread []string
	for i := range s.Unread {
		unread = append(unread, s.Unread[i].Text())
	}
	pods := s.pods()
	for _, w := range prove.FromObjects(s.labelled(), unread...) {
		site := &Site{Set: s, World: w, Owner: w.Owner(), pods: pods}
		for _, o := range s.Objects {
			if o.owner() == site.Owner {
				site.Own = append(site.Own, o)
			}
		}
		out = append(out, site)
	}
	return out
}

// labelled are the typed objects and, so that a site is found that has none of
// them, an object of no known kind for each of the others with a label.
func (s *Set) labelled() []generators.Object {
	out := s.Typed()
	for _, o := range s.Objects {
		if owner := o.owner(); o.Typed == nil && owner != "" {
			mark := &prove.Unrelated{}
			mark.SetLabels(map[string]string{generators.SiteLabel: owner})
			out = append(out, mark)
		}
	}
	return out
}

func (o *Object) owner() string { return tree.Text(o.Node, "metadata", "labels", generators.SiteLabel) }

// Text is a fault on one line, with its object, as it may be printed.
func (f *Fault) Text() string {
	switch {
	case f.Object == nil, f.Object.Kind == "":
		return quote.Sprintf("%s: %s", f.File.Name, f.Message)
	case len(f.Path) > 0:
		return quote.Sprintf("%s: %s: %s", f.Object, f.Path, f.Message)
	}
	return quote.Sprintf("%s: %s", f.Object, f.Message)
}

// Site is a site as its manifests have it.
type Site struct {
	*Set
	// Owner is the value of the label that its objects have.
	Owner string
	World *prove.World
	// Own are the objects with that label.
	Own  []*Object
	pods []pod
}

// Meshed says whether a mesh routes its requests.
func (s *Site) Meshed() bool {
	return slices.ContainsFunc(s.Own, func(o *Object) bool { return o.Group == "networking.istio.io" || o.Group == "security.istio.io" })
}

// find is an object of the set; nil if it is not there.
func (s *Set) find(group, kind, namespace, name string) *Object {
	for _, o := range s.Objects {
		if o.ID == (krm.ID{Group: group, Kind: kind, Namespace: namespace, Name: name}) {
			return o
		}
	}
	return nil
}
