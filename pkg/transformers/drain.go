package transformers

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// drain adds to the pods' proxy configuration what it does not say itself, and
// raises their grace period.
func (r *run) drain(w workload, d *v1alpha1.SidecarDrain) {
	r.grace(w, int(d.GracePeriodSeconds))
	was := text(w.template, "metadata", "annotations", proxyConfig)
	var doc yaml.Node
	config := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	if err := yaml.Unmarshal([]byte(was), &doc); err != nil {
		r.fail(w.node, proxyConfig, "is no YAML: %s", err)
		return
	}
	if len(doc.Content) > 0 {
		config = doc.Content[0]
	}
	if config.Kind != yaml.MappingNode || shares(config) {
		r.fail(w.node, proxyConfig, "must be a map without aliases and merge keys")
		return
	}
	changed := false
	if *d.HoldApplicationUntilProxyStarts && get(config, "holdApplicationUntilProxyStarts") == nil {
		put(config, "holdApplicationUntilProxyStarts", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
		changed = true
	}
	if *d.ExitOnZeroActiveConnections && get(config, "proxyMetadata", exitWhenDrained) == nil {
		put(mapping(config, "proxyMetadata"), exitWhenDrained, quoted("true"))
		changed = true
	}
	if !changed {
		return
	}
	out, err := yaml.Marshal(config)
	if err != nil {
		r.fail(w.node, proxyConfig, "cannot be written: %s", err)
		return
	}
	r.meta(w.template, "annotations", proxyConfig, string(out))
}

// grace never shortens: a program needs at least the time that it had.
func (r *run) grace(w workload, seconds int) {
	const field = "terminationGracePeriodSeconds"
	has := 30 // Kubernetes' default
	if s := text(w.template, "spec", field); s != "" {
		var err error
		if has, err = strconv.Atoi(s); err != nil {
			r.fail(w.node, field, "must be a whole number")
			return
		}
	}
	if spec := get(w.template, "spec"); spec != nil && seconds > has {
		r.edits = append(r.edits, func() {
			n := get(spec, field)
			if n == nil {
				n = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int"}
				put(spec, field, n)
			}
			n.Value = strconv.Itoa(seconds)
		})
	}
}
