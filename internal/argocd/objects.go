// Package argocd decides what Argo CD deploys of a directory in which the plugin
// runs. It is pure.
package argocd

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// skip is the mark of files that Argo CD leaves out (skipFileRenderingMarker in
// its reposerver/repository).
const skip = "+argocd:skip-file-rendering"

// Wanted says whether Argo CD reads a file of this name: its manifestFile in
// reposerver/repository, which takes hidden files too, and the files of tools
// that it would run instead.
func Wanted(name string) bool {
	switch filepath.Ext(name) {
	case ".yaml", ".yml", ".json", ".jsonnet":
		return true
	}
	return source.IsKustomization(name)
}

// Objects are those that Argo CD would deploy of the files of a directory if
// there were no plugin, in its order, and the sites among them. Whatever it would
// deploy in another form, or cannot be judged, is a problem with the file, the
// line and the object: left out, it would be deleted from the cluster.
func Objects(files []source.File) (objects []*yaml.Node, err error) {
	var problems []error
	for _, file := range files {
		found, err := objectsOf(file, files)
		objects = append(objects, found...)
		for _, each := range each(err) {
			problems = append(problems, fmt.Errorf("%s: %w", file.Name, each))
		}
	}
	return objects, errors.Join(problems...)
}

// each of the errors that were joined.
func each(err error) []error {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		return several.Unwrap()
	}
	if err != nil {
		return []error{err}
	}
	return nil
}

func objectsOf(file source.File, files []source.File) ([]*yaml.Node, error) {
	name := filepath.Base(file.Name)
	switch {
	case bytes.Contains(file.Content, []byte(skip)):
		return nil, nil
	case filepath.Ext(name) == ".jsonnet":
		return nil, errors.New("is Jsonnet, which Argo CD evaluates and this plugin does not: commit what it gives as YAML, or move it out of this directory")
	case strings.HasSuffix(name, "Chart.yaml"):
		return nil, errors.New("is a Helm chart, which Argo CD renders and this plugin does not: move the site into a directory of its own")
	case source.IsKustomization(name):
		return nil, kustomization(file, files)
	}
	read := krm.Documents
	if filepath.Ext(name) == ".json" {
		read = krm.JSONDocuments
	}
	docs, err := read(file.Content)
	if err != nil || unrelated(file.Content, docs) {
		return nil, err
	}
	var objects []*yaml.Node
	var problems []error
	for _, doc := range docs {
		found, err := krm.Flatten(doc.Content[0])
		problems = append(problems, each(err)...)
		for _, obj := range found {
			if wrong := judge(obj); wrong != nil {
				problems = append(problems, wrong...)
			} else {
				objects = append(objects, obj)
			}
		}
	}
	return objects, errors.Join(problems...)
}

// unrelated says whether a file has nothing to do with Kubernetes, as the values
// of a chart. Argo CD passes over a file without these three words if its first
// document is not an object.
func unrelated(in []byte, docs []*yaml.Node) bool {
	for _, doc := range docs {
		root := doc.Content[0]
		if looksLikeObject(root) {
			return false
		}
		for _, item := range root.Content {
			if root.Kind == yaml.SequenceNode && looksLikeObject(item) {
				return false
			}
		}
	}
	return !bytes.Contains(in, []byte("apiVersion:")) || !bytes.Contains(in, []byte("kind:")) || !bytes.Contains(in, []byte("metadata:"))
}

func looksLikeObject(n *yaml.Node) bool {
	return tree.Has(n, "kind") || tree.Has(n, "apiVersion")
}

// judge is what keeps an object from being deployed as it is.
func judge(obj *yaml.Node) []error {
	fail := func(format string, args ...any) []error {
		return []error{fmt.Errorf("line %d: "+format, append([]any{obj.Line}, args...)...)}
	}
	id := krm.IDOf(obj)
	switch {
	case obj.Kind != yaml.MappingNode:
		return fail("this document is not an object, and others of this file are: move it into a file of its own")
	case tree.Text(obj, "kind") == "":
		return fail("this object has no kind")
	case tree.Text(obj, "apiVersion") == "":
		return fail("%s: has no apiVersion", id)
	case id.Kind == "ResourceList":
		return fail("a ResourceList is the input of a function: pipe it into athens-kfn without arguments")
	case tree.Text(obj, "metadata", "annotations", "config.kubernetes.io/local-config") == "true" && !IsSite(obj):
		return fail("%s: is annotated config.kubernetes.io/local-config, which Argo CD deploys like any other: move it out of this directory, or write # %s into its file", id, skip)
	case id.Group == kustomizeGroup:
		return fail("%s: is for kustomize, which this plugin does not run: move it out of this directory", id)
	case id.Group == v1alpha1.Group && id.Kind != v1alpha1.Kind:
		return fail("%s: the plugin reads only %s: move it out of this directory, or let kustomize run it", id, v1alpha1.Kind)
	}
	problems := krm.Repeated(obj)
	for i, p := range problems {
		line, rest, _ := strings.Cut(p.Error(), ": ")
		problems[i] = fmt.Errorf("%s: %s: %s", line, id, rest)
	}
	return problems
}

// IsSite says whether an object is one that this program reads, of whatever
// version: rendering says so if it is not.
func IsSite(obj *yaml.Node) bool {
	group, _, _ := strings.Cut(tree.Text(obj, "apiVersion"), "/")
	return group == v1alpha1.Group
}
