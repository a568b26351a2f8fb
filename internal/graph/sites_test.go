package graph

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// specs are sites that draw differently.
var specs = map[string]string{
	"minimal":       `{}`,
	"no lathens":    `{lathens: {enabled: false}}`,
	"no crathens":   `{crathens: {enabled: false}}`,
	"Athens alone":  `{lathens: {enabled: false}, crathens: {enabled: false}}`,
	"no mesh":       `{mesh: {mode: None}}`,
	"no mesh alone": `{mesh: {mode: None}, lathens: {enabled: false}, crathens: {enabled: false}}`,
	"ingress":       `{mesh: {mode: None}, gateway: {ingress: {className: nginx}, tls: {secretName: t}}, lathens: {enabled: false}}`,
	"own gateway":   `{gateway: {istio: {gatewayRef: {namespace: infra, name: shared}, workload: {labels: {istio: ingressgateway}, serviceAccountName: shared}}}, mesh: {trustDomain: acme.example.com}}`,
	"everything": `
edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555}}
lathens: {replicas: 2, autoscaling: {maxReplicas: 40}}
crathens: {suspend: true}
egress: {mode: Listed, allow: [{host: git.example.org, ports: [8443]}]}
tracing: {provider: p, collector: {serviceRef: {namespace: otel, name: c}}}
athens:
  replicas: 2
  autoscaling: {maxReplicas: 4}
  validatorHook: https://hook.example.com/check
  private: {patterns: [github.com/acme/*, git.acme-company-with-a-long-name.example.com/*]}
  index: {postgres: {host: pg.example.com, credentials: {secretRef: {name: pg}}}}
  singleFlight: {redis: {endpoints: ["s:26379"], sentinel: {masterName: m}}}
  upstream: {goproxy: 'https://a.example.com,https://b.example.com,https://c.example.com,direct', sumDBs: [https://sum.example.com]}
  storage: {mongo: {url: {secretRef: {name: m}}, cosmos: {account: acme, regions: [westeurope, eastus2, northeurope]}}}`,
	"shared volume": `{athens: {replicas: 2, storage: {disk: {accessMode: ReadWriteMany, claimRef: {name: c}}}, singleFlight: {etcd: {endpoints: ["etcd.lock.svc:2379"]}}}}`,
	"S3":            `{athens: {replicas: 2, storage: {s3: {region: eu-central-1, bucket: b}}, singleFlight: {redis: {endpoints: ["redis.lock.svc:6379"]}}}}`,
	"GCS":           `{athens: {storage: {gcs: {bucket: b}}}}`,
	"clients":       `{gateway: {extAuthz: {provider: opa}, clients: [{name: offices, cidrs: [203.0.113.0/24]}, {name: ci, jwt: {issuer: "https://ci.example.com", audiences: [goproxy], jwksURI: "https://ci.example.com/keys"}}]}}`,
	"regions":       `{edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555}}, crathens: {sources: [{url: "https://eastus2.goproxy.example.com"}]}, gateway: {catalogClients: [{name: other-regions, cidrs: [203.0.113.7/32, "2001:db8:7::/48"]}]}}`,
	"long": `
athens:
  replicas: 4
  autoscaling: {maxReplicas: 40}
  storage: {s3: {region: eu-central-1, bucket: a-very-long-bucket-name-for-go-modules-of-the-platform-team, credentials: {secretRef: {name: athens-s3}}}}
  singleFlight: {redis: {endpoints: ["a-very-long-redis-name.platform-engineering-redis.svc.cluster.local:6379"]}}
  upstream: {goproxy: "https://one.mirror-with-a-long-name.corporation.example.com,https://two.mirror-with-a-long-name.corporation.example.com,https://go-mirror.example.com,direct"}
  private: {patterns: [github.com/acme/*, gitlab.internal.corporation-with-a-long-name.example.com/team-with-a-long-name/*, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com/*], netrc: {secretRef: {name: athens-netrc}}}`,
	"watched": `
region: weu
edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, originHost: weu.goproxy.example.com}}
gateway: {catalogClients: [{name: other-regions, cidrs: [203.0.113.7/32]}]}
metrics: {namespace: monitoring}
logs: {openTelemetry: {namespace: observability, exporter: {endpoint: "loki.observability.svc:4317"}}}
tracing: {provider: p, collector: {serviceRef: {namespace: otel, name: c}}}
athens:
  replicas: 3
  autoscaling: {maxReplicas: 12, keda: {serverAddress: "http://prometheus-operated.monitoring.svc:9090", requestsInFlight: 20}}
  storage: {s3: {region: eu-central-1, bucket: b}}
  singleFlight: {redis: {endpoints: ["redis.lock.svc:6379"]}}
regions:
- {name: weu, overrides: {edge: {frontDoor: {originHost: weu.goproxy.example.com}}}}
- {name: eastus2, overrides: {edge: {frontDoor: {originHost: eastus2.goproxy.example.com}}, crathens: {sources: [{url: "https://weu.goproxy.example.com"}]}}}`,
	"external": `{athens: {storage: {external: {url: "https://store.example.com"}}}}`,
}

func load(t *testing.T, spec string) *v1alpha1.AthensSite {
	t.Helper()
	return spectest.Site(t, "modules", spec)
}

// every calls f with every site.
func every(t *testing.T, f func(*testing.T, *v1alpha1.AthensSite, *Graph)) {
	for name, spec := range specs {
		t.Run(name, func(t *testing.T) {
			s := load(t, spec)
			g := New(manifests.Rendered(s))
			if len(g.Unknown) > 0 {
				t.Errorf("not drawn: %q", g.Unknown)
			}
			f(t, s, g)
		})
	}
}
