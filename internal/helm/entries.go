package helm

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

const gatewayAPI = "gateway.networking.k8s.io"

// entry is a way to a port of a Service of the release.
type entry struct {
	// of is the object that makes it, where is the part of it.
	of    krm.ID
	where string
	// who would lose it, and what to do about that.
	who, cure string
	service   *manifests.Object
	port      string
	path      string
	// callers of package prove, and who NetworkPolicies take them for.
	callers []string
	peer    manifests.Peer
}

// anyone may have a sidecar, or none.
func anyone() []string { return []string{prove.Plain, prove.Stranger} }

// related are the groups and kinds of which it is known that nothing reaches the
// release through them, or that entries reads them.
func related(id krm.ID) bool {
	switch id.Group {
	case "", "apps", "batch", "autoscaling", "policy", "rbac.authorization.k8s.io", "scheduling.k8s.io", "storage.k8s.io",
		"networking.k8s.io", "security.istio.io", "cert-manager.io", "external-secrets.io", "bitnami.com", "keda.sh",
		"autoscaling.k8s.io", "secrets-store.csi.x-k8s.io":
		return true
	case "networking.istio.io":
		return id.Kind != "VirtualService" && id.Kind != "Gateway"
	case gatewayAPI:
		return strings.HasSuffix(id.Kind, "Route") || id.Kind == "ReferenceGrant" || id.Kind == "Gateway"
	case "monitoring.coreos.com":
		return id.Kind == "PrometheusRule" || id.Kind == "ServiceMonitor"
	}
	return false
}

// entries of the release, in the order of its objects.
func (j *judgement) entries(set world) (out []entry) {
	for _, o := range set.Objects {
		switch {
		case !related(o.ID):
			j.unknown("%s: what reaches the release through it is not judged: see to it, and add --accept-cut", o.ID)
		case o.Group == "" && o.Kind == "Service":
			out = append(out, j.ofService(set, o)...)
		case o.Group == "networking.k8s.io" && o.Kind == "Ingress":
			out = append(out, j.ofIngress(set, o)...)
		case o.Group == gatewayAPI && strings.HasSuffix(o.Kind, "Route"):
			out = append(out, j.ofRoute(set, o)...)
		case o.Kind == "ServiceMonitor":
			out = append(out, j.ofMonitor(set, o)...)
		}
	}
	return append(out, j.ofAthens(set)...)
}

// ofService is each port of a Service.
func (j *judgement) ofService(set world, o *manifests.Object) (out []entry) {
	who, peer := "pods of the cluster that call it", manifests.Peer{}
	switch tree.Text(o.Node, "spec", "type") {
	case "NodePort":
		who, peer.Outside = "clients of its node port, and pods of the cluster,", true
	case "LoadBalancer":
		who, peer.Outside = "clients of its load balancer, and pods of the cluster,", true
	}
	for _, p := range tree.Items(o.Node, "spec", "ports") {
		port := tree.Text(p, "port")
		out = append(out, j.to(set, entry{of: o.ID, where: "port " + port, who: who, service: o, port: port, callers: anyone(), peer: peer,
			cure: "point them at https://" + j.site.Spec.Host})...)
	}
	return out
}

// to completes an entry; there is none where no pods of the release answer.
func (j *judgement) to(set world, e entry) []entry {
	if e.service == nil {
		return nil
	}
	behind := set.reach.Behind(e.service)
	if len(behind) == 0 {
		return nil
	}
	if e.path == "" {
		e.path = "/"
	}
	athens := j.title(j.release.id)
	if slices.ContainsFunc(behind, func(o *manifests.Object) bool { return o.ID == athens }) {
		if e.path == "/" {
			e.path = "/golang.org/x/mod/@v/list"
		}
	} else {
		e.cure = "keep " + quote.Sprintf("%s", behind[0].ID) + " in a namespace that is not the site's"
	}
	return []entry{e}
}

// backend is the Service of a name in the namespace of an object, and its port.
func backend(set world, o *manifests.Object, name, port string) (*manifests.Object, string) {
	for _, s := range set.Objects {
		if s.Group != "" || s.Kind != "Service" || s.Namespace != o.Namespace || s.Name != name {
			continue
		}
		for _, p := range tree.Items(s.Node, "spec", "ports") {
			if n := tree.Text(p, "port"); port == n || port == tree.Text(p, "name") {
				return s, n
			}
		}
	}
	return nil, ""
}

// ofIngress is each of its paths. The controller may run in the mesh or outside it.
func (j *judgement) ofIngress(set world, o *manifests.Object) (out []entry) {
	add := func(host, path string, b *yaml.Node) {
		service, port := backend(set, o, tree.Text(b, "service", "name"), cmp.Or(tree.Text(b, "service", "port", "number"), tree.Text(b, "service", "port", "name")))
		if service == nil {
			j.unknown("%s: where it leads for %s is not judged: it names no Service of the release", o.ID, quote.Said(address(host, path)))
			return
		}
		out = append(out, j.to(set, entry{of: o.ID, where: address(host, path), who: "clients behind its ingress controller", service: service, port: port, callers: anyone(),
			cure: "point the name at the mesh's gateway and switch the Ingress off in the values, or set mesh.mode: None to keep it"})...)
	}
	if b := tree.Get(o.Node, "spec", "defaultBackend"); b != nil {
		add("", "/", b)
	}
	for _, rule := range tree.Items(o.Node, "spec", "rules") {
		for _, p := range tree.Items(rule, "http", "paths") {
			add(tree.Text(rule, "host"), tree.Text(p, "path"), tree.Get(p, "backend"))
		}
	}
	return out
}

// address of an entry, as words.
func address(host, path string) string {
	return quote.Sprintf("%s%s", cmp.Or(host, "any host, "), cmp.Or(path, "/"))
}

// ofRoute is each backend of a route of the Gateway API.
func (j *judgement) ofRoute(set world, o *manifests.Object) (out []entry) {
	host := ""
	if hosts := tree.Items(o.Node, "spec", "hostnames"); len(hosts) > 0 {
		host = hosts[0].Value
	}
	for i, rule := range tree.Items(o.Node, "spec", "rules") {
		for _, b := range tree.Items(rule, "backendRefs") {
			service, port := backend(set, o, tree.Text(b, "name"), tree.Text(b, "port"))
			if service == nil {
				j.unknown("%s: rules[%d]: where it leads is not judged: it names no Service of the release", o.ID, i)
				continue
			}
			out = append(out, j.to(set, entry{of: o.ID, where: address(host, "/"), who: "clients behind its gateway", service: service, port: port, callers: anyone(),
				cure: "point the name at the mesh's gateway and switch the route off in the values"})...)
		}
	}
	return out
}

// ofMonitor is each endpoint of the Services that a ServiceMonitor selects.
func (j *judgement) ofMonitor(set world, o *manifests.Object) (out []entry) {
	for _, s := range set.Objects {
		if s.Group != "" || s.Kind != "Service" || !monitored(o, s) {
			continue
		}
		for _, e := range tree.Items(o.Node, "spec", "endpoints") {
			service, port := backend(set, s, s.Name, tree.Text(e, "port"))
			if service == nil {
				j.unknown("%s: it reads a port of %s by targetPort, which is not judged: name the Service's port", o.ID, s.ID)
				continue
			}
			out = append(out, j.to(set, entry{of: o.ID, where: cmp.Or(tree.Text(e, "path"), "/metrics"), who: "Prometheus", service: service, port: port,
				path: cmp.Or(tree.Text(e, "path"), "/metrics"), callers: anyone(),
				cure: "switch it off in the values and set spec.metrics, whose monitors read the sidecars"})...)
		}
	}
	return out
}

// monitored says whether a ServiceMonitor selects a Service.
func monitored(monitor, service *manifests.Object) bool {
	spaces := tree.Get(monitor.Node, "spec", "namespaceSelector")
	named := slices.ContainsFunc(tree.Items(spaces, "matchNames"), func(n *yaml.Node) bool { return n.Value == service.Namespace })
	if tree.Text(spaces, "any") != "true" && !named && (len(tree.Items(spaces, "matchNames")) > 0 || service.Namespace != monitor.Namespace) {
		return false
	}
	for key, v := range tree.Entries(monitor.Node, "spec", "selector", "matchLabels") {
		if tree.Text(service.Node, "metadata", "labels", key) != v.Value {
			return false
		}
	}
	return true
}

// ofAthens is the Services of the release that its Athens calls.
func (j *judgement) ofAthens(set world) (out []entry) {
	for _, s := range set.Objects {
		for _, p := range tree.Items(s.Node, "spec", "ports") {
			port := tree.Text(p, "port")
			if s.Group != "" || s.Kind != "Service" || !slices.ContainsFunc(j.servers, func(to server) bool { return to.String() == s.Name+"."+s.Namespace+":"+port }) {
				continue
			}
			out = append(out, j.to(set, entry{of: s.ID, where: "port " + port, who: "Athens, which calls it,", service: s, port: port, callers: []string{generators.Athens},
				peer: manifests.Peer{Namespace: j.site.Namespace, Labels: labels.Set(generators.Selector(j.site, generators.Athens))}})...)
		}
	}
	return out
}
