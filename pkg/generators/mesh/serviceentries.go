package mesh

import (
	"strconv"
	"strings"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// address is the kind of entry for endpoints that are IP addresses, or ranges.
const address = "address"

// entry collects the endpoints that one ServiceEntry can register.
type entry struct {
	kind  string // tls, http, tcp or address
	port  int32
	hosts []string
}

// serviceEntries registers what Athens needs outside the cluster: one
// ServiceEntry for each protocol and port, in the order of the endpoints.
func serviceEntries(site *v1alpha1.AthensSite) []generators.Object {
	var out []generators.Object
	for _, e := range entries(site, append(generators.Endpoints(site), openedRanges(site)...)) {
		out = append(out, e.object(site))
	}
	return out
}

// openedRanges are the ranges of addresses that the spec opens, as endpoints
// whose host is the range.
func openedRanges(site *v1alpha1.AthensSite) (out []generators.Endpoint) {
	for _, a := range site.Spec.Egress.Allow {
		for _, port := range a.Ports {
			if a.CIDR != "" {
				out = append(out, generators.Endpoint{Host: a.CIDR, Port: port, Protocol: generators.TCP})
			}
		}
	}
	return out
}

func entries(site *v1alpha1.AthensSite, endpoints []generators.Endpoint) []entry {
	type place struct {
		name string
		port int32
	}
	var out []entry
	seen, kinds := map[place]bool{}, map[place]int{}
	for _, e := range endpoints {
		_, inside := site.Spec.ServiceNamespace(e.Host)
		if p := (place{e.Host, e.Port}); inside || seen[p] {
			continue
		} else {
			seen[p] = true
		}
		kind := strings.ToLower(e.Protocol)
		if e.IsAddress() || strings.Contains(e.Host, "/") {
			kind = address
		}
		at, there := kinds[place{kind, e.Port}]
		if !there {
			at, out = len(out), append(out, entry{kind: kind, port: e.Port})
			kinds[place{kind, e.Port}] = at
		}
		out[at].hosts = append(out[at].hosts, e.Host)
	}
	return out
}

func (e entry) object(site *v1alpha1.AthensSite) *networkingv1.ServiceEntry {
	port := strconv.Itoa(int(e.port))
	name := generators.Name(site, "egress-"+e.kind+"-"+port)
	protocol := strings.ToUpper(e.kind)
	if e.kind == address {
		protocol = generators.TCP
	}
	se := &networkingv1.ServiceEntry{
		TypeMeta:   generators.Type(networkingAPI, "ServiceEntry"),
		ObjectMeta: generators.Meta(site, name, generators.Athens),
		Spec: v1alpha3.ServiceEntry{
			Hosts:      e.hosts,
			Location:   v1alpha3.ServiceEntry_MESH_EXTERNAL,
			Resolution: v1alpha3.ServiceEntry_DNS,
			ExportTo:   []string{"."},
			Ports: []*v1alpha3.ServicePort{{
				Number:   uint32(e.port),
				Name:     strings.ToLower(protocol) + "-" + port,
				Protocol: protocol,
			}},
		},
	}
	switch {
	case e.kind == address:
		// TCP even for TLS and HTTP: a client of an address sends no server
		// name, and the clouds' metadata service refuses proxies' headers. The
		// host only names the entry.
		se.Spec.Hosts = []string{name + "." + site.Namespace + ".internal"}
		se.Spec.Addresses = e.hosts
		se.Spec.Resolution = v1alpha3.ServiceEntry_NONE
	case protocol == generators.TCP && len(e.hosts) > 1:
		// Nothing in raw TCP tells these hosts apart, so Istio refuses DNS
		// here: each connection goes where the client sent it. That opens the
		// port to every address. A single host keeps DNS: its port leads
		// there and nowhere else.
		se.Spec.Resolution = v1alpha3.ServiceEntry_NONE
	}
	return se
}
