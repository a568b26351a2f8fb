package assumptions

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/spectest"
)

func TestOf(t *testing.T) {
	for _, c := range []struct {
		spec string
		// want are parts of what is assumed, in order; all of it has a command.
		want []string
	}{
		{"{}", []string{"(istio=ingressgateway in istio-system) run as ServiceAccount istio-ingressgateway-service-account (istioctl install)", "port 443 of their Service forwards to their port 8443", "cluster.local"}},
		{"{mesh: {mode: None}}", nil},
		{"{gateway: {istio: {workload: {serviceAccountName: istio-ingressgateway}}}}", []string{"ServiceAccount istio-ingressgateway (gateway.istio.workload.serviceAccountName)", "port", "trust domain"}},
		{"{gateway: {istio: {workload: {labels: {istio: aks-istio-ingressgateway-internal}}}}, mesh: {revision: asm-1-30}}", []string{"aks-istio-ingressgateway-internal (the internal gateway of the AKS add-on)", "port", "trust domain", "no public address"}},
		{"{gateway: {istio: {gatewayRef: {namespace: edge, name: shared}, workload: {namespace: edge, labels: {gateway.networking.k8s.io/gateway-name: public}, port: 8443, targetPort: 443}}, catalogClients: [{name: other-regions, cidrs: [203.0.113.7/32]}]}, mesh: {trustDomain: acme.example.com}}", []string{
			"ServiceAccount public-istio (Istio, for a Gateway of the Gateway API)", "port 8443 of their Service forwards to their port 443",
			"the Gateway edge/shared selects these pods and serves goproxy.example.com", "acme.example.com", "sees the addresses of its clients",
		}},
	} {
		got := Of(spectest.Sound(t, "goproxy", c.spec))
		if len(got) != len(c.want) {
			t.Fatalf("%s: got %d assumptions, want %d: %v", c.spec, len(got), len(c.want), got)
		}
		for i, a := range got {
			if !strings.Contains(a.What, c.want[i]) || !strings.HasPrefix(a.Command, "kubectl ") {
				t.Errorf("%s: got %q by %q, want %q", c.spec, a.What, a.Command, c.want[i])
			}
		}
	}
}
