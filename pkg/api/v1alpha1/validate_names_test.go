package v1alpha1_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

// TestNames_AcceptNames puts values into fields that are names or URLs: those of
// the vendors pass, text that another language would run does not.
func TestNames_AcceptNames(t *testing.T) {
	const (
		mongo  = "athens: {storage: {mongo: {url: {secretRef: {name: a}}, hosts: [m.example.com], "
		s3     = "athens: {storage: {s3: {region: eu-central-1, bucket: gomods, "
		gcp    = "athens: {storage: {gcs: {bucket: gomods, "
		minio  = "athens: {storage: {minio: {endpoint: \"minio.x.svc.cluster.local:9000\", bucket: gomods, credentials: {secretRef: {name: a}}, "
		id     = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/"
		azure  = "namespace: {podSecurity: privileged}\nmesh: {revision: asm-1-30}\nazure: {provision: {location: westeurope, resourceGroup: "
		door   = "edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, loadBalancer: {privateLink: {location: westeurope, resourceID: "
		vault  = "secrets: {externalSecrets: {storeRef: {name: vault}}, entries: [{secret: a, key: b, name: "
		keys   = "secrets: {keyVault: {tenantID: 11111111-2222-3333-4444-555555555555, identity: {workload: {clientID: 11111111-2222-3333-4444-555555555555}}, name: "
		keda   = "athens: {replicas: 1, storage: {s3: {region: eu-central-1, bucket: gomods}}, singleFlight: {redis: {endpoints: [\"r.x.svc.cluster.local:6379\"]}}, autoscaling: {maxReplicas: 2, podsMetric: {averageValue: 20, name: "
		master = "athens: {singleFlight: {redis: {endpoints: [\"s.x.svc.cluster.local:26379\"], sentinel: {servers: [\"r.x.svc.cluster.local:6379\"], masterName: "
	)
	for _, f := range []struct {
		path, before, after string
		good, bad           []string
	}{
		{"spec.athens.storage.mongo.database", mongo + "database: ", "}}}", []string{"athens", "go_mods-2"}, []string{"athens;{touch,PWNED};", "%{if(true)}y%{endif}", "-x", strings.Repeat("a", 64)}},
		{"spec.athens.storage.mongo.collection", mongo + "collection: ", "}}}", []string{"modules", "_m"}, []string{"modules';{touch,PWNED};#", "1st", "a{b}"}},
		{"spec.athens.storage.s3.endpoint", s3 + "endpoint: ", "}}}", []string{"https://s3.example.com", "https://s3.example.com:9000/a/b-c_d~e.f%20g/"},
			[]string{"https://s3.example.com/p$(touch${IFS}PWNED)", "https://s3.example.com/'", "https://s3.example.com/`id`", "https://s3.example.com/<script>", "https://s3.example.com/{a,b}", "https://s3.example.com/a;b", "https://s3.example.com/a&b", "https://s3.example.com/ü", "https://s3.example.com/#", `https://s3.example.com/a\b`, "https://s3.example.com/\u202e"}},
		{"spec.athens.storage.gcs.projectID", gcp + "projectID: ", "}}}", []string{"acme-build-1234", "example.com:acme-build"}, []string{"$(id)-project", "Acme-build", "a;b-c-d-e"}},
		{"spec.athens.storage.minio.region", minio + "region: ", "}}}", []string{"us-east-1"}, []string{"$(id)", "a b"}},
		{"spec.azure.provision.cluster.vmSize", azure + "{name: g}, cluster: {vmSize: ", "}}}", []string{"Standard_D4s_v5", "Standard_M8-2ms"}, []string{`${file("/proc/self/environ")}`, "Standard D4", "1", "Standard_\u212a"}},
		{"spec.azure.provision.resourceGroup.resourceID", azure + "{resourceID: ", "}, cluster: {}}}", []string{id + "rg_(prod).1-x", id + "größe", "/Subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/a"},
			[]string{id + `${file("x")}`, id + "a.", id + "a b", id + "a\u202eb", id + strings.Repeat("a", 91), "/ſubscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/a"}},
		{"spec.edge.frontDoor.loadBalancer.privateLink.resourceID", door, "}}}}", []string{id + "g/providers/Microsoft.Network/privateLinkServices/goproxy_1"},
			[]string{id + `g/providers/Microsoft.Network/privateLinkServices/${file("x")}`, id + "g/providers/Microsoft.Network/privateLinkServices/a'b", id + "$(id)/providers/Microsoft.Network/privateLinkServices/a"}},
		{"spec.athens.private.patterns[0]", "athens: {private: {patterns: [", "]}}", []string{"github.com/Acme/*", "*.corp.example.com"}, []string{"corp.example.com/'+$(calc)+'/x", "corp.example.com/\u212a", "corp.example.com/’"}},
		{"spec.athens.singleFlight.redis.sentinel.masterName", master, "}}}}", []string{"my-master.1"}, []string{"my master", "$(id)"}},
		{"spec.athens.autoscaling.podsMetric.name", keda, "}}}", []string{"http_requests:rate5m"}, []string{"a{b}", "a/b"}},
		{"spec.secrets.entries[0].name", vault, "}]}", []string{"goproxy/mongo", "secret/data/x#y", "arn:aws:secretsmanager:eu-central-1:1:secret:a-b"}, []string{"$(id)", "a\nb", "{{ .x }}"}},
		{"spec.secrets.keyVault.name", keys, "}}", []string{"acme-goproxy"}, []string{"acme-\u212aelvin", "a$b"}},
		{"spec.athens.upstream.goEnv.GOSUMDB", "athens: {upstream: {goEnv: {GOSUMDB: ", "}}}", []string{"off", "sum.golang.org https://sum.example.com", "sum.example.com+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"}, []string{"$(calc) https://sum.golang.org", "a`b", "sum.golang.org sum.example.com", "a  b"}},
		{"spec.athens.upstream.goEnv.GOFLAGS", "athens: {upstream: {goEnv: {GOFLAGS: ", "}}}", []string{"-mod=mod '-ldflags=-s -w'"}, []string{"a\x1b[31mb", "a\u202eb"}},
		{"spec.metrics.dashboard.folder", "metrics: {dashboard: {folder: ", "}}", []string{"Go modules & more"}, []string{"a\x1bb", "a\u202eb"}},
		{"spec.metrics.runbookURL", "metrics: {runbookURL: ", "}", []string{"https://wiki.example.com/runbooks/goproxy.md"}, []string{"https://wiki.example.com/{{ .Labels }}", "https://wiki.example.com/a b"}},
		{"spec.logs.access.provider", "logs: {access: {provider: ", "}}", []string{"my-envoy.1"}, []string{"a$b"}},
		{"spec.crathens.schedule", "crathens: {schedule: ", "}", []string{"17 */6 * * MON-FRI", "@daily"}, []string{"17 */6\n* * *", "1 2 3 4 `"}},
	} {
		for _, list := range []struct {
			values []string
			want   []string
		}{{f.good, nil}, {f.bad, []string{f.path + ": "}}} {
			for _, v := range list.values {
				text, _ := json.Marshal(v)
				stricttest.Run(t, rule{f.path + " " + v, f.before + string(text) + f.after, list.want})
			}
		}
	}
}
