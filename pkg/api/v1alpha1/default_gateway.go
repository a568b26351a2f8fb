package v1alpha1

import (
	"time"

	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/gateways"
)

func defaultGateway(site *AthensSite) {
	g := &site.Spec.Gateway
	meshed := site.Spec.Mesh.Mode != MeshNone
	if meshed {
		set(&g.Istio, IstioGateway{})
		defaultGatewayPods(g, site.Namespace, site.Spec.Mesh.AddOn())
		or(&g.Istio.Workload.Port, 443)
		or(&g.Istio.Workload.TargetPort, 8443)
		defaultRouteTimeouts(&site.Spec)
	}
	if meshed && g.Istio.GatewayRef == nil {
		set(&g.TLS, GatewayTLS{})
	}
	if fd := site.Spec.Edge.FrontDoor; meshed && (fd == nil && g.Istio.GatewayRef == nil || fd != nil && fd.Provision != nil) {
		or(&g.PlainHTTP, PlainHTTPClosed)
	}
	if g.Service != nil {
		or(&g.Service.Type, ServiceLoadBalancer)
	}
	if g.HSTS != nil {
		duration(&g.HSTS.MaxAge, 365*24*time.Hour)
	}
	if g.Ref() == nil {
		g.TLS.defaults(site.Name + "-tls")
	}
	for _, h := range site.Spec.AdditionalHosts {
		h.TLS.defaults(h.Host + "-tls")
	}
}

func (t *GatewayTLS) defaults(secret string) {
	switch {
	case t == nil:
	case t.IssuerRef == nil:
		or(&t.SecretName, secret)
	default:
		or(&t.IssuerRef.Kind, "ClusterIssuer")
		or(&t.IssuerRef.Group, "cert-manager.io")
	}
}

// defaultGatewayPods takes what a site leaves out of namespace, labels and
// account of its gateway from the installation that the rest means. If that is
// none of the known ones, nothing is filled in: Validate asks for it. A Gateway
// in the site's own namespace says nothing about the pods.
func defaultGatewayPods(g *Gateway, own string, addOn bool) {
	w := &g.Istio.Workload
	switch ref := g.Istio.GatewayRef; {
	case ref == nil:
	case ref.Namespace != own:
		or(&w.Namespace, ref.Namespace)
	case w.Namespace == "" && len(w.Labels) == 0:
		return
	}
	found, ok := gateways.Find(addOn, w.Namespace, w.Labels, w.ServiceAccountName)
	if !ok {
		return
	}
	or(&w.Namespace, found.Namespace)
	or(&w.ServiceAccountName, found.ServiceAccount)
	if len(w.Labels) == 0 {
		w.Labels = found.Pods()
	}
	g.Internal = g.Internal || found.Reach == gateways.Network
}

// defaultRouteTimeouts follow the Front Door's, which runs out first.
func defaultRouteTimeouts(spec *AthensSiteSpec) {
	module, list, sumDB := 300*time.Second, time.Duration(spec.ListTries())*companions.ListTry, companions.SumDB
	if fd := spec.Edge.FrontDoor; fd != nil {
		module = fd.OriginTimeout.Duration
		list, sumDB = min(list, module), min(sumDB, module)
	}
	t := &spec.Gateway.Timeouts
	duration(&t.List, list)
	duration(&t.Module, module)
	duration(&t.SumDB, sumDB)
}
