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
		{"{}", []string{"(istio=ingressgateway in istio-system) run as ServiceAccount istio-ingressgateway-service-account (istioctl install)", "port 443 of their Service leads to their port 8443", "cluster.local"}},
		{"{mesh: {mode: None}}", nil},
		{"{mesh: {gateway: {serviceAccount: istio-ingressgateway}}}", []string{"ServiceAccount istio-ingressgateway (mesh.gateway.serviceAccount)", "port", "trust domain"}},
		{"{mesh: {revision: asm-1-30, gateway: {selector: {istio: aks-istio-ingressgateway-internal}}}}", []string{"aks-istio-ingressgateway-internal (the internal gateway of the AKS add-on)", "port", "trust domain", "no public address"}},
		{"{mesh: {trustDomain: acme.example.com, gateway: {name: edge/shared, namespace: edge, selector: {gateway.networking.k8s.io/gateway-name: public}, port: 8443, targetPort: 443, catalogFrom: [203.0.113.7/32]}}}", []string{
			"ServiceAccount public-istio (Istio, for a Gateway of the Gateway API)", "port 8443 of their Service leads to their port 443",
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
