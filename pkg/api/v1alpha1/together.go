package v1alpha1

import "maps"

// ValidateTogether checks sites against each other; each of them alone was
// checked by Validate. The result has one entry for each site, at the same
// index; of two sites that collide the later one is complained about. A nil
// site is passed over.
func ValidateTogether(sites []*AthensSite) []Problems {
	out := make([]Problems, len(sites))
	seen := together{
		namespaces: map[string]*AthensSite{},
		hosts:      map[string]*AthensSite{},
		gateways:   map[string]*AthensSite{},
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
	namespaces, hosts map[string]*AthensSite
	// gateways are the names of objects in the namespaces of gateways.
	gateways map[string]*AthensSite
	// traced are the sites with a gateway Telemetry, by its namespace.
	traced map[string][]*AthensSite
}

func (t *together) check(site *AthensSite, p *Problems) {
	if first, ok := take(t.namespaces, site.Namespace, site); !ok {
		if first.Name == site.Name {
			p.Add("metadata.name", "%s is there twice in namespace %s; take one out, or give each a name and a namespace of its own", site.Name, site.Namespace)
			return
		}
		p.Add("metadata.namespace", "%s is the namespace of the site %s already, and a site denies by default what its namespace is asked; give each a namespace of its own", site.Namespace, first.Name)
	}
	if first, ok := take(t.hosts, site.Spec.Host, site); !ok {
		p.Add("spec.host", "%s is the host of the site %s already, so requests would reach either; give each a host of its own", site.Spec.Host, name(first))
	}
	m := &site.Spec.Mesh
	if m.Mode != MeshSidecar {
		return
	}
	// Objects beside the gateway are named <namespace>-<name>-…, where two
	// pairs can read alike.
	if first, ok := take(t.gateways, m.Gateway.Namespace+"/"+site.Namespace+"-"+site.Name, site); !ok && first.Namespace != site.Namespace {
		p.Add("metadata.name", "together with the namespace it reads like that of the site %s: both name their objects in namespace %s %s-%s-…; choose another name", name(first), m.Gateway.Namespace, site.Namespace, site.Name)
	}
	if m.Tracing == nil || m.Tracing.Gateway == nil || !*m.Tracing.Gateway {
		return
	}
	for _, first := range t.traced[m.Gateway.Namespace] {
		if maps.Equal(first.Spec.Mesh.Gateway.Selector, m.Gateway.Selector) {
			p.Add("spec.mesh.tracing.gateway", "the site %s traces this gateway already, and Istio takes one Telemetry for a workload; write gateway: false here", name(first))
			return
		}
	}
	t.traced[m.Gateway.Namespace] = append(t.traced[m.Gateway.Namespace], site)
}

// take notes who has a key, unless somebody has it already.
func take(m map[string]*AthensSite, key string, site *AthensSite) (first *AthensSite, ok bool) {
	if first, taken := m[key]; taken {
		return first, false
	}
	m[key] = site
	return site, true
}

func name(site *AthensSite) string { return site.Namespace + "/" + site.Name }
