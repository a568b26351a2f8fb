package mesh

import (
	"slices"
	"testing"
	"time"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
)

func policyOf(t *testing.T, objects []generators.Object) *v1alpha3.TrafficPolicy {
	t.Helper()
	if len(objects) != 1 {
		t.Fatalf("%d objects, want one", len(objects))
	}
	return objects[0].(*networkingv1.DestinationRule).Spec.GetTrafficPolicy()
}

// TestListFallsOverToAthens holds together what failover needs: without
// outlierDetection priorities do nothing, and without 100 percent the last
// lathens is never given up.
func TestListFallsOverToAthens(t *testing.T) {
	p := policyOf(t, ListDestination(newSite(t, "")))
	if got := p.GetLoadBalancer().GetConsistentHash().GetHttpHeaderName(); got != ":path" {
		t.Errorf("hash on %q", got)
	}
	l := p.GetLoadBalancer().GetLocalityLbSetting()
	if !l.GetEnabled().GetValue() || !slices.Equal(l.GetFailoverPriority(), []string{"topology.istio.io/cluster", "athens.gomods.io/list=cache"}) {
		t.Errorf("locality %v", l)
	}
	if got := p.GetOutlierDetection().GetMaxEjectionPercent(); got != 100 {
		t.Errorf("maxEjectionPercent %d", got)
	}
	if got := p.GetOutlierDetection().GetMinHealthPercent(); got <= 0 {
		t.Errorf("minHealthPercent %d: when all are ejected, no pod is asked", got)
	}
	if ListDestination(newSite(t, "lathens: {enabled: false}")) != nil {
		t.Error("a rule for a list Service that does not exist")
	}
}

func TestEveryDestination(t *testing.T) {
	site := newSite(t, "")
	perTry := routeOf(httpRoutes(site), "GET", "/m/@v/list").GetRetries().GetPerTryTimeout().AsDuration()
	for name, objects := range map[string][]generators.Object{
		"list": ListDestination(site), "athens": AthensDestination(site),
	} {
		p := policyOf(t, objects)
		if p.GetTls().GetMode() != v1alpha3.ClientTLSSettings_ISTIO_MUTUAL {
			t.Errorf("%s: tls %v", name, p.GetTls())
		}
		// Zero has to be said: nil would be Istio's default of five.
		if e := p.GetOutlierDetection().GetConsecutive_5XxErrors(); e == nil || e.GetValue() != 0 {
			t.Errorf("%s: consecutive5xxErrors %v", name, e)
		}
		if got := p.GetOutlierDetection().GetConsecutiveGatewayErrors().GetValue(); got != map[string]uint32{"list": 1, "athens": 5}[name] {
			t.Errorf("%s: consecutiveGatewayErrors %d", name, got)
		}
		if len(p.GetPortLevelSettings()) != 0 {
			t.Errorf("%s: portLevelSettings would replace all of these", name)
		}
		if got := p.GetConnectionPool().GetTcp().GetConnectTimeout().AsDuration(); got <= 0 || got > perTry-time.Second {
			t.Errorf("%s: connectTimeout %s uses up a try of %s", name, got, perTry)
		}
	}
	if p := policyOf(t, AthensDestination(site)); p.GetOutlierDetection().GetMaxEjectionPercent() != 50 ||
		!p.GetLoadBalancer().GetLocalityLbSetting().GetEnabled().GetValue() {
		t.Errorf("athens: %v", p)
	}
}
