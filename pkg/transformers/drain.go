package transformers

import (
	"strconv"

	"go.yaml.in/yaml/v3"
)

// drain is how a sidecar and its program start and stop together.
type drain struct {
	// hold starts the program when the sidecar can carry its traffic.
	hold bool
	// exit stops the sidecar when its last connection is closed, not after
	// Istio's five seconds.
	exit bool
	// grace is the least time, in seconds, that pods have to stop; 0 leaves it.
	grace int
}

func (s settings) drain() drain {
	d := s.run.settings(s.value("drain"), child(s.at, "drain"), "holdApplicationUntilProxyStarts", "exitOnZeroActiveConnections", "gracePeriodSeconds")
	return drain{d.flag("holdApplicationUntilProxyStarts"), d.flag("exitOnZeroActiveConnections"), d.number("gracePeriodSeconds", longestGrace)}
}

// drain adds to the pods' proxy configuration what it does not say itself, and
// raises their grace period.
func (r *run) drain(w workload, d drain) {
	r.grace(w, d.grace)
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
	if d.hold && get(config, "holdApplicationUntilProxyStarts") == nil {
		put(config, "holdApplicationUntilProxyStarts", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
		changed = true
	}
	if d.exit && get(config, "proxyMetadata", exitWhenDrained) == nil {
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
