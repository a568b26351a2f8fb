package strict_test

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

const s3 = "athens: {storage: {s3: {region: eu-central-1, bucket: acme-gomods, credentials: {secretRef: {name: s3}}}}, upstream: {goproxy: https://mirror.example.com}}\n"

func TestRegionProblems(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"not in the list", "region: westeurop\nregions: [{name: westeurope}]", []string{"spec.region: did you mean westeurope?"}},
		{"nothing near", "region: mars\nregions: [{name: westeurope}, {name: eastus2}]", []string{"spec.region: write one of its names: westeurope or eastus2"}},
		{"no list", "region: westeurope", []string{"spec.region: is not in spec.regions, which is empty"}},
		{"no name", "regions: [{}]", []string{"spec.regions[0].name: is required"}},
		{"name twice", "regions: [{name: a}, {name: a}]", []string{"spec.regions[1].name: is repeated, first at spec.regions[0]"}},
		{"name is no label", "regions: [{name: West Europe}]", []string{"spec.regions[0].name: as in west-europe"}},
		{"the old place", "region: a\nregions: [{athens: {goGetWorkers: 3}, name: a}]", []string{"spec.regions[0].athens: it belongs at spec.regions[0].overrides.athens"}},
		{"flat in an entry", "region: a\nregions: [{name: a, gateway: {}, storage: {}}]", []string{"spec.regions[0].gateway: it belongs at spec.regions[0].overrides.gateway", "spec.regions[0].storage: it belongs at spec.regions[0].overrides.athens.storage"}},
		{"a wrong place inside", "region: a\nregions: [{name: a, overrides: {athens: {tracing: {}}}}]", []string{"spec.regions[0].overrides.athens.tracing: it belongs at spec.regions[0].overrides.tracing"}},
		{"nothing near inside", "region: a\nregions: [{name: a, overrides: {foo: 1}}]", []string{"spec.regions[0].overrides.foo: unknown field; known are host, inheritedMetadata, additionalHosts, namespace, clusterDomain, images, trust, pods, secrets, athens, lathens, crathens, gateway, egress, mesh, tracing, logs, networkPolicies, metrics, edge, azure"}},
		{"a section that only regions write", "region: a\nregions: [{name: a, overrides: {namespace: {create: false}}}]", nil},
		{"the list of regions in a region", "regions: [{name: a, overrides: {region: a, regions: [{name: b}]}}]", []string{"spec.regions[0].overrides.region: is not a field that overrides may hold", "spec.regions[0].overrides.regions: is not a field that overrides may hold"}},
		{"null that removes nothing", "athens: {private: {patterns: [corp.example.com/*]}}\nregions: [{name: a, overrides: {lathens: null, athens: {private: null, version: null}}}]", []string{"spec.regions[0].overrides.lathens: has no value, and there is no value to override; remove it", "spec.regions[0].overrides.athens.version: has no value, and there is no value to override"}},
		{"null of what has a default", s3 + "lathens: {ttl: 30s}\negress: {mode: Listed}\nregions: [{name: a, overrides: {athens: {storage: null, upstream: {goproxy: null}}, egress: {mode: null}, lathens: null}}, {name: b, overrides: {athens: null, egress: {mode: Open}}}]", []string{
			"spec.regions[0].overrides.athens.storage: has no value, and its default, {\"disk\":{\"size\":\"10Gi\",\"accessMode\":\"ReadWriteOnce\",\"whenDeleted\":\"Retain\"}}, would replace what the spec writes: write the value that is meant",
			"spec.regions[0].overrides.athens.upstream.goproxy: has no value, and its default, \"direct\", would replace what the spec writes",
			"spec.regions[0].overrides.egress.mode: has no value, and its default, \"Open\", would replace",
			"spec.regions[0].overrides.lathens: has no value, and its default would replace",
			"spec.regions[1].overrides.athens: has no value, and its default would replace",
		}},
		{"empty, with a default", s3 + "logs: {azureMonitor: {excludeNamespaces: []}}\ngateway: {istio: {workload: {labels: {}}}}\nregions: [{name: a, overrides: {athens: {upstream: {goproxy: ''}}, mesh: {trustDomain: ''}}}]", []string{
			"spec.logs.azureMonitor.excludeNamespaces: is empty, and its default, [\"kube-system\",\"gatekeeper-system\"], would be used: write a value, or leave it out",
			"spec.gateway.istio.workload.labels: is empty, and its default, {\"istio\":\"ingressgateway\"}, would be used",
			"spec.regions[0].overrides.athens.upstream.goproxy: is empty, and its default, \"direct\", would be used",
			"spec.regions[0].overrides.mesh.trustDomain: is empty, and its default, \"cluster.local\", would be used",
		}},
		{"empty, over something", s3 + "regions: [{name: a, overrides: {athens: {storage: {}}}}, {name: b, overrides: {athens: {storage: {s3: {credentials: {}}}}}}, {name: c, overrides: {athens: {storage: {s3: null}}}}]", []string{
			"spec.regions[0].overrides.athens.storage: is empty and changes nothing, because it is merged over what the spec writes: write the fields that differ, or remove it",
			"spec.regions[1].overrides.athens.storage.s3.credentials: is empty and changes nothing",
			"spec.regions[2].overrides: merged over the spec, these overrides break spec.athens.storage: has none of its keys",
		}},
		{"unknown field inside", "region: a\nregions: [{name: a, overrides: {athens: {replica: 1}}}]", []string{"spec.regions[0].overrides.athens.replica: did you mean replicas?"}},
		{"wrong type inside, other region", "region: b\nregions: [{name: a, overrides: {lathens: {ttl: 60}}}, {name: b}]", []string{"spec.regions[0].overrides.lathens.ttl: is not a duration"}},
		{"rule broken by the region that is rendered", "region: a\nregions: [{name: a, overrides: {athens: {logLevel: loud}}}]", []string{"spec.regions[0].overrides.athens.logLevel: is not a choice"}},
		{"rule broken by another region", "regions: [{name: a, overrides: {athens: {logLevel: loud}}}]", []string{"spec.regions[0].overrides.athens.logLevel: is not a choice"}},
		{"contradiction with the spec", "athens: {replicas: 1, index: {memory: {}}}\nregions: [{name: a, overrides: {athens: {replicas: 2, storage: {azureBlob: {account: abc, container: abc, credentials: {secretRef: {name: x}}}}}}}]",
			[]string{"spec.regions[0].overrides: merged over the spec, these overrides break spec.athens.index.memory"}},
		{"another key of a union", "region: a\nathens: {storage: {disk: {}}}\nregions: [{name: a, overrides: {athens: {storage: {memory: {}}}}}]", nil},
		{"another key of a union, and null", "athens: {storage: {disk: {}}}\nregions: [{name: a, overrides: {athens: {storage: {disk: null, memory: {}}}}}]",
			[]string{"spec.regions[0].overrides.athens.storage.disk: has no value; remove it: memory replaces it"}},
		{"two keys of a union", "regions: [{name: a, overrides: {athens: {storage: {disk: {}, memory: {}}}}}]",
			[]string{"spec.regions[0].overrides.athens.storage.disk: is set together with memory"}},
		{"several right ones", "regions: [{name: a}, {name: b, overrides: {host: b.example.com, edge: {}}}, {name: c, overrides: {mesh: {mode: None}}}]", nil},
	})
}

func TestRegionMerge(t *testing.T) {
	site, problems := stricttest.Load(t, stricttest.Head+`spec:
  host: goproxy.example.com
  region: eastus2
  athens:
    goGetWorkers: 3
    serviceAccount: {annotations: {a: "1", b: "2"}}
    upstream: {goproxy: 'https://one.example.com,direct'}
  metrics: {}
  regions:
  - name: eastus2
    overrides:
      host: east.example.com
      athens:
        serviceAccount: {annotations: {b: null, c: "3"}}
        upstream: {goproxy: https://two.example.com}
      crathens: {enabled: false}
      metrics: null
`)
	stricttest.Expect(t, problems, nil)
	s := site.Spec
	switch {
	case s.Host != "east.example.com":
		t.Errorf("a scalar is replaced: %s", s.Host)
	case s.Athens.GoGetWorkers != 3:
		t.Errorf("what the region does not name stays: %d", s.Athens.GoGetWorkers)
	case len(s.Athens.ServiceAccount.Annotations) != 2 || s.Athens.ServiceAccount.Annotations["c"] != "3" || s.Athens.ServiceAccount.Annotations["a"] != "1":
		t.Errorf("maps are merged and null removes: %v", s.Athens.ServiceAccount.Annotations)
	case s.Athens.Upstream.GoProxy != "https://two.example.com":
		t.Errorf("a text is replaced: %s", s.Athens.Upstream.GoProxy)
	case *s.Crathens.Enabled:
		t.Error("a new key is added")
	case s.Metrics != nil:
		t.Errorf("null removes a whole object: %v", s.Metrics)
	case s.Region != "eastus2" || len(s.Regions) != 1:
		t.Error("region and regions stay")
	}
}
