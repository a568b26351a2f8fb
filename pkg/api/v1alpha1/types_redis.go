package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Redis is a Redis server, a Redis Cluster, or a server that sentinels watch.
//
// +kubebuilder:validation:AtMostOneOf=sentinel;cluster
type Redis struct {
	// Endpoints as host:port. Exactly one, the server. With cluster they are some
	// of its nodes, with sentinel the sentinels. Required.
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	Endpoints []string `json:"endpoints"`
	// TLS connects to the server with TLS. Write {}: caRef, clientCertificate and
	// serverName are refused, because Athens has no settings for them with Redis.
	// Its authorities go in trust.caCertificates. Athens has no TLS to sentinels.
	// Default: none, plain text.
	// +optional
	TLS *TLS `json:"tls,omitempty"`
	// Username of the user of the server, who needs a password. Default: none,
	// the server's default user.
	// +optional
	Username string `json:"username,omitempty"`
	// Database of the server. A Redis Cluster has none but 0, the
	// default.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Database int32 `json:"database,omitempty"`
	// Password of the user. Default key: password. Default: none.
	// +optional
	Password *SecretValue `json:"password,omitempty"`
	// Sentinel marks the endpoints as sentinels. Default: none.
	// +optional
	Sentinel *RedisSentinel `json:"sentinel,omitempty"`
	// Cluster marks the endpoints as nodes of a Redis Cluster. Default: none.
	// +optional
	Cluster *RedisCluster `json:"cluster,omitempty"`
	// Lock tunes the lock.
	// +optional
	Lock RedisLock `json:"lock,omitempty"`
}

// RedisSentinel is how sentinels lead to the Redis server.
type RedisSentinel struct {
	// MasterName is what the sentinels call the server. Required.
	MasterName string `json:"masterName"`
	// Servers are the Redis servers themselves as host:port: the sentinels
	// send Athens there, so egress and NetworkPolicies need them.
	// +listType=atomic
	// +optional
	Servers []string `json:"servers,omitempty"`
	// Password of the sentinels. Default key: sentinelPassword. Default: none.
	// +optional
	Password *SecretValue `json:"password,omitempty"`
}

// RedisCluster is a Redis Cluster, whose nodes name each other.
type RedisCluster struct {
	// Servers are the other nodes as host:port, as they announce themselves:
	// the endpoints send Athens there, so egress and NetworkPolicies need them.
	// +listType=atomic
	// +optional
	Servers []string `json:"servers,omitempty"`
}

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
