package prove

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// backends are the Services that an Ingress or a route of the Gateway API names, in
// whichever of their fields.
func backends(manifest []byte) (out []types.NamespacedName) {
	var o struct {
		Metadata struct{ Namespace string }
		Spec     any
	}
	if json.Unmarshal(manifest, &o) != nil { // error dropped: the decoder of the metadata reports it
		return nil
	}
	add := func(m map[string]any) {
		name, _ := m["name"].(string)
		namespace, _ := m["namespace"].(string)
		if kind, there := m["kind"].(string); name == "" || there && kind != "Service" {
			return
		}
		if namespace == "" {
			namespace = o.Metadata.Namespace
		}
		out = append(out, types.NamespacedName{Namespace: namespace, Name: name})
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, inner := range v {
				if m, is := inner.(map[string]any); is && (key == "service" || key == "backendRef") {
					add(m)
				}
				if list, is := inner.([]any); is && (key == "backendRefs" || key == "parentRefs") {
					for _, item := range list {
						if m, is := item.(map[string]any); is && (key == "backendRefs" || m["kind"] == "Service") {
							add(m)
						}
					}
				}
				walk(inner)
			}
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		}
	}
	walk(o.Spec)
	return out
}

// waysAside are the reasons why requests may come to the site by another way than the
// gateway's routes: an Ingress, a route of the Gateway API, another port of the gateway.
func (w *World) waysAside() verdict {
	out := truth(true)
	for _, o := range w.others {
		for _, to := range o.backends {
			if host := to.Name + "." + to.Namespace + ".svc." + w.site.Spec.ClusterDomain; w.service(host) != nil && w.leadsHere(host) {
				out = all(out, unsure(fmt.Sprintf("%s %s/%s routes to Service %s/%s, and what it admits is not read", o.Kind, o.Namespace, o.Name, to.Namespace, to.Name)))
				break
			}
		}
	}
	for _, g := range w.onGateway() {
		for _, s := range g.Spec.GetServers() {
			if isPlain(s) || s.GetPort().GetNumber() == uint32(w.site.Spec.Gateway.Workload().Port) && strings.EqualFold(s.GetPort().GetProtocol(), "HTTPS") {
				continue
			}
			for _, vs := range w.routes {
				meets := func(host string) bool {
					return slices.ContainsFunc(s.GetHosts(), func(h string) bool { return covers(serverHost(h), host) || covers(host, serverHost(h)) })
				}
				if isBound(vs, g) && slices.ContainsFunc(vs.Spec.GetHosts(), meets) && w.concerns(vs) {
					out = all(out, unsure(uses(g, fmt.Sprintf("servers.port.number: %d for %s, at which requests for %s are not followed", s.GetPort().GetNumber(), s.GetPort().GetProtocol(), title(vs)))))
				}
			}
		}
	}
	return out
}

// addedEndpoints says whether EndpointSlices that no controller made add addresses to a
// Service.
func (w *World) addedEndpoints(s generators.Object) verdict {
	for _, o := range w.others {
		if o.Kind == endpointSlice && o.Namespace == s.GetNamespace() && o.Labels["kubernetes.io/service-name"] == s.GetName() && !o.controlled() {
			return unsure("EndpointSlice " + o.Namespace + "/" + o.Name + " adds addresses to " + title(s) + ", and whose they are is not known")
		}
	}
	return truth(true)
}

const endpointSlice = "EndpointSlice"

// controlled says whether Kubernetes' own controller made an EndpointSlice of the pods
// of a Service.
func (o *Other) controlled() bool {
	return o.Labels["endpointslice.kubernetes.io/managed-by"] == "endpointslice-controller.k8s.io"
}

// aboutPods says of an object of another kind whether it decides about all that
// arrives at pods of its namespace.
func (o *Other) aboutPods() bool { return o.Kind != endpointSlice && o.Kind != "Ingress" }
