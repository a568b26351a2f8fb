package v1alpha1

import (
	"net/netip"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/gomods/athens-kfn/pkg/gateways"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// mesh checks the Istio configuration around the site.
func (r *rules) mesh() {
	const path = "spec.mesh"
	m := &r.spec.Mesh
	if r.enum(child(path, "mode"), m.Mode, MeshSidecar, MeshAmbient, MeshNone) && m.Mode == MeshAmbient {
		r.add(child(path, "mode"), "Ambient is not supported yet; write Sidecar or None")
	}
	r.optional(child(path, "revision"), m.Revision, revision)
	if m.Mode == MeshNone {
		if m.Revision != "" {
			r.add(child(path, "revision"), "names a control plane, but mesh.mode is None; take it out, or write mode: Sidecar")
		}
	}
	r.check(child(path, "rootNamespace"), dnsLabel(m.RootNamespace))
	if len(validation.IsDNS1123Subdomain(m.TrustDomain)) > 0 {
		r.add(child(path, "trustDomain"), "%q is not a trust domain; write a DNS name without scheme or path, as in cluster.local", m.TrustDomain)
	}
	r.gateway()
	r.routeTimeouts()
}

// revision is the name of a control plane.
func revision(s string) string {
	if strings.HasPrefix(strings.ToLower(s), "asm") {
		major, minor, ok := strings.Cut(strings.TrimPrefix(s, AKSRevisionPrefix), "-")
		if !strings.HasPrefix(s, AKSRevisionPrefix) || !ok || !number(major) || !number(minor) {
			return quote.Sprintf("%q is not how the AKS add-on writes a revision (az aks mesh get-revisions lists them); write %s", s, likelyRevision(s))
		}
	}
	return dnsLabel(s)
}

func number(s string) bool { return s != "" && inSet(s, digits) }

// likelyRevision makes asm-1-30 of asm-1.30, asm130 and the like.
func likelyRevision(s string) string {
	var numbers string
	for _, c := range s {
		if c >= '0' && c <= '9' {
			numbers += string(c)
		}
	}
	if len(numbers) < 2 || len(numbers) > 4 {
		numbers = "130"
	}
	return AKSRevisionPrefix + numbers[:1] + "-" + numbers[1:]
}

// gateway checks the ingress gateway that the site is reached through.
func (r *rules) gateway() {
	const path = "spec.mesh.gateway"
	g := &r.spec.Mesh.Gateway
	if g.Name != "" {
		ns, name, ok := strings.Cut(g.Name, "/")
		if !ok || dnsLabel(ns) != "" || dnsName(name) != "" {
			r.add(child(path, "name"), "%q does not say which Gateway is meant; write namespace/name, as in istio-system/shared", g.Name)
		}
		if g.TLS.CredentialName != "" {
			r.add(path+".tls.credentialName", "stands beside name, but the Gateway that is there already has its own certificate; take one of them out")
		}
	} else if g.TLS.CredentialName != r.site.Name+"-tls" { // the default
		r.check(path+".tls.credentialName", dnsName(g.TLS.CredentialName))
	}
	r.mapKeys(child(path, "selector"), g.Selector)
	for _, k := range sortedKeys(g.Selector) {
		if v := g.Selector[k]; len(validation.IsValidLabelValue(v)) > 0 {
			r.add(child(child(path, "selector"), k), "%q is not the value of a label; write the label that the gateway's pods carry, as in istio: ingressgateway", v)
		}
	}
	r.gatewayPods(path, g)
	r.gatewayPort(child(path, "port"), g.Port)
	r.gatewayPort(child(path, "targetPort"), g.TargetPort)
	r.each(child(path, "catalogFrom"), g.CatalogFrom, addressRange)
	r.everybody(child(path, "catalogFrom"), g.CatalogFrom)
	if len(g.CatalogFrom) > 0 && r.spec.Mesh.Mode == MeshNone {
		r.add(child(path, "catalogFrom"), "is enforced by the mesh, but mesh.mode is None; take it out, or write mode: Sidecar")
	}
}

// Ports of a gateway's pods that are Istio's own: metrics, health and Envoy's
// administration (istio.io, Application Requirements: Ports used by Istio).
const firstIstioPort, lastIstioPort = 15000, 15099

func (r *rules) gatewayPort(path string, port int32) {
	if firstIstioPort <= port && port <= lastIstioPort {
		r.add(path, "%d is one of the ports that Istio keeps for itself, %d to %d: write the one on which the gateway serves HTTPS, as in 8443", port, firstIstioPort, lastIstioPort)
		return
	}
	r.port(path, port)
}

// gatewayPods checks where the gateway's pods run, and as whom. Default knows
// the account of a known installation only.
func (r *rules) gatewayPods(path string, g *Gateway) {
	at, namespace := child(path, "serviceAccount"), child(path, "namespace")
	if g.ServiceAccount != "" {
		r.check(namespace, dnsLabel(g.Namespace))
		r.check(at, dnsName(g.ServiceAccount))
		if found, ok := gateways.Find(r.spec.Mesh.AddOn(), g.Namespace, g.Selector, g.ServiceAccount); g.Internal && ok && found.Reach == gateways.Internet {
			r.add(child(path, "internal"), "is true, but %s has a public address: leave it out, or choose another gateway by selector", found.By)
		}
		return
	}
	sound := g.Namespace == "" || r.check(namespace, dnsLabel(g.Namespace))
	for _, p := range r.problems {
		sound = sound && !problem.Within(p.Path, child(path, "selector")) && p.Path != child(path, "name")
	}
	if sound && r.spec.Mesh.Mode != MeshNone && r.sound(path) {
		r.add(at, "is required: the site admits its gateway by this account, and namespace and selector do not tell which of the known installations made it: write all three as this prints them for the gateway's pods: %s", gateways.Command(g.Namespace, g.Selector))
	}
}

// addressRange is a range that names somebody.
func addressRange(s string) string {
	p, problem := prefix(s, "203.0.113.7/32")
	if problem == "" && p.Addr().Is4In6() {
		return quote.Sprintf("%q is a range of IPv4 in the notation of IPv6, which no client has: write it as IPv4, as in 203.0.113.7/32", s)
	}
	if problem == "" && p.Bits() == 0 {
		return quote.Sprintf("%q is everybody, and the catalog names private modules; write the addresses of the other regions, as in 203.0.113.7/32", s)
	}
	return problem
}

// prefix reads a range of addresses.
func prefix(s, example string) (p netip.Prefix, problem string) {
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		return p, quote.Sprintf("%q is not a range of addresses; write one, as in %s", s, example)
	case p != p.Masked():
		return p, quote.Sprintf("%q sets bits behind its length; write %s", s, p.Masked())
	}
	return p, ""
}
