package krm

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Annotations that say where a host keeps an item.
const (
	functionAnnotation  = "config.kubernetes.io/function"
	pathAnnotation      = "internal.config.kubernetes.io/path"
	indexAnnotation     = "internal.config.kubernetes.io/index"
	oldPathAnnotation   = "config.kubernetes.io/path"
	oldIndexAnnotation  = "config.kubernetes.io/index"
	managedByLabel      = "app.kubernetes.io/managed-by"
	resourceListGroup   = "config.kubernetes.io"
	resourceListKind    = "ResourceList"
	resourceListVersion = resourceListGroup + "/v1"
)

// ID is what makes an object one of a kind in a cluster. The version of its
// API is no part of it.
type ID struct{ Group, Kind, Namespace, Name string }

// String is Kind namespace/name, as people say it.
func (id ID) String() string {
	switch {
	case id.Name == "":
		return id.Kind
	case id.Namespace == "":
		return id.Kind + " " + id.Name
	}
	return id.Kind + " " + id.Namespace + "/" + id.Name
}

// Title is kind/name, as kubectl and why take it.
func (id ID) Title() string { return strings.ToLower(id.Kind) + "/" + id.Name }

// IDOf reads the identity of an object.
func IDOf(obj *yaml.Node) ID {
	meta := tree.Get(obj, "metadata")
	return ID{groupOf(tree.Text(obj, "apiVersion")), tree.Text(obj, "kind"), tree.Text(meta, "namespace"), tree.Text(meta, "name")}
}

func groupOf(apiVersion string) string {
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		return ""
	}
	return group
}

func ownerOf(obj *yaml.Node) string {
	labels := tree.Get(obj, "metadata", "labels")
	if tree.Text(labels, managedByLabel) != generators.ManagedBy {
		return ""
	}
	return tree.Text(labels, generators.SiteLabel)
}

func isSite(obj *yaml.Node) bool {
	return tree.Text(obj, "kind") == v1alpha1.Kind && tree.Text(obj, "apiVersion") == v1alpha1.APIVersion
}

func hasPath(obj *yaml.Node) bool {
	a := tree.Get(obj, "metadata", "annotations")
	return tree.Text(a, pathAnnotation) != "" || tree.Text(a, oldPathAnnotation) != ""
}
