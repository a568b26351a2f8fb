package generators

import (
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
			env("ATHENS_ETCD_ENDPOINTS", strings.Join(f.Etcd.Endpoints, ",")),
		}
	case f.Redis != nil:
		out := []corev1.EnvVar{env(kind, "redis"), env("ATHENS_REDIS_ENDPOINT", strings.Join(f.Redis.Endpoints, ","))}
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

func sentinelEnv(r *v1alpha1.Redis) []corev1.EnvVar {
	out := []corev1.EnvVar{
		env("ATHENS_REDIS_SENTINEL_ENDPOINTS", strings.Join(r.Endpoints, ",")),
		env("ATHENS_REDIS_SENTINEL_MASTER_NAME", r.Sentinel.MasterName),
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
