package v1alpha1

import (
	"cmp"
	"maps"

	"github.com/gomods/athens-kfn/pkg/problem"
)

// ValidateTogether checks sites against each other; each of them alone was
// checked by Validate. The result has one entry for each site, at the same
// index; of two sites that collide the later one is complained about. A nil
// site is passed over.
func ValidateTogether(sites []*AthensSite) []problem.Problems {
	out := make([]problem.Problems, len(sites))
	seen := together{
		namespaces: map[string]*AthensSite{},
		hosts:      map[string][]claim{},
		traced:     map[string][]*AthensSite{},
	}
	for i, site := range sites {
		if site != nil {
			seen.check(site, &out[i])
		}
	}
	return out
}

// together is what the sites so far take for themselves.
type together struct {
	namespaces map[string]*AthensSite
	// hosts are claimed by fields of sites.
	hosts map[string][]claim
	// traced are the sites with a gateway Telemetry, by its namespace.
	traced map[string][]*AthensSite
}

func (t *together) check(site *AthensSite, p *problem.Problems) {
	if first, ok := take(t.namespaces, site.Namespace, site); !ok {
		if first.Name == site.Name {
			p.Add("metadata.name", "%s is repeated in namespace %s; remove one, or give each a name and a namespace of its own", site.Name, site.Namespace)
			return
		}
		p.Add("metadata.namespace", "%s is already the namespace of the site %s, and a site denies traffic to its namespace by default; give each a namespace of its own", site.Namespace, first.Name)
	}
	t.claim(p, site, "host", site.Spec.Host)
	for i, h := range site.Spec.AdditionalHosts {
		t.claim(p, site, item("additionalHosts", i)+".host", h.Host)
	}
	if fd := site.Spec.Edge.FrontDoor; fd != nil {
		t.claim(p, site, "edge.frontDoor.originHost", fd.OriginHost)
	}
	m, w := &site.Spec.Mesh, site.Spec.Gateway.Workload()
	if m.Mode != MeshSidecar {
		return
	}
	if tr := site.Spec.Tracing; tr == nil || tr.Gateway == nil || !*tr.Gateway {
		return
	}
	for _, first := range t.traced[w.Namespace] {
		if maps.Equal(first.Spec.Gateway.Workload().Labels, w.Labels) {
			p.Add("spec.tracing.gateway", "the site %s already traces this gateway, and Istio applies one Telemetry to a workload; write gateway: false here", name(first))
			return
		}
	}
	t.traced[w.Namespace] = append(t.traced[w.Namespace], site)
}

// claim is a host that a field of a site names.
type claim struct {
	site  *AthensSite
	field string
}

// claim notes that a site names a host, unless another site names it on the
// same gateway: istiod gives a host to one of them.
func (t *together) claim(p *problem.Problems, site *AthensSite, field, host string) {
	for _, first := range t.hosts[host] {
		if host != "" && first.site != site && meet(first.site, site) {
			p.Add("spec."+field, "%s is already the %s of the site %s, and the proxy in front of both serves one of them: give each a name of its own", host, first.field, name(first.site))
			return
		}
	}
	t.hosts[host] = append(t.hosts[host], claim{site, field})
}

// meet says whether two sites may be reached through the same pods and the same
// port. Sites without a mesh share an Ingress controller, or nothing.
func meet(a, b *AthensSite) bool {
	m, n := &a.Spec.Mesh, &b.Spec.Mesh
	if m.Mode != MeshSidecar || n.Mode != MeshSidecar {
		return m.Mode == n.Mode
	}
	g, h := a.Spec.Gateway.Workload(), b.Spec.Gateway.Workload()
	for key, value := range g.Labels {
		if cmp.Or(h.Labels[key], value) != value {
			return false
		}
	}
	return g.Namespace == h.Namespace && (g.Port == h.Port || g.TargetPort == h.TargetPort)
}

// take records the owner of a key, unless it has one already.
func take(m map[string]*AthensSite, key string, site *AthensSite) (first *AthensSite, ok bool) {
	if first, taken := m[key]; taken {
		return first, false
	}
	m[key] = site
	return site, true
}

func name(site *AthensSite) string { return site.Namespace + "/" + site.Name }
