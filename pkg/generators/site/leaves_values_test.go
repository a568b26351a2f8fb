package site_test

// typeValues are values of each type of a leaf, of which its rules admit some.
var typeValues = map[string][]string{
	"string": {
		"other", "another", "other.example.com", "another.example.com", "https://other.example.com", "https://another.example.com",
		"other.example.com:4317", "another.example.com:4317", "97%", "98%",
		"11111111-2222-3333-4444-666666666666", "11111111-2222-3333-4444-777777777777",
	},
	"true or false":              {"true", "false"},
	"number":                     {"3", "7", "4444", "5555"},
	"duration":                   {"41s", "3h", "47m"},
	"quantity":                   {"3Gi", "700Mi"},
	"{}":                         {"{}"},
	"object":                     {"{podAffinity: {}}", "{nodeAffinity: {}}"},
	"list of objects":            {"[{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]", "[{key: a, operator: Exists}]"},
	"list of strings":            {"[other]", "[another]", `["other.example.com:4317"]`, `["another.example.com:4317"]`, "[https://other.example.com]"},
	"list of numbers":            {"[8443]", "[9443]"},
	"map of names to strings":    {"{example.com/a: b}", "{example.com/a: c}"},
	"map of names to quantities": {"{memory: 8Gi}", "{memory: 9Gi}"},
}

// leafValues are those of leaves that take no value of their type.
var leafValues = map[string][]string{
	"spec.athens.version":                                                  {"v0.17.2", "v0.19.0"},
	"spec.athens.files[].path":                                             {"/etc/athens/other.conf", "/etc/athens/another.conf"},
	"spec.athens.filter":                                                   {"+ github.com/acme", "+ github.com/other"},
	"spec.athens.upstream.goEnv":                                           {"{GODEBUG: http2client=0}", "{GODEBUG: http2client=1}"},
	"spec.egress.proxy.url":                                                {"http://other.example.com:3128", "http://another.example.com:3128"},
	"spec.egress.proxy.noProxy":                                            {"[corp.example.com]", "[corp.example.org]"},
	"spec.athens.private.gitConfig.text":                                   {`"[http]\n\tversion = HTTP/1.1\n"`, `"[http]\n\tversion = HTTP/2\n"`},
	"spec.athens.private.credentials[].gitHubApp.appID":                    {`"12"`, `"13"`},
	"spec.athens.index.mysql.parameters":                                   {"{timeout: 10s}", "{timeout: 20s}"},
	"spec.athens.index.postgres.parameters":                                {"{sslmode: verify-ca}", "{sslmode: verify-full}"},
	"spec.athens.storage.azureBlob.credentials.managedIdentity.resourceID": {azureGroup + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/other", azureGroup + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/another"},
	"spec.athens.storage.gcs.credentials.workloadIdentity.serviceAccount":  {"other@acme.iam.gserviceaccount.com", "another@acme.iam.gserviceaccount.com"},
	"spec.athens.storage.s3.credentials.irsa.roleARN":                      {"arn:aws:iam::111122223333:role/other", "arn:aws:iam::111122223333:role/another"},
	"spec.crathens.schedule":                                               {"5 4 * * *", "6 4 * * *"},
	"spec.gateway.catalogClients[].cidrs":                                  {"[198.51.100.7/32]", "[198.51.100.8/32]"},
	"spec.gateway.clients[].cidrs":                                         {"[198.51.100.7/32]", "[198.51.100.8/32]"},
	"spec.egress.allow[].cidr":                                             {"198.51.100.7/32", "198.51.100.8/32"},
	"spec.edge.frontDoor.loadBalancer.privateLink.resourceID":              {azureGroup + "/providers/Microsoft.Network/privateLinkServices/other", azureGroup + "/providers/Microsoft.Network/privateLinkServices/another"},
	"spec.edge.frontDoor.provision.resourceGroup.resourceID":               {azureGroup, azureGroup + "2"},
	"spec.azure.provision.resourceGroup.resourceID":                        {azureGroup, azureGroup + "2"},
	"spec.azure.provision.storage.maxThroughput":                           {"4000", "5000"},
	"spec.athens.private.patterns":                                         {"[example.com/*]", "[example.org/*]"},
	"spec.athens.resources.requests":                                       {"{cpu: 300m}", "{cpu: 400m}"},
	"spec.lathens.resources.requests":                                      {"{cpu: 300m}", "{cpu: 400m}"},
	"spec.crathens.resources.requests":                                     {"{cpu: 300m}", "{cpu: 400m}"},
	"spec.logs.openTelemetry.resources.requests":                           {"{cpu: 300m}", "{cpu: 400m}"},
	"spec.tracing.operator.resources.requests":                             {"{cpu: 300m}", "{cpu: 400m}"},
	"spec.crathens.modules":                                                {"[golang.org/x/mod]", "[golang.org/x/net]"},
	"spec.secrets.entries[].secret":                                        {"db", "other"},
	"spec.secrets.entries[].key":                                           {"username", "password"},
	"spec.secrets.unmanaged":                                               {"[s]", "[users]"},
	"spec.gateway.tls.issuerRef.kind":                                      {"Issuer", "VaultIssuer"},
	"spec.additionalHosts[].tls.issuerRef.kind":                            {"Issuer", "VaultIssuer"},
	"spec.networkPolicies.dns[].cidr":                                      {"10.0.0.10/32", "10.0.0.11/32"},
	"spec.region":                                                          {"west", "east"},
	"spec.edge.frontDoor.provision.region":                                 {"west", "east"},
	"spec.azure.provision.storage.region":                                  {"west", "east"},
	"spec.metrics.slo.listLatency.threshold":                               {"250ms", "1s"},
	"spec.metrics.slo.coldFetch.threshold":                                 {"10s", "60s"},
	"spec.tracing.collector.ports.otlpHTTP":                                {"4444", "5555"},
}

const azureGroup = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/other"

// leafSpecs write what no example does.
var leafSpecs = map[string]string{
	"one pod": `
  athens:
    storage: {memory: {}}
    workVolume: {ephemeral: {}}
    serviceAccount: {name: mine}
    index: {memory: {}}
    resources: {limits: {memory: 4Gi}}
    env: [{name: A, value: a}]
    download: {mode: AsyncRedirect, url: "https://mirror.example.com", rules: [{pattern: example.com/*, mode: Sync}, {pattern: example.org/*, mode: Redirect, url: "https://mirror.example.com"}]}
    private: {patterns: [github.com/acme/*], hgrc: {secretRef: {name: hg}}, gitConfig: {text: "[http]\n\tversion = HTTP/1.1\n"}, credentials: [{host: github.com, token: {secretRef: {name: token}}}]}
  networkPolicies: {dns: [{namespace: a, labels: {a: b}, ports: [5353]}]}
  egress: {allow: [{host: vanity.example.org}]}
  crathens: {sources: [{url: "https://west.example.com"}]}
  lathens: {replicas: 2, autoscaling: {maxReplicas: 9}}
  logs: {access: {}, openTelemetry: {namespace: observability, exporter: {endpoint: "loki.example.com:4317"}, resources: {}}, azureMonitor: {excludeNamespaces: [tests]}}
  gateway:
    clients: [{name: ci, cidrs: [203.0.113.0/24], jwt: {issuer: "https://ci.example.com", audiences: [goproxy], jwksURI: "https://ci.example.com/keys", claims: [{name: owner, values: [acme]}]}}]
    catalogClients: [{name: west, cidrs: [203.0.113.7/32], jwt: {issuer: "https://west.example.com", audiences: [goproxy], jwksURI: "https://west.example.com/keys", claims: [{name: owner, values: [acme]}]}}]
    extAuthz: {provider: opa}`,
	"closed": `
  trust: {caCertificates: [{secretRef: {name: ca}}]}
  athens:
    files: [{path: /etc/athens/a.conf, secretRef: {name: a}}]
    upstream: {goproxy: https://mirror.example.com}
    private: {patterns: [git.example.com/*], credentials: [{host: git.example.com, ssh: {secretRef: {name: key}}}]}
    env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: a}}}]
    storage: {external: {url: "https://store.example.com"}}
    index: {mysql: {host: db.example.com, credentials: {secretRef: {name: db}}}}
  egress: {allow: [{cidr: 203.0.113.0/24}], proxy: {url: "http://proxy.example.com:3128", noProxy: [corp.example.com], credentials: {secretRef: {name: login}}}}
  networkPolicies: {dns: [{cidr: 10.0.0.10/32}]}
  lathens: {resources: {}}
  crathens: {resources: {}, modules: [golang.org/x/mod], goSums: [{configMapRef: {name: app}}]}
  additionalHosts: [{host: go.example.com, tls: {secretName: go}}]
  gateway: {istio: {}, tls: {secretName: tls}, hsts: {}}
  metrics: {slo: {measuredAt: Gateway}}`,
	"external secrets": `
  additionalHosts: [{host: go.example.com, tls: {issuerRef: {name: corp}}}]
  gateway: {tls: {issuerRef: {name: corp}}}
  trust: {caCertificates: [{configMapRef: {name: ca}}]}
  egress: {allow: [{host: vanity.example.org, ports: [8443]}]}
  secrets: {externalSecrets: {storeRef: {name: vault}}, entries: [{secret: db, key: password, name: db}], unmanaged: [cache]}
  athens:
    files: [{path: /etc/athens/a.conf, configMapRef: {name: a}}]
    upstream: {goproxy: https://mirror.example.com}
    replicas: 2
    autoscaling: {maxReplicas: 5, podsMetric: {name: queue, averageValue: 4}}
    storage: {s3: {region: r, bucket: acme-gomods, credentials: {secretRef: {name: s}}}}
    private: {credentials: [{host: lab.example.com, basicAuth: {secretRef: {name: login}}}]}
    index: {postgres: {host: db.example.com, credentials: {secretRef: {name: db}}}}
    singleFlight: {redis: {endpoints: ["cache.lock.svc:26379"], password: {secretRef: {name: cache}}, sentinel: {masterName: m, servers: ["redis.lock.svc:6379"], password: {secretRef: {name: cache}}}}}`,
	"key vault": `
  secrets: {keyVault: {name: acme, tenantID: 11111111-2222-3333-4444-555555555555, identity: {workload: {clientID: 66666666-7777-8888-9999-000000000000}}}}
  athens:
    storage: {gcs: {bucket: acme-gomods, credentials: {secretRef: {name: s}}}}
    private: {credentials: [{host: ghe.example.com, gitHubApp: {appID: "12345", secretRef: {name: app}}}]}
    basicAuth: {secretRef: {name: users}}`,
	"node's identity": `
  secrets: {keyVault: {name: acme, tenantID: 11111111-2222-3333-4444-555555555555, identity: {node: {clientID: 66666666-7777-8888-9999-000000000000}}}}
  athens:
    storage: {gcs: {bucket: acme-gomods, credentials: {workloadIdentity: {serviceAccount: a@acme.iam.gserviceaccount.com}}}}
    serviceAccount: {name: mine}
    basicAuth: {secretRef: {name: users}}`,
	"scaled": `
  athens:
    replicas: 2
    autoscaling: {maxReplicas: 5, keda: {serverAddress: "http://prometheus.monitoring.svc:9090", triggerAuthenticationRef: {name: p}}}
    storage: {s3: {region: r, bucket: acme-gomods, credentials: {irsa: {roleARN: "arn:aws:iam::111122223333:role/athens"}}}}
    singleFlight: {etcd: {endpoints: ["etcd.lock.svc:2379"]}}
  gateway: {istio: {gatewayRef: {namespace: edge, name: shared}, workload: {labels: {app: gateway}, serviceAccountName: gateway}}, hsts: {}}`,
	"redis over TLS": `
  athens:
    upstream: {goproxy: https://mirror.example.com}
    storage: {s3: {region: r, bucket: acme-gomods, credentials: {podIdentity: {}}}}
    singleFlight: {redis: {endpoints: ["redis.example.com:6380"], username: u, password: {secretRef: {name: r}}, tls: {}}}`,
	"redis cluster": `
  athens:
    upstream: {goproxy: https://mirror.example.com}
    storage: {s3: {region: r, bucket: acme-gomods, credentials: {podIdentity: {}}}}
    singleFlight: {redis: {endpoints: ["a.example.com:6380", "b.example.com:6380"], cluster: {servers: ["c.example.com:6380"]}}}`,
	"verified stores": `
  athens:
    upstream: {goproxy: https://mirror.example.com}
    storage: {s3: {region: r, bucket: acme-gomods, endpoint: "https://s3.example.com", tls: {caRef: {configMapRef: {name: ca}}}, credentials: {secretRef: {name: s}}}}
    index: {postgres: {host: db.example.com, tls: {caRef: {secretRef: {name: ca}}, clientCertificate: {secretRef: {name: c}}}, credentials: {secretRef: {name: db}}}}`,
	"verified index": `
  athens:
    storage: {s3: {region: r, bucket: acme-gomods, endpoint: "https://s3.example.com", tls: {caRef: {secretRef: {name: ca}}}, credentials: {secretRef: {name: s}}}}
    index: {postgres: {host: db.example.com, tls: {caRef: {configMapRef: {name: ca}}}, parameters: {sslmode: verify-full}, credentials: {secretRef: {name: db}}}}`,
	"MySQL over TLS": `
  athens: {index: {mysql: {host: db.example.com, tls: {}, parameters: {timeout: 10s}, credentials: {secretRef: {name: db}}}}}`,
	"etcd over TLS": `
  athens:
    upstream: {goproxy: https://mirror.example.com}
    storage: {s3: {region: r, bucket: acme-gomods, credentials: {podIdentity: {}}}}
    singleFlight: {etcd: {endpoints: ["etcd.example.com:2379"], tls: {}}}`,
	"disk": `
  athens: {storage: {disk: {}}}`,
	"claim": `
  athens: {storage: {disk: {claimRef: {name: c}}}}
  tracing: {provider: otel, collector: {serviceRef: {namespace: otel, name: otel-collector}}, operator: {exporter: {endpoint: "tempo.example.com:4317"}, resources: {}}}
  lathens: {enabled: false}
  crathens: {enabled: false}`,
	"no mesh": `
  mesh: {mode: None}
  networkPolicies: {enabled: false}
  gateway: {ingress: {className: nginx}}
  metrics: {operator: None}
  tracing: {collector: {serviceRef: {namespace: otel, name: c}}}
  athens: {networkMode: Offline, download: {mode: None}, upstream: {sumDBs: []}, storage: {s3: {region: r, bucket: acme-gomods, credentials: {podIdentity: {}}}}}`,
	"a load balancer": `
  mesh: {mode: None}
  gateway: {service: {}}`,
	"pod identity": `
  athens:
    upstream: {goproxy: https://mirror.example.com}
    storage: {s3: {region: r, bucket: acme-gomods, credentials: {podIdentity: {}}}}`,
	"minio": `
  athens:
    private: {netrc: {secretRef: {name: netrc}}, gitConfig: {secretRef: {name: git}}}
    storage: {minio: {endpoint: "minio.store.svc:9000", bucket: acme-gomods, credentials: {secretRef: {name: s}}}}`,
	"blob": `
  athens: {storage: {azureBlob: {account: acme, container: modules, credentials: {secretRef: {name: s}}}}}`,
	"azure": `
  mesh: {revision: asm-1-30}
  namespace: {podSecurity: privileged}
  region: west
  regions:
  - {name: west, overrides: {edge: {frontDoor: {originHost: weu.example.com, loadBalancer: {privateLink: {resourceID: ` + azureGroup + `/providers/Microsoft.Network/privateLinkServices/gw, location: westeurope}}}}}}
  - {name: east, overrides: {edge: {frontDoor: {originHost: eus.example.com, loadBalancer: {privateLink: {resourceID: ` + azureGroup + `/providers/Microsoft.Network/privateLinkServices/east, location: eastus2}}}}}}
  athens: {storage: {azureBlob: {account: acme, container: modules, credentials: {managedIdentity: {resourceID: ` + azureGroup + `/providers/Microsoft.ManagedIdentity/userAssignedIdentities/modules}}}}}
  azure: {provision: {resourceGroup: {name: g, location: westeurope}, storage: {region: west}, cluster: {}}}
  edge:
    frontDoor:
      loadBalancer: {privateLink: {resourceID: ` + azureGroup + `/providers/Microsoft.Network/privateLinkServices/gw, location: westeurope}}
      provision: {resourceGroup: {name: edge, location: westeurope}, region: west, firewall: {}}`,
	"cosmos": `
  mesh: {revision: asm-1-30}
  athens: {storage: {mongo: {url: {secretRef: {name: m}}, cosmos: {account: acme, regions: [westeurope]}}}}
  azure: {provision: {resourceGroup: {resourceID: ` + azureGroup + `}, location: westeurope, storage: {maxThroughput: 4000}}}
  edge: {frontDoor: {originHost: weu.example.com, loadBalancer: {serviceTag: {}}, provision: {resourceGroup: {resourceID: ` + azureGroup + `}}}}
  egress: {allow: [{cidr: 10.1.0.0/28, ports: [10255]}]}
  gateway: {istio: {}}`,
}
