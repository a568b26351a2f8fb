package limits

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// read reads a file of limits strictly. A list without a value, as where all of
// its lines are comments, is an error: it would be no limit.
func read(file string, in []byte) (*AthensLimits, error) {
	var doc, more yaml.Node
	documents := yaml.NewDecoder(bytes.NewReader(in))
	if err := documents.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := documents.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: holds more than one document: write one", file)
	}
	out := &AthensLimits{}
	problems := v1alpha1.DecodeStrict(&doc, out)
	if len(problems) == 0 {
		problems = out.problems()
		empty("", &doc, &problems)
	}
	var errs []error
	for _, p := range problems {
		errs = append(errs, fmt.Errorf("%s: %s", file, p))
	}
	return out, errors.Join(errs...)
}

// empty finds keys without a value.
func empty(at string, n *yaml.Node, problems *v1alpha1.Problems) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if at != "" {
				key = at + "." + key
			}
			if v := n.Content[i+1]; v.ShortTag() == "!!null" {
				problems.Add(key, "has no value: write [] for a list that allows nothing, or leave the field out")
			} else {
				empty(key, v, problems)
			}
		}
	case yaml.SequenceNode, yaml.DocumentNode:
		for _, c := range n.Content {
			empty(at, c, problems)
		}
	}
}

// problems are what is wrong with limits.
func (l *AthensLimits) problems() (out v1alpha1.Problems) {
	if l.APIVersion != v1alpha1.APIVersion || l.Kind != Kind {
		out.Add("kind", "must be %s of %s; found %q of %q", Kind, v1alpha1.APIVersion, l.Kind, l.APIVersion)
		return out
	}
	s := &l.Spec
	for _, names := range []struct {
		field    string
		patterns []string
	}{
		{"namespaces", s.Namespaces}, {"hosts", s.Hosts}, {"rootNamespaces", s.RootNamespaces}, {"collectors", s.Collectors},
		{"clusterSecretStores", s.ClusterSecretStores}, {"keyVaults", s.KeyVaults},
	} {
		for i, p := range names.patterns {
			if _, err := path.Match(p, ""); err != nil || p == "" {
				out.Add(fmt.Sprintf("spec.%s[%d]", names.field, i), "%q is not a pattern: write a name, in which * is any part, as in team-*", p)
			}
		}
	}
	for i, g := range s.Gateways {
		at := fmt.Sprintf("spec.gateways[%d]", i)
		if g.Namespace == "" {
			out.Add(at+".namespace", "is required: write the namespace of the gateway's pods")
		}
		if len(g.Selector) == 0 {
			out.Add(at+".selector", "is required: without labels it would be all pods of the namespace")
		}
	}
	return out
}
