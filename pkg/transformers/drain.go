package transformers

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// drain adds to the pods' proxy configuration what it does not say itself, and
// raises their grace period.
func (r *run) drain(w workload, d *v1alpha1.SidecarDrain) {
	r.grace(w, int(d.GracePeriodSeconds))
	was := tree.Text(w.template, "metadata", "annotations", proxyConfig)
	var doc yaml.Node
	config := tree.Map()
	if err := yaml.Unmarshal([]byte(was), &doc); err != nil {
		r.fail(w.node, proxyConfig, "is not YAML: %s", err)
		return
	}
	if len(doc.Content) > 0 {
		config = doc.Content[0]
	}
	if config.Kind != yaml.MappingNode || tree.Shares(config) {
		r.fail(w.node, proxyConfig, "must be a map without anchors, aliases and merge keys")
		return
	}
	changed := false
	if *d.HoldApplicationUntilProxyStarts && tree.Get(config, "holdApplicationUntilProxyStarts") == nil {
		tree.Put(config, "holdApplicationUntilProxyStarts", tree.Scalar("!!bool", "true"))
		changed = true
	}
	if *d.ExitOnZeroActiveConnections && tree.Get(config, "proxyMetadata", exitWhenDrained) == nil {
		tree.Set(config, tree.Path{"proxyMetadata", exitWhenDrained}, tree.String("true"))
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
	if s := tree.Text(w.template, "spec", field); s != "" {
		var err error
		if has, err = strconv.Atoi(s); err != nil {
			r.fail(w.node, field, "must be a whole number")
			return
		}
	}
	if spec := tree.Get(w.template, "spec"); spec != nil && seconds > has {
		r.edits = append(r.edits, func() {
			n := tree.Get(spec, field)
			if n == nil {
				n = tree.Scalar("!!int", "")
				tree.Put(spec, field, n)
			}
			n.Value = strconv.Itoa(seconds)
		})
	}
}
