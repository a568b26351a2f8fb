package limits

import (
	"path"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/problem"
)

// Head is the apiVersion and the kind that a file of limits has.
func (*AthensLimits) Head() (apiVersion, kind string) { return v1alpha1.APIVersion, Kind }

// Default fills nothing: what a list that is left out means depends on the file.
func (*AthensLimits) Default() {}

// NotNull is the cure of a field without a value, as where all lines of a list
// are comments: it would be no limit.
func (*AthensLimits) NotNull() string {
	return "write [] for a list that allows nothing, or leave the field out"
}

// Validate returns what is wrong with limits, but for what could not be read.
func (l *AthensLimits) Validate(unread *problem.Broken) (out problem.Problems) {
	add := func(at, format string, args ...any) {
		if !unread.Touches(at) {
			out.Add(at, format, args...)
		}
	}
	s := l.Spec
	if s == nil {
		add("spec", "is required: without it there would be no limit; write what sites may name, as in {namespaces: [team-*]}")
		return out
	}
	for _, names := range []struct {
		at       string
		patterns []string
	}{
		{"spec.namespaces", s.Namespaces}, {"spec.hosts", s.Hosts}, {"spec.rootNamespaces", s.RootNamespaces}, {"spec.collectors", s.Collectors},
		{"spec.clusterSecretStores", s.ClusterSecretStores}, {"spec.keyVaults", s.KeyVaults},
	} {
		for i, p := range names.patterns {
			if _, err := path.Match(p, ""); err != nil || p == "" {
				add(problem.Item(names.at, i), "%q is not a pattern: write a name, in which * is any part, as in team-*", p)
			}
		}
	}
	for i, g := range s.Gateways {
		at := problem.Item("spec.gateways", i)
		if g.Namespace == "" {
			add(at+".namespace", "is required: write the namespace of the gateway's pods")
		}
		if len(g.Selector) == 0 {
			add(at+".selector", "is required: without labels it would be all pods of the namespace")
		}
	}
	return out
}
