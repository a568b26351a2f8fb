package mesh

import (
	"slices"
	"testing"
	"time"

	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// TestFailoverFollowsTheSpread: what clients do not see of dead replicas takes
// several settings at once, and each spread needs its own.
func TestFailoverFollowsTheSpread(t *testing.T) {
	for _, c := range []struct {
		spec, spread string
		tries        int32
		try          time.Duration
	}{
		{"", v1alpha1.SpreadByModule, 4, 10 * time.Second},
		{"lathens: {replicas: 1}", v1alpha1.SpreadByModule, 3, 10 * time.Second},
		{"lathens: {replicas: 2, autoscaling: {maxReplicas: 5}}", v1alpha1.SpreadByModule, 7, 10 * time.Second},
		{"lathens: {replicas: 3}\ngateway: {timeouts: {list: 20s}}", v1alpha1.SpreadByModule, 5, 4 * time.Second},
		{"lathens: {replicas: 9}\ngateway: {timeouts: {list: 12s}}", v1alpha1.SpreadByModule, 4, 3 * time.Second},
		{"lathens: {replicas: 5, spread: ByLoad}", v1alpha1.SpreadByLoad, 3, 10 * time.Second},
		{"lathens: {replicas: 5}\nmesh: {revision: asm-1-30}", v1alpha1.SpreadByLoad, 3, 10 * time.Second},
	} {
		site := newSite(t, c.spec)
		byModule := c.spread == v1alpha1.SpreadByModule
		if site.Spec.Lathens.Spread != c.spread {
			t.Errorf("%q: spread %s, want %s", c.spec, site.Spec.Lathens.Spread, c.spread)
		}
		retries := listRoute(site).GetRetries()
		if got := retries.GetAttempts() + 1; got != c.tries {
			t.Errorf("%q: %d tries, want %d", c.spec, got, c.tries)
		}
		if got := retries.GetPerTryTimeout().AsDuration(); got != c.try {
			t.Errorf("%q: each try %s, want %s", c.spec, got, c.try)
		}
		if got := generators.LathensDeadline(site); got >= c.try {
			t.Errorf("%q: lathens outlasts a try of %s: %s", c.spec, c.try, got)
		}
		if got := retries.GetRetryRemoteLocalities().GetValue(); got == byModule {
			t.Errorf("%q: retryRemoteLocalities %v", c.spec, got)
		}
		if hash := policyOf(t, ListDestination(site)).GetLoadBalancer().GetConsistentHash() != nil; hash != byModule {
			t.Errorf("%q: hash %v", c.spec, hash)
		}
		filters := Failover(site)
		if (len(filters) == 1) != byModule {
			t.Errorf("%q: %d EnvoyFilters", c.spec, len(filters))
		}
		for _, o := range filters {
			f := o.(*networkingv1alpha3.EnvoyFilter)
			if f.Namespace != site.Spec.Gateway.Workload().Namespace {
				t.Errorf("%q: in %s, where no gateway reads it", c.spec, f.Namespace)
			}
			var services []string
			for _, p := range f.Spec.GetConfigPatches() {
				services = append(services, p.GetMatch().GetCluster().GetService())
			}
			if want := []string{generators.Host(site, generators.List), generators.Host(site, generators.Athens)}; !slices.Equal(services, want) {
				t.Errorf("%q: patches of %q, want %q", c.spec, services, want)
			}
		}
	}
	for _, spec := range []string{"lathens: {enabled: false}", "mesh: {mode: None}"} {
		if Failover(newSite(t, spec)) != nil {
			t.Errorf("%q: an EnvoyFilter without a list Service", spec)
		}
	}
}
