package check_test

import (
	"slices"
	"strings"
	"testing"
)

// Rules that depend on several fields are held to each of them.
func TestRules_OfSeveralFields(t *testing.T) {
	const (
		head    = "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n"
		regions = "  regions:\n  - name: westeurope\n  - name: eastus2\n    overrides: {host: goproxy-eastus2.example.com}\n"
		s3      = "  athens: {storage: {s3: {region: eu-central-1, bucket: gomods, credentials: {podIdentity: {}}}}, "
		minio   = "  athens: {storage: {minio: {endpoint: \"minio.storage.svc.cluster.local:9000\", bucket: gomods, credentials: {secretRef: {name: m}}}}, "
		private = "  egress: {allow: [{cidr: 10.20.0.0/16, ports: [443]}]}\n"
		inside  = "  athens: {index: {postgres: {host: db.corp.internal, credentials: {secretRef: {name: i}}}}}\n"
		redis   = "singleFlight: {redis: {endpoints: [\"%s:6379\"]}}}\n"
	)
	lock := func(host string) string { return strings.Replace(redis, "%s", host, 1) }
	git := func(config string) string {
		return "  athens: {private: {patterns: [github.com/acme/*], gitConfig: {" + config + "}}}\n"
	}
	index := func(kind, host, parameter string) string {
		return "  athens: {index: {" + kind + ": {host: " + host + ", parameters: {" + parameter + "}, credentials: {secretRef: {name: i}}}}}\n"
	}
	for _, c := range []struct {
		name, spec, code string
		found            bool
	}{
		{"direct, to public hosts", "  athens: {}\n", "AK602", false},
		{"direct", "  athens: {}\n" + private, "AK602", true},
		{"direct without NetworkPolicies", "  networkPolicies: {enabled: false}\n", "AK602", true},
		{"direct for versions only", "  athens: {networkMode: Offline}\n" + private, "AK602", true},
		{"direct for lists only", "  athens: {download: {mode: None}}\n" + private, "AK602", true},
		{"direct that nothing asks", "  athens: {networkMode: Offline, download: {mode: None}}\n" + private, "AK602", false},
		{"direct behind a proxy", "  egress: {proxy: {url: \"http://proxy.example.com:3128\"}, allow: [{cidr: 10.20.0.0/16, ports: [443]}]}\n", "AK602", false},
		{"direct behind a proxy and beside it", "  egress: {mode: Open, proxy: {url: \"http://proxy.example.com:3128\"}, allow: [{cidr: 10.20.0.0/16, ports: [443]}]}\n", "AK602", true},
		{"a proxy on a private address", "  mesh: {mode: None}\n  egress: {proxy: {url: \"http://proxy.corp.internal:3128\"}}\n", "AK608", false},
		{"a server of the environment", "  athens: {upstream: {goproxy: https://mirror.example.com}, env: [{name: AWS_ENDPOINT_URL_STS, value: \"https://sts.example.com\"}]}\n", "AK606", false},
		{"a server in a Secret that egress.allow names", "  athens: {upstream: {goproxy: https://mirror.example.com}, env: [{name: AWS_ENDPOINT_URL_STS, valueFrom: {secretKeyRef: {name: s, key: url}}}]}\n  egress: {allow: [{host: sts.example.com}]}\n", "AK606", false},
		{"no identity for S3", "  athens: {storage: {s3: {region: eu-west-1, bucket: acme-gomods}}}\n", "AK108", true},
		{"Pod Identity for S3", "  athens: {storage: {s3: {region: eu-west-1, bucket: acme-gomods, credentials: {podIdentity: {}}}}}\n", "AK108", false},
		{"no database", "  athens: {upstream: {sumDBs: []}}\n", "AK526", true},
		{"no database, nothing fetched", "  athens: {networkMode: Offline, download: {mode: None}, upstream: {sumDBs: []}}\n", "AK526", false},
		{"a database by its key", "  athens: {upstream: {sumDBs: [https://sum.example.com], goEnv: {GOSUMDB: sum.example.com+abc+def}}}\n", "AK529", false},
		{"a Service on its own port", "  athens: {index: {postgres: {host: db.data.svc, credentials: {secretRef: {name: i}}}}}\n", "AK607", false},
		{"a database without a mesh", "  mesh: {mode: None}\n  athens: {upstream: {goproxy: https://mirror.example.com}, index: {postgres: {host: db.corp.internal, credentials: {secretRef: {name: i}}}}}\n", "AK608", true},
		{"a database with a public name", "  mesh: {mode: None}\n  athens: {index: {postgres: {host: db.example.com, credentials: {secretRef: {name: i}}}}}\n", "AK608", false},
		{"a private endpoint", "  athens: {index: {postgres: {host: acme.privatelink.postgres.database.azure.com, credentials: {secretRef: {name: i}}}}}\n", "AK608", true},
		{"its range", inside + "  egress: {allow: [{cidr: 10.20.0.0/16, ports: [5432]}]}\n", "AK608", false},
		{"direct, and its range", inside + "  egress: {allow: [{cidr: 10.20.0.0/16, ports: [5432]}]}\n", "AK602", false},
		{"direct, and its range on all ports", inside + "  egress: {allow: [{cidr: 10.20.0.0/16, ports: [5432, 443]}]}\n", "AK602", true},
		{"direct, and a range on another port", inside + "  egress: {allow: [{cidr: 10.20.0.0/16, ports: [8443]}]}\n", "AK602", true},
		{"a database that the mesh names", "  athens: {upstream: {goproxy: https://mirror.example.com}, index: {postgres: {host: db.corp.internal, credentials: {secretRef: {name: i}}}}}\n", "AK608", false},
		{"a database by its address", "  athens: {index: {postgres: {host: 10.1.2.3, credentials: {secretRef: {name: i}}}}}\n", "AK608", false},
		{"a file of certificates that Athens does not trust", "  athens: {storage: {mongo: {url: {secretRef: {name: m}}, hosts: [\"m.example.com:27017\"]}}, env: [{name: ATHENS_MONGO_CERT_PATH, value: /etc/docdb/ca.pem}]}\n", "AK707", true},
		{"git takes any certificate", git(`text: "[http]\n sslVerify = no\n"`), "AK544", true},
		{"git verifies", git(`text: "[http]\n sslVerify\n"`), "AK544", false},
		{"settings of git are no credentials", git(`text: "[http]\n version = HTTP/1.1\n"`), "AK521", true},
		{"a file of git's may hold them", git("secretRef: {name: g}"), "AK521", false},
		{"an index that may be plain", index("mysql", "db.example.com", "tls: preferred"), "AK545", true},
		{"an index in the cluster", index("postgres", "db.data.svc", "sslmode: disable"), "AK545", false},
		{"an index with TLS", index("postgres", "db.example.com", "sslmode: require"), "AK545", false},
		{"one lock in each cluster", s3 + lock("redis.cache.svc.cluster.local") + regions, "AK109", true},
		{"one lock for all", s3 + lock("10.1.2.3") + regions, "AK109", false},
		{"no lock", s3 + "upstream: {}}\n" + regions, "AK109", true},
		{"a store in each cluster", minio + lock("redis.cache.svc.cluster.local") + regions, "AK109", false},
		{"a store that brings its lock", "  athens: {storage: {gcs: {bucket: gomods}}}\n" + regions, "AK109", false},
		{"a catalog of no region", regions + "  crathens: {sources: [{url: https://other.example.com}]}\n", "AK412", false},
	} {
		found := codes(head + c.spec)
		if got := slices.Contains(found, c.code); got != c.found || slices.Contains(found, "AK004") {
			t.Errorf("%s: %s is found: %v, want %v; found %v", c.name, c.code, got, c.found, found)
		}
	}
}
