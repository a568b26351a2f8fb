package prove

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/internal/atoms"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// virtualHost is a host that the site's gateway serves over HTTPS, with the routes of
// all VirtualServices that have it: the oldest first, and routes that take everything
// last.
type virtualHost struct {
	host    string
	of      []*networkingv1.VirtualService
	choices []choice
	// known says whether the VirtualServices are bound to the gateway.
	known verdict
	// own says that a request to it may come to a program of the site, or should.
	own bool
	// group is a look at several hosts that are not own, which begin with this one.
	group look
	// size is how many hosts it is about.
	size int
}

// virtualHosts of the gateway, in the order in which Envoy prefers them.
func (w *World) virtualHosts() []virtualHost {
	w.hostsOnce.Do(func() { w.hosts, w.aside = w.findVirtualHosts(), w.waysAside() })
	return w.hosts
}

func (w *World) findVirtualHosts() (out []virtualHost) {
	gateway := w.site.Spec.Gateway.Workload()
	from := client{gateway.Namespace, gateway.Labels, true}
	index := map[string]int{}
	for _, vs := range w.routes {
		if !visible(vs.Spec.GetExportTo(), vs.Namespace, from.namespace) {
			continue
		}
		bound, as, known := w.boundTo(vs)
		if len(bound) == 0 {
			continue
		}
		own := w.concerns(vs)
		choices := w.choices(vs, as, uint32(gateway.Port), from, false)
		for _, host := range w.hostsOn(vs, bound) {
			i, there := index[host]
			if !there {
				i = len(out)
				index[host], out = i, append(out, virtualHost{host: host, known: truth(true), size: 1})
			}
			h := &out[i]
			h.of, h.choices = append(h.of, vs), append(h.choices, choices...)
			h.known, h.own = all(h.known, known), h.own || own
		}
	}
	for i := range out {
		slices.SortStableFunc(out[i].choices, func(a, b choice) int { return atoms.Bit(a.all) - atoms.Bit(b.all) })
	}
	slices.SortStableFunc(out, func(a, b virtualHost) int {
		return atoms.Bit(closer(b.host, a.host)) - atoms.Bit(closer(a.host, b.host))
	})
	w.markOwn(out)
	// No two names fit one request, so that their order is free.
	slices.SortStableFunc(out, func(a, b virtualHost) int {
		if isWild(a.host) || isWild(b.host) {
			return 0
		}
		return atoms.Bit(b.own) - atoms.Bit(a.own)
	})
	grouped(out)
	return out
}

// hostsOn are the hosts of a VirtualService on a gateway that has some hosts bound.
func (w *World) hostsOn(vs *networkingv1.VirtualService, bound []string) (out []string) {
	for _, h := range vs.Spec.GetHosts() {
		if !strings.HasPrefix(h, "*") {
			h = fqdn(h, vs.Namespace, w.site.Spec.ClusterDomain)
		}
		h = strings.ToLower(h)
		for _, b := range bound {
			both := strings.ToLower(b)
			if covers(b, h) {
				both = h
			} else if !covers(h, b) {
				continue
			}
			if !slices.Contains(out, both) {
				out = append(out, both)
			}
		}
	}
	return out
}

// markOwn adds to the own hosts those that serve a host of the site, and those whose
// requests come to an own host if they are not bound to the gateway after all.
func (w *World) markOwn(hosts []virtualHost) {
	for _, name := range w.site.Spec.Hosts() {
		if i := slices.IndexFunc(hosts, func(h virtualHost) bool { return covers(h.host, strings.ToLower(name)) }); i >= 0 {
			hosts[i].own = true
		}
	}
	for i := range hosts {
		h := &hosts[i]
		h.own = h.own || !h.known.known() && slices.ContainsFunc(hosts[i+1:], func(o virtualHost) bool { return o.own && covers(o.host, h.host) })
	}
}

// maxGroup is how many hosts one look is about: few enough for one automaton.
const maxGroup = 200

// grouped gives hosts that follow each other and are not own one look.
func grouped(hosts []virtualHost) {
	for i := 0; i < len(hosts); i += hosts[i].size {
		if hosts[i].own {
			continue
		}
		names := []string{}
		for _, h := range hosts[i:min(len(hosts), i+maxGroup)] {
			if h.own {
				break
			}
			names = append(names, h.host)
		}
		hosts[i].size = len(names)
		hosts[i].group = look{of: ofHostname, how: "hosts", pattern: strings.Join(names, " ")}
	}
}

// virtualHost of a request; nil for none. Of a request that represents others only an
// own one is told, and elsewhere that it is another.
func (w *World) virtualHost(c *call) (found *virtualHost, elsewhere bool) {
	hosts := w.virtualHosts()
	for i := 0; i < len(hosts); {
		h := &hosts[i]
		switch {
		case c.trace != nil && !h.own:
			if c.sees(h.group) {
				return nil, true
			}
			i += h.size
			continue
		case c.covered(h.host):
			return h, false
		}
		i++
	}
	return nil, false
}

// concerns says whether a VirtualService is the site's, or has a route that leads to
// its pods. What a route to a Service of another namespace comes to is not: no such
// Service picks pods of the site's namespace, and what its pods ask is what the caller
// Stranger asks.
func (w *World) concerns(vs *networkingv1.VirtualService) bool {
	if vs.Labels[generators.SiteLabel] == w.owner {
		return true
	}
	here := func(d *v1alpha3.Destination) bool {
		return w.leadsHere(fqdn(d.GetHost(), vs.Namespace, w.site.Spec.ClusterDomain))
	}
	for _, r := range w.delegated(vs) {
		if slices.ContainsFunc(r.route.GetRoute(), func(d *v1alpha3.HTTPRouteDestination) bool { return here(d.GetDestination()) }) ||
			slices.ContainsFunc(mirrors(r.route), here) {
			return true
		}
	}
	connections := []*v1alpha3.RouteDestination{}
	for _, r := range vs.Spec.GetTcp() {
		connections = append(connections, r.GetRoute()...)
	}
	for _, r := range vs.Spec.GetTls() {
		connections = append(connections, r.GetRoute()...)
	}
	return slices.ContainsFunc(connections, func(d *v1alpha3.RouteDestination) bool { return here(d.GetDestination()) })
}

// mirrors are the destinations that get a copy of each request of a route.
func mirrors(r *v1alpha3.HTTPRoute) (out []*v1alpha3.Destination) {
	if m := r.GetMirror(); m != nil {
		out = append(out, m)
	}
	for _, m := range r.GetMirrors() {
		out = append(out, m.GetDestination())
	}
	return out
}

// leadsHere says whether a host that a route names may be that of the site's pods.
func (w *World) leadsHere(host string) bool {
	return w.leadsFrom(host, 0)
}

// maxAliases of a host that are followed.
const maxAliases = 8

func (w *World) leadsFrom(host string, aliases int) bool {
	if aliases > maxAliases {
		return true
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	domain := ".svc." + w.site.Spec.ClusterDomain
	inside := func(host string) bool {
		name := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(host), "."), domain)
		return strings.HasSuffix(strings.TrimSuffix(name, ".svc"), "."+w.site.Namespace)
	}
	alias := func(to string) bool {
		if ip, err := netip.ParseAddr(to); err == nil { // error dropped: a name
			return ip.IsPrivate() || ip.IsLoopback() // as those of pods are
		}
		return to != "" && (inside(to) || to != host && w.leadsFrom(to, aliases+1))
	}
	if s := w.service(host); s != nil {
		switch {
		case s.Labels[generators.SiteLabel] == w.owner:
			return true
		case s.Spec.Type == corev1.ServiceTypeExternalName:
			return alias(s.Spec.ExternalName)
		case len(s.Spec.Selector) == 0:
			return s.Namespace == w.site.Namespace || !w.addedEndpoints(s).known()
		}
		return slices.ContainsFunc(w.workloads, func(d *workload) bool {
			own := d.GetLabels()[generators.SiteLabel] == w.owner || d.template.Labels[generators.SiteLabel] == w.owner
			return own && len(s.Spec.Selector) > 0 && d.isSelected(s.Namespace, s.Spec.Selector)
		})
	}
	for _, e := range w.entries {
		if !slices.ContainsFunc(e.Spec.GetHosts(), func(h string) bool { return covers(strings.ToLower(h), host) }) {
			continue
		}
		if e.Namespace == w.site.Namespace && e.Spec.GetWorkloadSelector() != nil {
			return true
		}
		for _, p := range e.Spec.GetEndpoints() {
			if alias(cmp.Or(p.GetAddress(), host)) {
				return true
			}
		}
	}
	return inside(host)
}
