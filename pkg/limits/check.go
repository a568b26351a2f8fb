package limits

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/gateways"
	"github.com/gomods/athens-kfn/pkg/namespaces"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// check adds what a site is not allowed. In the base a list that is left out is
// its default, elsewhere no limit.
func (l limited) check(site *v1alpha1.AthensSite, base bool, out *problem.Problems) {
	spec, s := &site.Spec, &l.spec
	l.name(out, "metadata.namespace", "namespaces", s.Namespaces, site.Namespace)
	l.name(out, "spec.host", "hosts", s.Hosts, spec.Host)
	for i, h := range spec.AdditionalHosts {
		l.name(out, problem.Item("spec.additionalHosts", i)+".host", "hosts", s.Hosts, h.Host)
	}
	if fd := spec.Edge.FrontDoor; fd != nil {
		if fd.OriginHost != "" {
			l.name(out, "spec.edge.frontDoor.originHost", "hosts", s.Hosts, fd.OriginHost)
		}
		l.may(out, "spec.edge.frontDoor.provision", "azureResources", s.AzureResources, fd.Provision != nil)
	}
	l.may(out, "spec.azure.provision", "azureResources", s.AzureResources, spec.Azure.Provision != nil)
	if e := spec.Secrets.ExternalSecrets; e != nil && e.StoreRef.Kind != "SecretStore" {
		l.name(out, "spec.secrets.externalSecrets.storeRef.name", "clusterSecretStores", s.ClusterSecretStores, e.StoreRef.Name)
	}
	if v := spec.Secrets.KeyVault; v != nil {
		l.name(out, "spec.secrets.keyVault.name", "keyVaults", s.KeyVaults, v.Name)
	}
	if o := spec.Logs.OpenTelemetry; o != nil {
		l.collector(out, "spec.logs.openTelemetry.namespace", site, o.Namespace, base)
	}
	l.may(out, "spec.logs.azureMonitor", "clusterLogs", s.ClusterLogs, spec.Logs.AzureMonitor != nil)
	if t := spec.Tracing; t != nil && t.Operator != nil {
		l.collector(out, "spec.tracing.collector.serviceRef.namespace", site, t.Collector.ServiceRef.Namespace, base)
	}
	if spec.Mesh.Mode != v1alpha1.MeshSidecar {
		return
	}
	roots := s.RootNamespaces
	if roots == nil && base {
		roots = gateways.Roots()
	}
	l.name(out, "spec.mesh.rootNamespace", "rootNamespaces", roots, spec.Mesh.RootNamespace)
	if base || s.Gateways != nil {
		l.gateway(out, site)
	}
}

func (l limited) name(out *problem.Problems, path, field string, allowed []string, name string) {
	if allowed == nil || namespaces.Match(allowed, name) {
		return
	}
	out.Add(path, "%q is not allowed: %s", name, l.cure("%s: [%s]", field, name))
}

// may adds a problem with something that is switched off.
func (l limited) may(out *problem.Problems, path, field string, allowed *bool, there bool) {
	if there && allowed != nil && !*allowed {
		out.Add(path, "is not allowed: %s", l.cure("%s: true", field))
	}
}

func (l limited) collector(out *problem.Problems, path string, site *v1alpha1.AthensSite, namespace string, base bool) {
	allowed := l.spec.Collectors
	if allowed == nil && base {
		allowed = append(namespaces.Collectors(), site.Namespace)
	}
	l.name(out, path, "collectors", allowed, namespace)
}

// gateway adds a problem with pods that are not known as a gateway, or that are
// not to be exposed.
func (l limited) gateway(out *problem.Problems, site *v1alpha1.AthensSite) {
	const path = "spec.gateway.istio.workload"
	g, balanced := site.Spec.Gateway.Workload(), quote.Said("")
	if fd := site.Spec.Edge.FrontDoor; fd != nil && fd.LoadBalancer != nil {
		balanced = ", loadBalancer: true"
	}
	found, ok := l.find(g, balanced != "" && site.Spec.Edge.FrontDoor.LoadBalancer.ServiceTag != nil, balanced != "")
	pods := gateways.Selector(g.Labels)
	if ok {
		return
	}
	allow := l.cure("gateways: [{namespace: %s, selector: {%s}%s}]", g.Namespace, strings.NewReplacer("=", ": ", ",", ", ").Replace(pods), balanced)
	whose, _ := namespaces.Reserved(g.Namespace)
	switch {
	case found:
		out.Add("spec.edge.frontDoor.loadBalancer", "would expose the pods %s in namespace %s, which others run: %s", pods, g.Namespace, allow)
	case l.spec.Gateways == nil && whose != "":
		out.Add(path, "namespace %s belongs to %s, and the pods %s are not those of a known gateway: write the namespace and the labels of one (%s)", g.Namespace, whose, pods, problem.Page("howto/gateway.md"))
	case l.spec.Gateways == nil:
		out.Add(path, "the pods %s in namespace %s are not those of a known gateway: write the namespace and the labels of one (%s), or %s", pods, g.Namespace, problem.Page("howto/gateway.md"), allow)
	default:
		out.Add(path, "the pods %s in namespace %s are not allowed: %s", pods, g.Namespace, allow)
	}
}

// find says whether the pods are a gateway's and, if so, whether they may be
// used as the site does.
func (l limited) find(g v1alpha1.GatewayWorkload, public, balanced bool) (found, ok bool) {
	if l.spec.Gateways == nil {
		i, known := gateways.Of(g.Namespace, g.Labels)
		exposable := i.Namespace != "" && !(public && i.Reach == gateways.Network)
		return known, known && (!balanced || exposable)
	}
	for _, a := range l.spec.Gateways {
		fits := a.Namespace == g.Namespace && (a.ServiceAccount == "" || a.ServiceAccount == g.ServiceAccountName)
		for key, value := range a.Selector {
			fits = fits && g.Labels[key] == value
		}
		found = found || fits
		ok = ok || fits && (!balanced || a.LoadBalancer)
	}
	return found, ok
}

// cure names the file and the line that would allow it.
func (l limited) cure(format string, args ...any) quote.Said {
	line := quote.Said(quote.Sprintf(format, args...))
	if l.file == "" {
		return quote.Said(quote.Sprintf("have an operator of the cluster allow it in %s (or --limits FILE, %s), spec.%s", File, problem.Page("security.md"), line))
	}
	return quote.Said(quote.Sprintf("have an operator of the cluster allow it in %s, spec.%s", l.file, line))
}
