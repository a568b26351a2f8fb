package main

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

//go:embed site.yaml
var builtInSite string

// productionSite is the repository's example of a production site, its golden,
// or a copy that this program carries.
func productionSite(root string) (*yaml.RNode, string, error) {
	for _, name := range []string{"examples/production/site.yaml", "testdata/golden/production/input.yaml"} {
		data, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		nodes, err := kio.FromBytes(data)
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", name, err)
		}
		for _, node := range nodes {
			if node.GetKind() == "AthensSite" {
				return node, name, clean(node)
			}
		}
	}
	node, err := yaml.Parse(builtInSite)
	return node, "the built-in site", err
}

// clean takes off what reading added.
func clean(node *yaml.RNode) error {
	annotations := node.GetAnnotations()
	for key := range annotations {
		if strings.HasPrefix(key, "internal.config.kubernetes.io/") || key == "config.kubernetes.io/index" {
			delete(annotations, key)
		}
	}
	return node.SetAnnotations(annotations)
}

// sites are n sites that may be next to one another: each has a namespace
// and a host of its own, and only the first configures the shared gateway.
func sites(site *yaml.RNode, n int) ([]*yaml.RNode, error) {
	var all []*yaml.RNode
	for i := range n {
		s := site.Copy()
		name := fmt.Sprintf("site-%04d", i)
		if err := s.SetNamespace(name); err != nil {
			return nil, err
		}
		host := yaml.NewStringRNode(name + ".example.com")
		if err := s.PipeE(yaml.Get("spec"), yaml.SetField("host", host)); err != nil {
			return nil, err
		}
		if i > 0 {
			no := yaml.MustParse("false")
			if err := s.PipeE(yaml.Lookup("spec", "tracing"), yaml.SetField("gateway", no)); err != nil {
				return nil, err
			}
		}
		all = append(all, s)
	}
	return all, nil
}

// foreign are n manifests that the site does not concern.
func foreign(n int) ([]*yaml.RNode, error) {
	var all []*yaml.RNode
	for i := range n {
		node, err := yaml.Parse(fmt.Sprintf(manifests[i%len(manifests)], i))
		if err != nil {
			return nil, err
		}
		all = append(all, node)
	}
	return all, nil
}

// resourceList is what a host sends; items that are documents of a stream are
// what it would send file by file.
func resourceList(items []*yaml.RNode) ([]byte, error) {
	return encode(items, kio.ResourceListKind, kio.ResourceListAPIVersion)
}

func stream(items []*yaml.RNode) ([]byte, error) { return encode(items, "", "") }

func encode(items []*yaml.RNode, kind, apiVersion string) ([]byte, error) {
	var b strings.Builder
	w := kio.ByteWriter{Writer: &b, WrappingKind: kind, WrappingAPIVersion: apiVersion, KeepReaderAnnotations: true}
	if err := w.Write(items); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}
