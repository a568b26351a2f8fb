package conformance

import (
	"slices"
	"strings"
	"testing"
)

// refusals are specs with one fault, by the only line that the API server
// answers: with the rule gone, the line is gone too.
var refusals = []struct {
	spec string // below spec, next to host
	want string
}{
	// One type a field.
	{"athens: {replicas: true}", "spec.athens.replicas: Invalid value"},
	{"athens: {replicas: {}}", "spec.athens.replicas: Invalid value"},
	{"athens: {replicas: three}", "spec.athens.replicas: Invalid value"},

	// One key of a union; null means absent, so a key with null is none.
	{"athens: {storage: {}}", "spec.athens.storage: Invalid value"},
	{"athens: {storage: {memory: {}, disk: {}}}", "spec.athens.storage: Too many"},
	{"athens: {storage: {disk: null}}", "spec.athens.storage: Invalid value"},
	{"athens: {storage: {s3: {region: r, bucket: b, credentials: {podIdentity: {}, irsa: {roleARN: a}}}}}", "spec.athens.storage.s3.credentials: Too many"},
	{"athens: {storage: {s3: {region: r, bucket: b, credentials: {}}}}", "spec.athens.storage.s3.credentials: Invalid value"},
	{"athens: {storage: {s3: {region: r, bucket: b, credentials: {podIdentity: null}}}}", "spec.athens.storage.s3.credentials: Invalid value"},
	{"athens: {storage: {gcs: {bucket: b, credentials: {secretRef: {name: s}, workloadIdentity: {serviceAccount: a}}}}}", "spec.athens.storage.gcs.credentials: Too many"},
	{"athens: {storage: {azureBlob: {account: a, container: c, credentials: {secretRef: {name: s}, managedIdentity: {resourceID: r}}}}}", "spec.athens.storage.azureBlob.credentials: Too many"},
	{"athens: {singleFlight: {}}", "spec.athens.singleFlight: Invalid value"},
	{"athens: {singleFlight: {gcs: {}, azureBlob: {}}}", "spec.athens.singleFlight: Too many"},
	{"athens: {singleFlight: {gcs: null}}", "spec.athens.singleFlight: Invalid value"},
	{"athens: {index: {}}", "spec.athens.index: Invalid value"},
	{"athens: {index: {memory: {}, mysql: {host: h, credentials: {secretRef: {name: s}}}}}", "spec.athens.index: Too many"},
	{"athens: {private: {credentials: [{host: h, token: {secretRef: {name: s}}, ssh: {secretRef: {name: s}}}]}}", "exactly one of the fields in [token basicAuth ssh gitHubApp]"},
	{"athens: {private: {credentials: [{host: h}]}}", "exactly one of the fields in [token basicAuth ssh gitHubApp]"},
	{"athens: {private: {credentials: [{host: h, token: null}]}}", "exactly one of the fields in [token basicAuth ssh gitHubApp]"},
	{"athens: {autoscaling: {maxReplicas: 3, keda: {serverAddress: a}, podsMetric: {name: m}}}", "at most one of the fields in [keda podsMetric]"},
	{"gateway: {istio: {}, ingress: {}}", "at most one of the fields in [istio ingress service]"},
	{"secrets: {externalSecrets: {storeRef: {name: s}}, keyVault: {name: v, tenantID: t, identity: {node: {clientID: c}}}}", "at most one of the fields in [externalSecrets keyVault]"},
	{"secrets: {keyVault: {name: v, tenantID: t, identity: {}}}", "spec.secrets.keyVault.identity: Invalid value"},
	{"secrets: {keyVault: {name: v, tenantID: t, identity: {node: {clientID: c}, workload: {clientID: c}}}}", "spec.secrets.keyVault.identity: Too many"},
	{"egress: {allow: [{host: a.example.com, cidr: 198.51.100.0/24}]}", "exactly one of the fields in [host cidr]"},
	{"egress: {allow: [{ports: [443]}]}", "exactly one of the fields in [host cidr]"},
	{"edge: {frontDoor: {loadBalancer: {serviceTag: {}, privateLink: {resourceID: r, location: l}}}}", "spec.edge.frontDoor.loadBalancer: Too many"},
	{"azure: {provision: {resourceGroup: {name: g, resourceID: r}}}", "exactly one of the fields in [name resourceID]"},

	// What another field makes meaningless.
	{"mesh: {mode: None}, gateway: {istio: {}}", "have no meaning with mesh.mode None"},
	{"mesh: {mode: None}, gateway: {timeouts: {list: 30s}}", "have no meaning with mesh.mode None"},
	{"mesh: {mode: None}, gateway: {catalogClients: [{name: a, cidrs: [203.0.113.7/32]}]}", "have no meaning with mesh.mode None"},
	{"mesh: {mode: None, revision: canary}", "have no meaning with mesh.mode None"},
	{"mesh: {mode: None, rootNamespace: istio-root}", "have no meaning with mesh.mode None"},
	{"mesh: {mode: None, trustDomain: td.example.com}", "have no meaning with mesh.mode None"},
	{"lathens: {enabled: false, ttl: 60s}", "with lathens.enabled false"},
	{"crathens: {enabled: false, schedule: 17 */6 * * *}", "with crathens.enabled false"},

	// Keyed lists.
	{"regions: [{name: a}, {name: a}]", "spec.regions[1]: Duplicate value"},
	{"gateway: {catalogClients: [{name: a, cidrs: [203.0.113.7/32]}, {name: a, cidrs: [203.0.113.8/32]}]}", "spec.gateway.catalogClients[1]: Duplicate value"},
	{"gateway: {clients: [{name: a, cidrs: [203.0.113.7/32]}, {name: a, cidrs: [203.0.113.8/32]}]}", "spec.gateway.clients[1]: Duplicate value"},
	{"athens: {private: {credentials: [{host: h, token: {secretRef: {name: s}}}, {host: h, ssh: {secretRef: {name: s}}}]}}", "spec.athens.private.credentials[1]: Duplicate value"},
	{"crathens: {sources: [{url: \"https://a.example.com\"}, {url: \"https://a.example.com\"}]}", "spec.crathens.sources[1]: Duplicate value"},
	{"athens: {env: [{name: A, value: a}, {name: A, value: b}]}", "spec.athens.env[1]: Duplicate value"},
	{"images: {pullSecretRefs: [{name: a}, {name: a}]}", "spec.images.pullSecretRefs[1]: Duplicate value"},
	{"secrets: {entries: [{secret: s, key: k, name: a}, {secret: s, key: k, name: b}]}", "spec.secrets.entries[1]: Duplicate value"},
	{"athens: {private: {patterns: [github.com/acme/*, github.com/acme/*]}}", "spec.athens.private.patterns[1]: Duplicate value"},
	{"secrets: {externalSecrets: {storeRef: {name: s}}, unmanaged: [a, a]}", "spec.secrets.unmanaged[1]: Duplicate value"},
	{"logs: {azureMonitor: {excludeNamespaces: [a, a]}}", "spec.logs.azureMonitor.excludeNamespaces[1]: Duplicate value"},
	{"crathens: {modules: [golang.org/x/mod, golang.org/x/mod]}", "spec.crathens.modules[1]: Duplicate value"},
	{"egress: {allow: [{host: a.example.com, ports: [443, 443]}]}", "spec.egress.allow[0].ports[1]: Duplicate value"},
	{"athens: {env: [{value: a}]}", "spec.athens.env[0].name: Required value"},

	// Durations, by type and so the same everywhere.
	{"lathens: {ttl: 60}", "spec.lathens.ttl: Invalid value"},
	{"lathens: {ttl: \"60\"}", "spec.lathens.ttl: Invalid value"},
	{"lathens: {ttl: \"\"}", "spec.lathens.ttl: Invalid value"},
	{"lathens: {staleIfError: 2d}", "spec.lathens.staleIfError: Invalid value"},
	{"gateway: {timeouts: {module: -5s}}", "spec.gateway.timeouts.module: Invalid value"},
	{"athens: {timeouts: {request: 5 m}}", "spec.athens.timeouts.request: Invalid value"},
	{"metrics: {slo: {coldFetch: {threshold: 10sec}}}", "spec.metrics.slo.coldFetch.threshold: Invalid value"},

	// Shares, by type too.
	{"tracing: {sampling: 1, collector: {serviceRef: {namespace: o, name: c}}}", "spec.tracing.sampling: Invalid value"},
	{"tracing: {sampling: \"0.1\", collector: {serviceRef: {namespace: o, name: c}}}", "spec.tracing.sampling: Invalid value"},
	{"tracing: {sampling: 0.0001%, collector: {serviceRef: {namespace: o, name: c}}}", "spec.tracing.sampling: Invalid value"},
	{"tracing: {sampling: 101%, collector: {serviceRef: {namespace: o, name: c}}}", "spec.tracing.sampling: Invalid value"},
	{"metrics: {slo: {availability: 99.9}}", "spec.metrics.slo.availability: Invalid value"},
	{"metrics: {slo: {availability: \"99.9\"}}", "spec.metrics.slo.availability: Invalid value"},
	{"metrics: {slo: {availability: 99.9 %}}", "spec.metrics.slo.availability: Invalid value"},

	// Words as the first drafts wrote them.
	{"athens: {networkMode: strict}", "spec.athens.networkMode: Unsupported value"},
	{"athens: {download: {mode: sync}}", "spec.athens.download.mode: Unsupported value"},
	{"egress: {mode: Registry}", "spec.egress.mode: Unsupported value"},
	{"mesh: {mode: sidecar}", "spec.mesh.mode: Unsupported value"},

	// Numbers.
	{"athens: {replicas: 0}", "spec.athens.replicas: Invalid value"},
	{"athens: {replicas: 1.5}", "spec.athens.replicas: Invalid value"},
	{"athens: {goGetWorkers: -1}", "spec.athens.goGetWorkers: Invalid value"},
	{"athens: {protocolWorkers: 0}", "spec.athens.protocolWorkers: Invalid value"},
	{"athens: {index: {mysql: {host: h, port: 65536, credentials: {secretRef: {name: s}}}}}", "spec.athens.index.mysql.port: Invalid value"},
	{"athens: {singleFlight: {redis: {endpoints: [\"r.example.com:6379\"], lock: {maxRetries: -1}}}}", "spec.athens.singleFlight.redis.lock.maxRetries: Invalid value"},
	{"lathens: {replicas: 0}", "spec.lathens.replicas: Invalid value"},
	{"lathens: {maxUpstream: 0}", "spec.lathens.maxUpstream: Invalid value"},
	{"lathens: {maxWaiting: -1}", "spec.lathens.maxWaiting: Invalid value"},
	{"crathens: {maxVersionsPerModule: 0}", "spec.crathens.maxVersionsPerModule: Invalid value"},
	{"crathens: {concurrency: 0}", "spec.crathens.concurrency: Invalid value"},
	{"crathens: {ratePerSecond: 0}", "spec.crathens.ratePerSecond: Invalid value"},
	{"crathens: {catalogPageSize: 0}", "spec.crathens.catalogPageSize: Invalid value"},
	{"egress: {allow: [{host: a.example.com, ports: [0]}]}", "spec.egress.allow[0].ports[0]: Invalid value"},
	{"athens: {autoscaling: {maxReplicas: 1}}", "spec.athens.autoscaling.maxReplicas: Invalid value"},
	{"athens: {autoscaling: {}}", "spec.athens.autoscaling.maxReplicas: Required value"},
	{"athens: {replicas: 3, autoscaling: {maxReplicas: 3}}", "athens.autoscaling.maxReplicas must be more than athens.replicas"},
	{"lathens: {replicas: 3, autoscaling: {maxReplicas: 2}}", "lathens.autoscaling.maxReplicas must be more than lathens.replicas"},
}

// TestSiteRefusals holds the CRD to every refusal, and to no other.
func TestSiteRefusals(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.spec, func(t *testing.T) {
			lines := checkSpec(t, c.spec)
			if len(lines) != 1 || !strings.Contains(lines[0], c.want) {
				t.Errorf("want one line with %q, got %d:\n%s", c.want, len(lines), strings.Join(lines, "\n"))
			}
		})
	}
}

// TestSiteAccepts holds what is close to a refusal and sound.
func TestSiteAccepts(t *testing.T) {
	for _, spec := range []string{
		"athens: {replicas: 3, autoscaling: {maxReplicas: 4}}",
		"athens: {storage: {disk: null, memory: {}}}",
		"athens: {env: [{name: A, value: a}, {name: B, value: a}]}",
		"secrets: {externalSecrets: null}",
		"gateway: {istio: null, ingress: {}}",
		"mesh: {mode: None}, gateway: {ingress: {}}",
		"lathens: {enabled: false}",
		"lathens: {ttl: 1h30m, negativeTTL: 1.5s, staleIfError: 500ms}",
		"metrics: {slo: {availability: 99.95%, cacheHitRatio: 0%}}",
		"tracing: {sampling: 100%, collector: {serviceRef: {namespace: o, name: c}}}",
		"tracing: {sampling: 0.125%, collector: {serviceRef: {namespace: o, name: c}}}",
		"mesh: {mode: None}, gateway: {istio: {}}, regions: [{name: a, overrides: {mesh: {mode: Sidecar}}}]",
		"athens: {replicas: 3, autoscaling: {maxReplicas: 3}}, regions: [{name: a, overrides: {athens: {replicas: 2}}}]",
	} {
		for _, line := range checkSpec(t, spec) {
			t.Errorf("%s: %s", spec, line)
		}
	}
}

// checkSpec holds a site with a spec against the CRD.
func checkSpec(t *testing.T, spec string) []string {
	t.Helper()
	objects, err := parse("", []byte("{apiVersion: athens.gomods.io/v1alpha1, kind: AthensSite, metadata: {name: goproxy, namespace: goproxy}, spec: {host: goproxy.example.com, "+spec+"}}"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(checkSite(t, objects[0]), func(line string) bool {
		return strings.HasPrefix(line, "<nil>: ") // a consequence: rules that the API server did not come to
	})
}
