package check

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

const regionsExample = `
regions:
- name: westeurope
- name: eastus2
  overrides:
    host: goproxy-eastus2.example.com
`

// sharedStorageRules are about a store that several regions write to.
func sharedStorageRules() []Rule {
	const example = `
athens:
  storage: {azureBlob: null, s3: {region: eu-central-1, bucket: acme-gomods, credentials: {irsa: {roleARN: "arn:aws:iam::111122223333:role/athens"}}}}
  singleFlight: {etcd: {endpoints: ["etcd.etcd.svc.cluster.local:2379"]}}` + regionsExample
	return []Rule{{
		Code: "AK109", Severity: Warning,
		Fault:   "regions share a store but not its lock",
		Title:   "regions that share a store share its lock",
		Why:     "A lock keeps two pods from storing one version at the same time. Regions that write to one store with separate locks have no such protection: both download the version, and each overwrites the files of the other while clients read them. A Service of the cluster is a different server in each region.",
		Cure:    "Name one lock server that all regions reach, or give each region a store of its own in its overrides. azureBlob and gcs storage hold the lock themselves: leave athens.singleFlight out.",
		Example: example,
		Cured:   example + "    athens: {storage: {s3: {bucket: acme-gomods-us}}}",
		when:    func(w *World) bool { return len(w.Variants) > 1 },
		find: func(w *World, add add) {
			store := w.store()
			for _, o := range w.Variants[:slices.Index(w.Variants, w)] {
				if store != "" && o.store() == store && o.lock() != w.lock() {
					add("spec.athens.singleFlight", "%s and %s store modules in %s, but each has its own lock", o.Site.Spec.Region, w.Site.Spec.Region, store)
				}
			}
		},
	}}
}

// store names where modules are kept, if another region can have the same; empty
// for a disk, memory, a server of the cluster, and where a Secret alone names it.
func (w *World) store() string {
	switch s := w.Athens.Storage; {
	case s.AzureBlob != nil:
		return "azureBlob " + s.AzureBlob.Account + "/" + s.AzureBlob.Container
	case s.GCS != nil:
		return "gcs " + s.GCS.Bucket
	case s.S3 != nil && w.outside(v1alpha1.HostOf(s.S3.Endpoint)):
		return strings.TrimSpace("s3 " + s.S3.Bucket + " " + s.S3.Endpoint)
	case s.Minio != nil && w.outside(s.Minio.Endpoint):
		return "minio " + s.Minio.Endpoint + "/" + s.Minio.Bucket
	case s.Mongo != nil && s.Mongo.Cosmos != nil:
		return "cosmos " + s.Mongo.Cosmos.Account + "/" + s.Mongo.Database + "/" + s.Mongo.Collection
	case s.Mongo != nil && len(s.Mongo.Hosts) > 0 && w.outside(s.Mongo.Hosts[0]):
		return "mongo " + s.Mongo.Hosts[0] + "/" + s.Mongo.Database + "/" + s.Mongo.Collection
	case s.External != nil && w.outside(v1alpha1.HostOf(s.External.URL)):
		return "external " + s.External.URL
	}
	return ""
}

// lock names what keeps two pods from storing one version at the same time: equal
// for two regions that share it.
func (w *World) lock() string {
	f := w.Athens.SingleFlight
	var servers []string
	switch {
	case f == nil:
		return w.Site.Spec.Region // within a pod
	case f.Redis != nil:
		servers = slices.Concat([]string{"redis"}, f.Redis.Endpoints)
	case f.Etcd != nil:
		servers = slices.Concat([]string{"etcd"}, f.Etcd.Endpoints)
	default:
		return "" // in the store
	}
	slices.Sort(servers[1:])
	if !w.outside(servers[1]) {
		servers = append(servers, w.Site.Spec.Region)
	}
	return strings.Join(servers, " ")
}

// catalogRules are about regions that read each other's catalogs.
func catalogRules() []Rule {
	const reads = `    crathens: {sources: [{url: "https://goproxy.example.com"}]}`
	return []Rule{{
		Code: "AK412", Severity: Warning,
		Fault:   "crathens reads a catalog that is closed to it",
		Title:   "crathens may read the catalogs that it asks for",
		Why:     "The gateway answers 403 for /catalog unless the address of the caller is in gateway.catalogClients: the catalog names private modules. If a region is a source but has no catalogClients, every run gets a 403, and nothing is warmed from it.",
		Cure:    "In the region whose catalog is read, set gateway.catalogClients to the addresses from which the other regions' clusters call it, or remove the source.",
		Example: regionsExample + reads,
		Cured: `
gateway: {catalogClients: [{name: eastus2, cidrs: [203.0.113.7/32]}]}` + regionsExample + reads,
		when: func(w *World) bool { return *w.Crathens.Enabled && len(w.Crathens.Sources) > 0 && len(w.Variants) > 1 },
		find: func(w *World, add add) {
			for i, s := range w.Crathens.Sources {
				for _, o := range w.Variants {
					if fd := o.Edge.FrontDoor; v1alpha1.HostOf(s.URL) != o.Host && (fd == nil || v1alpha1.HostOf(s.URL) != fd.OriginHost) {
						continue
					}
					switch at := item("spec.crathens.sources", i) + ".url"; {
					case o == w:
						add(at, "%s is this region itself, whose catalog is walked anyway", s.URL)
					case generators.Meshed(o.Site) && len(o.Gateway.CatalogClients) == 0:
						add(at, "%s is the region %s, whose gateway.catalogClients is empty: its gateway answers 403", s.URL, o.Site.Spec.Region)
					}
				}
			}
		},
	}}
}
