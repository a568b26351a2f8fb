package v1alpha1

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Ways to spread lists over the replicas of lathens.
const (
	SpreadByModule = "ByModule"
	SpreadByLoad   = "ByLoad"
)

// Lathens caches what Athens asks upstream for on every call: `@v/list`,
// `@latest`, and the checksum databases below /sumdb/.
type Lathens struct {
	// Enabled runs lathens. Default: true; false with athens.basicAuth.
	// +optional
	Enabled *bool `json:"enabled,omitempty"`

	// Image with its tag or digest.
	// Default: ghcr.io/gomods/athens-kfn/lathens at this program's version.
	// +optional
	Image string `json:"image,omitempty"`

	// Replicas of lathens; with autoscaling, the fewest that run. Default: 2.
	// +kubebuilder:validation:Minimum=1
	// +optional
	Replicas int32 `json:"replicas,omitempty"`

	// Autoscaling lets the load decide the number of replicas, from replicas
	// to maxReplicas: one is added while the container uses more than 70 % of
	// the CPU that it requests. Default: none, the number is fixed.
	// +optional
	Autoscaling *Autoscaling `json:"autoscaling,omitempty"`

	// Spread is how the gateway spreads lists over the replicas. ByModule
	// keeps each module's list on one replica, so that it is fetched once; the
	// gateway gets an EnvoyFilter, without which it asks a replica that has
	// died for a second longer. ByLoad asks the replica with the fewest
	// requests, so every replica fetches every list, and needs no EnvoyFilter.
	// Default: ByModule; ByLoad with a revision of the AKS add-on, which does
	// not support that EnvoyFilter.
	// +kubebuilder:validation:Enum=ByModule;ByLoad
	// +optional
	Spread string `json:"spread,omitempty"`

	// Resources of the container. Default: 100m CPU, 512Mi of ephemeral storage
	// for logs, and the memory that maxBytes, maxUpstream and maxWaiting come to:
	// 432Mi with their defaults.
	// A request or limit of memory that is left out is the derived one;
	// everything else is as written.
	// +optional
	Resources *corev1.ResourceRequirements `json:"resources,omitempty"`

	// Pods sets where its pods run, over pods of the spec.
	// +optional
	Pods Pods `json:"pods,omitempty"`

	// TTL is how long a list is fresh. Default: 60s.
	// +optional
	TTL *metav1.Duration `json:"ttl,omitempty"`

	// StaleWhileRevalidate is how long after that a stale list is served
	// while a fresh one is fetched. Default: 10m.
	// +optional
	StaleWhileRevalidate *metav1.Duration `json:"staleWhileRevalidate,omitempty"`

	// StaleIfError is how long a stale list is served while Athens fails.
	// Default: 24h.
	// +optional
	StaleIfError *metav1.Duration `json:"staleIfError,omitempty"`

	// NegativeTTL is how long a 404 is cached.
	// Default: 10s.
	// +optional
	NegativeTTL *metav1.Duration `json:"negativeTTL,omitempty"`

	// MaxBytes bounds the lists in memory. Checksums have half as much beside
	// it. Default: 64Mi.
	// +optional
	MaxBytes *resource.Quantity `json:"maxBytes,omitempty"`

	// MaxUpstream is how many lists a replica asks Athens for in parallel: three
	// quarters at most of one host, and half of one owner at it, as in
	// github.com/owner. Five times as many requests are for checksums. Default: 20.
	// +kubebuilder:validation:Minimum=1
	// +optional
	MaxUpstream int32 `json:"maxUpstream,omitempty"`

	// MaxWaiting is how many callers of a replica can wait for lists from
	// Athens. Others get a stale list or, if there is none, 429 with
	// Retry-After. Each costs 24Ki of memory. Default: 10000.
	// +kubebuilder:validation:Minimum=1
	// +optional
	MaxWaiting int32 `json:"maxWaiting,omitempty"`
}

// Crathens walks Athens' catalog and makes Athens store versions that it does
// not hold yet.
type Crathens struct {
	// Enabled runs crathens. Default: true; false with external storage
	// unless modules or goSums are named, because Athens has no catalog there, and with
	// an athens.download that has no mode Sync, neither its own nor a rule's:
	// the others answer 404 or elsewhere instead of storing what is asked for.
	// +optional
	Enabled *bool `json:"enabled,omitempty"`

	// Image with its tag or digest.
	// Default: ghcr.io/gomods/athens-kfn/crathens at this program's version.
	// +optional
	Image string `json:"image,omitempty"`

	// Resources of the container. Default: 100m CPU, 128Mi of memory and
	// 512Mi of ephemeral storage for logs. A request or limit of memory that is
	// left out is the default; everything else is as written.
	// +optional
	Resources *corev1.ResourceRequirements `json:"resources,omitempty"`

	// Pods sets where its pods run, over pods of the spec.
	// +optional
	Pods Pods `json:"pods,omitempty"`

	// Schedule is when it runs, in cron syntax, UTC.
	// Default: 17 */6 * * *
	// +optional
	Schedule string `json:"schedule,omitempty"`

	// Suspend stops further runs. Default: false.
	// +optional
	Suspend bool `json:"suspend,omitempty"`

	// Deadline ends a run that takes longer; the next one continues where it
	// stopped. Default: 5h.
	// +optional
	Deadline *metav1.Duration `json:"deadline,omitempty"`

	// MaxVersionsPerModule is how many of a module's newest versions are
	// warmed. Default: 20.
	// +kubebuilder:validation:Minimum=1
	// +optional
	MaxVersionsPerModule int32 `json:"maxVersionsPerModule,omitempty"`

	// Concurrency is how many versions are asked for in parallel; at most
	// athens.goGetWorkers. Default: 2, or 1 where goGetWorkers is 2 or less.
	// +kubebuilder:validation:Minimum=1
	// +optional
	Concurrency int32 `json:"concurrency,omitempty"`

	// RatePerSecond is how many versions are asked for per second. Default: 2.
	// +kubebuilder:validation:Minimum=1
	// +optional
	RatePerSecond int32 `json:"ratePerSecond,omitempty"`

	// CatalogPageSize is how many entries of the catalog one request reads.
	// Default: 1000; 1000000 for disk and memory storage, whose pages Athens
	// cuts wrongly.
	// +kubebuilder:validation:Minimum=1
	// +optional
	CatalogPageSize int32 `json:"catalogPageSize,omitempty"`

	// Sources are other Athens whose stored versions are warmed here too: other
	// regions' sites, which must let this cluster read their catalogs
	// (gateway.catalogClients there). Default: none.
	// +listType=map
	// +listMapKey=url
	// +optional
	Sources []CatalogSource `json:"sources,omitempty"`

	// Modules are module paths to warm in addition to those of the catalog.
	// Default: none.
	// +listType=set
	// +optional
	Modules []string `json:"modules,omitempty"`

	// GoSums are go.sum files whose versions are warmed too, however old: what
	// builds pin. Default: none.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	// +optional
	GoSums []GoSum `json:"goSums,omitempty"`
}

// GoSum is a go.sum in a ConfigMap of the site's namespace. The next run of
// crathens reads a change of it. A ConfigMap holds 1 MiB, some 9,000 lines.
type GoSum struct {
	// ConfigMapRef names a ConfigMap and the key of the text. Required. Default
	// key: go.sum.
	ConfigMapRef ConfigMapKeyRef `json:"configMapRef"`
}

// Named tells whether crathens has something to warm where Athens has no catalog.
func (c *Crathens) Named() bool { return len(c.Modules) > 0 || len(c.GoSums) > 0 }

// CatalogSource is another Athens, whose catalog crathens reads.
type CatalogSource struct {
	// URL of it. Required. Example: https://westeurope.goproxy.example.com
	URL string `json:"url"`
}
