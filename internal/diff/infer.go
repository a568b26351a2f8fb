package diff

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// world is the objects as prove reads them, with as much of the site as prove
// asks for; nil if no mesh routes requests.
func world(objects []Object) *prove.World {
	if len(ofKind(objects, "VirtualService")) == 0 {
		return nil
	}
	var typed []generators.Object
	for i := range objects {
		if objects[i].typed != nil {
			typed = append(typed, objects[i].typed)
		}
	}
	return prove.Of(infer(objects), typed)
}

// typeOf is an empty object of a kind that prove reads; nil for others.
func typeOf(kind string) generators.Object {
	switch kind {
	case "Gateway":
		return &networkingv1.Gateway{}
	case "VirtualService":
		return &networkingv1.VirtualService{}
	case "DestinationRule":
		return &networkingv1.DestinationRule{}
	case "Service":
		return &corev1.Service{}
	case "Deployment":
		return &appsv1.Deployment{}
	case "HorizontalPodAutoscaler":
		return &autoscalingv2.HorizontalPodAutoscaler{}
	case "EnvoyFilter":
		return &networkingv1alpha3.EnvoyFilter{}
	case "PeerAuthentication":
		return &securityv1.PeerAuthentication{}
	case "AuthorizationPolicy":
		return &securityv1.AuthorizationPolicy{}
	}
	return nil
}

// infer reads back from objects what a spec said: who and where the site is,
// its host, its gateway and its edge. What no object tells has its default.
func infer(objects []Object) *v1alpha1.AthensSite {
	site := &v1alpha1.AthensSite{}
	site.Namespace, site.Name, _ = strings.Cut(objects[0].Owner, ".")
	site.Spec.Lathens.Enabled, site.Spec.Crathens.Enabled = new(false), new(false)
	gateway := &v1alpha1.IstioGateway{}
	site.Spec.Gateway.Istio = gateway
	for i := range objects {
		o := &objects[i]
		switch o.Kind {
		case "VirtualService":
			if hosts := texts(o.tree, "spec", "hosts"); len(hosts) > 0 {
				site.Spec.Host = hosts[0]
			}
		case "Gateway":
			gateway.Workload.Labels = selectors(tree.Get(o.tree, "spec", "selector"))
		case "Service":
			*site.Spec.Lathens.Enabled = *site.Spec.Lathens.Enabled || strings.HasSuffix(o.Name, "-"+generators.List)
		case "CronJob":
			*site.Spec.Crathens.Enabled = *site.Spec.Crathens.Enabled || o.program() == generators.Crathens
		case "AuthorizationPolicy":
			inferGateway(site, o)
		}
	}
	site.Default()
	return site
}

// inferGateway reads who the gateway is in the policies about it: whose
// principal may call, and which Front Door it must have come through.
func inferGateway(site *v1alpha1.AthensSite, policy *Object) {
	g := &site.Spec.Gateway.Istio.Workload
	for _, principal := range principalsIn(policy) {
		domain, account, found := strings.Cut(principal, "/ns/")
		namespace, name, isAccount := strings.Cut(account, "/sa/")
		if found && isAccount && namespace != site.Namespace {
			site.Spec.Mesh.TrustDomain, g.Namespace, g.ServiceAccountName = domain, namespace, name
		}
	}
	for _, s := range statements(policy) {
		if s.ranges != "" {
			site.Spec.Gateway.CatalogClients = append(site.Spec.Gateway.CatalogClients, v1alpha1.GatewayClients{CIDRs: strings.Split(s.ranges, ", ")})
		}
	}
	if tree.Text(policy.tree, "spec", "action") != "DENY" {
		return
	}
	for _, r := range tree.Items(policy.tree, "spec", "rules") {
		for _, w := range tree.Items(r, "when") {
			if ids := texts(w, "notValues"); len(ids) > 0 {
				site.Spec.Edge.FrontDoor = &v1alpha1.FrontDoor{ID: ids[0]}
				g.Labels = selectors(tree.Get(policy.tree, "spec", "selector", "matchLabels"))
			}
		}
		for _, t := range tree.Items(r, "to") {
			for _, port := range texts(t, "operation", "ports") {
				if n, err := strconv.ParseInt(port, 10, 32); err == nil {
					g.TargetPort = int32(n)
				}
			}
		}
	}
}

func selectors(labels *yaml.Node) map[string]string {
	out := map[string]string{}
	for key, value := range tree.Entries(labels) {
		out[key] = tree.Text(value)
	}
	return out
}
