package v1alpha1

import (
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// unused is a part of the spec that another field switches off.
type unused struct {
	// when says whether it is off in a site.
	when func(*AthensSiteSpec) bool
	// says is what is off and what to write instead: the end of the message.
	says string
	// paths are the fields below spec that mean nothing then.
	paths []string
	// except are the keys below each of them that keep their meaning.
	except []string
}

// Unused are the fields of a site that mean nothing, in the site that Default has
// filled. What is written there is an error: in the overrides of a region, if that
// region makes nothing of it; in the spec, if no region does, or the spec itself
// where there are none.
func (site *AthensSite) Unused() (out []problem.Unused) {
	for _, u := range unusedFields() {
		if !u.when(&site.Spec) {
			continue
		}
		for _, path := range u.paths {
			out = append(out, problem.Unused{Path: "spec." + path, Except: u.except,
				Message: quote.Sprintf("has no meaning %s", quote.Said(u.says))})
		}
	}
	return out
}

// off says that a switch that is on by default is off.
func off(enabled *bool) bool { return enabled != nil && !*enabled }

func meshless(s *AthensSiteSpec) bool { return s.Mesh.Mode == MeshNone }

// watched says whether metrics are on, and more of them.
func watched(more func(*Metrics) bool) func(*AthensSiteSpec) bool {
	return func(s *AthensSiteSpec) bool { return s.Metrics != nil && more(s.Metrics) }
}

// unusedFields are all switches, found by comparing the objects with
// and without each field.
func unusedFields() []unused {
	return []unused{{
		when:   func(s *AthensSiteSpec) bool { return off(s.Lathens.Enabled) },
		says:   "with lathens.enabled false: remove it, or run lathens",
		paths:  []string{"lathens"},
		except: []string{"enabled"},
	}, {
		when: func(s *AthensSiteSpec) bool {
			return s.Azure.Provision == nil && (s.Edge.FrontDoor == nil || s.Edge.FrontDoor.Provision == nil)
		},
		says:  "with nothing to make in Azure: remove it, or write azure.provision or edge.frontDoor.provision",
		paths: []string{"azure.tool"},
	}, {
		when: func(s *AthensSiteSpec) bool {
			d := s.Athens.Storage
			return s.Azure.Provision == nil && s.Edge.FrontDoor == nil && s.Secrets.KeyVault == nil &&
				(d == nil || d.AzureBlob == nil && (d.Mongo == nil || d.Mongo.Cosmos == nil))
		},
		says:  "with nothing in Azure: remove it",
		paths: []string{"azure.cloud"},
	}, {
		when:   func(s *AthensSiteSpec) bool { return off(s.Crathens.Enabled) },
		says:   "with crathens.enabled false: remove it, or run crathens",
		paths:  []string{"crathens"},
		except: []string{"enabled"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return off(s.Lathens.Enabled) },
		says:  "with lathens.enabled false, because only lists that lathens answers are held to it: remove it, or run lathens",
		paths: []string{"metrics.slo.listLatency"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return off(s.Crathens.Enabled) },
		says:  "with crathens.enabled false: remove it, or run crathens",
		paths: []string{"metrics.slo.warmedWithin"},
	}, {
		when: meshless,
		says: "with mesh.mode None: remove it, or write mode: Sidecar",
		paths: []string{"mesh.revision", "mesh.rootNamespace", "mesh.trustDomain",
			"gateway.istio", "gateway.timeouts", "gateway.catalogClients", "gateway.plainHTTP", "gateway.hsts", "lathens.spread",
			"logs.access", "tracing.provider", "tracing.gateway", "metrics.slo.listLatency", "metrics.slo.measuredAt",
			"azure.provision.cluster.proxyRedirectionMechanism"},
	}, {
		when:  meshless,
		says:  "with mesh.mode None, because nothing enforces it: remove it, or write mode: Sidecar",
		paths: []string{"gateway.clients", "gateway.extAuthz"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return meshless(s) && s.Gateway.Service != nil },
		says:  "with gateway.service, which serves plain HTTP under any name: remove it, or write gateway.ingress instead of service",
		paths: []string{"gateway.tls", "additionalHosts"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return meshless(s) && !s.Gateway.Exposed() },
		says:  "with mesh.mode None and without a gateway: write gateway.ingress: {}, or remove it",
		paths: []string{"gateway.annotations", "gateway.tls", "gateway.internal", "additionalHosts"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return !meshless(s) && s.Gateway.Ref() != nil },
		says:  "with gateway.istio.gatewayRef, because it belongs to the Gateway that exists: remove one of the two",
		paths: []string{"gateway.annotations", "gateway.tls"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return s.Edge.FrontDoor == nil && s.Gateway.Ref() != nil },
		says:  "with gateway.istio.gatewayRef, because the Gateway that exists opens its own ports: remove it, and redirect there",
		paths: []string{"gateway.plainHTTP"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return s.Edge.FrontDoor != nil && s.Edge.FrontDoor.Provision == nil },
		says:  "behind a Front Door that exists, which clients reach instead of the gateway: remove it, and redirect in its route",
		paths: []string{"gateway.plainHTTP"},
	}, {
		when:   func(s *AthensSiteSpec) bool { return meshless(s) && off(s.NetworkPolicies.Enabled) },
		says:   "with mesh.mode None and networkPolicies.enabled false, because nothing obeys it: remove it, or write networkPolicies: {enabled: true}",
		paths:  []string{"egress", "athens.storage.mongo.hosts", "athens.singleFlight.redis.sentinel.servers", "athens.singleFlight.redis.cluster.servers"},
		except: []string{"proxy"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return off(s.NetworkPolicies.Enabled) },
		says:  "with networkPolicies.enabled false: remove it, or write networkPolicies: {enabled: true}",
		paths: []string{"metrics.namespace", "networkPolicies.dns"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return off(s.Namespace.Create) },
		says:  "with namespace.create false, because the namespace's owner labels it: remove it",
		paths: []string{"namespace.podSecurity"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return s.Secrets.ExternalSecrets == nil && s.Secrets.KeyVault == nil },
		says:  "without a source of Secrets: write secrets.externalSecrets or secrets.keyVault, or remove it",
		paths: []string{"secrets.entries", "secrets.unmanaged"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return off(s.Athens.ServiceAccount.Create) },
		says:  "with create false, because the ServiceAccount's owner annotates it: remove it",
		paths: []string{"athens.serviceAccount.annotations"},
	}, {
		when: func(s *AthensSiteSpec) bool {
			d := s.Athens.Storage
			return d != nil && d.Disk != nil && d.Disk.ClaimRef != nil
		},
		says:  "with claimRef, because the claim exists with its own: remove one of the two",
		paths: []string{"athens.storage.disk.size", "athens.storage.disk.storageClassName", "athens.storage.disk.whenDeleted"},
	}, {
		when: func(s *AthensSiteSpec) bool { return !s.Athens.Fetches() },
		says: "where Athens fetches nothing, with networkMode Offline and download.mode None or Redirect: remove it",
		paths: []string{"athens.upstream.goproxy", "athens.private.credentials", "athens.private.netrc",
			"athens.private.gitConfig", "athens.private.hgrc"},
	}, {
		when: func(s *AthensSiteSpec) bool {
			return s.Azure.Provision != nil && s.Azure.Provision.Storage != nil && s.Athens.Storage.AzureBlob == nil
		},
		says:  "without storage azureBlob, because only a blob account is replicated so: remove it",
		paths: []string{"azure.provision.storage.replication"},
	}, {
		when: func(s *AthensSiteSpec) bool {
			return s.Azure.Provision != nil && s.Azure.Provision.Storage != nil && s.Athens.Storage.Mongo == nil
		},
		says:  "without storage mongo.cosmos, because only a Cosmos DB database scales so: remove it",
		paths: []string{"azure.provision.storage.maxThroughput"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return !s.Athens.Download.Redirects() },
		says:  "without a mode that redirects: remove it, or write mode: Redirect or AsyncRedirect",
		paths: []string{"athens.download.url"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return !meshless(s) && s.Athens.BasicAuth != nil },
		says:  "with athens.basicAuth in a mesh, because Athens' own metrics ask for the password: remove it",
		paths: []string{"metrics.slo.coldFetch", "metrics.slo.cacheHitRatio"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return s.Tracing != nil && off(s.Tracing.Programs) },
		says:  "with tracing.programs false: remove it, or trace the programs",
		paths: []string{"tracing.collector.ports.jaegerThriftHTTP"},
	}, {
		when: func(s *AthensSiteSpec) bool {
			return s.Tracing != nil && s.Tracing.Operator == nil &&
				(off(s.Tracing.Programs) || off(s.Lathens.Enabled) && off(s.Crathens.Enabled))
		},
		says:  "where neither lathens nor crathens traces, which speak OTLP over HTTP: remove it, or trace the programs",
		paths: []string{"tracing.collector.ports.otlpHTTP"},
	}, {
		when: func(s *AthensSiteSpec) bool {
			return s.Tracing != nil && s.Tracing.Operator == nil && meshless(s) && s.Athens.Has(releases.OpenCensus)
		},
		says:  "with mesh.mode None and a release of Athens that does not speak OTLP: remove it, or write mode: Sidecar",
		paths: []string{"tracing.collector.ports.otlpGRPC"},
	}, {
		when:  func(s *AthensSiteSpec) bool { return s.Tracing != nil && !s.Athens.Has(releases.OpenCensus) },
		says:  "with a release of Athens that speaks OTLP: remove it",
		paths: []string{"tracing.collector.ports.jaegerThriftHTTP"},
	}, {
		when:   watched(func(m *Metrics) bool { return off(m.Dashboard.Enabled) }),
		says:   "with metrics.dashboard.enabled false: remove it, or enable it",
		paths:  []string{"metrics.dashboard"},
		except: []string{"enabled"},
	}, {
		when:  watched(func(m *Metrics) bool { return off(m.Rules.Enabled) }),
		says:  "with metrics.rules.enabled false: remove it, or enable the rules",
		paths: []string{"metrics.runbookURL", "metrics.slo.cacheHitRatio", "metrics.slo.warmedWithin"},
	}, {
		when:  watched(func(m *Metrics) bool { return off(m.Rules.Enabled) && off(m.Dashboard.Enabled) }),
		says:  "without metrics.rules or metrics.dashboard: remove it, or enable one",
		paths: []string{"metrics.slo"},
	}, {
		when:  watched(func(m *Metrics) bool { return m.Operator == OperatorNone }),
		says:  "with metrics.operator None: remove it, or write operator: Prometheus",
		paths: []string{"metrics.interval"},
	}, {
		when:  watched(func(m *Metrics) bool { return m.Operator == OperatorNone && off(m.Rules.Enabled) }),
		says:  "with metrics.operator None and without rules: remove it, or enable the rules",
		paths: []string{"metrics.labels"},
	}}
}
