package prove

import (
	"testing"

	"google.golang.org/protobuf/types/known/durationpb"
	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"
	k8snetworkingv1 "k8s.io/api/networking/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// What decides besides routes and policies breaks a promise, or leaves it unknown with
// the object.
func TestAll_ReadsWhatIsAround(t *testing.T) {
	type objects = []generators.Object
	added := func(text string) func(objects) objects {
		return func(o objects) objects { return append(o, decode(t, text)...) }
	}
	network := func(name string, edit func(*k8snetworkingv1.NetworkPolicy)) func(objects) objects {
		return func(o objects) objects {
			for _, p := range generators.OfType[*k8snetworkingv1.NetworkPolicy](o) {
				if p.Name == name {
					edit(p)
				}
			}
			return o
		}
	}
	route := func(edit func(*v1alpha3.HTTPRoute)) func(objects) objects {
		return func(o objects) objects {
			edit(generators.OfType[*networkingv1.VirtualService](o)[0].Spec.Http[2])
			return o
		}
	}
	port := func(edit func(*corev1.ServicePort)) func(objects) objects {
		return func(o objects) objects {
			for _, s := range generators.OfType[*corev1.Service](o) {
				edit(&s.Spec.Ports[0])
			}
			return o
		}
	}
	for name, c := range map[string]struct {
		edit           func(objects) objects
		promise, shows string
	}{
		"nothing of lathens comes in":  {network("goproxy-lathens", func(p *k8snetworkingv1.NetworkPolicy) { p.Spec.Ingress = nil }), "protocol", "503 by lathens"},
		"another port of Athens":       {network("goproxy-athens", func(p *k8snetworkingv1.NetworkPolicy) { p.Spec.Ingress[0].Ports[0].Port.IntVal++ }), "crathens", "503 by athens"},
		"nothing of crathens goes out": {network("goproxy-crathens", func(p *k8snetworkingv1.NetworkPolicy) { p.Spec.Egress = nil }), "crathens", "503 by athens"},
		"a policy of addresses": {network("goproxy-athens", func(p *k8snetworkingv1.NetworkPolicy) {
			p.Spec.Ingress[0].From = []k8snetworkingv1.NetworkPolicyPeer{{IPBlock: &k8snetworkingv1.IPBlock{CIDR: "10.0.0.0/8"}}}
		}), "protocol", "NetworkPolicy goproxy/goproxy-athens uses ipBlock"},
		"an Ingress":                 {added("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: goproxy}\nspec: {rules: [{http: {paths: [{path: /, backend: {service: {name: goproxy-athens, port: {number: 80}}}}]}}]}\n"), "administration", "Ingress goproxy/a routes to Service goproxy/goproxy-athens"},
		"a route of the Gateway API": {added("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a, namespace: team}\nspec: {rules: [{backendRefs: [{name: goproxy-athens, namespace: goproxy, port: 80}]}]}\n"), "administration", "HTTPRoute team/a routes to Service goproxy/goproxy-athens"},
		"tokens at the gateway":      {added(tokensOf("aks-istio-ingress", "")), "as-rendered", "RequestAuthentication aks-istio-ingress/a judges the token"},
		"tokens at pods":             {added(tokensOf("goproxy", "selector: {matchLabels: {app.kubernetes.io/name: athens}}, ")), "as-rendered", "RequestAuthentication goproxy/a judges the token"},
		"tokens at labelled pods":    {added(tokensOf("aks-istio-ingress", "selector: {matchLabels: {tier: edge}}, ")), "as-rendered", "a selector by tier"},
		"a filter of labelled pods":  {added("apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {name: a, namespace: aks-istio-ingress}\nspec: {workloadSelector: {labels: {tier: edge}}, configPatches: [{applyTo: HTTP_FILTER, patch: {operation: INSERT_FIRST}}]}\n"), "protocol", "a selector by tier"},
		"an EndpointSlice by hand":   {added("apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a, namespace: goproxy, labels: {kubernetes.io/service-name: goproxy-athens}}\naddressType: IPv4\nendpoints: [{addresses: [192.0.2.1]}]\n"), "protocol", "EndpointSlice goproxy/a adds addresses"},
		"a port for gRPC":            {port(func(p *corev1.ServicePort) { p.Name, p.AppProtocol = "grpc-web", nil }), "protocol", "speaks grpc"},
		"a port for h2c":             {port(func(p *corev1.ServicePort) { p.AppProtocol = new("kubernetes.io/h2c") }), "protocol", "speaks kubernetes.io/h2c"},
		"a port for UDP":             {port(func(p *corev1.ServicePort) { p.Protocol = corev1.ProtocolUDP }), "protocol", "uses ports.protocol: UDP"},
		"a delay": {route(func(r *v1alpha3.HTTPRoute) {
			r.Fault = &v1alpha3.HTTPFaultInjection{Delay: &v1alpha3.HTTPFaultInjection_Delay{Percentage: &v1alpha3.Percent{Value: 1}}}
		}), "protocol", "uses http.fault.delay"},
		"a shorter time": {route(func(r *v1alpha3.HTTPRoute) { r.Timeout = durationpb.New(1) }), "as-rendered", "or 504 after"},
		"an expression of two halves": {route(func(r *v1alpha3.HTTPRoute) {
			r.Match[0].Uri = &v1alpha3.StringMatch{MatchType: &v1alpha3.StringMatch_Regex{Regex: "a)|(b"}}
		}), "protocol", "does not compile"},
		"HTTPS at another port": {func(o objects) objects {
			g := generators.OfType[*networkingv1.Gateway](o)[0]
			g.Spec.Servers = append(g.Spec.Servers, &v1alpha3.Server{Port: &v1alpha3.Port{Number: 8443, Protocol: "HTTPS", Name: "other"}, Hosts: []string{"*"}, Tls: g.Spec.Servers[0].Tls})
			return o
		}, "administration", "servers.port.number: 8443 for HTTPS"},
		"a Sidecar of one port": {func(o objects) objects {
			for _, c := range generators.OfType[*networkingv1.Sidecar](o) {
				for _, e := range c.Spec.GetEgress() {
					e.Port = &v1alpha3.SidecarPort{Number: 81, Protocol: "HTTP", Name: "http"}
				}
			}
			return o
		}, "crathens", "uses egress.port"},
		"a cluster of another panic":   {added("apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {name: a, namespace: goproxy}\nspec: {configPatches: [{applyTo: CLUSTER, match: {context: ANY}, patch: {operation: MERGE, value: {common_lb_config: {healthy_panic_threshold: {value: 100}}}}}]}\n"), "protocol", "EnvoyFilter goproxy/a changes what Envoy does"},
		"a cluster of another address": {added("apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {name: a, namespace: goproxy}\nspec: {configPatches: [{applyTo: CLUSTER, match: {context: ANY}, patch: {operation: MERGE, value: {upstream_bind_config: {source_address: {address: 127.0.0.1, port_value: 0}}}}}]}\n"), "protocol", "EnvoyFilter goproxy/a changes what Envoy does"},
		"ejections that panic overrules": {func(o objects) objects {
			for _, d := range generators.OfType[*networkingv1.DestinationRule](o) {
				if p := d.Spec.GetTrafficPolicy().GetOutlierDetection(); p != nil {
					p.MinHealthPercent = 50
				}
			}
			return o
		}, "as-rendered", "when that is gone); the site's manifests"},
	} {
		t.Run(name, func(t *testing.T) {
			leaves(t, "production", c.edit(site.Objects(example(t, "production"))), c.promise, c.shows)
		})
	}
}

// tokensOf another issuer.
func tokensOf(namespace, selector string) string {
	return "apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: a, namespace: " + namespace + "}\nspec: {" + selector + "jwtRules: [{issuer: https://issuer.example.com, jwksUri: https://issuer.example.com/keys}]}\n"
}

// What is around and leads elsewhere changes nothing.
func TestAll_LeavesOutWhatLeadsElsewhere(t *testing.T) {
	s := example(t, "production")
	for name, text := range map[string]string{
		"an Ingress":                    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: goproxy}\nspec: {defaultBackend: {service: {name: shop, port: {number: 80}}}}\n",
		"a route of the Gateway API":    "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a, namespace: team}\nspec: {rules: [{backendRefs: [{name: goproxy-athens, port: 80}]}]}\n",
		"tokens of other pods":          tokensOf("aks-istio-ingress", "selector: {matchLabels: {istio: other}}, "),
		"a Hostname":                    "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a, namespace: team}\nspec: {hostnames: [shop.example.com], rules: [{backendRefs: [{group: networking.istio.io, kind: Hostname, name: shop.example.com, port: 80}]}]}\n",
		"a Gateway of other pods":       "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: a, namespace: team}\nspec: {selector: {istio: other}, servers: [{port: {number: 443, name: b, protocol: HTTPS}, hosts: [goproxy.example.com]}]}\n",
		"an Ingress of another class":   "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: team}\nspec: {ingressClassName: nginx, rules: [{host: goproxy.example.com}]}\n",
		"an EndpointSlice":              "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a, namespace: goproxy, labels: {kubernetes.io/service-name: goproxy-athens, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io}}\naddressType: IPv4\nendpoints: []\n",
		"a NetworkPolicy of other pods": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: goproxy}\nspec: {podSelector: {matchLabels: {app: shop}}, policyTypes: [Ingress, Egress]}\n",
	} {
		if broken := verdicts(Of(s, append(site.Objects(s), decode(t, text)...)).All(true)); len(broken) > 0 {
			t.Errorf("%s: %v", name, broken)
		}
	}
}
