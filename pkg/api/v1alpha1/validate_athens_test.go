package v1alpha1_test

import (
	"fmt"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

const (
	blob  = "storage: {azureBlob: {account: athensweu, container: gomods, credentials: {secretRef: {name: athens-blob}}}}"
	s3    = "storage: {s3: {region: eu-central-1, bucket: gomods}}"
	redis = "singleFlight: {redis: {endpoints: [\"redis.cache.svc.cluster.local:6379\"]}}"
)

func TestAthensVersion(t *testing.T) {
	for _, c := range []struct{ version, want string }{
		{"v0.16.0", ""}, {"v0.18.0", ""}, {"v0.19.0-rc.1", ""}, {"v1.2.3", ""},
		{"0.18.0", "write v0.18.0"},
		{"v0.18", "write all three numbers, as in v0.18.0"},
		{"v0.15.4", "is older than v0.16.0"},
		{"latest", "is not a release of Athens"},
		{"v0.18.0+build", "is not a release of Athens"},
	} {
		r := rule{Name: c.version, Spec: "athens: {version: \"" + c.version + "\"}"}
		if c.want != "" {
			r.Want = []string{"spec.athens.version: " + c.want}
		}
		stricttest.Run(t, r)
	}
}

func TestImages(t *testing.T) {
	for _, c := range []struct{ image, want string }{
		{"registry.example.com/athens:v0.18.0", ""},
		{"registry.example.com:5000/a/b:1", ""},
		{"athens:1.0", ""},
		{"Registry.example.com/a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", ""},
		{"docker.io/gomods/athens:v0.18.0", ""},
		{"docker.io/gomods/athens:v0.16.0", "is v0.18.0; write athens.version: v0.16.0"},
		{"docker.io/gomods/athens:v0.18.0-arm64", ""},
		{"docker.io/gomods/athens:v0.17.0-arm64", "is v0.18.0; write athens.version: v0.17.0"},
		{"docker.io/gomods/athens:v0.19.0-rc.1", "is v0.18.0; write athens.version: v0.19.0-rc.1"},
		{"localhost/athens:1", ""},
		{"gomods_/athens:1", "is not an image"},
		{"registry_1.example.com/athens:1", "is not an image"},
		{"registry.example.com:70000/athens:1", "is not an image"},
		{"registry.example.com/athens-:1", "is not an image"},
		{"registry.example.com/athens", "has no tag"},
		{"registry.example.com:5000/athens", "has no tag"},
		{"registry.example.com/athens:latest", "changes without notice"},
		{"registry.example.com/Athens:1", "is not an image"},
		{"registry.example.com/a b:1", "is not an image"},
		{"registry.example.com//a:1", "is not an image"},
		{"https://registry.example.com/a:1", "begins with a scheme"},
		{"registry.example.com/a:", "is not a tag"},
		{"registry.example.com/a:-1", "is not a tag"},
		{"registry.example.com/a@sha256:12", "is not a digest"},
	} {
		r := rule{Name: c.image, Spec: fmt.Sprintf("athens: {image: %q}", c.image)}
		if c.want != "" {
			r.Want = []string{"spec.athens.image: " + c.want}
		}
		stricttest.Run(t, r)
	}
	stricttest.RunAll(t, []rule{
		{"companions", "lathens: {image: a}\ncrathens: {image: b}", []string{"spec.lathens.image: has no tag", "spec.crathens.image: has no tag"}},
	})
}

func TestAthens(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"replicas that cross", "athens: {replicas: 4, autoscaling: {maxReplicas: 2}, " + blob + "}", []string{"spec.athens.autoscaling.maxReplicas: is 2, but replicas, the fewest that run, is 4"}},
		{"replicas below one", "lathens: {replicas: -1}", []string{"spec.lathens.replicas: must be at least 1"}},
		{"workers", "athens: {goGetWorkers: -1, protocolWorkers: -2}", []string{"spec.athens.goGetWorkers: must be at least 1", "spec.athens.protocolWorkers: must be at least 1"}},
		{"log level", "athens: {logLevel: warning}", []string{"spec.athens.logLevel: did you mean warn?"}},
		{"network mode", "athens: {networkMode: airgap}", []string{"spec.athens.networkMode: Write Strict, Fallback or Offline"}},
		{"an account of its own", "athens: {serviceAccount: {name: modules}}", nil},
		{"an account that exists", "athens: {serviceAccount: {create: false, name: modules}}", nil},
		{"an account without a name", "athens: {serviceAccount: {create: false}}", []string{"spec.athens.serviceAccount.name: is required with create: false"}},
		{"annotations of nothing", "athens: {serviceAccount: {create: false, name: modules, annotations: {a: b}}}", []string{"spec.athens.serviceAccount.annotations: has no meaning with create false"}},
		{"the account of lathens", "athens: {serviceAccount: {name: goproxy-lathens}}", []string{"spec.athens.serviceAccount.name: is the ServiceAccount of lathens"}},
		{"no account", "athens: {serviceAccount: {name: A_b}}", []string{"spec.athens.serviceAccount.name: is not an object's name"}},
		{"network mode of another case", "athens: {networkMode: 'offline'}", []string{"spec.athens.networkMode: did you mean Offline?"}},
		{"resource that is none", "athens: {resources: {requests: {mem: 1Gi}}}", []string{"spec.athens.resources.requests.mem: did you mean memory?"}},
		{"resource extension", "athens: {resources: {requests: {example.com/: 1}}}", []string{`spec.athens.resources.requests["example.com/"]: is not a resource`}},
		{"resource below zero", "athens: {resources: {limits: {cpu: -1}}}", []string{"spec.athens.resources.limits.cpu: must not be negative"}},
		{"memory limit of nothing", "lathens: {resources: {limits: {memory: 0}}}", []string{"spec.lathens.resources.limits.memory: is 0"}},
		{"limits of nothing", "athens: {resources: {limits: {cpu: 0, ephemeral-storage: 0Gi}}}", []string{"spec.athens.resources.limits.cpu: is 0", "spec.athens.resources.limits.ephemeral-storage: is 0"}},
		{"memory limit without a unit", "crathens: {resources: {limits: {memory: 512}}}", []string{"spec.crathens.resources.limits.memory: 512 is 512 bytes"}},
		{"least memory limit", "lathens: {resources: {limits: {memory: 16Mi}}}", nil},
		{"request above limit", "athens: {resources: {requests: {memory: 2Gi}, limits: {memory: 1Gi}}}", []string{"spec.athens.resources.requests.memory: 2Gi is more than the limit, 1Gi"}},
		{"claims", "athens: {resources: {claims: [{name: gpu}]}}", []string{"spec.athens.resources.claims: remove it"}},
		{"filter", "athens:\n  filter: |\n    # ours\n    -\n    + github.com/acme\n    D golang.org/x\n  upstream: {goproxy: \"https://mirror.example.com\"}\n", nil},
		{"redirect to nowhere", "athens: {filter: D golang.org/x}", []string{"spec.athens.filter: there is none"}},
		{"redirect elsewhere", "athens: {filter: D golang.org/x, env: [{name: ATHENS_GLOBAL_ENDPOINT, value: \"https://mirror.example.com\"}]}", nil},
		{"filter line", "athens:\n  filter: |\n    + github.com/acme\n    github.com/evil\n    +github.com/x\n    - https://x.y/z\n",
			[]string{"spec.athens.filter: line 2, \"github.com/evil\"", "spec.athens.filter: line 3", "spec.athens.filter: line 4, \"- https://x.y/z\", holds a scheme"}},
		{"filter in another spelling", "athens:\n  filter: |\n    + github.com/Acme/x v1.2,v1.3\n    - github.com/!acme/x\n    - github.com/%21acme v1\n    - GitHub.com/x\n    - github.com/acme/*\n    -  github.com/x\n    - a.b c d e\n", []string{
			"spec.athens.filter: line 2, \"- github.com/!acme/x\", matches no module, because the filter compares plain paths: write - github.com/Acme/x",
			"spec.athens.filter: line 3, \"- github.com/%21acme v1\", matches no module, because the filter compares plain paths: write - github.com/Acme",
			"spec.athens.filter: line 4, \"- GitHub.com/x\", matches no module, because the filter compares plain paths: write - github.com/x",
			"spec.athens.filter: line 5, \"- github.com/acme/*\", holds a wildcard",
			"spec.athens.filter: line 6, \"-  github.com/x\", is not a sign, a path and versions",
			"spec.athens.filter: line 7, \"- a.b c d e\", is not a sign, a path and versions"}},
		{"hook", "athens: {validatorHook: \"https://hook.example.com/check\"}", nil},
		{"hook that is no URL", "athens: {validatorHook: hook}", []string{"spec.athens.validatorHook: is not the URL of a server"}},
		{"basic auth", "athens: {basicAuth: {secretRef: {name: users}}}", nil},
		{"basic auth without a Secret", "athens: {basicAuth: {}}", []string{"spec.athens.basicAuth.secretRef.name: is required"}},
		{"basic auth beside a cache", "athens: {basicAuth: {secretRef: {name: users}}}\nlathens: {enabled: true}", []string{"spec.lathens.enabled: could reach a client with other credentials"}},
	})
}

func TestIndex(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"memory", "athens: {index: {memory: {}}}", nil},
		{"mysql", "athens: {index: {mysql: {host: db.example.com, credentials: {secretRef: {name: db}}}}}", nil},
		{"no kind", "athens: {index: {}}", []string{"spec.athens.index: write memory, mysql or postgres"}},
		{"two kinds", "athens: {index: {postgres: {host: db.example.com, credentials: {secretRef: {name: db}}}, memory: {}}}", []string{"spec.athens.index.postgres: is set together with memory"}},
		{"memory of many", "athens: {replicas: 2, index: {memory: {}}, " + blob + "}", []string{"spec.athens.index.memory: is kept by each replica for itself"}},
		{"host with port", "athens: {index: {postgres: {host: \"db.example.com:1\", port: 70000, database: a b}}}",
			[]string{"spec.athens.index.postgres.credentials.secretRef.name: is required", "spec.athens.index.postgres.host: and the port as port", "spec.athens.index.postgres.port: must be a port", "spec.athens.index.postgres.database: is not the name of a database"}},
		{"postgres with its own authority", "athens: {index: {postgres: {host: db.example.com, tls: {caRef: {configMapRef: {name: ca}}, clientCertificate: {secretRef: {name: c}}}, parameters: {sslmode: verify-full, application_name: athens}, credentials: {secretRef: {name: db}}}}}", nil},
		{"encrypted, unverified", "athens: {index: {postgres: {host: db.example.com, parameters: {sslmode: require}, credentials: {secretRef: {name: db}}}}}", nil},
		{"parameters", "athens: {index: {postgres: {host: db.example.com, parameters: {\"a b\": c, a: \"b c\", b: \"x:y\", password: p, sslrootcert: /ca.crt, sslmode: disable}, tls: {serverName: x.example.com}, credentials: {secretRef: {name: db}}}}}", []string{
			"spec.athens.index.postgres.parameters: is not the name of a parameter", "spec.athens.index.postgres.parameters.a: is not a value that Athens can pass on", "spec.athens.index.postgres.parameters.b: is not a value",
			"spec.athens.index.postgres.parameters.password: is what the field credentials sets", "spec.athens.index.postgres.parameters.sslrootcert: is what the field tls.caRef sets",
			"spec.athens.index.postgres.parameters.sslmode: contradicts tls, which verifies the server's certificate; write verify-ca or verify-full", "spec.athens.index.postgres.tls.serverName: is not read"}},
		{"mysql's values", "athens: {index: {mysql: {host: db.example.com, parameters: {timeout: 10s, parseTime: \"true\", tls: preferred, charset: utf8mb4, allowNativePasswords: \"true\", wait_timeout: \"60\"}, credentials: {secretRef: {name: db}}}}}", nil},
		{"mysql's wrong values", "athens: {index: {mysql: {host: db.example.com, parameters: {User: a, allowAllFiles: \"true\", allowCleartextPasswords: \"true\", compress: \"yes\", maxAllowedPacket: 4Mi, parseTime: \"false\", parsetime: \"true\", password: a, timeout: \"10\", tls: own}, credentials: {secretRef: {name: db}}}}}", []string{
			"spec.athens.index.mysql.parameters.User: is what the field credentials sets", "spec.athens.index.mysql.parameters.allowAllFiles: lets the server read every file",
			"spec.athens.index.mysql.parameters.allowCleartextPasswords: write tls: {} too", "spec.athens.index.mysql.parameters.compress: write true or false", "spec.athens.index.mysql.parameters.maxAllowedPacket: is not a number",
			"spec.athens.index.mysql.parameters.parseTime: keeps Athens from reading the times", "spec.athens.index.mysql.parameters.parsetime: write parseTime", "spec.athens.index.mysql.parameters.password: is what the field credentials sets",
			"spec.athens.index.mysql.parameters.timeout: write one, as in 30s", "spec.athens.index.mysql.parameters.tls: is not a choice of tls; write false, preferred, skip-verify or true"}},
		{"postgres' wrong values", "athens: {index: {postgres: {host: db.example.com, parameters: {connect_timeout: 30s, sslmode: verify}, credentials: {secretRef: {name: db}}}}}", []string{
			"spec.athens.index.postgres.parameters.connect_timeout: write digits alone, as in 30", "spec.athens.index.postgres.parameters.sslmode: is not a choice of sslmode"}},
		{"mysql's parameters", "athens: {index: {mysql: {host: db.example.com, tls: {}, parameters: {tls: skip-verify, allowFallbackToPlaintext: \"true\"}, credentials: {secretRef: {name: db}}}}}", []string{
			"spec.athens.index.mysql.parameters.tls: write true", "spec.athens.index.mysql.parameters.allowFallbackToPlaintext: is what the field tls sets"}},
		{"mysql's own authority", "athens: {index: {mysql: {host: db.example.com, tls: {caRef: {configMapRef: {name: ca}}}, credentials: {secretRef: {name: db}}}}}", []string{"spec.athens.index.mysql.tls.caRef: write it as an entry of trust.caCertificates"}},
		{"short host", "athens: {index: {mysql: {host: db, credentials: {secretRef: {name: db}}}}}", []string{"spec.athens.index.mysql.host: write it in full, as in db.<namespace>.svc"}},
	})
}

func TestEnv(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"free", "athens: {env: [{name: ATHENS_CLOUD_RUNTIME, value: none}, {name: TZ, value: UTC}]}", nil},
		{"of a later release", "athens: {version: v0.19.0, env: [{name: ATHENS_TRACE_SAMPLING_FRACTION, value: \"0.1\"}, {name: ATHENS_TRACE_EXPORTER, value: otlp}]}", nil},
		{"of no release", "athens: {env: [{name: ATHENS_SOMETHING, value: a}]}", nil},
		{"not yet", "athens: {version: v0.17.1, env: [{name: ATHENS_REDIS_CLUSTER, value: \"true\"}]}", []string{"spec.athens.env[0].name: is what the field athens.singleFlight.redis.cluster sets"}},
		{"old exporter", "athens: {version: v0.19.0, env: [{name: ATHENS_TRACE_EXPORTER, value: jaeger}]}", []string{"spec.athens.env[0].value: write otlp"}},
		{"new exporter", "athens: {env: [{name: ATHENS_TRACE_EXPORTER, value: otlp}]}", []string{"spec.athens.env[0].value: write jaeger, datadog or stackdriver"}},
		{"no name", "athens: {env: [{value: a}]}", []string{"spec.athens.env[0].name: is required"}},
		{"bad name", "athens: {env: [{name: a b}]}", []string{"spec.athens.env[0].name: is not a variable's name"}},
		{"twice", "athens: {env: [{name: A}, {name: A}]}", []string{"spec.athens.env[1].name: is repeated, first at spec.athens.env[0]"}},
		{"both", "athens: {env: [{name: A, value: b, valueFrom: {secretKeyRef: {name: a, key: b}}}]}", []string{"spec.athens.env[0].valueFrom: is next to value"}},
		{"from nowhere", "athens: {env: [{name: A, valueFrom: {}}]}", []string{"spec.athens.env[0].valueFrom: write secretKeyRef, configMapKeyRef, fieldRef or resourceFieldRef"}},
		{"from two places", "athens: {env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: b}, configMapKeyRef: {name: a, key: b}}}]}", []string{"spec.athens.env[0].valueFrom.configMapKeyRef: "}},
		{"from a file", "athens: {env: [{name: A, valueFrom: {fileKeyRef: {path: a, volumeName: b, key: c}}}]}", []string{"spec.athens.env[0].valueFrom.fileKeyRef: reads a file of a volume that the site's pods do not have"}},
		{"from what has no name", "athens: {env: [{name: A, valueFrom: {secretKeyRef: {}}}, {name: B, valueFrom: {configMapKeyRef: {name: A_B, key: \"a b\"}}}]}", []string{
			"spec.athens.env[0].valueFrom.secretKeyRef.name: is required", "spec.athens.env[0].valueFrom.secretKeyRef.key: is not a key of a Secret",
			"spec.athens.env[1].valueFrom.configMapKeyRef.name: is not an object's name", "spec.athens.env[1].valueFrom.configMapKeyRef.key: is not a key"}},
		{"from a field", "athens: {env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['app.kubernetes.io/name']\"}}}, {name: B, valueFrom: {fieldRef: {fieldPath: status.podIP}}}, {name: C, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}]}", nil},
		{"from a field that is none", "athens: {env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.nodename}}}, {name: B, valueFrom: {resourceFieldRef: {resource: cpu}}}]}", []string{
			"spec.athens.env[0].valueFrom.fieldRef.fieldPath: did you mean spec.nodeName?", "spec.athens.env[1].valueFrom.resourceFieldRef.resource: Write limits.cpu"}},
	})
	for name, part := range map[string]string{
		"ATHENS_TIMEOUT":                    "the field athens.timeouts.request",
		"ATHENS_STORAGE_TYPE":               "the field athens.storage",
		"ATHENS_STORAGE_GCP_BUCKET":         "the field athens.storage.gcs",
		"ATHENS_MONGO_STORAGE_URL":          "the field athens.storage.mongo",
		"ATHENS_REDIS_SENTINEL_MASTER_NAME": "the field athens.singleFlight.redis.sentinel.masterName",
		"ATHENS_REDIS_ENDPOINT":             "the field athens.singleFlight.redis.endpoints sets",
		"ATHENS_GITHUB_TOKEN":               "the field athens.private.credentials",
		"BASIC_AUTH_PASS":                   "the field athens.basicAuth",
		"GOPROXY":                           "the field athens.upstream.goproxy",
		"GOSUMDB":                           "the field athens.upstream.goEnv",
		"ATHENS_PORT":                       "port 3000",
		"ATHENS_PATH_PREFIX":                "a whole host",
		"ATHENS_PROXY_FORCE_SSL":            "answer its own probes with a redirect", // an alias
		"ATHENS_STORAGE_S3_AWS_REGION":      "the field athens.storage.s3.region",
		"ATHENS_TRACE_SAMPLING_FRACTION":    "is not read by Athens v0.18.0",
		"PROXY_FORCE_SSL":                   "answer its own probes with a redirect",
		"HOME":                              "read-only",
		"KUBERNETES_SERVICE_HOST":           "Kubernetes sets it",
	} {
		stricttest.Run(t, rule{name, "athens: {env: [{name: " + name + ", value: x}]}", []string{"spec.athens.env[0].name: " + part}})
	}
}

func TestWorkloadIdentity(t *testing.T) {
	const annotation = `spec.athens.serviceAccount.annotations["azure.workload.identity/client-id"]: AKS Workload Identity, which Athens as released cannot use`
	stricttest.RunAll(t, []rule{
		{"annotation", "athens: {serviceAccount: {annotations: {azure.workload.identity/client-id: x}}, " + blob + "}", []string{annotation}},
		{"environment", "athens: {env: [{name: AZURE_CLIENT_ID, value: x}], " + blob + "}", []string{"spec.athens.env[0].name: AKS Workload Identity"}},
		{"other storage", "athens: {serviceAccount: {annotations: {azure.workload.identity/client-id: x}}}", nil},
		{"other cloud", "athens: {serviceAccount: {annotations: {eks.amazonaws.com/role-arn: x}}, " + s3 + "}", nil},
		{"key that is none", "athens: {serviceAccount: {annotations: {\"a b\": x}}}", []string{`spec.athens.serviceAccount.annotations["a b"]: is not the key`}},
	})
}
