package prove

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// Where the gateway is in the root namespace of the mesh, and its pods are Istio's own.
func TestAll_AroundAGatewayOfTheRootNamespace(t *testing.T) {
	const (
		rule    = "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: x, namespace: istio-system}\nspec: {host: '%', trafficPolicy: {tls: {mode: DISABLE}}"
		athens  = "goproxy-athens.goproxy.svc.cluster.local"
		gateway = "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: x, namespace: other}\nspec: {selector: {"
		simple  = "tls: {mode: SIMPLE, credentialName: x}}]}\n"
		pods    = "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {"
		own     = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: istio-ingressgateway, namespace: istio-system}\n" + pods + "app: istio-ingressgateway, istio: ingressgateway}}, spec: {serviceAccountName: istio-ingressgateway-service-account, containers: [{name: istio-proxy}]}}}\n"
		service = "apiVersion: v1\nkind: Service\nmetadata: {name: istio-ingressgateway, namespace: istio-system}\nspec: {selector: {istio: ingressgateway}, ports: [{name: https, port: 443, targetPort: 10443}]}\n"
		token   = "apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: x, namespace: istio-system}\nspec: {selector: {matchLabels: {app: kiali}}, jwtRules: [{issuer: x, jwksUri: 'https://x.example.com'}]}\n"
	)
	private := func(host, more string) string { return strings.Replace(rule, "%", host, 1) + more + "}\n" }
	at := func(port, host string) string {
		return gateway + "istio: ingressgateway}, servers: [{port: {number: " + port + ", name: h, protocol: HTTPS}, hosts: ['" + host + "'], " + simple
	}
	for name, c := range map[string]struct{ more, promise, shows string }{
		"a rule of the namespace":      {private(athens, ", exportTo: ['.']"), "protocol", "503"},
		"a rule by its name":           {private(athens, ", exportTo: [istio-system]"), "protocol", "503"},
		"a rule of many hosts":         {private("*.goproxy.svc.cluster.local", ", exportTo: ['.']"), "protocol", "503"},
		"a rule of some pods":          {private(athens, ", workloadSelector: {matchLabels: {istio: ingressgateway}}"), "protocol", "503"},
		"a rule of all, which is last": {private(athens, ""), "", ""},
		"a rule of others":             {private(athens, ", exportTo: [other]"), "", ""},
		"the port of the pods":         {at("8443", "goproxy.example.com"), "as-rendered", "Gateway other/x uses servers.hosts: goproxy.example.com"},
		"not the port of the pods":     {at("8443", "goproxy.example.com") + "---\n" + service, "", ""},
		"a Gateway of other pods":      {strings.Replace(at("443", "*"), "istio: ingressgateway", "app: internal-gateway", 1) + "---\n" + own, "", ""},
		"a token for other pods":       {token + "---\n" + own, "", ""},
		"a token, pods unknown":        {token, "as-rendered", "RequestAuthentication istio-system/x uses a selector by app"},
		"an Ingress of a certificate":  {"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x, namespace: other}\nspec: {ingressClassName: istio, tls: [{hosts: [goproxy.example.com], secretName: s}], rules: [{http: {paths: []}}]}\n", "as-rendered", "Ingress other/x is about the host goproxy.example.com"},
		"a Gateway of the Gateway API": {"apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: x, namespace: other}\nspec: {gatewayClassName: istio, listeners: [{name: h, port: 443, protocol: HTTPS, hostname: goproxy.example.com}]}\n", "as-rendered", "Gateway of gateway.networking.k8s.io other/x is about the host"},
		"the account of a program":     {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x, namespace: goproxy}\n" + pods + "a: b}}, spec: {serviceAccountName: goproxy-crathens, containers: [{name: x}]}}}\n", "strangers", "the ServiceAccount goproxy-crathens"},
		"the labels of a program":      {"apiVersion: batch/v1\nkind: Job\nmetadata: {name: x, namespace: goproxy}\nspec: {template: {metadata: {labels: {app.kubernetes.io/name: athens, athens.gomods.io/site: goproxy.goproxy}}, spec: {containers: [{name: x, ports: [{name: http, containerPort: 9999}]}]}}}\n", "protocol", "Job goproxy/x uses the labels that Service"},
	} {
		t.Run(name, func(t *testing.T) {
			more := decode(t, strings.ReplaceAll(c.more, "---\n", "\n---\n"))
			leaves(t, "minimal", append(site.Objects(example(t, "minimal")), more...), c.promise, c.shows)
		})
	}
}
