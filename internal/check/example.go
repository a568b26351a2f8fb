package check

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// sound is a site that no rule complains about. The examples are merged over
// its spec as a region is: key by key, and null removes a key.
const sound = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
spec:
  host: goproxy.example.com
  athens:
    replicas: 3
    storage:
      azureBlob: {account: athensweu, container: gomods, credentials: {secretRef: {name: athens-blob}}}
    upstream: {goproxy: https://mirror.example.com}
`

// Broken is a site that the rule complains about, as a file.
func (r *Rule) Broken() string {
	if r.Raw != "" {
		return r.Raw
	}
	return over(sound, r.Example)
}

// Fixed is the same site, cured.
func (r *Rule) Fixed() string { return over(sound, r.Cured) }

// over merges a spec over that of a site.
func over(site, spec string) string {
	if strings.TrimSpace(spec) == "" {
		return site
	}
	doc, patch := parse(site), parse(spec)
	merge(doc.Content[len(doc.Content)-1], patch) // the spec is the last key
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(doc); err != nil {
		panic(err) // the texts are this package's own
	}
	return out.String()
}

func parse(text string) *yaml.Node {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		panic(err) // the texts are this package's own
	}
	return doc.Content[0]
}

func merge(into, from *yaml.Node) {
	for i := 0; i+1 < len(from.Content); i += 2 {
		key, value := from.Content[i], from.Content[i+1]
		there := tree.Get(into, key.Value)
		switch {
		case value.Tag == "!!null":
			tree.Remove(into, key.Value)
		case there != nil && value.Kind == yaml.MappingNode && there.Kind == yaml.MappingNode:
			merge(there, value)
		default:
			tree.Put(into, key.Value, value)
		}
	}
}
