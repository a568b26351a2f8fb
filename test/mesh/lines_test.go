package mesh

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// TestLines takes away one line after another of everything that decides where
// traffic goes, in every example: a row of the table, a drill, a limit or
// istiod's admission must notice each, or idleLines says why nothing can. A line
// that several examples have is taken away in the first of them.
func TestLines(t *testing.T) {
	rows, idle := rows(t), maps.Clone(idleLines)
	all := everyLine(t)
	if len(all) < 150 {
		t.Errorf("%d lines, want at least 150", len(all))
	}
	for _, l := range all {
		why, listed := idleLines[l.name]
		delete(idle, l.name)
		t.Run(strings.ReplaceAll(l.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			by := l.missedBy(t, rows)
			switch {
			case by == "" && !listed:
				t.Errorf("%s: nothing misses %s", l.c.Name, l.name)
			case by != "" && listed:
				t.Errorf("%s: %s is missed, and so not idle as listed (%s): %s", l.c.Name, l.name, why, by)
			}
		})
	}
	for name := range idle {
		t.Errorf("idleLines has %s, which no example has", name)
	}
}

// line is one value of an object of a case.
type line struct {
	name   string
	c      manifest.Case
	object int
	path   []any
}

// everyLine of the examples, each once.
func everyLine(t *testing.T) []line {
	t.Helper()
	var out []line
	seen := map[string]bool{}
	examples := rendered(t, root+"/examples/*/site.yaml")
	// The drills are about this one.
	first := slices.IndexFunc(examples, func(c manifest.Case) bool { return c.Name == "examples/production" })
	examples[0], examples[first] = examples[first], examples[0]
	for _, c := range examples {
		// The rows ask for some paths as each client, not for every path.
		if len(c.Sites[0].Spec.Gateway.Clients) > 0 {
			continue
		}
		for i, o := range c.Objects {
			switch o.Kind() {
			case "VirtualService", "DestinationRule", "AuthorizationPolicy", "PeerAuthentication", "EnvoyFilter":
			default:
				continue
			}
			for _, path := range leaves(o["spec"], []any{"spec"}) {
				l := line{nameOf(o, path), c, i, path}
				value := fmt.Sprint(l.name, "=", valueAt(map[string]any(o), path))
				if !seen[value] {
					seen[value] = true
					out = append(out, l)
				}
			}
		}
	}
	return out
}

// missedBy is what first notices that the line is gone; "" if nothing does.
func (l line) missedBy(t *testing.T, rows []row) string {
	t.Helper()
	c := l.c
	c.Objects = manifest.Clone(l.c.Objects)
	kind := c.Objects[l.object].Kind()
	if remove(map[string]any(c.Objects[l.object]), l.path); c.Objects[l.object]["spec"] == nil {
		// An empty spec says something too, in an AuthorizationPolicy: so the
		// object goes.
		c.Objects = slices.Delete(c.Objects, l.object, l.object+1)
	}
	world, err := deploy(t, c, cluster.Trouble{})
	if err != nil {
		return err.Error()
	}
	checks := []func() []string{
		func() []string { return failures(world, c.Sites, rows, nil) },
		func() []string { return limitFailures(world, c.Sites[0]) },
	}
	if c.Name == "examples/production" {
		checks = append(checks, func() []string { return drillFailures(world, c) })
		if kind == "DestinationRule" {
			checks = append(checks, func() []string { return neighbourFailures(t, c) })
		}
	}
	if kind == "EnvoyFilter" {
		checks = append(checks, func() []string { return edgeCacheFailures(world, c.Sites[0]) })
	}
	for _, check := range checks {
		if found := check(); len(found) > 0 {
			return found[0]
		}
	}
	return ""
}

// idleLines change nothing in this cluster, and why they are written down.
var idleLines = map[string]string{
	"VirtualService goproxy: spec http other-methods headers response set allow": "no row looks at the headers of an answer; TestLiveHTTPS does",

	"VirtualService goproxy: spec http healthz route 0 destination port number": onePort,
	"VirtualService goproxy: spec http list route 0 destination port number":    onePort,
	"VirtualService goproxy: spec http module route 0 destination port number":  onePort,
	"VirtualService goproxy: spec http zip route 0 destination port number":     onePort,
	"VirtualService goproxy: spec http sumdb route 0 destination port number":   onePort,
	"VirtualService goproxy: spec http catalog route 0 destination port number": onePort,
	"VirtualService goproxy: spec http list retries retryIgnorePreviousHosts":   "Istio's default without a hash",
	"VirtualService goproxy: spec http sumdb retries retryIgnorePreviousHosts":  "Istio's default without a hash",

	"AuthorizationPolicy goproxy-gateway-to-lathens: spec action":                                      allow,
	"AuthorizationPolicy goproxy-gateway-to-athens: spec action":                                       allow,
	"AuthorizationPolicy goproxy-lathens-to-athens: spec action":                                       allow,
	"AuthorizationPolicy goproxy-crathens-to-athens: spec action":                                      allow,
	"AuthorizationPolicy goproxy-regions-to-athens: spec action":                                       allow,
	"AuthorizationPolicy goproxy-gateway-to-lathens: spec selector matchLabels athens.gomods.io/site":  "the namespace has no other lathens",
	"AuthorizationPolicy goproxy-gateway-to-lathens: spec selector matchLabels app.kubernetes.io/name": "Athens allows the gateway the same paths",
	"AuthorizationPolicy goproxy.goproxy-front-door: spec selector matchLabels istio":                  "no other gateway of that namespace serves the host",

	"DestinationRule goproxy-list: spec trafficPolicy loadBalancer localityLbSetting enabled": "a setting that is there is on, and readers need to see it",
	"DestinationRule goproxy-list: spec trafficPolicy loadBalancer simple":                    istioDefault,
	"DestinationRule goproxy-athens: spec trafficPolicy loadBalancer simple":                  istioDefault,
	"DestinationRule goproxy-athens: spec trafficPolicy connectionPool http h2UpgradePolicy":  "the mesh's default, which its operator may set to UPGRADE",
	"DestinationRule goproxy-list: spec trafficPolicy tls mode":                               autoMTLS,
	"DestinationRule goproxy-athens: spec trafficPolicy tls mode":                             autoMTLS,

	"EnvoyFilter goproxy.goproxy-failover: spec workloadSelector labels istio":                                            "no other gateway sends to these Services",
	"EnvoyFilter goproxy.goproxy-failover: spec configPatches 0 match context":                                            gatewaysOnly,
	"EnvoyFilter goproxy.goproxy-failover: spec configPatches 1 match context":                                            gatewaysOnly,
	"EnvoyFilter goproxy.goproxy-failover: spec configPatches 1 patch value upstream_bind_config socket_options 18 state": "STATE_PREBIND is the default, and readers need to see it",
	"EnvoyFilter goproxy-edge-cache: spec priority":                                                                       "this cluster has no other EnvoyFilter for Athens",
}

// Reasons of several idle lines.
const (
	onePort      = "a Service with one port has no other"
	allow        = "ALLOW is the default, and readers need to see it"
	istioDefault = "Istio's default, and readers need to see it"
	autoMTLS     = "automatic mutual TLS does the same, and an operator may turn it off"
	gatewaysOnly = "the workloadSelector chooses gateways only"
)

// nameOf a line: its object, and the way to it, on which named items of a list
// go by their names.
func nameOf(o manifest.Object, path []any) string {
	var way []string
	var v any = map[string]any(o)
	for _, p := range path {
		switch key := p.(type) {
		case string:
			v = v.(map[string]any)[key]
			way = append(way, key)
		case int:
			v = v.([]any)[key]
			name := fmt.Sprint(key)
			if m, ok := v.(map[string]any); ok && m["name"] != nil {
				name = fmt.Sprint(m["name"])
			}
			way = append(way, name)
		}
	}
	return fmt.Sprintf("%s %s: %s", o.Kind(), o.Name(), strings.Join(way, " "))
}

func valueAt(v any, path []any) any {
	for _, p := range path {
		switch key := p.(type) {
		case string:
			v = v.(map[string]any)[key]
		case int:
			v = v.([]any)[key]
		}
	}
	return v
}

// leaves are the ways to all values of a tree, and to what is empty.
func leaves(v any, at []any) [][]any {
	var out [][]any
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			return append(out, at)
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, leaves(v[k], append(slices.Clone(at), k))...)
		}
	case []any:
		for i := range v {
			out = append(out, leaves(v[i], append(slices.Clone(at), i))...)
		}
	default:
		out = append(out, at)
	}
	return out
}

// remove removes a value from a tree, and with it what is then empty.
func remove(v any, path []any) any {
	switch v := v.(type) {
	case map[string]any:
		key := path[0].(string)
		if len(path) > 1 {
			v[key] = remove(v[key], path[1:])
		}
		if len(path) == 1 || v[key] == nil {
			delete(v, key)
		}
		if len(v) > 0 {
			return v
		}
	case []any:
		i := path[0].(int)
		if len(path) > 1 {
			v[i] = remove(v[i], path[1:])
		}
		if len(path) == 1 || v[i] == nil {
			v = slices.Delete(v, i, i+1)
		}
		if len(v) > 0 {
			return v
		}
	}
	return nil
}
