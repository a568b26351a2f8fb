package check

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/span"
)

// identities are the annotations that bind a ServiceAccount to a cloud.
var identities = [...]struct{ prefix, cloud string }{
	{"eks.amazonaws.com/", "AWS, which only storage.s3 uses"},
	{"iam.gke.io/", "Google Cloud, which only storage.gcs uses"},
	{"azure.workload.identity/", "Azure, which Athens as released does not use for any storage"},
}

func storageRules() []Rule {
	return []Rule{
		{
			Code: "AK101", Severity: Warning,
			Fault: "a restart of the pod loses all modules",
			Title: "modules survive a restart of the pod",
			Why:   "Memory storage is empty after every restart. Versions whose repository was deleted are lost, and every build after a restart waits for downloads.",
			Cure:  "Choose persistent storage: azureBlob, gcs, s3, minio, mongo or disk.",
			Example: `
athens:
  replicas: 1
  storage: {azureBlob: null, memory: {}}`,
			find: says("spec.athens.storage.memory", "loses every module when the pod restarts, and allows only one replica",
				func(w *World) bool { return w.Athens.Storage.Memory != nil }),
		},
		{
			Code: "AK102", Severity: Warning,
			Fault:   "the default storage class may not support a shared disk",
			Title:   "a shared disk has a storage class that can be shared",
			Why:     "The default class of most clusters is a block disk that only one node at a time can mount. A ReadWriteMany claim of such a class is never bound, and the pods wait forever.",
			Cure:    "Set storageClassName to the class of a file share, such as azurefile-premium or efs-sc.",
			Example: etcdExample + `storage: {azureBlob: null, disk: {accessMode: ReadWriteMany}}`,
			Cured:   etcdExample + `storage: {azureBlob: null, disk: {accessMode: ReadWriteMany, storageClassName: azurefile-premium}}`,
			when: func(w *World) bool {
				d := w.Athens.Storage.Disk
				return d != nil && d.AccessMode == "ReadWriteMany" && d.ClaimRef == nil
			},
			find: says("spec.athens.storage.disk.storageClassName", "is not set: the cluster's default class rarely supports disks that several nodes can mount (ReadWriteMany)",
				func(w *World) bool { return w.Athens.Storage.Disk.StorageClassName == "" }),
		},
		{
			Code: "AK103", Severity: Warning,
			Fault: "callers stop waiting for a lock before the store is done",
			Title: "callers wait for a lock as long as a store may take",
			Why:   "While one replica downloads a version, all other requests for it wait for the lock. If the wait ends before the store does, they get a 500, although the module is stored shortly after.",
			Cure:  "Set lock.timeout to at least athens.timeouts.stash, or leave it out (" + span.Seconds(companions.AthensStash) + ").",
			Example: redisExample + `
      lock: {timeout: 60s}`,
			Cured: redisExample,
			when:  func(w *World) bool { l, _ := redisLock(w); return l != nil && knowsStash(w) },
			find: func(w *World, add add) {
				l, path := redisLock(w)
				if stash := w.Athens.Timeouts.Stash.Duration; l.Timeout.Duration < stash {
					add(path+".timeout", "%s is shorter than a store may take (athens.timeouts.stash, %s): requests that wait for it get a 500",
						span.Deadline(l.Timeout.Duration), span.Deadline(stash))
				}
			},
		},
		{
			Code: "AK104", Severity: Warning,
			Fault: "retries for the lock end before the wait does",
			Title: "retries for the lock last as long as the wait",
			Why:   "Athens asks Redis for the lock once a second, and gives up after maxRetries, however long lock.timeout is. With Athens' own default, 10, concurrent requests for a slow module get a 500 after ten seconds.",
			Cure:  "Set lock.maxRetries to at least the seconds of lock.timeout, or leave it out (600).",
			Example: redisExample + `
      lock: {maxRetries: 10}`,
			Cured: redisExample,
			when:  func(w *World) bool { l, _ := redisLock(w); return l != nil },
			find: func(w *World, add add) {
				l, path := redisLock(w)
				if last := time.Duration(l.MaxRetries) * time.Second; last < l.Timeout.Duration {
					add(path+".maxRetries", "%d tries, one each second, end before lock.timeout, %s", l.MaxRetries, span.Deadline(l.Timeout.Duration))
				}
			},
		},
		{
			Code: "AK105", Severity: Warning,
			Fault: "the lock of a dead pod blocks a version for too long",
			Title: "the lock of a dead pod soon expires",
			Why:   "A pod that is killed while it stores a version does not release its lock. Until the lock expires, no pod can store that version.",
			Cure:  "Set lock.ttl to a few minutes more than athens.timeouts.stash, or leave it out (900s).",
			Example: redisExample + `
      lock: {ttl: 6h}`,
			Cured: redisExample,
			when:  func(w *World) bool { l, _ := redisLock(w); return l != nil },
			find: func(w *World, add add) {
				l, path := redisLock(w)
				if l.TTL.Duration > max(time.Hour, 2*w.Athens.Timeouts.Stash.Duration) {
					add(path+".ttl", "%s passes before another pod can store a version whose pod was killed", span.Deadline(l.TTL.Duration))
				}
			},
		},
		{
			Code: "AK106", Severity: Warning,
			Fault: "a restart of the pod loses the index",
			Title: "the index survives a restart of the pod",
			Why:   "An index in memory is empty after every restart, so /index does not list versions that were stored before.",
			Cure:  "Set index.postgres or index.mysql, or leave the index out.",
			Example: `
athens:
  replicas: 1
  index: {memory: {}}`,
			Beside: []string{"AK401"},
			when:   func(w *World) bool { return w.Athens.Index != nil },
			find: says("spec.athens.index.memory", "is empty after a restart of the pod",
				func(w *World) bool { return w.Athens.Index.Memory != nil }),
		},
		{
			Code: "AK107", Severity: Warning,
			Fault: "the storage does not use the cloud identity",
			Title: "the storage uses the cloud identity",
			Why:   "The annotation binds Athens to an identity that its storage does not use. It only gives the pod rights that it does not need.",
			Cure:  "Remove the annotation, or choose the storage that uses it.",
			Example: `
athens:
  serviceAccount: {annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/athens"}}`,
			when: func(w *World) bool { return len(w.Athens.ServiceAccount.Annotations) > 0 },
			find: strangeIdentity,
		},
		{
			Code: "AK108", Severity: Error,
			Fault:   "S3 storage has no credentials",
			Title:   "S3 storage has credentials",
			Why:     "Without keys and without a role for its ServiceAccount, the AWS SDK asks EKS Pod Identity and the metadata service of the node. NetworkPolicies close both addresses, because a client could otherwise lead Athens there, and every request to the bucket fails. Where networkPolicies.enabled is false, Athens has the rights of its node, and this rule does not look at them.",
			Cure:    "Set storage.s3.credentials to irsa: {roleARN: …} for a role of the ServiceAccount, podIdentity: {} for a role of EKS Pod Identity, or secretRef for an access key.",
			Example: etcdExample + `storage: {azureBlob: null, s3: {region: eu-central-1, bucket: acme-gomods}}`,
			Cured:   etcdExample + `storage: {azureBlob: null, s3: {region: eu-central-1, bucket: acme-gomods, credentials: {irsa: {roleARN: "arn:aws:iam::111122223333:role/athens"}}}}`,
			when:    func(w *World) bool { return w.Athens.Storage.S3 != nil },
			find: func(w *World, add add) {
				s := w.Athens.Storage.S3
				_, role := w.Athens.ServiceAccount.Annotations[v1alpha1.IRSAAnnotation]
				switch {
				case s.Credentials != nil && s.Credentials.SecretRef != nil:
				case s.Endpoint != "" && !strings.HasSuffix(strings.TrimSuffix(v1alpha1.HostOf(s.Endpoint), ".cn"), ".amazonaws.com"):
					add("spec.athens.storage.s3.credentials", "has no secretRef, but %s is not Amazon's: it does not accept an AWS role", v1alpha1.HostOf(s.Endpoint))
				case s.Credentials == nil && !role && *w.NetworkPolicies.Enabled:
					add("spec.athens.storage.s3.credentials", "is not set, and no annotation of the ServiceAccount names a role: NetworkPolicies close the addresses of EKS Pod Identity and of the node's metadata service")
				}
			},
		},
	}
}

// etcdExample is a site with a lock of its own; the storage that needs it follows.
const etcdExample = `
athens:
  singleFlight: {etcd: {endpoints: ["etcd.etcd.svc.cluster.local:2379"]}}
  `

// redisExample is a site with a lock in Redis; fields of the lock may follow.
const redisExample = `
athens:
  storage: {azureBlob: null, minio: {endpoint: "minio.storage.svc.cluster.local:9000", bucket: gomods, credentials: {secretRef: {name: athens-minio}}}}
  singleFlight:
    redis:
      endpoints: [redis.cache.svc.cluster.local:6379]`

func strangeIdentity(w *World, add add) {
	for _, key := range slices.Sorted(maps.Keys(w.Athens.ServiceAccount.Annotations)) {
		for _, id := range identities {
			s := w.Athens.Storage
			// A Key Vault is read with the identity of the pod's account.
			used := s.S3 != nil && strings.HasPrefix(id.prefix, "eks.") || s.GCS != nil && strings.HasPrefix(id.prefix, "iam.") ||
				w.Secrets.KeyVault != nil && strings.HasPrefix(id.prefix, "azure.")
			if strings.HasPrefix(key, id.prefix) && !used {
				add(`spec.athens.serviceAccount.annotations["`+key+`"]`, "is an identity of %s", id.cloud)
			}
		}
	}
}

// redisLock is the tuning of a Redis lock and its path, nil for another lock.
func redisLock(w *World) (*v1alpha1.RedisLock, string) {
	switch f := w.Athens.SingleFlight; {
	case f != nil && f.Redis != nil:
		return &f.Redis.Lock, "spec.athens.singleFlight.redis.lock"
	}
	return nil, ""
}

// knowsStash says whether this Athens ends a store that takes too long.
func knowsStash(w *World) bool { return w.Athens.Has(releases.StashTimeout) }

// outside says whether a host, with or without a port, is outside the cluster.
func (w *World) outside(hostPort string) bool {
	host, _, _ := strings.Cut(hostPort, ":")
	_, in := w.ServiceNamespace(host)
	return !in
}
