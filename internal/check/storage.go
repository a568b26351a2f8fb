package check

import (
	"maps"
	"net/url"
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
			Why:   "Memory storage is empty after every restart. Versions whose repository has gone meanwhile are gone for good, and every build after a restart waits for downloads.",
			Cure:  "Choose a storage that lasts: azureBlob, gcs, s3, minio, mongo or disk.",
			Example: `
athens:
  replicas: 1
  storage: {azureBlob: null, memory: {}}`,
			find: says("spec.athens.storage.memory", "forgets every module when the pod restarts, and allows one replica only",
				func(w *World) bool { return w.Athens.Storage.Memory != nil }),
		},
		{
			Code: "AK102", Severity: Warning,
			Fault:   "the default storage class may not support a shared disk",
			Title:   "a shared disk has a storage class that can be shared",
			Why:     "The default class of most clusters is a block disk that one node at a time can mount. A claim for ReadWriteMany of such a class is never bound, and the pods wait forever.",
			Cure:    "Write storageClassName of a file share, as in azurefile-premium or efs-sc.",
			Example: etcdExample + `storage: {azureBlob: null, disk: {accessMode: ReadWriteMany}}`,
			Cured:   etcdExample + `storage: {azureBlob: null, disk: {accessMode: ReadWriteMany, storageClassName: azurefile-premium}}`,
			when: func(w *World) bool {
				d := w.Athens.Storage.Disk
				return d != nil && d.AccessMode == "ReadWriteMany" && d.ClaimRef == nil
			},
			find: says("spec.athens.storage.disk.storageClassName", "is left to the cluster's default class, which rarely can be mounted by several nodes (ReadWriteMany)",
				func(w *World) bool { return w.Athens.Storage.Disk.StorageClassName == "" }),
		},
		{
			Code: "AK103", Severity: Warning,
			Fault: "callers stop waiting for a lock before the store is done",
			Title: "callers wait for a lock as long as a store may take",
			Why:   "While one replica downloads a version, everybody else who asks for it waits for the lock. A wait that ends before the store answers 500 for a module that is about to be there.",
			Cure:  "Write lock.timeout at least as long as athens.timeouts.stash, or leave it out (" + span.Seconds(companions.AthensStash) + ").",
			Example: redisExample + `
      lock: {timeout: 60s}`,
			Cured: redisExample,
			when:  func(w *World) bool { l, _ := redisLock(w); return l != nil && knowsStash(w) },
			find: func(w *World, add add) {
				l, path := redisLock(w)
				if stash := w.Athens.Timeouts.Stash.Duration; l.Timeout.Duration < stash {
					add(path+".timeout", "%s ends before a store may (athens.timeouts.stash, %s): whoever asks meanwhile gets a 500",
						span.Deadline(l.Timeout.Duration), span.Deadline(stash))
				}
			},
		},
		{
			Code: "AK104", Severity: Warning,
			Fault: "retries for the lock end before the wait does",
			Title: "retries for the lock last as long as the wait",
			Why:   "Athens asks Redis for the lock once a second and gives up after maxRetries, however long lock.timeout is. Athens' own default, 10, answers concurrent callers of a slow module with 500 after ten seconds.",
			Cure:  "Write lock.maxRetries as the seconds of lock.timeout or more, or leave it out (600).",
			Example: redisExample + `
      lock: {maxRetries: 10}`,
			Cured: redisExample,
			when:  func(w *World) bool { l, _ := redisLock(w); return l != nil },
			find: func(w *World, add add) {
				l, path := redisLock(w)
				if last := time.Duration(l.MaxRetries) * time.Second; last < l.Timeout.Duration {
					add(path+".maxRetries", "%d tries, one a second, end before lock.timeout, %s", l.MaxRetries, span.Deadline(l.Timeout.Duration))
				}
			},
		},
		{
			Code: "AK105", Severity: Warning,
			Fault: "the lock of a dead pod blocks a version for too long",
			Title: "the lock of a dead pod is soon free again",
			Why:   "A pod that is killed while it stores a version cannot give its lock back. Until the lock's life ends, nobody can store that version.",
			Cure:  "Write lock.ttl as athens.timeouts.stash and some minutes more, or leave it out (900s).",
			Example: redisExample + `
      lock: {ttl: 6h}`,
			Cured: redisExample,
			when:  func(w *World) bool { l, _ := redisLock(w); return l != nil },
			find: func(w *World, add add) {
				l, path := redisLock(w)
				if l.TTL.Duration > max(time.Hour, 2*w.Athens.Timeouts.Stash.Duration) {
					add(path+".ttl", "%s is how long nobody can store a version after its pod was killed", span.Deadline(l.TTL.Duration))
				}
			},
		},
		{
			Code: "AK106", Severity: Warning,
			Fault: "a restart of the pod loses the index",
			Title: "the index survives a restart of the pod",
			Why:   "An index in memory is empty after every restart, so /index leaves out everything that was stored before.",
			Cure:  "Write index.postgres or index.mysql, or leave the index out.",
			Example: `
athens:
  replicas: 1
  index: {memory: {}}`,
			Beside: []string{"AK401"},
			when:   func(w *World) bool { return w.Athens.Index != nil },
			find: says("spec.athens.index.memory", "forgets what was stored when the pod restarts",
				func(w *World) bool { return w.Athens.Index.Memory != nil }),
		},
		{
			Code: "AK107", Severity: Warning,
			Fault: "the storage does not use the cloud identity",
			Title: "the storage uses the cloud identity",
			Why:   "The annotation binds Athens to an identity that its storage never asks for. It does nothing, except to give the pod rights that it has no use for.",
			Cure:  "Take the annotation out, or choose the storage that it belongs to.",
			Example: `
athens:
  serviceAccount: {annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/athens"}}`,
			when: func(w *World) bool { return len(w.Athens.ServiceAccount.Annotations) > 0 },
			find: strangeIdentity,
		},
		{
			Code: "AK108", Severity: Warning,
			Fault:   "S3 storage has no credentials",
			Title:   "S3 storage has credentials",
			Why:     "Without keys and without a role for its ServiceAccount, Athens takes whatever the node has. On most clusters that is nothing, or more than Athens should have.",
			Cure:    "Write storage.s3.credentials: irsa: {roleARN: …} for a role of the ServiceAccount, podIdentity: {} where EKS Pod Identity gives one, or secretRef for an access key.",
			Example: etcdExample + `storage: {azureBlob: null, s3: {region: eu-central-1, bucket: acme-gomods}}`,
			Cured:   etcdExample + `storage: {azureBlob: null, s3: {region: eu-central-1, bucket: acme-gomods, credentials: {irsa: {roleARN: "arn:aws:iam::111122223333:role/athens"}}}}`,
			when:    func(w *World) bool { return w.Athens.Storage.S3 != nil },
			find: func(w *World, add add) {
				s := w.Athens.Storage.S3
				_, role := w.Athens.ServiceAccount.Annotations[v1alpha1.IRSAAnnotation]
				switch {
				case s.Credentials != nil && s.Credentials.SecretRef != nil:
				case s.Endpoint != "" && !strings.HasSuffix(hostOf(s.Endpoint), ".amazonaws.com"):
					add("spec.athens.storage.s3.credentials", "has no secretRef, but %s is not Amazon's: a role of AWS opens nothing there", hostOf(s.Endpoint))
				case s.Credentials == nil && !role:
					add("spec.athens.storage.s3.credentials", "is left out, and no annotation of the ServiceAccount names a role: Athens has only what its node or EKS Pod Identity gives it")
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

func hostOf(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
