package v1alpha1_test

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

func TestAzureCloud(t *testing.T) {
	cosmos := func(regions string) string {
		return "athens: {storage: {mongo: {url: {secretRef: {name: cosmos}}, cosmos: {account: acme, regions: [" + regions + "]}}}}\n"
	}
	const (
		blob = "athens: {storage: {azureBlob: {account: athensweu, container: gomods, credentials: {secretRef: {name: athens-blob}}}}}\n"
		made = "provision: {resourceGroup: {name: goproxy, location: usgovvirginia}, storage: {}}}"
		door = "edge: {frontDoor: {originHost: o.example.com, provision: {resourceGroup: {name: edge, location: chinanorth3}}}}\n"
	)
	stricttest.RunAll(t, []rule{
		{"a region of another cloud", cosmos("usgovvirginia"), []string{"spec.athens.storage.mongo.cosmos.regions[0]: usgovvirginia is a region of Azure's cloud USGovernment, and azure.cloud is Public; write azure: {cloud: USGovernment}, or a region of Public"}},
		{"its regions", cosmos("usgovvirginia, usdodeast") + "azure: {cloud: USGovernment, " + made, nil},
		{"a public region", cosmos("westeurope") + "azure: {cloud: China}", []string{"spec.athens.storage.mongo.cosmos.regions[0]: write azure: {cloud: Public}, or a region of China"}},
		{"where things are made", cosmos("westeurope") + "azure: {" + made, []string{"spec.azure.provision.resourceGroup.location: write azure: {cloud: USGovernment}"}},
		{"a host that is written", "athens: {storage: {mongo: {url: {secretRef: {name: cosmos}}, hosts: [\"acme.mongo.cosmos.azure.us:10255\"]}}}", nil},
		{"blobs elsewhere", blob + "azure: {cloud: USGovernment}", []string{"spec.azure.cloud: USGovernment has blobs under another domain than .blob.core.windows.net, the only one that Athens asks"}},
		{"Front Door in China", door + "azure: {cloud: China}", []string{"spec.azure.cloud: China has no certificates that Front Door manages"}},
		{"no cloud", cosmos("usgovvirginia") + "azure: {cloud: Germany}", []string{"spec.azure.cloud: is not a choice"}},
		{"nothing in Azure", "azure: {cloud: China}", []string{"spec.azure.cloud: has no meaning with nothing in Azure"}},
	})
}

// A private endpoint has an address that the site's policies close, unless the
// mesh or a range opens it.
func TestPrivateEndpoints(t *testing.T) {
	const (
		disabled = "\nazure: {provision: {resourceGroup: {name: goproxy, location: westeurope}, storage: {publicNetworkAccess: Disabled}}}\n"
		blob     = "athens: {storage: {azureBlob: {account: athensweu, container: gomods, credentials: {secretRef: {name: athens-blob}}}}}"
		mirror   = "athens: {upstream: {goproxy: \"https://mirror.example.com\"}, storage: {azureBlob: {account: athensweu, container: gomods, credentials: {secretRef: {name: athens-blob}}}}}"
		cosmos   = "athens: {storage: {mongo: {url: {secretRef: {name: cosmos}}, cosmos: {account: acme, regions: [westeurope]}}}}"
		at       = "spec.azure.provision.storage.publicNetworkAccess: "
	)
	stricttest.RunAll(t, []rule{
		{"closed", blob + disabled, []string{at + "egress: {allow: [{cidr: RANGE, ports: [443]}]}"}},
		{"a database", cosmos + disabled + "egress: {allow: [{cidr: 10.1.0.0/28, ports: [443]}]}", []string{at + "ports: [10255]"}},
		{"a range", cosmos + disabled + "egress: {allow: [{cidr: 10.1.0.0/28, ports: [10255]}]}", nil},
		{"names", mirror + disabled + "egress: {mode: Listed}", nil},
		{"names without a mesh", mirror + disabled + "egress: {mode: Listed}\nmesh: {mode: None}", []string{at + "closes"}},
		{"no policies", blob + disabled + "networkPolicies: {enabled: false}", nil},
		{"a word of another kind", blob + "\nazure: {provision: {resourceGroup: {name: goproxy, location: westeurope}, storage: {publicNetworkAccess: none}}}", []string{at + "is not a choice"}},
	})
}

// Two labels are a Service and its namespace, unless the second is a domain.
func TestNamesOfServices(t *testing.T) {
	redis := func(host string) string {
		return "athens: {storage: {s3: {region: eu-west-1, bucket: acme-gomods, credentials: {secretRef: {name: aws}}}}, singleFlight: {redis: {endpoints: [\"" + host + "\"]}}}"
	}
	const at = "spec.athens.singleFlight.redis.endpoints[0]: "
	stricttest.RunAll(t, []rule{
		{"in short", redis("redis.cache:6379"), []string{at + `"redis.cache:6379" is a Service of the namespace cache, because there is no domain of that name; write it in full, as in redis.cache.svc:6379`}},
		{"shorter", redis("redis:6379"), []string{at + "as in redis.<namespace>.svc:6379"}},
		{"in full", redis("redis.cache.svc.cluster.local:6379"), nil},
		{"a domain", redis("example.com:6379"), nil},
		{"a private domain", redis("redis.corp:6379"), nil},
		{"elsewhere", "athens: {storage: {external: {url: \"https://store.athens\"}}, upstream: {goproxy: \"http://mirror.go:8080\"}, index: {mysql: {host: db.sql, credentials: {secretRef: {name: s}}}}}\ncrathens: {sources: [{url: \"https://goproxy.other\"}]}", []string{
			"spec.athens.storage.external.url: as in store.athens.svc", "spec.athens.upstream.goproxy: as in mirror.go.svc:8080",
			"spec.athens.index.mysql.host: as in db.sql.svc", "spec.crathens.sources[0].url: as in goproxy.other.svc"}},
	})
}
