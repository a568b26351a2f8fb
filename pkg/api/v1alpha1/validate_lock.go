package v1alpha1

import (
	"time"

	"github.com/gomods/athens-kfn/pkg/span"
)

// singleFlight checks the lock between replicas.
func (r *rules) singleFlight() {
	const path = "spec.athens.singleFlight"
	f, storage := r.spec.Athens.SingleFlight, r.spec.Athens.Storage
	if f == nil {
		return
	}
	if f.AzureBlob != nil && storage.AzureBlob == nil && r.sound("spec.athens.storage") {
		r.add(child(path, "azureBlob"), "locks with leases on the storage's own blobs, but the storage is not azureBlob; write etcd or redis")
	}
	if f.GCS != nil && storage.GCS == nil && r.sound("spec.athens.storage") {
		r.add(child(path, "gcs"), "locks in the storage's own bucket, but the storage is not gcs; write etcd or redis")
	}
	if e := f.Etcd; e != nil {
		r.endpoints(path+".etcd.endpoints", e.Endpoints, "etcd-0.etcd.<namespace>.svc."+r.spec.ClusterDomain+":2379", etcdAndPort)
		r.tls(path+".etcd.tls", e.TLS, noOwnTLS("etcd"))
	}
	if f.Redis != nil {
		r.redis(child(path, "redis"), f.Redis)
	}
}

func (r *rules) endpoints(path string, list []string, example string, problem func(string) string) {
	if len(list) == 0 {
		r.add(path, "is required; write a list of host:port, as in %s", example)
	}
	r.each(path, list, problem)
}

// lock checks the tuning of a Redis lock.
func (r *rules) lock(path string, l *RedisLock) {
	stash := r.spec.Athens.Timeouts.Stash
	if r.seconds(child(path, "ttl"), l.TTL) && r.sound("spec.athens.timeouts.stash") {
		if least := stash.Duration + 30*time.Second; l.TTL.Duration < least {
			r.add(child(path, "ttl"), "%s ends before the store of a version may (athens.timeouts.stash, %s), so two replicas would store it at the same time; write at least %s",
				span.Short(l.TTL.Duration), span.Short(stash.Duration), span.Short(least))
		}
	}
	r.seconds(child(path, "timeout"), l.Timeout)
	r.atLeastOne(child(path, "maxRetries"), l.MaxRetries)
}

// sharing checks that the replicas of Athens can share the storage and have a
// lock for it.
func (r *rules) sharing() {
	a := &r.spec.Athens
	s, n := a.Storage, a.MaxReplicas()
	if n <= 1 || !r.sound("spec.athens.storage", "spec.athens.singleFlight") {
		return
	}
	path, one := "spec.athens.replicas", "or write athens.replicas: 1"
	if a.Autoscaling != nil {
		path, one = "spec.athens.autoscaling.maxReplicas", "or write athens.replicas: 1 without autoscaling"
	}
	switch {
	case s.Memory != nil:
		r.add(path, "is %d, but storage.memory is kept by each replica for itself, so they would answer differently; choose a storage that replicas share, %s", n, one)
	case s.Disk != nil && s.Disk.AccessMode != "ReadWriteMany":
		r.add(path, "is %d, but storage.disk with accessMode %s is mounted on one node only; write accessMode: ReadWriteMany and a singleFlight, or choose a storage that replicas share, %s", n, s.Disk.AccessMode, one)
	case a.SingleFlight == nil:
		r.add(path, "is %d, but without a lock replicas download the same version twice and write over each other; write athens.singleFlight with etcd or redis, %s", n, one)
	}
}
