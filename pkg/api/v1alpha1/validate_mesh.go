package v1alpha1

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/gomods/athens-kfn/pkg/gateways"
	"github.com/gomods/athens-kfn/pkg/namespaces"
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
		if m.Tracing != nil {
			r.add(child(path, "tracing"), "is done by the mesh, but mesh.mode is None; take it out, or write mode: Sidecar")
		}
	}
	r.check(child(path, "rootNamespace"), dnsLabel(m.RootNamespace))
	if len(validation.IsDNS1123Subdomain(m.TrustDomain)) > 0 {
		r.add(child(path, "trustDomain"), "%q is not a trust domain; write a DNS name without scheme or path, as in cluster.local", m.TrustDomain)
	}
	r.gateway()
	r.routeTimeouts()
	r.egress()
	r.tracing()
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

// privateRanges checks what egress mode Open opens again.
func (r *rules) privateRanges(path string, e *Egress) {
	r.each(path, e.PrivateRanges, privateRange)
	switch {
	case len(e.PrivateRanges) == 0 || !r.sound("spec.mesh.egress.mode", "spec.networkPolicies"):
	case e.Mode != EgressOpen:
		r.add(path, "open private addresses where a client chooses the host, which only mode Open lets it; take them out: the hosts of mode %s may have private addresses", e.Mode)
	case !*r.spec.NetworkPolicies.Enabled:
		r.add(path, "are exceptions from what NetworkPolicies close, but networkPolicies.enabled is false; take one of them out")
	}
}

// privateRange is a range of addresses that are closed otherwise.
func privateRange(s string) string {
	const example = "10.20.0.0/16"
	p, problem := prefix(s, example)
	switch {
	case problem != "":
		return problem
	case InRanges(p, MetadataRanges()):
		return quote.Sprintf("%q is where a cloud hands out identities, which stays closed; take it out", s)
	case !InRanges(p, PrivateRanges()):
		return quote.Sprintf("%q is not a range of private addresses, and public ones are open; write one inside your networks, as in %s", s, example)
	}
	return ""
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

// egress checks what Athens may reach.
func (r *rules) egress() {
	const path = "spec.mesh.egress"
	e, a := &r.spec.Mesh.Egress, &r.spec.Athens
	r.each(child(path, "hosts"), e.Hosts, hostPerhapsPort)
	r.privateRanges(child(path, "privateRanges"), e)
	if !r.enum(child(path, "mode"), e.Mode, EgressOpen, EgressRegistry) || e.Mode != EgressRegistry {
		return
	}
	if a.Upstream.AsksDirect() && r.sound("spec.athens.upstream.goproxy") {
		r.add(child(path, "mode"), "Registry lets Athens reach registered hosts only, but athens.upstream.goproxy holds direct (its default), which fetches from any host that a vanity import path names; write a proxy there, as in https://mirror.example.com, or mode: Open")
	}
	if len(e.Hosts) == 0 && r.sound(child(path, "hosts")) {
		for i, p := range a.Private.Patterns {
			if host, _, _ := strings.Cut(p, "/"); strings.ContainsAny(host, "*?[") {
				r.add(item("spec.athens.private.patterns", i), "%q names no host that could be registered, and mesh.egress.mode is Registry; write the hosts of these repositories as mesh.egress.hosts, or begin the pattern with a host, or write mode: Open", p)
			}
		}
	}
	if host := checksumHost(a.Upstream.GoEnv["GOSUMDB"]); host != "" && r.sound("spec.athens.upstream.sumDBs") {
		registered := slices.ContainsFunc(e.Hosts, func(h string) bool { return h == host || strings.HasPrefix(h, host+":") }) ||
			slices.ContainsFunc(a.Upstream.SumDBs, func(s string) bool { return hostOf(s) == host })
		if !registered {
			r.add("spec.athens.upstream.goEnv.GOSUMDB", "sends Athens' go command to %s, which it may not reach with mesh.egress.mode Registry; add the host to mesh.egress.hosts", quote.Short(host))
		}
	}
	if m := a.Storage.Mongo; m != nil && len(m.Hosts) == 0 && m.Cosmos == nil {
		r.add("spec.athens.storage.mongo.hosts", "is required with mesh.egress.mode Registry: the servers are named in a Secret, which cannot be read here, so Athens could not reach them; write host:port of each, or cosmos, or mode: Open")
	}
	if f := a.SingleFlight; f != nil && f.RedisSentinel != nil && len(f.RedisSentinel.Servers) == 0 {
		r.add("spec.athens.singleFlight.redisSentinel.servers", "is required with mesh.egress.mode Registry: the sentinels send Athens to servers that must be registered; write host:port of each, or mode: Open")
	}
}

// checksumHost is the host that a value of GOSUMDB leads to: name, name+key,
// either with a URL behind it, or off.
func checksumHost(s string) string {
	words := strings.Fields(s)
	switch {
	case len(words) == 2:
		return hostOf(words[1])
	case len(words) == 1 && s != "off":
		name, _, _ := strings.Cut(words[0], "+")
		return name
	}
	return ""
}

// hostOf is the host of a URL, without its port.
func hostOf(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// tracing checks the mesh's traces.
func (r *rules) tracing() {
	const path = "spec.mesh.tracing"
	t := r.spec.Mesh.Tracing
	if t == nil {
		return
	}
	r.required(child(path, "provider"), t.Provider, "the name of an extension provider of the mesh config, as in otel", func(s string) string {
		return word(s, "-_.", "the name of an extension provider", "otel")
	})
	if p := *t.SamplingPercent; p < 0 || p > 100 {
		r.add(child(path, "samplingPercent"), "must be 0 to 100; found %d", p)
	}
	at, parts := child(path, "collector"), strings.Split(t.Collector, ".")
	const form = "write name.namespace.svc.cluster.local, as in otel-collector.observability.svc.cluster.local"
	switch {
	case t.Collector == "":
		r.add(at, "is required: traces get lost unless every pod may reach it; %s", form)
	case strings.ContainsAny(t.Collector, ":/"):
		r.add(at, "%q holds a scheme or a port; %s, and the port as collectorPort", t.Collector, form)
	case len(parts) != 5 || strings.Join(parts[2:], ".") != "svc.cluster.local" || dnsLabel(parts[0]) != "" || dnsLabel(parts[1]) != "":
		r.add(at, "%q is not a Service in full; %s", t.Collector, form)
	}
	r.port(child(path, "collectorPort"), t.CollectorPort)
	r.port(child(path, "httpPort"), t.HTTPPort)
	r.port(child(path, "jaegerPort"), t.JaegerPort)
	if o := t.Operator; o != nil {
		r.traceCollector(child(path, "operator"), o)
		if len(parts) > 1 {
			r.check(at, collectorNamespace(parts[1]))
		}
	}
}

// collectorNamespace is what is wrong with a namespace for a collector that a
// site brings.
func collectorNamespace(namespace string) string {
	whose, ok := namespaces.Reserved(namespace)
	if !ok || namespaces.Collects(namespace) {
		return ""
	}
	return quote.Sprintf("%s belongs to %s, where a site runs no collector of its own; write a namespace for telemetry, as in observability", namespace, whose)
}

// traceCollector checks a collector that the operator makes.
func (r *rules) traceCollector(path string, o *TraceCollector) {
	r.required(child(path, "exportTo"), o.ExportTo, "host:port of what keeps traces, as in tempo.observability.svc.cluster.local:4317", hostAndPort)
	r.atLeastOne(child(path, "replicas"), o.Replicas)
	r.image(child(path, "image"), o.Image)
	if name, _, _ := strings.Cut(r.spec.Mesh.Tracing.Collector, "."); !strings.HasSuffix(name, "-collector") && r.sound("spec.mesh.tracing.collector") {
		r.add("spec.mesh.tracing.collector", "%q is not what the operator calls a collector's Service; write <name>-collector.<namespace>.svc.cluster.local, as in otel-collector.observability.svc.cluster.local", name)
	}
}
