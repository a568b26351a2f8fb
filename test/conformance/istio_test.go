package conformance

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	networking "istio.io/api/networking/v1"
	alpha "istio.io/api/networking/v1alpha3"
	security "istio.io/api/security/v1"
	telemetry "istio.io/api/telemetry/v1"
)

// istioKinds compiles the CRDs that come with the module istio.io/api.
var istioKinds = sync.OnceValues(func() (kinds, error) {
	return newKinds(readModuleCRDs("istio.io/api", "kubernetes/customresourcedefinitions.gen.yaml"))
})

// istioSpecs are the messages that the specs of Istio's kinds are.
var istioSpecs = map[string]func() proto.Message{
	"networking.istio.io/v1/DestinationRule":     func() proto.Message { return &networking.DestinationRule{} },
	"networking.istio.io/v1alpha3/EnvoyFilter":   func() proto.Message { return &alpha.EnvoyFilter{} },
	"networking.istio.io/v1/Gateway":             func() proto.Message { return &networking.Gateway{} },
	"networking.istio.io/v1/ServiceEntry":        func() proto.Message { return &networking.ServiceEntry{} },
	"networking.istio.io/v1/Sidecar":             func() proto.Message { return &networking.Sidecar{} },
	"networking.istio.io/v1/VirtualService":      func() proto.Message { return &networking.VirtualService{} },
	"security.istio.io/v1/AuthorizationPolicy":   func() proto.Message { return &security.AuthorizationPolicy{} },
	"security.istio.io/v1/PeerAuthentication":    func() proto.Message { return &security.PeerAuthentication{} },
	"security.istio.io/v1/RequestAuthentication": func() proto.Message { return &security.RequestAuthentication{} },
	"telemetry.istio.io/v1/Telemetry":            func() proto.Message { return &telemetry.Telemetry{} },
}

// isIstio says whether the object is of one of Istio's groups.
func isIstio(o object) bool {
	return strings.HasSuffix(o.GroupVersionKind().Group, ".istio.io")
}

// checkIstioSchema holds an object against its CRD.
func checkIstioSchema(t *testing.T, o object) []string {
	all, err := istioKinds()
	if err != nil {
		t.Fatal(err)
	}
	return all.check(o)
}

// checkIstioMessage decodes the spec as istiod does, but strictly.
func checkIstioMessage(o object) []string {
	newSpec, ok := istioSpecs[o.GetAPIVersion()+"/"+o.GetKind()]
	if !ok {
		return []string{"no message is known for this apiVersion and kind"}
	}
	spec, ok := o.Object["spec"]
	if !ok {
		return []string{"spec is missing"}
	}
	raw, err := json.Marshal(spec)
	if err != nil {
		return []string{err.Error()}
	}
	if err := protojson.Unmarshal(raw, newSpec()); err != nil {
		return []string{err.Error()}
	}
	return nil
}
