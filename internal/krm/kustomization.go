package krm

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// Kustomization lists files for kustomize. A label says who wrote it.
func Kustomization(files []string) *yaml.Node {
	var b builder
	labels := b.mapping()
	b.set(labels, managedByLabel, b.str(generators.ManagedBy))
	meta := b.mapping()
	b.set(meta, "labels", labels)
	resources := b.sequence()
	for _, f := range files {
		resources.Content = append(resources.Content, b.str(f))
	}
	n := b.mapping()
	b.set(n, "apiVersion", b.str("kustomize.config.k8s.io/v1beta1"))
	b.set(n, "kind", b.str("Kustomization"))
	b.set(n, "metadata", meta)
	b.set(n, "resources", resources)
	n.HeadComment = "# Written by athens-kfn render, and written anew by the next run:\n# put changes into an overlay."
	return n
}

// Listed are the files in a kustomization.yaml that this program wrote.
func Listed(kustomization []byte) (files []string) {
	docs, err := documents(kustomization)
	if err != nil || len(docs) != 1 || !wrote(docs[0].Content[0]) {
		return nil
	}
	if resources := get(docs[0].Content[0], "resources"); resources != nil {
		for _, f := range resources.Content {
			files = append(files, f.Value)
		}
	}
	return files
}

// WroteAll says whether every document of a file was made by this program.
func WroteAll(file []byte) bool {
	docs, err := documents(file)
	if err != nil {
		return false
	}
	for _, doc := range docs {
		if !wrote(doc.Content[0]) {
			return false
		}
	}
	return len(docs) > 0
}

func wrote(obj *yaml.Node) bool {
	ours := text(obj, "metadata", "labels", managedByLabel) == generators.ManagedBy
	return ours && (ownerOf(obj) != "" || text(obj, "kind") == "Kustomization")
}
