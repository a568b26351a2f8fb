package generators

import (
	"net/url"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// singleFlightEnv is the lock between replicas; without one, a replica only
// locks within itself.
func singleFlightEnv(f *v1alpha1.SingleFlight) []corev1.EnvVar {
	const kind = "ATHENS_SINGLE_FLIGHT_TYPE"
	switch {
	case f == nil:
		return []corev1.EnvVar{env(kind, "memory")}
	case f.Etcd != nil:
		return []corev1.EnvVar{
			env(kind, "etcd"),
			env("ATHENS_ETCD_ENDPOINTS", strings.Join(etcdServers(f.Etcd), ",")),
		}
	case f.Redis != nil:
		out := append([]corev1.EnvVar{env(kind, "redis")}, redisEnv(f.Redis)...)
		if f.Redis.Sentinel != nil {
			out = append([]corev1.EnvVar{env(kind, "redis-sentinel")}, sentinelEnv(f.Redis)...)
		}
		return slices.Concat(out, sourceEnv("ATHENS_REDIS_PASSWORD", f.Redis.Password), lockEnv(f.Redis.Lock))
	case f.AzureBlob != nil:
		return []corev1.EnvVar{env(kind, "azureblob")}
	case f.GCS != nil:
		return []corev1.EnvVar{env(kind, "gcp")}
	}
	return nil
}

// etcdServers are the servers as etcd's client reads them: https:// alone makes it
// use TLS.
func etcdServers(e *v1alpha1.Etcd) []string {
	out := slices.Clone(e.Endpoints)
	for i := range out {
		if e.TLS != nil {
			out[i] = "https://" + out[i]
		}
	}
	return out
}

func redisEnv(r *v1alpha1.Redis) []corev1.EnvVar {
	out := []corev1.EnvVar{env("ATHENS_REDIS_ENDPOINT", strings.Join(redisServers(r), ","))}
	if r.Cluster != nil {
		out = append(out, env("ATHENS_REDIS_CLUSTER", "true"))
	}
	return out
}

// redisServers are the servers as Athens reads them: a URL where host:port does
// not say all. The password is in a variable of its own.
func redisServers(r *v1alpha1.Redis) []string {
	out := slices.Clone(r.Endpoints)
	for i, server := range out {
		if !r.URL() {
			continue
		}
		u := url.URL{Scheme: "redis", Host: server}
		if r.TLS != nil {
			u.Scheme = "rediss"
		}
		if r.Username != "" {
			u.User = url.User(r.Username)
		}
		if r.Database != 0 {
			u.Path = "/" + number(r.Database)
		}
		out[i] = u.String()
	}
	return out
}

func sentinelEnv(r *v1alpha1.Redis) []corev1.EnvVar {
	out := []corev1.EnvVar{
		env("ATHENS_REDIS_SENTINEL_ENDPOINTS", strings.Join(r.Endpoints, ",")),
		env("ATHENS_REDIS_SENTINEL_MASTER_NAME", r.Sentinel.MasterName),
	}
	out = append(out, envIf("ATHENS_REDIS_USERNAME", r.Username)...)
	if r.Database != 0 {
		out = append(out, env("ATHENS_REDIS_SENTINEL_DB", number(r.Database)))
	}
	if p := r.Sentinel.Password; p != nil {
		return append(out, refEnv("ATHENS_REDIS_SENTINEL_PASSWORD", p.SecretRef))
	}
	// Empty on purpose: Athens' own default is a password.
	return append(out, env("ATHENS_REDIS_SENTINEL_PASSWORD", ""))
}

func lockEnv(l v1alpha1.RedisLock) []corev1.EnvVar {
	return []corev1.EnvVar{
		env("ATHENS_REDIS_LOCK_TTL", seconds(l.TTL)),
		env("ATHENS_REDIS_LOCK_TIMEOUT", seconds(l.Timeout)),
		env("ATHENS_REDIS_LOCK_MAX_RETRIES", number(l.MaxRetries)),
	}
}
