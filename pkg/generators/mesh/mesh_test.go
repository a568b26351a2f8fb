package mesh

import (
	"reflect"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	corev1 "k8s.io/api/core/v1"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

const frontDoorID = "11111111-2222-3333-4444-555555555555"

// newSite is a defaulted site with a spec written as in a manifest.
func newSite(t *testing.T, spec string) *v1alpha1.AthensSite {
	t.Helper()
	return spectest.Site(t, "modules", spec)
}

// everything of this package, in the order of the output.
func everything(site *v1alpha1.AthensSite) []generators.Object {
	var out []generators.Object
	for _, f := range []func(*v1alpha1.AthensSite) []generators.Object{
		Gateway, Routes, ListDestination, AthensDestination, MTLS, Authorization, Egress, Telemetry, FrontDoorService, EdgeCache,
	} {
		out = append(out, f(site)...)
	}
	return out
}

const full = `
athens:
  storage: {azureBlob: {account: athensweu, container: gomods, credentials: {managedIdentity: {resourceID: /x}}}}
  upstream: {goproxy: 'https://mirror.example.com,http://mirror.corp:8080'}
  singleFlight: {redis: {endpoints: [redis.cache.svc:6379]}}
tracing: {provider: otel, collector: {serviceRef: {namespace: observability, name: otel}}}
edge: {frontDoor: {id: ` + frontDoorID + `, cache: {}, loadBalancer: {serviceTag: {}}}}
`

func TestModeNoneMakesNothing(t *testing.T) {
	site := newSite(t, full)
	site.Spec.Mesh.Mode = v1alpha1.MeshNone
	if got := everything(site); len(got) != 0 {
		t.Errorf("got %d objects, want none", len(got))
	}
}

func TestIdentity(t *testing.T) {
	site := newSite(t, full)
	seen := map[string]bool{}
	for _, o := range everything(site) {
		kind := o.GetObjectKind().GroupVersionKind()
		if kind.Kind == "" || kind.Version != "v1" && kind.Kind != "EnvoyFilter" {
			t.Errorf("%s: type %v", o.GetName(), kind)
		}
		id := kind.Kind + " " + o.GetNamespace() + "/" + o.GetName()
		if seen[id] {
			t.Errorf("%s twice", id)
		}
		seen[id] = true
		if got := o.GetLabels()[generators.SiteLabel]; got != "modules.goproxy" {
			t.Errorf("%s: owner %q", id, got)
		}
	}
	for _, id := range []string{
		"Gateway modules/goproxy",
		"VirtualService modules/goproxy",
		"DestinationRule modules/goproxy-list",
		"PeerAuthentication modules/default",
		"AuthorizationPolicy modules/goproxy-deny-all",
		"AuthorizationPolicy istio-system/modules.goproxy-front-door",
		"Sidecar modules/default",
		"Sidecar modules/goproxy-athens",
		"ServiceEntry modules/goproxy-egress-address-80",
		"Telemetry modules/goproxy-telemetry",
		"Telemetry istio-system/modules.goproxy-gateway",
	} {
		if !seen[id] {
			t.Errorf("no %s", id)
		}
	}
}

// TestStrictDecode reads every spec back as the API server's Istio would,
// where an unknown field is an error.
func TestStrictDecode(t *testing.T) {
	for _, o := range everything(newSite(t, full)) {
		if _, ours := o.(*corev1.Service); ours {
			continue // no object of Istio's
		}
		spec := reflect.ValueOf(o).Elem().FieldByName("Spec").Addr().Interface().(proto.Message)
		data, err := protojson.Marshal(spec)
		if err != nil {
			t.Errorf("%s: %v", o.GetName(), err)
			continue
		}
		back := spec.ProtoReflect().New().Interface()
		if err := protojson.Unmarshal(data, back); err != nil {
			t.Errorf("%s: %v\n%s", o.GetName(), err, data)
		}
		if !proto.Equal(spec, back) {
			t.Errorf("%s: changed on the way", o.GetName())
		}
	}
}

func TestGateway_OfAnotherOwnerIsNotGenerated(t *testing.T) {
	site := newSite(t, `gateway: {istio: {gatewayRef: {namespace: edge, name: shared}, workload: {labels: {istio: ingressgateway}, serviceAccountName: edge}}}`)
	if got := Gateway(site); got != nil {
		t.Errorf("Gateway = %v, want none", got)
	}
	vs := Routes(site)[0].(*networkingv1.VirtualService)
	if got := vs.Spec.GetGateways(); len(got) != 1 || got[0] != "edge/shared" {
		t.Errorf("gateways = %v", got)
	}
}
