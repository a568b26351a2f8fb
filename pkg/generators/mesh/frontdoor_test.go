package mesh

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"
)

func TestFrontDoorService(t *testing.T) {
	const link = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/nodes/providers/Microsoft.Network/privateLinkServices/goproxy"
	for _, tt := range []struct {
		balancer string
		want     map[string]string
	}{
		{"serviceTag: {}", map[string]string{allowedServiceTags: "AzureFrontDoor.Backend"}},
		{"privateLink: {resourceID: " + link + ", location: westeurope}", map[string]string{
			internalBalancer: "true", linkCreate: "true", linkName: "goproxy", linkGroup: "nodes", linkVisibility: "*",
		}},
	} {
		site := newSite(t, "mesh: {revision: asm-1-30}\nedge: {frontDoor: {id: "+frontDoorID+", loadBalancer: {"+tt.balancer+"}}}")
		service := FrontDoorService(site)[0].(*corev1.Service)
		if diff := cmp.Diff(tt.want, service.Annotations); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.balancer, diff)
		}
		if service.Namespace != "aks-istio-ingress" || service.Spec.Selector["istio"] != "aks-istio-ingressgateway-external" {
			t.Errorf("%s: the Service is not before the gateway's pods: %v", tt.balancer, service)
		}
	}
	if got := FrontDoorService(newSite(t, "edge: {frontDoor: {id: "+frontDoorID+"}}")); got != nil {
		t.Errorf("without loadBalancer: got %v", got)
	}
}

func TestOriginHost(t *testing.T) {
	site := newSite(t, "edge: {frontDoor: {id: "+frontDoorID+", originHost: origin.example.com}}")
	hosts := Gateway(site)[0].(*networkingv1.Gateway).Spec.GetServers()[0].GetHosts()
	if diff := cmp.Diff([]string{
		"./goproxy.example.com", "./origin.example.com",
		"goproxy.example.com.claimed.invalid", "origin.example.com.claimed.invalid",
	}, hosts); diff != "" {
		t.Errorf("hosts (-want +got):\n%s", diff)
	}
}

// TestCatalogAtOrigin: other regions come past the Front Door, by the host that
// leads to this region, and get the catalog alone.
func TestCatalogAtOrigin(t *testing.T) {
	site := newSite(t, "gateway: {catalogClients: [{name: other-regions, cidrs: [203.0.113.7/32, 2001:db8::/48]}]}\n"+
		"edge: {frontDoor: {id: "+frontDoorID+", originHost: origin.example.com, loadBalancer: {serviceTag: {}}}}")
	routes := Routes(site)[0].(*networkingv1.VirtualService)
	if diff := cmp.Diff([]string{"goproxy.example.com", "origin.example.com"}, routes.Spec.GetHosts()); diff != "" {
		t.Errorf("hosts (-want +got):\n%s", diff)
	}
	lock := frontDoor(site).(*securityv1.AuthorizationPolicy).Spec.GetRules()[0].GetTo()[0].GetOperation()
	if diff := cmp.Diff([]string{"goproxy.example.com", "goproxy.example.com:*", "origin.example.com", "origin.example.com:*"}, lock.GetHosts()); diff != "" {
		t.Errorf("locked hosts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{healthPath, catalogPath}, lock.GetNotPaths()); diff != "" {
		t.Errorf("open paths (-want +got):\n%s", diff)
	}
	service := FrontDoorService(site)[0].(*corev1.Service)
	want := map[string]string{allowedServiceTags: frontDoorTag, allowedRanges: "203.0.113.7/32,2001:db8::/48"}
	if diff := cmp.Diff(want, service.Annotations); diff != "" {
		t.Errorf("annotations (-want +got):\n%s", diff)
	}
	if service.Spec.ExternalTrafficPolicy != corev1.ServiceExternalTrafficPolicyLocal {
		t.Error("the gateway does not see the addresses of other regions")
	}
}

// TestEdgeCache wants a filter that Istio can read, with the age in it; what
// its script does is tested in test/azure.
func TestEdgeCache(t *testing.T) {
	site := newSite(t, "edge: {frontDoor: {id: "+frontDoorID+", cache: {maxAge: 2h}}}")
	filter := EdgeCache(site)[0].(*networkingv1alpha3.EnvoyFilter)
	text, err := protojson.Marshal(&filter.Spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := protojson.Unmarshal(text, &v1alpha3.EnvoyFilter{}); err != nil {
		t.Error(err)
	}
	if !strings.Contains(string(text), "max-age=7200, immutable") {
		t.Errorf("no max-age=7200 in %s", text)
	}
	if got := EdgeCache(newSite(t, "edge: {frontDoor: {id: "+frontDoorID+"}}")); got != nil {
		t.Errorf("without cache: got %v", got)
	}
}
