package v1alpha1

import (
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// egress checks what Athens may reach.
func (r *rules) egress() {
	const section = "spec.egress"
	e := &r.spec.Egress
	r.egressProxy()
	if r.spec.Mesh.Mode == MeshNone && !*r.spec.NetworkPolicies.Enabled && r.sound("spec.mesh.mode", "spec.networkPolicies") {
		return // nothing obeys it
	}
	r.allowances(child(section, "allow"), e)
	if e.Mode == "Registry" {
		r.add(child(section, "mode"), "%q is called Listed now; write Listed", e.Mode)
		return
	}
	if !r.enum(child(section, "mode"), e.Mode, EgressOpen, EgressListed) {
		return
	}
	r.namedServers(e)
	if e.Mode == EgressListed {
		r.listed(e)
	}
}

// allowances checks the further hosts and ranges.
func (r *rules) allowances(list string, e *Egress) {
	firsts := map[string]int{}
	for i, a := range e.Allow {
		at := item(list, i)
		switch {
		case a.Host == "" && a.CIDR == "":
			r.add(at, "names nothing; write host or cidr, as in {host: git.example.com}")
			continue
		case a.Host != "" && a.CIDR != "": // a union
		case a.Host != "":
			r.allowedHost(at, a)
		default:
			r.allowedRange(at, e.Mode, a)
		}
		for j, port := range a.Ports {
			r.port(item(child(at, "ports"), j), port)
			if slices.Contains(a.Ports[:j], port) {
				r.add(item(child(at, "ports"), j), "%d is repeated; remove one", port)
			}
		}
		name := strings.TrimSuffix(a.Host, "."+r.spec.ClusterDomain) + a.CIDR
		if first, again := firsts[name]; again {
			r.add(at, "%q is repeated, first at %s; write its ports there", name, item(list, first))
			continue
		}
		firsts[name] = i
	}
}

// allowedHost checks a host.
func (r *rules) allowedHost(at string, a EgressAllowance) {
	if !r.check(child(at, "host"), hostAlone(a.Host)) {
		return
	}
	namespace, inside := r.spec.ServiceNamespace(a.Host)
	switch {
	case slices.Contains(r.spec.Hosts(), a.Host) && r.sound("spec.host"):
		r.add(child(at, "host"), "%q is the site itself, which Athens never asks; remove it", a.Host)
	case inside && len(a.Ports) == 0:
		service, _, _ := strings.Cut(a.Host, "."+namespace+".svc")
		r.add(child(at, "ports"), "is required for a Service of the cluster; write the ports that its pods listen on, as kubectl get endpointslices -n %s -l kubernetes.io/service-name=%s prints them", namespace, service[strings.LastIndexByte(service, '.')+1:])
	}
}

// hostAlone is a host without its port that a pod can reach.
func hostAlone(s string) string {
	if a, err := netip.ParseAddr(s); err == nil && nowhere(netip.PrefixFrom(a, a.BitLen())) || strings.HasSuffix("."+s, ".localhost") {
		return quote.Sprintf("%q is not an address of another host; write the host that Athens must reach, as in git.example.com", s)
	}
	if _, after, ok := strings.Cut(s, "://"); ok {
		return quote.Sprintf("%q begins with a scheme; write the host without it, as in %s", s, quote.Short(strings.TrimSuffix(after, "/")))
	}
	if host, port, ok := strings.Cut(s, ":"); ok && portNumber(port) && hostName(host) == "" {
		return quote.Sprintf("%q holds a port; write {host: %s, ports: [%s]}", s, quote.Short(host), port)
	}
	return hostName(s)
}

// allowedRange checks a range of addresses.
func (r *rules) allowedRange(at, mode string, a EgressAllowance) {
	const section = "spec.egress"
	if !r.check(child(at, "cidr"), closedRange(a.CIDR)) || !r.sound(child(section, "mode"), "spec.networkPolicies") {
		return
	}
	p := netip.MustParsePrefix(a.CIDR)
	policies := *r.spec.NetworkPolicies.Enabled
	metadata := slices.ContainsFunc(MetadataRanges(), p.Overlaps)
	usual := !slices.ContainsFunc(a.Ports, func(port int32) bool { return !slices.Contains(OpenPorts(), port) })
	switch {
	case mode == EgressOpen && usual && !InRanges(p, PrivateRanges()):
		r.add(child(at, "cidr"), "%q is not a range of private addresses, and public ones are open on these ports; write one inside your networks, as in 10.20.0.0/16", a.CIDR)
	case mode == EgressOpen && !policies:
		r.add(at, "is an exception from what NetworkPolicies close, but networkPolicies.enabled is false; remove one of the two")
	case mode == EgressListed && !policies && metadata:
		r.add(child(at, "cidr"), "%q holds addresses where a cloud hands out identities, which only NetworkPolicies can keep closed, but networkPolicies.enabled is false; write ranges without them", a.CIDR)
	}
}

// closedRange is a range of addresses that may be opened.
func closedRange(s string) string {
	const example = "10.20.0.0/16"
	p, problem := prefix(s, example)
	switch {
	case problem != "":
		return problem
	case InRanges(p, MetadataRanges()):
		return quote.Sprintf("%q is where a cloud hands out identities, which stays closed; remove it", s)
	case p.Bits() == 0:
		return quote.Sprintf("%q is every address; write egress.mode: Open for any public host, or a range, as in %s", s, example)
	case nowhere(p):
		return quote.Sprintf("%q holds no address of another host; write a range of your networks, as in %s", s, example)
	}
	return ""
}

// nowhere says whether a range holds addresses of no other host: the pod's own,
// none at all, and those of groups.
func nowhere(p netip.Prefix) bool {
	return InRanges(p, prefixes("127.0.0.0/8", "::1/128", "0.0.0.0/8", "::/128", "224.0.0.0/4", "ff00::/8"))
}

// listed checks that mode Listed can name what Athens needs.
func (r *rules) listed(e *Egress) {
	const section = "spec.egress"
	a := &r.spec.Athens
	if a.AsksDirect() && e.Proxy == nil && r.sound("spec.athens.upstream.goproxy", "spec.athens.networkMode", "spec.athens.download") {
		r.add(child(section, "mode"), "Listed lets Athens reach named hosts only, but athens.upstream.goproxy holds direct (its default), which fetches from any host that a vanity import path names; write a proxy there, as in https://mirror.example.com, or egress.proxy, or mode: Open")
	}
	if a.Fetches() && r.sound(child(section, "allow")) {
		for i, p := range a.Private.Patterns {
			if host, _, _ := strings.Cut(p, "/"); strings.ContainsAny(host, "*?[") && !e.allowsOne(host) && !r.spec.Proxied("https", likelyHost(host)) && len(a.Private.CredentialHosts(host)) == 0 {
				r.add(item("spec.athens.private.patterns", i), "%q does not say which hosts it means, and egress.mode is Listed (the default without direct): write them as private.credentials or egress.allow, as in [{host: %s}], or begin the pattern with a host, or write egress.mode: Open", p, quote.Short(likelyHost(host)))
			}
		}
		r.pastProxies(e)
	}
}

// namedServers checks that what only allows named ports can name the servers that
// a Secret or a sentinel names: egress.mode Listed, and NetworkPolicies, which in
// mode Open open the usual ports of public hosts.
func (r *rules) namedServers(e *Egress) {
	const why = "so neither a NetworkPolicy nor egress.mode Listed lets Athens reach them"
	a := &r.spec.Athens
	if e.Mode != EgressListed && !*r.spec.NetworkPolicies.Enabled || !r.sound("spec.networkPolicies") {
		return
	}
	if m := a.Storage.Mongo; m != nil && len(m.Hosts) == 0 && m.Cosmos == nil {
		r.add("spec.athens.storage.mongo.hosts", "is required: the servers are named in a Secret, which cannot be read here, "+why+"; write host:port of each, or cosmos")
	}
	if f := a.SingleFlight; f != nil && f.Redis != nil && f.Redis.Sentinel != nil && len(f.Redis.Sentinel.Servers) == 0 {
		r.add("spec.athens.singleFlight.redis.sentinel.servers", "is required: the sentinels send Athens to servers of their own, "+why+"; write host:port of each")
	}
	if f := a.SingleFlight; f != nil && f.Redis != nil && f.Redis.Cluster != nil && len(f.Redis.Cluster.Servers) == 0 && len(f.Redis.Endpoints) == 1 {
		host, _, _ := strings.Cut(f.Redis.Endpoints[0], ":")
		if _, inside := r.spec.ServiceNamespace(host); !inside {
			r.add("spec.athens.singleFlight.redis.cluster.servers", "is required: the endpoint sends Athens to the other nodes, "+why+"; write host:port of each, as the cluster announces them")
		}
	}
}

// pastProxies checks that the go command reaches the hosts of GONOPROXY, which it
// asks itself.
func (r *rules) pastProxies(e *Egress) {
	a := &r.spec.Athens
	var private []string
	for _, p := range a.Private.Patterns {
		host, _, _ := strings.Cut(p, "/")
		private = append(private, host)
	}
	for _, p := range strings.Split(a.Upstream.GoEnv["GONOPROXY"], ",") {
		host, _, _ := strings.Cut(p, "/")
		if p != "" && p != "none" && everyHost("GONOPROXY", p) == "" && !slices.Contains(private, host) && !e.allowsOne(host) && !r.spec.Proxied("https", likelyHost(host)) && len(a.Private.CredentialHosts(host)) == 0 {
			r.add("spec.athens.upstream.goEnv.GONOPROXY", "%q sends Athens' go command past the proxies to hosts that it may not reach with egress.mode Listed; add them to egress.allow, as in [{host: %s}]", p, quote.Short(likelyHost(host)))
		}
	}
}

// allowsOne says whether an entry may be a host that a pattern means: a range
// may hold any.
func (e *Egress) allowsOne(pattern string) bool {
	return slices.ContainsFunc(e.Allow, func(a EgressAllowance) bool {
		matched, err := path.Match(pattern, a.Host)
		return a.CIDR != "" || err == nil && matched
	})
}

// likelyHost is a host for the pattern of one.
func likelyHost(pattern string) string {
	if !strings.ContainsAny(pattern, "*?[") {
		return pattern
	}
	rest := strings.TrimLeft(pattern, "*.")
	if rest == "" || strings.ContainsAny(rest, "*?[") {
		rest = "example.com"
	}
	return "git." + rest
}

// HostOf is the host of a URL, without its port; empty if it is not a URL.
func HostOf(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
