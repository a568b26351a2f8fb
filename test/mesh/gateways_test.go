package mesh

import (
	"testing"

	"istio.io/api/label"
	"istio.io/istio/operator/pkg/helm"
	"istio.io/istio/operator/pkg/values"
	"istio.io/istio/pilot/pkg/config/kube/gatewaycommon"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/gomods/athens-kfn/pkg/gateways"
)

// The table of known gateways says what Istio's own charts and controller make.
func TestKnownGateways(t *testing.T) {
	seen := 0
	for _, c := range []struct {
		release, namespace, chart string
	}{
		{"istio", "istio-system", "gateways/istio-ingress"}, // istioctl install
		{"istio-ingress", "istio-ingress", "gateway"},
		{"istio-ingressgateway", "istio-ingress", "gateway"},
		{"istio-public", "edge", "gateway"},
		{"public", "edge", "gateway"},
	} {
		v, err := values.MapFromYaml([]byte("spec: {values: {global: {}}}"))
		if err != nil {
			t.Fatal(err)
		}
		made, _, err := helm.Render(c.release, c.namespace, c.chart, v, nil)
		if err != nil {
			t.Fatalf("%s: %v", c.chart, err)
		}
		for _, o := range made {
			if o.GetKind() != "Deployment" {
				continue
			}
			seen++
			pod, _, err := unstructured.NestedStringMap(o.Object, "spec", "template", "metadata", "labels")
			if err != nil {
				t.Fatal(err)
			}
			account, _, err := unstructured.NestedString(o.Object, "spec", "template", "spec", "serviceAccountName")
			if err != nil {
				t.Fatal(err)
			}
			both := map[string]string{"istio": pod["istio"], "app": pod["app"]}
			if found, ok := gateways.Find(false, c.namespace, both, ""); !ok || found.ServiceAccount != account {
				t.Errorf("release %s of %s: pods %v run as %s, the table has %q", c.release, c.chart, both, account, found.ServiceAccount)
			}
		}
	}
	if seen != 5 {
		t.Errorf("%d gateways only", seen)
	}
	const name = "public"
	made := map[string]string{label.IoK8sNetworkingGatewayGatewayName.Name: name}
	want := gatewaycommon.GetDefaultName(name, &gatewayv1.GatewaySpec{GatewayClassName: "istio"}, false)
	if found, ok := gateways.Find(false, "edge", made, ""); !ok || found.ServiceAccount != want {
		t.Errorf("Gateway %s: its pods run as %s, the table has %q", name, want, found.ServiceAccount)
	}
}
