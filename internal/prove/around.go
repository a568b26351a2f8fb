package prove

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// target is what an Ingress or a route of the Gateway API names to send requests to, or
// to speak for.
type target struct {
	kind string
	types.NamespacedName
}

func (t target) String() string {
	if t.kind == byHost {
		return t.kind + " " + t.Name
	}
	return t.kind + " " + t.NamespacedName.String()
}

// The kinds of targets besides Services.
const (
	byHost        = "Hostname"
	serviceImport = "ServiceImport"
	serviceEntry  = "ServiceEntry"
)

// read what an object of another kind says about where requests go: an error is the
// decoder's of the metadata to report.
func (o *Other) read(manifest []byte) {
	var of struct {
		Metadata struct {
			Namespace   string
			Annotations map[string]string
		}
		Spec map[string]any
	}
	if json.Unmarshal(manifest, &of) != nil { // error dropped: see above
		return
	}
	add := func(m map[string]any) {
		text := func(key string) string { s, _ := m[key].(string); return s }
		if text("name") != "" {
			o.targets = append(o.targets, target{cmp.Or(text("kind"), "Service"), types.NamespacedName{Namespace: cmp.Or(text("namespace"), of.Metadata.Namespace), Name: text("name")}})
		}
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				inner := v[key]
				if m, is := inner.(map[string]any); is && (key == "service" || key == "backendRef") {
					add(m)
				}
				if list, is := inner.([]any); is && (key == "backendRefs" || key == "parentRefs") {
					for _, item := range list {
						if m, is := item.(map[string]any); is && (key == "backendRefs" || m["kind"] == "Service" || m["kind"] == serviceEntry) {
							add(m)
						}
					}
				}
				if host, is := inner.(string); is && (key == "host" || key == "hostname") {
					o.hosts = append(o.hosts, host)
				}
				if list, is := inner.([]any); is && (key == "hostnames" || key == "hosts") {
					for _, item := range list {
						o.hosts = append(o.hosts, fmt.Sprint(item))
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
	walk(of.Spec)
	o.selects = subjectOf(manifest)
	if class := cmp.Or(fmt.Sprint(of.Spec["ingressClassName"]), of.Metadata.Annotations["kubernetes.io/ingress.class"]); o.Kind == ingress && class != "istio" {
		o.hosts = nil // not at a gateway of the mesh
	}
}

// leads says whether a target may be a program of the site. What a kind that is not known
// names is anything.
func (w *World) leads(t target) bool {
	switch t.kind {
	case "Service":
		host := t.Name + "." + t.Namespace + ".svc." + w.site.Spec.ClusterDomain
		return w.service(host) != nil && w.leadsHere(host)
	case byHost:
		return w.leadsHere(t.Name)
	case serviceImport:
		return t.Namespace == w.site.Namespace
	case serviceEntry:
		i := slices.IndexFunc(w.entries, func(e *networkingv1.ServiceEntry) bool { return e.Namespace == t.Namespace && e.Name == t.Name })
		return i < 0 || slices.ContainsFunc(w.entries[i].Spec.GetHosts(), w.leadsHere)
	}
	return true
}

// waysAside are the reasons why requests may come to the site by another way than the
// gateway's routes, or not to them: an Ingress, a route of the Gateway API, another port
// of the gateway.
func (w *World) waysAside() verdict {
	out := truth(true)
	for _, o := range w.others {
		if i := slices.IndexFunc(o.targets, w.leads); i >= 0 {
			out = all(out, unsure(fmt.Sprintf("%s routes to %s, and what it admits is not read", o.title(), o.targets[i])))
		}
		if i := slices.IndexFunc(o.hosts, w.isOwnHost); i >= 0 && o.Entry() {
			out = all(out, unsure(fmt.Sprintf("%s is about the host %s, and at which gateway is not read", o.title(), o.hosts[i])))
		}
	}
	for _, s := range w.services {
		if s.Labels[generators.SiteLabel] != w.owner || len(s.Spec.Selector) == 0 {
			continue
		}
		for _, d := range w.workloads {
			if d.GetLabels()[generators.SiteLabel] == "" && d.isSelected(s.Namespace, s.Spec.Selector) {
				out = all(out, unsure(uses(d.Object, "the labels that "+title(s)+" selects, and what it answers is not known")))
			}
		}
	}
	for _, g := range w.gateways {
		if on := w.runsOn(g); on.possible() && !on.known() && w.isOnWay(g) {
			out = all(out, on)
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
			return unsure(o.title() + " adds addresses to " + title(s) + ", and whose they are is not known")
		}
	}
	return truth(true)
}

// isOwnHost says whether requests to a host of the site may be those of a host that an
// object names.
func (w *World) isOwnHost(host string) bool {
	return slices.ContainsFunc(w.site.Spec.Hosts(), func(own string) bool {
		own, host := strings.ToLower(own), strings.ToLower(host)
		return covers(host, own) || covers(own, host)
	})
}

// isOnWay says whether a Gateway has a host of the site, or a route to its programs.
func (w *World) isOnWay(g *networkingv1.Gateway) bool {
	for _, s := range g.Spec.GetServers() {
		if slices.ContainsFunc(s.GetHosts(), func(h string) bool { return w.isOwnHost(serverHost(h)) }) {
			return true
		}
	}
	return slices.ContainsFunc(w.routes, func(vs *networkingv1.VirtualService) bool { return isBound(vs, g) && w.concerns(vs) })
}

const (
	endpointSlice = "EndpointSlice"
	ingress       = "Ingress"
	// gatewayOfAPI is a Gateway of the Gateway API; one of Istio's has a type.
	gatewayOfAPI = "Gateway"
)

// controlled says whether Kubernetes' own controller made an EndpointSlice of the pods
// of a Service.
func (o *Other) controlled() bool {
	return o.Labels["endpointslice.kubernetes.io/managed-by"] == "endpointslice-controller.k8s.io"
}

// aboutPods says of an object of another kind whether it decides about all that
// arrives at pods of its namespace.
func (o *Other) aboutPods() bool {
	return o.Kind != endpointSlice && o.Kind != ingress && o.Kind != gatewayOfAPI && !o.aboutConnections()
}

// Entry says whether an object is a way into the cluster or the mesh, which decides
// nothing behind it: an Ingress, or a route of the Gateway API.
func (o *Other) Entry() bool {
	return o.Kind == ingress || o.Kind == gatewayOfAPI || strings.HasSuffix(o.Kind, "Route")
}
