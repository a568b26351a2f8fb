package v1alpha1

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// env checks the environment for settings that the spec has no field for.
func (r *rules) env() {
	seen := map[string]int{}
	for i, e := range r.spec.Athens.Env {
		at := child(item("spec.athens.env", i), "name")
		if e.Name == "" {
			r.add(at, "is required; write a variable's name, as in ATHENS_CLOUD_RUNTIME")
			continue
		}
		if len(validation.IsEnvVarName(e.Name)) > 0 {
			r.add(at, "%q is not a variable's name; write letters, digits and underscores, as in ATHENS_CLOUD_RUNTIME", shorten(e.Name))
			continue
		}
		if first, ok := seen[e.Name]; ok {
			r.add(at, "%s is there already, at %s; keep one of them", e.Name, item("spec.athens.env", first))
			continue
		}
		seen[e.Name] = i
		if field := envField(e.Name); field != "" {
			r.add(at, "%s is what the field %s sets; write that", e.Name, field)
		} else if reason := envFixed(e.Name); reason != "" {
			r.add(at, "%s cannot be set: %s. Take it out", e.Name, reason)
		}
		if e.Value != "" && e.ValueFrom != nil {
			r.add(child(item("spec.athens.env", i), "valueFrom"), "stands beside value; keep one of them")
		}
	}
}

// envField is the field of the spec that sets a variable of Athens (as of
// v0.18.0), or "".
func envField(name string) string {
	switch name {
	case "ATHENS_GO_BINARY_ENV_VARS":
		return "athens.upstream.goEnv"
	case "ATHENS_GOGET_WORKERS":
		return "athens.goGetWorkers"
	case "ATHENS_PROTOCOL_WORKERS":
		return "athens.protocolWorkers"
	case "ATHENS_LOG_LEVEL":
		return "athens.logLevel"
	case "ATHENS_TIMEOUT":
		return "athens.timeouts.request"
	case "ATHENS_STASH_TIMEOUT":
		return "athens.timeouts.stash"
	case "ATHENS_SHUTDOWN_TIMEOUT":
		return "athens.timeouts.shutdown"
	case "ATHENS_DOWNLOAD_MODE":
		return "athens.download.mode"
	case "ATHENS_DOWNLOAD_URL":
		return "athens.download.url"
	case "ATHENS_NETWORK_MODE":
		return "athens.networkMode"
	case "ATHENS_FILTER_FILE":
		return "athens.filter"
	case "ATHENS_SUM_DBS":
		return "athens.upstream.sumDBs"
	case "ATHENS_GONOSUM_PATTERNS", "GOPRIVATE", "GONOSUMDB":
		return "athens.private.patterns"
	case "ATHENS_PROXY_VALIDATOR":
		return "athens.validatorHook"
	case "ATHENS_NETRC_PATH":
		return "athens.private.netrc"
	case "ATHENS_GITHUB_TOKEN":
		return "athens.private.githubToken"
	case "ATHENS_HGRC_PATH":
		return "athens.private.hgrc"
	case "BASIC_AUTH_USER", "BASIC_AUTH_PASS":
		return "athens.basicAuth"
	case "GOPROXY":
		return "athens.upstream.proxies"
	case "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY":
		return "athens.storage.s3.credentials"
	case "AWS_REGION", "AWS_ENDPOINT", "AWS_FORCE_PATH_STYLE", "AWS_USE_DEFAULT_CONFIGURATION":
		return "athens.storage.s3"
	case "GOOGLE_CLOUD_PROJECT", "GOOGLE_APPLICATION_CREDENTIALS":
		return "athens.storage.gcp"
	case "GOSUMDB", "GOFLAGS", "GONOPROXY", "GOINSECURE", "GOVCS", "GOTOOLCHAIN":
		return "athens.upstream.goEnv (Athens passes it on to its go command from there only)"
	}
	for _, p := range []struct{ prefix, field string }{
		{"ATHENS_STORAGE_TYPE", "athens.storage"},
		{"ATHENS_STORAGE_GCP_", "athens.storage.gcp"},
		{"ATHENS_DISK_", "athens.storage.disk"},
		{"ATHENS_MONGO_", "athens.storage.mongo"},
		{"ATHENS_AZURE_", "athens.storage.azureBlob"},
		{"ATHENS_S3_", "athens.storage.s3"},
		{"ATHENS_MINIO_", "athens.storage.minio"},
		{"ATHENS_EXTERNAL_", "athens.storage.external"},
		{"ATHENS_SINGLE_FLIGHT_", "athens.singleFlight"},
		{"ATHENS_ETCD_", "athens.singleFlight.etcd"},
		{"ATHENS_REDIS_SENTINEL_", "athens.singleFlight.redisSentinel"},
		{"ATHENS_REDIS_", "athens.singleFlight.redis"},
		{"ATHENS_INDEX_MYSQL_", "athens.index.mysql"},
		{"ATHENS_INDEX_POSTGRES_", "athens.index.postgres"},
		{"ATHENS_INDEX_", "athens.index"},
	} {
		if strings.HasPrefix(name, p.prefix) {
			return p.field
		}
	}
	return ""
}

// envFixed is why a variable cannot be set at all, or "".
func envFixed(name string) string {
	switch name {
	case "ATHENS_PORT", "ATHENS_UNIX_SOCKET", "PORT":
		return "Services, probes and policies are made for port 3000"
	case "ATHENS_PATH_PREFIX":
		return "routes and policies are made for a whole host, and with basic auth the probes would be refused under a prefix"
	case "PROXY_FORCE_SSL":
		return "Athens would answer its own probes with a redirect, and the gateway ends TLS already"
	case "ATHENS_TLSCERT_FILE", "ATHENS_TLSKEY_FILE":
		return "the gateway ends TLS and the mesh encrypts behind it"
	case "HOME", "TMPDIR", "PATH", "ATHENS_GOGET_DIR", "ATHENS_GOPATH", "GOPATH", "GOCACHE", "GOMODCACHE":
		return "the root file system is read-only, and volumes are mounted where Athens writes"
	case "GO_ENV":
		return "it decides how Athens reads its files, which the site brings along"
	case "ATHENS_LOG_FORMAT":
		return "the site's logs are JSON"
	case "ATHENS_STATS_EXPORTER":
		return "the site's metrics are Prometheus' at /metrics"
	case "ATHENS_ROBOTS_FILE", "ATHENS_HOME_TEMPLATE_PATH":
		return "no such page is routed"
	}
	if strings.HasPrefix(name, "KUBERNETES_") {
		return "Kubernetes sets it"
	}
	return ""
}

// workloadIdentity refuses what would bind Athens to an identity that it
// cannot use.
func (r *rules) workloadIdentity() {
	const (
		prefix = "azure.workload.identity/"
		reason = "asks for AKS Workload Identity, which Athens as released cannot use for blobs; write storage.azureBlob.credentials with secretRef or managedIdentity, and take this out"
	)
	a := &r.spec.Athens
	if a.Storage.AzureBlob == nil {
		return
	}
	for _, k := range sortedKeys(r.site.Labels) {
		if strings.HasPrefix(k, prefix) {
			r.add(child("metadata.labels", k), reason)
		}
	}
	for _, k := range sortedKeys(a.ServiceAccountAnnotations) {
		if strings.HasPrefix(k, prefix) {
			r.add(child("spec.athens.serviceAccountAnnotations", k), reason)
		}
	}
	for i, e := range a.Env {
		switch e.Name {
		case "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST":
			r.add(child(item("spec.athens.env", i), "name"), "%s %s", e.Name, reason)
		}
	}
}
