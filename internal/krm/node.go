package krm

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/tree"
)

// hostPrefixes begin the annotations that hosts put on items to find them
// again: path and index of a file, names before a transformation.
var hostPrefixes = [...]string{
	"internal.config.kubernetes.io/",
	"config.kubernetes.io/",
	"config.k8s.io/",
	"kustomize.config.k8s.io/id",
}

func isHostAnnotation(key string) bool {
	return slices.ContainsFunc(hostPrefixes[:], func(p string) bool { return strings.HasPrefix(key, p) })
}

// keepHostAnnotations copies them from an item to what replaces it.
func keepHostAnnotations(from, to *yaml.Node) {
	old := tree.Get(from, "metadata", "annotations")
	if old == nil || old.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(old.Content); i += 2 {
		if key := old.Content[i].Value; isHostAnnotation(key) {
			tree.Put(annotations(to), key, old.Content[i+1])
		}
	}
}

// annotations of an object that we made; they are made where there are none,
// in the place where Encode would have put them.
func annotations(obj *yaml.Node) *yaml.Node {
	meta := tree.Get(obj, "metadata")
	if a := tree.Get(meta, "annotations"); a != nil {
		return a
	}
	var b builder
	a := b.mapping()
	at := len(meta.Content)
	for i := 0; i+1 < len(meta.Content); i += 2 {
		if meta.Content[i].Value == "labels" {
			at = i + 2
		}
	}
	meta.Content = slices.Insert(meta.Content, at, b.str("annotations"), a)
	return a
}
