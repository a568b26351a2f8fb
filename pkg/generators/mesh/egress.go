package mesh

import (
	"slices"
	"strings"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Egress decides what may leave the site: nothing, except for Athens. With
// egress mode Open, Athens reaches any host; with Listed, the hosts of
// generators.Endpoints and the ranges of egress.allow, which get ServiceEntries.
func Egress(site *v1alpha1.AthensSite) []generators.Object {
	if !generators.Meshed(site) {
		return nil
	}
	out := []generators.Object{siteSidecar(site), athensSidecar(site)}
	if site.Spec.Egress.Mode == v1alpha1.EgressListed {
		out = append(out, serviceEntries(site)...)
	}
	return append(out, catalogSources(site)...)
}

// catalogSources lets crathens, and no other companion, reach the sites whose
// catalogs it reads. What Athens' entries register is not registered twice.
func catalogSources(site *v1alpha1.AthensSite) []generators.Object {
	sources := generators.DirectSources(site)
	if len(sources) == 0 {
		return nil
	}
	hosts := append([]string{siteServices(site)}, otherServices(site, sources)...)
	for _, e := range entries(site, sources) {
		for _, host := range e.object(site).Spec.GetHosts() {
			hosts = append(hosts, "./"+host)
		}
	}
	out := []generators.Object{programSidecar(site, generators.Crathens, v1alpha3.OutboundTrafficPolicy_REGISTRY_ONLY, hosts...)}
	fresh := slices.DeleteFunc(sources, func(s generators.Endpoint) bool {
		return site.Spec.Egress.Mode == v1alpha1.EgressListed && slices.Contains(generators.Endpoints(site), s)
	})
	for i, e := range entries(site, fresh) {
		object := e.object(site)
		suffix := generators.Crathens
		if i > 0 { // another port
			suffix += strings.TrimPrefix(object.Name, generators.Name(site, "egress"))
		}
		name := generators.Name(site, suffix)
		object.Name, object.Labels = name, generators.Meta(site, name, generators.Crathens).Labels
		out = append(out, object)
	}
	return out
}

// siteServices are the Services of the site's namespace: "./*" would be
// Athens' ServiceEntries too.
func siteServices(site *v1alpha1.AthensSite) string {
	return "./*." + site.Namespace + ".svc." + site.Spec.ClusterDomain
}

// siteSidecar is the namespace's default. Of its own namespace it sees the
// Services only.
func siteSidecar(site *v1alpha1.AthensSite) generators.Object {
	return sidecar(generators.Meta(site, "default", generators.SiteWide), v1alpha3.OutboundTrafficPolicy_REGISTRY_ONLY, egressHosts(site, siteServices(site)))
}

// athensSidecar also sees what lies outside, and Services of other namespaces
// that Athens needs, so that these are reached with mutual TLS.
func athensSidecar(site *v1alpha1.AthensSite) generators.Object {
	mode := v1alpha3.OutboundTrafficPolicy_REGISTRY_ONLY
	if site.Spec.Egress.Mode == v1alpha1.EgressOpen {
		mode = v1alpha3.OutboundTrafficPolicy_ALLOW_ANY
	}
	hosts := append([]string{"./*"}, otherServices(site, generators.Endpoints(site))...)
	return programSidecar(site, generators.Athens, mode, hosts...)
}

// otherServices are the Services of other namespaces among endpoints.
func otherServices(site *v1alpha1.AthensSite, endpoints []generators.Endpoint) (out []string) {
	for _, e := range endpoints {
		if namespace, ok := site.Spec.ServiceNamespace(e.Host); ok && namespace != site.Namespace {
			out = append(out, serviceRef(site, namespace, e.Host))
		}
	}
	return out
}

// programSidecar is that of the pods of one program.
func programSidecar(site *v1alpha1.AthensSite, program string, mode v1alpha3.OutboundTrafficPolicy_Mode, hosts ...string) *networkingv1.Sidecar {
	s := sidecar(generators.Meta(site, generators.Name(site, program), program), mode, egressHosts(site, hosts...))
	s.Spec.WorkloadSelector = &v1alpha3.WorkloadSelector{Labels: generators.Selector(site, program)}
	return s
}

func sidecar(meta metav1.ObjectMeta, mode v1alpha3.OutboundTrafficPolicy_Mode, egress []*v1alpha3.IstioEgressListener) *networkingv1.Sidecar {
	return &networkingv1.Sidecar{
		TypeMeta:   generators.Type(networkingAPI, "Sidecar"),
		ObjectMeta: meta,
		Spec:       v1alpha3.Sidecar{Egress: egress, OutboundTrafficPolicy: &v1alpha3.OutboundTrafficPolicy{Mode: mode}},
	}
}

// egressHosts adds the control plane's namespace and the trace collector, which
// every Envoy must know to send its spans there. Istio warns of a host that is
// there twice.
func egressHosts(site *v1alpha1.AthensSite, hosts ...string) []*v1alpha3.IstioEgressListener {
	root := site.Spec.Mesh.RootNamespace
	out := []string{hosts[0], root + "/*"}
	if t := site.Spec.Tracing; t != nil {
		if namespace := t.Collector.ServiceRef.Namespace; namespace != site.Namespace {
			hosts = append(hosts, serviceRef(site, namespace, generators.CollectorHost(site)))
		}
	}
	for _, h := range hosts[1:] {
		if !slices.Contains(out, h) && !strings.HasPrefix(h, root+"/") {
			out = append(out, h)
		}
	}
	return []*v1alpha3.IstioEgressListener{{Hosts: out}}
}

// serviceRef is how a Sidecar names the Service of another namespace that a
// host belongs to. The host of a pod behind a headless Service begins with the
// pod's name; Istio knows the Service.
func serviceRef(site *v1alpha1.AthensSite, namespace, host string) string {
	name, _, _ := strings.Cut(host, "."+namespace+".svc")
	return namespace + "/" + name[strings.LastIndex(name, ".")+1:] + "." + namespace + ".svc." + site.Spec.ClusterDomain
}
