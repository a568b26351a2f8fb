package v1alpha1_test

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

// What another field switches off is refused where it is written in vain: in the
// layer that no region makes anything of.
func TestUnused(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{Name: "lathens", Spec: `
lathens: {enabled: false, ttl: 30s, resources: {requests: {cpu: 1}}, replicas: null}
metrics: {slo: {listLatency: {target: 98%}}}`,
			Want: []string{
				"spec.lathens.ttl: has no meaning with lathens.enabled false: remove it, or run lathens",
				"spec.lathens.resources: has no meaning",
				"spec.metrics.slo.listLatency: has no meaning with lathens.enabled false"}},
		{Name: "what is empty is not written", Spec: `
mesh: {mode: None}
gateway: {timeouts: {}, catalogClients: [], istio: null}
lathens: {spread: null}`},
		{Name: "a union by its presence", Spec: `
mesh: {mode: None}
gateway: {istio: {}}`,
			Want: []string{"spec.gateway.istio: has no meaning with mesh.mode None: remove it, or write mode: Sidecar"}},
		{Name: "off in one region of two", Spec: `
lathens: {ttl: 30s}
regions:
- {name: west, overrides: {lathens: {enabled: false}}}
- {name: east}`},
		{Name: "off in the only region", Spec: `
lathens: {ttl: 30s}
regions:
- {name: west, overrides: {lathens: {enabled: false}}}`,
			Want: []string{"spec.lathens.ttl: has no meaning with lathens.enabled false"}},
		{Name: "off for all, on in a region", Spec: `
lathens: {enabled: false, ttl: 30s}
regions:
- {name: west, overrides: {lathens: {enabled: true}}}
- {name: east}`},
		{Name: "off and set in one region", Spec: `
regions:
- {name: west, overrides: {lathens: {enabled: false, ttl: 30s}}}
- {name: east}`,
			Want: []string{"spec.regions[0].overrides.lathens.ttl: has no meaning with lathens.enabled false"}},
		{Name: "off for all, set in a region", Spec: `
lathens: {enabled: false}
region: east
regions:
- {name: west, overrides: {lathens: {ttl: 30s}}}
- {name: east}`,
			Want: []string{"spec.regions[0].overrides.lathens.ttl: has no meaning with lathens.enabled false"}},
		{Name: "set for all, and again by those that use it", Spec: `
lathens: {ttl: 30s}
regions:
- {name: west, overrides: {lathens: {enabled: false}}}
- {name: east, overrides: {lathens: {ttl: 40s}}}`,
			Want: []string{"spec.lathens.ttl: has no meaning"}},
		{Name: "where nothing is fetched", Spec: `
athens:
  networkMode: Offline
  download: {mode: None}
  upstream: {goproxy: https://mirror.example.com}
  private: {patterns: [git.example.com/*], netrc: {secretRef: {name: netrc}}}`,
			Want: []string{
				"spec.athens.upstream.goproxy: has no meaning where Athens fetches nothing, with networkMode Offline",
				"spec.athens.private.netrc: has no meaning where Athens fetches nothing"}},
		{Name: "labels of the rules' ConfigMap", Spec: `metrics: {operator: None, labels: {rules: "1"}}`},
		{Name: "of the other database of Azure", Spec: `
athens: {storage: {mongo: {url: {secretRef: {name: m}}, cosmos: {account: acme}}}}
azure: {provision: {resourceGroup: {name: g, location: westeurope}, storage: {replication: LRS}}}`,
			Want: []string{"spec.azure.provision.storage.replication: has no meaning without storage azureBlob"}},
		{Name: "without a mesh in one region", Spec: `
gateway: {istio: {workload: {port: 444}}, timeouts: {list: 40s}}
mesh: {revision: asm-1-30, trustDomain: td.example.com}
regions:
- {name: west, overrides: {mesh: {mode: None}, gateway: {ingress: {}}}}
- {name: east}`},
	})
}
