package v1alpha1_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// hostFields are the fields that a pod connects to: path, and the spec with %s
// for a host (or a URL with it).
var hostFields = []struct{ path, spec string }{
	{"spec.egress.allow[0].host", `egress: {allow: [{host: "%s"}]}`},
	{"spec.athens.validatorHook", `athens: {validatorHook: "http://%s/v"}`},
	{"spec.athens.upstream.goproxy", `athens: {upstream: {goproxy: "http://%s"}}`},
	{"spec.athens.upstream.sumDBs[0]", `athens: {upstream: {sumDBs: ["https://%s"]}}`},
	{"spec.athens.upstream.goEnv.GOSUMDB", `athens: {upstream: {goEnv: {GOSUMDB: "%s+0+A"}}}`},
	{"spec.athens.upstream.goEnv.GOSUMDB", `athens: {upstream: {goEnv: {GOSUMDB: "sum.golang.org https://%s"}}}`},
	{"spec.athens.private.patterns[0]", `athens: {private: {patterns: ["%s/a"]}}`},
	{"spec.athens.download.url", `athens: {download: {mode: Redirect, url: "http://%s"}}`},
	{"spec.athens.download.rules[0].url", `athens: {download: {rules: [{pattern: a.example.com/*, mode: Redirect, url: "http://%s"}]}}`},
	{"spec.athens.storage.mongo.hosts[0]", `athens: {storage: {mongo: {url: {secretRef: {name: m}}, hosts: ["%s:27017"]}}}`},
	{"spec.athens.storage.s3.endpoint", `athens: {storage: {s3: {region: eu-central-1, bucket: gomods, forcePathStyle: true, endpoint: "http://%s"}}}`},
	{"spec.athens.storage.minio.endpoint", `athens: {storage: {minio: {endpoint: "%s:9000", bucket: gomods, credentials: {secretRef: {name: m}}}}}`},
	{"spec.athens.storage.external.url", `athens: {storage: {external: {url: "http://%s"}}}`},
	{"spec.athens.singleFlight.etcd.endpoints[0]", `athens: {singleFlight: {etcd: {endpoints: ["%s:2379"]}}}`},
	{"spec.athens.singleFlight.redis.endpoints[0]", `athens: {singleFlight: {redis: {endpoints: ["%s:6379"]}}}`},
	{"spec.athens.index.postgres.host", `athens: {index: {postgres: {host: "%s", credentials: {secretRef: {name: i}}}}}`},
	{"spec.crathens.sources[0].url", `crathens: {sources: [{url: "http://%s"}]}`},
}

// refuses wants a problem at the path that holds the words.
func refuses(t *testing.T, path, spec, words string) {
	t.Helper()
	_, problems := stricttest.Load(t, stricttest.Head+"spec: {host: goproxy.example.com, "+spec+"}")
	for _, p := range problems {
		if p.Path == path && (words == "" || strings.Contains(p.Message, words)) {
			return
		}
	}
	t.Errorf("%s: %q is not refused at %s, but: %v", spec, words, path, problems)
}

func TestHostFields_RefuseWhatHandsOutIdentities(t *testing.T) {
	hosts := append(v1alpha1.MetadataNames(), "169.254.169.254", "169.254.170.23", "168.63.129.16", "100.100.100.200", "instance-data.eu-west-1.compute.internal")
	for _, f := range hostFields {
		for _, host := range hosts {
			refuses(t, f.path, fmt.Sprintf(f.spec, host), "hands out identities")
		}
		for _, host := range []string{"2852039166", "0xa9fea9fe", "0xa9.0xfe.0xa9.0xfe", "0251.0376.0251.0376", "169.254.43518", "169.254.0xa9fe", "169.0xfe.43518"} {
			refuses(t, f.path, fmt.Sprintf(f.spec, host), "is not an IP address")
		}
		if f.path == "spec.athens.private.patterns[0]" {
			continue // brackets are a set of characters there, and no host is reached
		}
		for _, host := range []string{"[fd00:ec2::254]", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[169.254.169.254]"} {
			refuses(t, f.path, fmt.Sprintf(f.spec, host), "")
		}
	}
}

func TestHostFields_AcceptOtherHosts(t *testing.T) {
	for _, f := range hostFields {
		for _, host := range []string{"a.example.com", "metadata.example.com", "10.20.0.5", "0x.example.com", "1.example.com"} {
			_, problems := stricttest.Load(t, stricttest.Head+"spec: {host: goproxy.example.com, "+fmt.Sprintf(f.spec, host)+"}")
			for _, p := range problems {
				if p.Path == f.path {
					t.Errorf("%s with %s: %s", f.path, host, p.Message)
				}
			}
		}
	}
}

// A bucket is a label of the host that Athens asks.
func TestS3_BucketMakesNoMetadataHost(t *testing.T) {
	const spec = `athens: {storage: {s3: {region: eu-central-1, bucket: metadata, endpoint: "http://google.internal"%s}}}`
	refuses(t, "spec.athens.storage.s3.endpoint", fmt.Sprintf(spec, ""), "hands out identities")
	if _, problems := stricttest.Load(t, stricttest.Head+"spec: {host: goproxy.example.com, "+fmt.Sprintf(spec, ", forcePathStyle: true")+"}"); len(problems) > 0 {
		t.Error(problems)
	}
}
