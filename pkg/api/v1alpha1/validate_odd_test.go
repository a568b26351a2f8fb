package v1alpha1_test

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

// Values that look right and that the programs they are for refuse, or that never
// come true.
func TestOddValues(t *testing.T) {
	const vault = "tenantID: 11111111-2222-3333-4444-555555555555, identity: {workload: {clientID: 66666666-7777-8888-9999-000000000000}}}}"
	long := strings.Repeat("a", 64)
	stricttest.RunAll(t, []rule{
		{"a host of a long label", "host: " + long + ".example.com", []string{"spec.host: is not a DNS name"}},
		{"a host that ends in a number", "host: goproxy.1", []string{"spec.host: is not a DNS name"}},
		{"a server of a long label", "egress: {allow: [{host: " + long + ".example.com}]}", []string{"spec.egress.allow[0].host: is not a host"}},
		{"buckets", "athens: {storage: {s3: {bucket: 192.168.5.4, region: \"-\"}}}", []string{"spec.athens.storage.s3.bucket: is not a bucket's name", "spec.athens.storage.s3.region: is not a region"}},
		{"a bucket of separators", "athens: {storage: {s3: {bucket: a.-b, region: eu-central-1}}}", []string{"spec.athens.storage.s3.bucket: is not a bucket's name"}},
		{"a vault that ends in a dash", "secrets: {keyVault: {name: acme-, " + vault, []string{"spec.secrets.keyVault.name: is not the name of a Key Vault"}},
		{"a vault of two dashes", "secrets: {keyVault: {name: a--b, " + vault, []string{"spec.secrets.keyVault.name: is not the name of a Key Vault"}},
		{"a vault that begins with a digit", "secrets: {keyVault: {name: 1acme, " + vault, []string{"spec.secrets.keyVault.name: is not the name of a Key Vault"}},
		{"the site as its own storage", "athens: {storage: {external: {url: \"https://goproxy.example.com\"}}}", []string{"spec.athens.storage.external.url: is the site itself"}},
		{"the site as its own validator", "athens: {validatorHook: \"https://goproxy.example.com/v\"}", []string{"spec.athens.validatorHook: is the site itself"}},
		{"a Service of the site as its upstream", "athens: {upstream: {goproxy: \"http://goproxy-list.goproxy.svc.cluster.local\"}}", []string{"spec.athens.upstream.goproxy: is the site itself"}},
		{"a Service of another site as its upstream", "athens: {upstream: {goproxy: \"http://goproxy-list.other.svc.cluster.local\"}}", nil},
		{"a day that never comes", "crathens: {schedule: \"0 0 31 2 *\"}", []string{"spec.crathens.schedule: never comes"}},
		{"one port for two protocols", "tracing: {provider: otel, operator: {exporter: {endpoint: \"a.example.com:4317\"}}, collector: {serviceRef: {namespace: observability, name: otel-collector}, ports: {otlpGRPC: 4318}}}", []string{"spec.tracing.collector.ports: name one port twice"}},
		{"a request in thousandths", "athens: {resources: {requests: {memory: 100m}}}", []string{"spec.athens.resources.requests.memory: 100m is 1 bytes"}},
		{"the account that is always there", "athens: {serviceAccount: {name: default}}", []string{"spec.athens.serviceAccount.name: default is the account that Kubernetes creates"}},
		{"more pods than a cluster runs", "lathens: {replicas: 150001}", []string{"spec.lathens.replicas: runs at most 150000 pods"}},
		{"more pods at most than a cluster runs", "lathens: {autoscaling: {maxReplicas: 1000000}}", []string{"spec.lathens.autoscaling.maxReplicas: runs at most 150000 pods"}},
		{"one proxy in two spellings", "athens: {upstream: {goproxy: \"https://a.example.com/x,https://A.example.com:443/x/\"}}", []string{"spec.athens.upstream.goproxy: is repeated"}},
		{"two proxies of a host", "athens: {upstream: {goproxy: \"https://a.example.com/x,https://a.example.com:8443/x,https://a.example.com/y\"}}", nil},
		{"a proxy in the environment", "athens: {env: [{name: https_proxy, value: \"http://proxy.example.com:3128\"}], upstream: {goEnv: {ALL_PROXY: \"socks5://proxy.example.com:1080\"}}}", []string{"spec.athens.env[0].name: is what the field egress.proxy.url sets", "spec.athens.upstream.goEnv.ALL_PROXY: is what the field egress.proxy.url sets"}},
		{"proxies", "egress: {proxy: {url: \"socks5://proxy.example.com:1080\", noProxy: [.corp.example.com, corp.example.com, 10.0.0.0/8, 10.1.2.3, localhost]}}", nil},
		{"a proxy of a short name", "egress: {proxy: {url: \"http://proxy:3128\"}}", []string{"spec.egress.proxy.url: write it in full"}},
		{"a proxy without a port", "egress: {proxy: {url: \"http://proxy.example.com\"}}", []string{"spec.egress.proxy.url: has no port"}},
		{"a proxy with a login", "egress: {proxy: {url: \"http://a:b@proxy.example.com:3128\"}}", []string{"spec.egress.proxy.url: holds a user or a password"}},
		{"a proxy that is none", "egress: {proxy: {url: \"http://proxy.example.com:3128/x\"}}", []string{"spec.egress.proxy.url: holds more than a host and a port"}},
		{"a proxy where identities are", "egress: {proxy: {url: \"http://169.254.169.254:80\"}}", []string{"spec.egress.proxy.url: is where a cloud hands out identities"}},
		{"hosts beside the proxy", "egress: {proxy: {url: \"http://proxy.example.com:3128\", noProxy: [\"*\", \"*.example.com\", \"a.example.com:80\", \"\", \"a b\"]}}", []string{
			"spec.egress.proxy.noProxy[0]: goes past the proxy to every host", "spec.egress.proxy.noProxy[1]: holds a wildcard, which git does not read; write .example.com", "spec.egress.proxy.noProxy[2]: holds a port",
			"spec.egress.proxy.noProxy[3]: is not a host", "spec.egress.proxy.noProxy[4]: is not a host"}},
		{"a listed site behind a proxy", "athens: {private: {patterns: [\"*.acme.example.com/*\"]}}\negress: {mode: Listed, proxy: {url: \"http://proxy.example.com:3128\"}}", nil},
		{"a pattern beside the proxy", "athens: {private: {patterns: [\"*.acme.example.com/*\"]}}\negress: {proxy: {url: \"http://proxy.example.com:3128\", noProxy: [acme.example.com]}}", []string{"spec.athens.private.patterns[0]: does not say which hosts it means"}},
		{"servers of the environment", "athens: {env: [{name: ATHENS_TRACE_EXPORTER, value: datadog}, {name: ATHENS_TRACE_EXPORTER_URL, value: \"agent.example.com:8126\"}, {name: AWS_ENDPOINT_URL_STS, value: \"https://sts.example.com\"}]}", nil},
		{"closed servers of the environment", "athens: {env: [{name: ATHENS_TRACE_EXPORTER_URL, value: \"http://jaeger:14268\"}, {name: AWS_CONTAINER_CREDENTIALS_FULL_URI, value: \"http://169.254.170.23/v1/credentials\"}, {name: AWS_ENDPOINT_URL_STS, value: \"http://169.254.169.254\"}]}", []string{
			"spec.athens.env[0].value: write it in full", "spec.athens.env[1].value: write storage.s3.credentials: {podIdentity: {}}", "spec.athens.env[2].value: is where a cloud hands out identities"}},
		{"GOAUTH twice", "athens: {upstream: {goEnv: {GOAUTH: netrc, GOENV: /x}}, private: {credentials: [{host: a.example.com, token: {secretRef: {name: t}}}]}}", []string{"spec.athens.upstream.goEnv.GOAUTH: is what the field athens.private.credentials sets", "spec.athens.upstream.goEnv.GOENV: is what the field athens.private.credentials sets"}},
		{"a collector that policies close", "tracing: {provider: otel, collector: {serviceRef: {namespace: goproxy, name: otel}}}", []string{"spec.tracing.collector.serviceRef.namespace: is the site's own"}},
		{"a collector beside a site without a mesh", "mesh: {mode: None}\ntracing: {collector: {serviceRef: {namespace: goproxy, name: otel}}}", nil},
		{"a filter of no host", "athens: {filter: \"- com\"}", []string{"spec.athens.filter: matches no module"}},
	})
	site, problems := stricttest.Load(t, stricttest.Head+"spec: {host: a.example.com, lathens: {replicas: 150000}}")
	if tries := site.Spec.ListTries(); len(problems) > 0 || tries < 1000 {
		t.Errorf("%d tries with the most replicas: %v", tries, problems)
	}
}
