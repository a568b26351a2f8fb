package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RedisLock tunes a Redis lock. Athens' own defaults answer concurrent callers
// of a slow module with 500 after ten seconds; these do not.
type RedisLock struct {
	// TTL is how long a lock outlives its owner. Default: 900s, or more where
	// timeouts.stash needs it. At least timeouts.stash + 30s.
	// +optional
	TTL *metav1.Duration `json:"ttl,omitempty"`
	// Timeout is how long a caller waits for the lock. Default: 600s.
	// +optional
	Timeout *metav1.Duration `json:"timeout,omitempty"`
	// MaxRetries is how many times a caller tries to take the lock. Default: 600.
	// +kubebuilder:validation:Minimum=1
	// +optional
	MaxRetries int32 `json:"maxRetries,omitempty"`
}
