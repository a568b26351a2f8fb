package importer

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// route is a name and a path under which clients reach Athens.
type route struct {
	of         object
	host, path string
	// tls is the Secret with the certificate; empty for none.
	tls string
}

// routes lead to a Service of Athens: those of Ingresses, HTTPRoutes and
// VirtualServices, in the order of the objects.
func (r *running) routes() (out []route) {
	add := func(o object, host, path, tls string) {
		next := route{o, host, path, tls}
		if path == "" {
			next.path = "/"
		}
		if !slices.ContainsFunc(out, func(x route) bool { return x.host == next.host && x.path == next.path }) {
			out = append(out, next)
		}
	}
	for _, o := range r.objects {
		spec := tree.Get(o.node, "spec")
		switch {
		case o.Kind == "Ingress" && o.Group != "networking.istio.io":
			for _, rule := range tree.Items(spec, "rules") {
				for _, p := range tree.Items(rule, "http", "paths") {
					service := tree.Text(p, "backend", "service", "name") + tree.Text(p, "backend", "serviceName")
					// The site's own leads to its lathens, which asks Athens.
					if host := tree.Text(rule, "host"); r.serves(service, o.Namespace) || isOwn(o) {
						path := tree.Text(p, "path")
						if tree.Text(p, "pathType") == "Exact" {
							path += " alone"
						}
						add(o, host, path, tlsOf(spec, host))
					}
				}
			}
			if service := tree.Text(spec, "defaultBackend", "service", "name"); service != "" && r.serves(service, o.Namespace) {
				add(o, "", "/", tlsOf(spec, ""))
			}
		case o.Kind == "HTTPRoute" && o.Group == "gateway.networking.k8s.io":
			for _, rule := range tree.Items(spec, "rules") {
				for _, ref := range tree.Items(rule, "backendRefs") {
					if namespace := tree.Text(ref, "namespace"); !r.serves(tree.Text(ref, "name"), cmp.Or(namespace, o.Namespace)) {
						continue
					}
					for _, host := range orEmpty(tree.Items(spec, "hostnames")) {
						for _, match := range orEmpty(tree.Items(rule, "matches")) {
							add(o, tree.Text(host), tree.Text(match, "path", "value"), r.listenerTLS(spec, tree.Text(host)))
						}
					}
				}
			}
		case o.Kind == "VirtualService":
			for _, host := range tree.Items(spec, "hosts") {
				if name := tree.Text(host); !r.serves(name, o.Namespace) && name != "*" {
					r.virtual(o, name, add)
				}
			}
		}
	}
	return out
}

// virtual adds the routes of a VirtualService. Those of a site cover the whole
// protocol, each part of it with a route.
func (r *running) virtual(o object, host string, add func(o object, host, path, tls string)) {
	for _, http := range tree.Items(o.node, "spec", "http") {
		for _, to := range tree.Items(http, "route") {
			destination := tree.Text(to, "destination", "host")
			if isOwn(o) {
				add(o, host, "/", r.gatewayTLS(o, host))
				return
			}
			if !r.serves(destination, o.Namespace) {
				continue
			}
			for _, match := range orEmpty(tree.Items(http, "match")) {
				path := ""
				for _, v := range tree.Entries(match, "uri") {
					path = tree.Text(v)
				}
				add(o, host, path, r.gatewayTLS(o, host))
			}
		}
	}
}

// isOwn reports whether an object is one of a site.
func isOwn(o object) bool {
	return tree.Text(o.node, "metadata", "labels", generators.SiteLabel) != ""
}

// orEmpty is a list, or one that has nothing in one entry.
func orEmpty(list []*yaml.Node) []*yaml.Node {
	if len(list) == 0 {
		return []*yaml.Node{tree.Map()}
	}
	return list
}

func tlsOf(spec *yaml.Node, host string) string {
	for _, entry := range tree.Items(spec, "tls") {
		for _, h := range tree.Items(entry, "hosts") {
			if h.Value == host {
				return tree.Text(entry, "secretName")
			}
		}
		if len(tree.Items(entry, "hosts")) == 0 {
			return tree.Text(entry, "secretName")
		}
	}
	return ""
}

// listenerTLS is the certificate of a Gateway API's listener for a host.
func (r *running) listenerTLS(route *yaml.Node, host string) string {
	for _, parent := range tree.Items(route, "parentRefs") {
		for _, o := range r.objects {
			if o.Kind != "Gateway" || o.Group != "gateway.networking.k8s.io" || o.Name != tree.Text(parent, "name") {
				continue
			}
			for _, l := range tree.Items(o.node, "spec", "listeners") {
				if name := tree.Text(l, "hostname"); name != "" && name != host {
					continue
				}
				for _, ref := range tree.Items(l, "tls", "certificateRefs") {
					return tree.Text(ref, "name")
				}
			}
		}
	}
	return ""
}

// gatewayTLS is the certificate of the Istio Gateway of a VirtualService for a host.
func (r *running) gatewayTLS(o object, host string) string {
	for _, g := range r.istioGateways(o) {
		for _, s := range tree.Items(g.node, "spec", "servers") {
			if slices.ContainsFunc(tree.Items(s, "hosts"), func(h *yaml.Node) bool { return h.Value == "*" || strings.HasSuffix(h.Value, host) }) {
				if name := tree.Text(s, "tls", "credentialName"); name != "" {
					return name
				}
			}
		}
	}
	return ""
}

// gatewayNames are the Gateways that a VirtualService is attached to.
func gatewayNames(o object) (out []krm.ID) {
	for _, g := range tree.Items(o.node, "spec", "gateways") {
		namespace, name, found := strings.Cut(tree.Text(g), "/")
		if !found {
			namespace, name = o.Namespace, namespace
		}
		if name != "mesh" {
			out = append(out, krm.ID{Namespace: namespace, Name: name})
		}
	}
	return out
}

func (r *running) istioGateways(o object) (out []object) {
	for _, name := range gatewayNames(o) {
		for _, g := range r.objects {
			if g.Kind == "Gateway" && g.Group == "networking.istio.io" && g.Name == name.Name && g.Namespace == name.Namespace {
				out = append(out, g)
			}
		}
	}
	return out
}

// entry is how clients reach the site.
func (m *mapping) entry(o Options) {
	spec := m.spec()
	spec.Host = o.Host
	var first *route
	for _, r := range m.routes() {
		if r.host != "" && (spec.Host == "" || r.host == spec.Host) && first == nil {
			spec.Host, first = r.host, &r
		}
	}
	if first == nil && o.Mesh == v1alpha1.MeshNone {
		m.loadBalancer()
	}
	if spec.Host == "" {
		m.leave("host", "no Ingress, HTTPRoute or VirtualService with a name routes to Athens: write spec.host, or add --host")
	}
	if o.Mesh != "" && o.Mesh != v1alpha1.MeshSidecar {
		spec.Mesh.Mode = o.Mesh
	}
	if first == nil {
		return
	}
	defer m.moreHosts(first)
	switch {
	case o.Mesh == v1alpha1.MeshNone:
		m.ingress(first)
		return
	case first.of.Kind == "VirtualService":
		m.istio(first)
	}
	if issuer := m.issuer(first); issuer != nil && spec.Gateway.Ref() == nil {
		spec.Gateway.TLS = &v1alpha1.GatewayTLS{IssuerRef: issuer}
	} else if first.tls != "" && spec.Gateway.Ref() == nil {
		spec.Gateway.TLS = &v1alpha1.GatewayTLS{SecretName: first.tls}
		m.todo("Secret "+first.tls, "copy it into the namespace of the gateway's pods: there the certificate of %s is read", spec.Host)
	}
}

// moreHosts keeps the other names that lead to all of Athens in the same way.
func (m *mapping) moreHosts(first *route) {
	spec := m.spec()
	for _, r := range m.routes() {
		if r.path != "/" || r.host == "" || strings.Contains(r.host, "*") || slices.Contains(spec.Hosts(), r.host) || r.of.Kind != first.of.Kind ||
			tree.Text(r.of.node, "spec", "ingressClassName") != tree.Text(first.of.node, "spec", "ingressClassName") ||
			!slices.Equal(gatewayNames(r.of), gatewayNames(first.of)) {
			continue
		}
		more := v1alpha1.AdditionalHost{Host: r.host}
		if r.tls != "" && r.tls != first.tls && spec.Gateway.Ref() == nil {
			more.TLS = &v1alpha1.GatewayTLS{SecretName: r.tls}
			if spec.Gateway.Ingress == nil {
				m.todo("Secret "+r.tls, "copy it into the namespace of the gateway's pods: there the certificate of %s is read", r.host)
			}
		}
		spec.AdditionalHosts = append(spec.AdditionalHosts, more)
	}
}

// ingress keeps the Ingress; only a site without a mesh has one.
func (m *mapping) ingress(r *route) {
	g := &m.spec().Gateway
	g.Ingress = &v1alpha1.Ingress{}
	if r.tls != "" {
		g.TLS = &v1alpha1.GatewayTLS{SecretName: r.tls}
	}
	if r.of.Kind != "Ingress" {
		return
	}
	g.Ingress.ClassName = tree.Text(r.of.node, "spec", "ingressClassName")
	for key, v := range tree.Entries(r.of.node, "metadata", "annotations") {
		if key == "kubernetes.io/ingress.class" && g.Ingress.ClassName == "" {
			g.Ingress.ClassName = tree.Text(v)
		} else if !isNote(key) && !isSecret(key, tree.Text(v)) {
			if g.Annotations == nil {
				g.Annotations = map[string]string{}
			}
			g.Annotations[key] = tree.Text(v)
		}
	}
}

// issuer is the one of cert-manager that the annotations of an Ingress name; nil for
// none. The Certificate is then the site's.
func (m *mapping) issuer(r *route) *v1alpha1.IssuerRef {
	if r.of.Kind != "Ingress" || r.tls == "" {
		return nil
	}
	note := func(name string) string {
		v := tree.Text(r.of.node, "metadata", "annotations", "cert-manager.io/"+name)
		if v != "" {
			m.carried["ingress annotation cert-manager.io/"+name] = true
		}
		return v
	}
	out := &v1alpha1.IssuerRef{Name: note("cluster-issuer")}
	if name := note("issuer"); out.Name == "" && name != "" {
		out.Name, out.Kind, out.Group = name, cmp.Or(note("issuer-kind"), "Issuer"), unless(note("issuer-group"), "cert-manager.io")
		m.todo(out.Kind+" "+name, "make it in the namespace of the gateway's pods too: there the site's Certificate asks for it")
	}
	if out.Name == "" {
		return nil
	}
	m.carried["certificate of "+m.spec().Host] = true
	return out
}

// loadBalancer keeps a Service that clients outside the cluster call, where a site
// has no mesh and no Ingress.
func (m *mapping) loadBalancer() {
	for _, s := range m.services {
		if tree.Text(s.node, "spec", "type") != v1alpha1.ServiceLoadBalancer {
			continue
		}
		g := &m.spec().Gateway
		g.Service = &v1alpha1.GatewayService{}
		m.carried["Service "+s.Name+" of type "+v1alpha1.ServiceLoadBalancer] = true
		m.todo("Service "+s.Name, "the site makes one with an address of its own: let DNS lead clients there")
		for key, v := range tree.Entries(s.node, "metadata", "annotations") {
			if isNote(key) || isSecret(key, tree.Text(v)) {
				continue
			}
			if g.Annotations == nil {
				g.Annotations = map[string]string{}
			}
			g.Annotations[key] = tree.Text(v)
			m.carried["service annotation "+key] = true
		}
		if ranges := tree.Items(s.node, "spec", "loadBalancerSourceRanges"); len(ranges) > 0 {
			var list []string
			for _, r := range ranges {
				list = append(list, r.Value)
			}
			if g.Annotations == nil {
				g.Annotations = map[string]string{}
			}
			g.Annotations[corev1.AnnotationLoadBalancerSourceRangesKey] = strings.Join(list, ",")
			m.carried["Service "+s.Name+" with loadBalancerSourceRanges"] = true
			m.todo("Service "+s.Name+" with loadBalancerSourceRanges", "are an annotation in the site: try from another network that your cloud reads it")
		}
		return
	}
}

// istio attaches the site to the Gateway that routes to Athens today.
func (m *mapping) istio(r *route) {
	names := gatewayNames(r.of)
	if len(names) == 0 {
		return
	}
	to := &v1alpha1.IstioGateway{GatewayRef: &v1alpha1.GatewayRef{Namespace: names[0].Namespace, Name: names[0].Name}}
	m.spec().Gateway.Istio = to
	for _, g := range m.istioGateways(r.of) {
		for key, v := range tree.Entries(g.node, "spec", "selector") {
			if to.Workload.Labels == nil {
				to.Workload.Labels = map[string]string{}
			}
			to.Workload.Labels[key] = tree.Text(v)
		}
		break
	}
}
