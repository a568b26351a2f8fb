package importer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// TestImport holds the site and the account of what became of each value
// against what they should be. The values are ours, under the keys that the
// chart athens-proxy has.
func TestImport(t *testing.T) {
	for _, tc := range []struct {
		name, values string
		options      func(*Options)
		spec         string
		says         []string
		breaks       bool
	}{
		{
			name: "nothing", values: "null", spec: `{}`,
		},
		{
			name: "unknown keys with dots", values: `{x: {a.b/c: d}, y.z: 1}`, spec: `{}`,
			says: []string{`no counterpart: x["a.b/c"]: is not a value that`, `no counterpart: ["y.z"]: is not a value that`},
		},
		{
			name:   "disk",
			values: `{replicaCount: 1, goGetWorkers: 7, storage: {type: disk, disk: {persistence: {enabled: true, size: 100Gi, accessMode: ReadWriteOnce}}}}`,
			spec:   `{athens: {replicas: 1, goGetWorkers: 7, storage: {disk: {size: 100Gi, accessMode: ReadWriteOnce}}}}`,
			says:   []string{"translated: storage.disk.persistence.size: spec.athens.storage.disk.size", "now the default: storage.disk.persistence.enabled:"},
		},
		{
			name:   "image of a release",
			values: `{image: {registry: docker.io, repository: gomods/athens, tag: v0.17.1, pullPolicy: Always, pullSecrets: [{name: pull}], runAsNonRoot: false}}`,
			spec:   `{athens: {version: v0.17.1}, images: {pullPolicy: Always, pullSecretRefs: [{name: pull}]}}`,
			says:   []string{"translated: image.tag: spec.athens.version: v0.17.1", "translated: image.pullPolicy:", "now the default: image.runAsNonRoot:"},
		},
		{
			name:   "image of a mirror",
			values: `{image: {registry: mirror.example.com, tag: build-7}}`,
			spec:   `{athens: {image: "mirror.example.com/gomods/athens:build-7"}}`,
			says:   []string{"translated: image.registry: spec.athens.image", "write the release inside it to spec.athens.version"},
		},
		{
			name: "s3 with a lock",
			values: `{storage: {type: s3, s3: {region: eu-west-1, bucket: acme-gomods, accessKey: AKIA, secretKey: hush, sessionToken: hush}},
			  autoscaling: {enabled: true, maxReplicas: 6, targetMemoryUtilizationPercentage: 80}, replicaCount: 2,
			  singleFlight: {type: redis, redis: {endpoint: "redis.lock.svc:6379", existingSecret: r, lockConfig: {ttl: 1200, maxRetries: 50}}}}`,
			spec: `{athens: {replicas: 1, autoscaling: {maxReplicas: 6},
			  storage: {s3: {region: eu-west-1, bucket: acme-gomods, credentials: {secretRef: {name: goproxy-s3}}}},
			  singleFlight: {redis: {endpoints: ["redis.lock.svc:6379"], password: {secretRef: {name: r, key: ATHENS_REDIS_PASSWORD}}, lock: {ttl: 1200s, maxRetries: 50}}}}}`,
			says: []string{
				"to do: storage.s3.accessKey: make a Secret goproxy-s3 that holds it under the key AWS_ACCESS_KEY_ID",
				"to do: storage.s3.secretKey:", "no counterpart: storage.s3.sessionToken:",
				"now the default: replicaCount:", "no counterpart: autoscaling.targetMemoryUtilizationPercentage:",
			},
		},
		{
			name: "mongo, sentinels", values: `{storage: {type: mongo, mongo: {url: "mongodb://u:hush@db-0.example.com,db-1.example.com:27018/?tls=true"}, s3: {bucket: unused}},
			  singleFlight: {type: redis-sentinel, redisSentinel: {endpoints: "a.lock.svc:26379, b.lock.svc:26379", masterName: m, sentinelPassword: hush, redisUsername: u}}}`,
			spec: `{athens: {storage: {mongo: {url: {secretRef: {name: goproxy-mongo}}, hosts: ["db-0.example.com:27017", "db-1.example.com:27018"]}},
			  singleFlight: {redis: {endpoints: ["a.lock.svc:26379", "b.lock.svc:26379"], sentinel: {masterName: m, password: {secretRef: {name: goproxy-redis}}}}}}}`,
			says: []string{"to do: storage.mongo.url:", "no counterpart: storage.s3: the chart ignores it too", "no counterpart: singleFlight.redisSentinel.redisUsername:",
				"to do: singleFlight.redisSentinel: write the servers behind the sentinels"},
			breaks: true, // until that is done
		},
		{
			name: "mongo by a name that DNS resolves", values: `{storage: {type: mongo, mongo: {url: "mongodb+srv://u:hush@db.example.com/"}}}`,
			spec: `{athens: {storage: {mongo: {url: {secretRef: {name: goproxy-mongo}}}}}}`,
			says: []string{"to do: storage.mongo: write the servers"}, breaks: true,
		},
		{
			name: "minio", values: `{storage: {type: minio, minio: {endpoint: "minio.store.svc:9000", bucket: gomods, accessKey: k, secretKey: hush}}}`,
			spec: `{athens: {storage: {minio: {endpoint: "minio.store.svc:9000", bucket: gomods, credentials: {secretRef: {name: goproxy-minio}}}}}}`,
		},
		{
			name: "gcp", values: `{storage: {type: gcp, gcp: {projectID: acme, bucket: gomods, serviceAccount: "{hush}"}}, serviceAccount: {create: true, annotations: {a.b/c: d}}}`,
			spec: `{athens: {storage: {gcs: {projectID: acme, bucket: gomods, credentials: {secretRef: {name: goproxy-gcs}}}}, serviceAccount: {annotations: {a.b/c: d}}}}`,
		},
		{
			name: "credentials",
			values: `{netrc: {enabled: true, existingSecret: n}, gitconfig: {enabled: true}, basicAuth: {enabled: true, secretName: b, usernameSecretKey: user},
			  sshGitServers: [{host: git.example.com, user: git, privateKey: hush, port: 22}]}`,
			spec: `{athens: {basicAuth: {secretRef: {name: b, keys: {username: user}}}, private: {netrc: {secretRef: {name: n}},
			  gitConfig: {secretRef: {name: athens-proxy-gitconfig, key: gitconfig}}, credentials: [{host: git.example.com, ssh: {secretRef: {name: goproxy-ssh}}}]}}}`,
			says: []string{"translated: basicAuth.usernameSecretKey: spec.athens.basicAuth.secretRef.keys.username", "to do: sshGitServers:"},
		},
		{
			name:   "upstream and environment",
			values: `{upstreamProxy: {enabled: true, url: "https://mirror.example.com"}, configEnvVars: [{name: ATHENS_CLOUD_RUNTIME, value: none}], resources: {limits: {memory: 2Gi}}}`,
			spec: `{athens: {upstream: {goproxy: "https://mirror.example.com"}, env: [{name: ATHENS_CLOUD_RUNTIME, value: none}],
			  resources: {limits: {memory: 2Gi}}}}`,
		},
		{
			name: "ingress into the mesh", values: `{ingress: {enabled: true, className: nginx, hosts: [{host: mods.example.org}, {host: more.example.org}], tls: [{secretName: cert}]}}`,
			options: noHost,
			spec:    `{host: mods.example.org, gateway: {tls: {secretName: cert}}}`,
			says:    []string{"so 1 are left out", "no counterpart: ingress.className:", "to do: ingress.tls:"},
		},
		{
			name: "ingress that stays", values: `{ingress: {enabled: true, className: nginx, annotations: {a: b}, hosts: [{host: mods.example.org}], tls: [{secretName: cert}]}}`,
			options: func(o *Options) { o.Mesh = v1alpha1.MeshNone },
			spec:    `{mesh: {mode: None}, gateway: {ingress: {className: nginx}, annotations: {a: b}, tls: {secretName: cert}}}`,
		},
		{
			name:   "what has no counterpart",
			values: `{nodeSelector: {a: b}, tolerations: [{key: a}], affinity: {nodeAffinity: {}}, priorityClassName: high, extraVolumes: [{name: v}], jaeger: {enabled: true}, hello: {world: 1}}`,
			spec:   `{}`,
			says: []string{"no counterpart: nodeSelector:", "no counterpart: tolerations:", "no counterpart: affinity:", "no counterpart: priorityClassName:",
				"no counterpart: extraVolumes:", "no counterpart: jaeger:", "no counterpart: hello.world: is not a value that this program knows"},
		},
		{
			name: "a site that breaks a rule", values: `{replicaCount: 3, storage: {type: memory}}`, breaks: true,
			spec: `{athens: {replicas: 3, storage: {memory: {}}}}`,
			says: []string{"spec.athens.storage"},
		},
		{
			name: "no host", values: `{}`, options: noHost, breaks: true, spec: `{host: ""}`, says: []string{"spec.host"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := Options{Name: "goproxy", Namespace: "athens", Host: "goproxy.example.com", Mesh: v1alpha1.MeshSidecar}
			if tc.options != nil {
				tc.options(&o)
			}
			var values map[string]any
			mustYAML(t, tc.values, &values)
			out, lines, err := Import(values, o)
			if err != nil {
				t.Fatal(err)
			}
			var site yaml.Node
			mustYAML(t, string(out), &site)
			_, problems := strict.Load[v1alpha1.AthensSite](site.Content[0])
			if (len(problems) > 0) != tc.breaks {
				t.Errorf("the site has the problems %v", problems)
			}
			said := fmt.Sprint(problems)
			for _, l := range lines {
				said += fmt.Sprintf("%s: %s: %s\n", l.Verdict, l.Key, l.Text)
			}
			var got, want map[string]any
			mustYAML(t, string(out), &got)
			mustYAML(t, tc.spec, &want)
			if _, ok := want["host"]; !ok {
				want["host"] = "goproxy.example.com"
			}
			if diff := cmp.Diff(want, got["spec"]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			for _, s := range tc.says {
				if !strings.Contains(said, s) {
					t.Errorf("does not say %q:\n%s", s, said)
				}
			}
			if strings.Contains(string(out)+said, "hush") {
				t.Errorf("a secret is in the output:\n%s%s", out, said)
			}
			accounted(t, values, said)
		})
	}
}

func noHost(o *Options) { o.Host = "" }

// accounted wants every value, or what it is part of, in the report.
func accounted(t *testing.T, values map[string]any, report string) {
	t.Helper()
	im, err := newImporter(values, "x")
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range im.leaves {
		found := false
		for at := tree.Parse(leaf); len(at) > 0 && !found; at = at[:len(at)-1] {
			found = strings.Contains(report, ": "+at.String()+": ")
		}
		if !found {
			t.Errorf("%s was dropped silently", leaf)
		}
	}
}

func mustYAML(t *testing.T, text string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}
