package helm

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"helm.sh/helm/v3/pkg/strvals"

	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/internal/source"
)

// another is what a leaf of values.yaml becomes, as in --set or in JSON, where
// the kind of value does not decide it; with is what must be set for the chart to
// read the leaf, by the beginning of its path.
var (
	another = map[string]string{
		"image.pullPolicy":                            "Always",
		"image.pullSecrets":                           `[{"name": "regcred"}]`,
		"strategy.type":                               "RollingUpdate",
		"service.annotations":                         `{"a.example.com/b": "c"}`,
		"service.type":                                "LoadBalancer",
		"ingress.annotations":                         `{"a.example.com/b": "c"}`,
		"ingress.hosts":                               `[{"host": "a.example.com", "paths": [{"path": "/goproxy", "pathType": "Prefix"}]}, {"host": "b.example.com", "paths": [{"path": "/", "pathType": "Prefix"}]}]`,
		"ingress.tls":                                 `[{"secretName": "x", "hosts": ["a.example.com"]}]`,
		"storage.type":                                "memory",
		"storage.disk.persistence.accessMode":         "ReadWriteMany",
		"storage.disk.persistence.size":               "50Gi",
		"storage.mongo.url":                           "mongodb://u:hunter2@other.example.com:27017/athens",
		"storage.gcp.serviceAccount":                  `"{\"type\": \"service_account\", \"private_key\": \"hunter2\"}"`,
		"storage.s3.accessKey":                        "hunter2",
		"storage.s3.secretKey":                        "hunter2",
		"storage.s3.sessionToken":                     "hunter2",
		"storage.minio.accessKey":                     "hunter2",
		"storage.minio.secretKey":                     "hunter2",
		"singleFlight.type":                           "etcd",
		"singleFlight.etcd.endpoints":                 "http://etcd-0.example.com:2379",
		"singleFlight.redis.password":                 "hunter2",
		"singleFlight.redis.lockConfig":               `{"ttl": 901, "timeout": 16, "maxRetries": 11}`,
		"singleFlight.redisSentinel.endpoints":        "s-3.example.com:26379",
		"singleFlight.redisSentinel.sentinelPassword": "hunter2",
		"singleFlight.redisSentinel.redisPassword":    "hunter2",
		"singleFlight.redisSentinel.lockConfig":       `{"ttl": 901, "timeout": 16, "maxRetries": 11}`,
		"securityContext":                             `{"readOnlyRootFilesystem": false}`,
		"lifecycle":                                   `{"preStop": {"exec": {"command": ["sleep", "5"]}}}`,
		"configEnvVars":                               `[{"name": "ATHENS_LOG_LEVEL", "value": "warn"}]`,
		"annotations":                                 `{"a.example.com/b": "c"}`,
		"extraLabels":                                 `{"team": "x"}`,
		"jaeger.annotations":                          `{"a.example.com/b": "c"}`,
		"tracing.type":                                "datadog",
		"sshGitServers":                               `[{"host": "git.example.com", "user": "git", "privateKey": "hunter2", "port": 7999, "path": "/scm"}]`,
		"initContainerSecurityContext":                `{"runAsUser": 5}`,
		"initContainerResources":                      `{"limits": {"memory": "64Mi"}}`,
		"extraInitContainers":                         `[{"name": "i", "image": "busybox"}]`,
		"serviceAccount.annotations":                  `{"iam.gke.io/gcp-service-account": "a@b.iam"}`,
		"nodeSelector":                                `{"kubernetes.io/arch": "arm64"}`,
		"tolerations":                                 `[{"key": "x", "operator": "Exists"}]`,
		"affinity":                                    `{"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "x", "operator": "Exists"}]}]}}}`,
		"extraVolumes":                                `[{"name": "ca", "configMap": {"name": "corp-ca"}}]`,
		"extraVolumeMounts":                           `[{"name": "ca", "mountPath": "/etc/ssl/certs/ca-certificates.crt", "subPath": "ca.crt"}]`,
		"resources":                                   `{"limits": {"memory": "640Mi"}}`,
		"autoscaling.behavior":                        `{"scaleDown": {"stabilizationWindowSeconds": 30}}`,
		"autoscaling.apiVersionOverride":              "autoscaling/v2beta2",
	}
	with = map[string][]string{
		"strategy.rollingUpdate":      {"strategy.type=RollingUpdate"},
		"ingress":                     {"ingress.enabled=true", "ingress.hosts[0].host=a.example.com", "ingress.hosts[0].paths[0].path=/", "ingress.hosts[0].paths[0].pathType=Prefix"},
		"storage.disk.persistence":    {"storage.disk.persistence.enabled=true"},
		"storage.mongo":               {"storage.type=mongo", "storage.mongo.url=mongodb://mongo.example.com:27017/athens"},
		"storage.s3":                  {"storage.type=s3", "storage.s3.region=eu-west-1", "storage.s3.bucket=b-one", "storage.s3.accessKey=hunter2", "storage.s3.secretKey=hunter2"},
		"storage.minio":               {"storage.type=minio", "storage.minio.endpoint=minio.example.com:9000", "storage.minio.bucket=b-one", "storage.minio.accessKey=hunter2", "storage.minio.secretKey=hunter2"},
		"storage.gcp":                 {"storage.type=gcp", "storage.gcp.projectID=p-one", "storage.gcp.bucket=b-one"},
		"singleFlight.etcd":           {"singleFlight.type=etcd", "singleFlight.etcd.endpoints=http://etcd-1.example.com:2379"},
		"singleFlight.redis.":         {"singleFlight.type=redis", "singleFlight.redis.endpoint=redis.example.com:6379", "singleFlight.redis.existingSecret=one"},
		"singleFlight.redis.password": {"singleFlight.redis.existingSecret="},
		"singleFlight.redisSentinel":  {"singleFlight.type=redis-sentinel", "singleFlight.redisSentinel.endpoints=s-1.example.com:26379", "singleFlight.redisSentinel.masterName=m", "singleFlight.redisSentinel.existingSecret=one"},
		"singleFlight.redisSentinel.sentinelPassword": {"singleFlight.redisSentinel.existingSecret="},
		"basicAuth":           {"basicAuth.enabled=true"},
		"netrc":               {"netrc.enabled=true"},
		"gitconfig":           {"gitconfig.enabled=true"},
		"upstreamProxy":       {"upstreamProxy.enabled=true", "upstreamProxy.url=https://up.example.com"},
		"jaeger":              {"jaeger.enabled=true"},
		"tracing":             {"tracing.enabled=true", "tracing.url=http://jaeger.example.com:14268"},
		"initContainer":       {"sshGitServers[0].host=git.example.com", "sshGitServers[0].user=git", "sshGitServers[0].port=22", "sshGitServers[0].existingSecret.name=keys", "sshGitServers[0].existingSecret.subPath=id"},
		"autoscaling":         {"autoscaling.enabled=true", "storage.type=gcp", "storage.gcp.projectID=p-one", "storage.gcp.bucket=b-one"},
		"podDisruptionBudget": {"podDisruptionBudget.minAvailable=1"},
	}
	// unseen are leaves that may change without a word, and why.
	unseen = map[string]string{
		"autoscaling.apiVersionOverride":  "an object is the same in each version of its API",
		"extraVolumes":                    "a volume that is not mounted does nothing",
		"initContainerResources":          "the init container is left out as a whole",
		"initContainerSecurityContext":    "the init container is left out as a whole",
		"jaeger.annotations":              "another program, left out as a whole",
		"jaeger.image.repository":         "another program, left out as a whole",
		"jaeger.image.tag":                "another program, left out as a whole",
		"jaeger.type":                     "another program, left out as a whole",
		"livenessProbe.successThreshold":  "Kubernetes takes 1 only",
		"readinessProbe.successThreshold": "the probe differs as a whole",
		"storage.disk.storageRoot":        "where the volume is mounted, which Athens alone knows",
	}
)

// Every value of the chart, changed alone, is in the site or in the report, and no
// password is in either.
func TestImport_ShowsEveryLeaf(t *testing.T) {
	c, _, err := ownChart("")
	if err != nil {
		t.Fatal(err)
	}
	result := func(settings []string) string {
		values := map[string]any{}
		for _, s := range settings {
			parse := strvals.ParseInto
			if key, value, _ := strings.Cut(s, "="); strings.IndexAny(value, "[{\"") == 0 {
				parse, s = strvals.ParseJSON, key+"="+value
			}
			if err := parse(s, values); err != nil {
				t.Fatal(s, err)
			}
		}
		text := encoded(t, values)
		src, _, err := Import{Release: "athens", Namespace: "ns", Files: []source.File{{Name: "values.yaml", Content: text}}}.Source()
		if err != nil {
			return err.Error()
		}
		r, err := importer.FromObjects(src, importer.Options{Host: "goproxy.example.com"})
		if err != nil {
			t.Fatal(settings, err)
		}
		var out strings.Builder
		r.Write(&out, true)
		return string(r.Site) + out.String()
	}
	seen := 0
	for path, v := range leafValues("", c.Values) {
		to, given := another[path]
		switch v := v.(type) {
		case bool:
			to = fmt.Sprint(!v)
		case float64, int64, int:
			to = fmt.Sprint(v) + "1"
		case string:
			if !given {
				to = v + "x1"
			}
		default:
			if !given {
				t.Fatalf("%s: say in another what else it may be", path)
			}
		}
		var context []string
		for _, begin := range slices.Sorted(maps.Keys(with)) {
			if strings.HasPrefix(path, begin) {
				for _, setting := range with[begin] {
					if !strings.HasPrefix(setting, path+"=") || path == "storage.mongo.url" || strings.Contains(setting, "[") {
						context = append(context, setting)
					}
				}
			}
		}
		before, after := result(context), result(append(context, path+"="+to))
		same := before == after
		if reason := unseen[path]; same != (reason != "") {
			t.Errorf("%s=%s with %v: the site and the report are the same: %v; expected so because %q", path, to, context, same, reason)
		}
		if strings.Contains(before+after, "hunter2") {
			t.Errorf("%s: a password is printed:\n%s", path, after)
		}
		seen++
	}
	if seen < 100 {
		t.Errorf("%d leaves only", seen)
	}
}

// leafValues are the values that are not maps, and empty maps, by path.
func leafValues(at string, values map[string]any) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, key := range slices.Sorted(maps.Keys(values)) {
			path := strings.TrimPrefix(at+"."+key, ".")
			if m, ok := values[key].(map[string]any); ok && len(m) > 0 {
				for p, v := range leafValues(path, m) {
					if !yield(p, v) {
						return
					}
				}
			} else if !yield(path, values[key]) {
				return
			}
		}
	}
}

func encoded(t *testing.T, values map[string]any) []byte {
	t.Helper()
	out, err := yaml.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
