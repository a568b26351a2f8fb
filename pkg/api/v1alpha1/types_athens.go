package v1alpha1

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Ways to make a list of versions.
const (
	NetworkStrict   = "Strict"
	NetworkFallback = "Fallback"
	NetworkOffline  = "Offline"
)

// Answers to the first request of a version.
const (
	DownloadSync          = "Sync"
	DownloadAsync         = "Async"
	DownloadRedirect      = "Redirect"
	DownloadAsyncRedirect = "AsyncRedirect"
	DownloadNone          = "None"
)

// Athens is the module store: it downloads modules once, keeps them and serves
// the GOPROXY protocol.
type Athens struct {
	// Version of Athens. It decides which settings, metrics and tracing
	// exporters exist, so it is needed beside an image of your own.
	// Default: v0.18.0. Oldest: v0.16.0.
	// +optional
	Version string `json:"version,omitempty"`

	// Image of Athens with its tag or digest.
	// Default: docker.io/gomods/athens:<version>.
	// +optional
	Image string `json:"image,omitempty"`

	// Replicas of Athens; with autoscaling, the fewest that run. Default: 1.
	// More than one needs a storage that replicas can share, and a single
	// flight for it.
	// +kubebuilder:validation:Minimum=1
	// +optional
	Replicas int32 `json:"replicas,omitempty"`

	// Autoscaling lets the load decide the number of replicas, from replicas
	// to maxReplicas: one is added while the container uses more than 70 % of
	// the CPU that it requests, and for more with one of keda and podsMetric.
	// Default: none, the number is fixed.
	// +optional
	Autoscaling *AthensAutoscaling `json:"autoscaling,omitempty"`

	// Resources of the Athens container. Default: derived from goGetWorkers,
	// for each worker 100m CPU, 256Mi of memory and, without workVolume.ephemeral,
	// 1Gi of ephemeral storage (a download peaks at 6 to 10 times the module's
	// zip); with storage.memory 1Gi of memory more, for modules. A request or
	// limit of memory that is left out is the derived one; everything else is as
	// written.
	// +optional
	Resources *corev1.ResourceRequirements `json:"resources,omitempty"`

	// Pods sets where Athens' pods run, over pods of the spec.
	// +optional
	Pods Pods `json:"pods,omitempty"`

	// GoGetWorkers is how many go commands Athens runs in parallel
	// (ATHENS_GOGET_WORKERS). Default: 5.
	// +kubebuilder:validation:Minimum=1
	// +optional
	GoGetWorkers int32 `json:"goGetWorkers,omitempty"`

	// ProtocolWorkers is how many requests Athens handles in parallel
	// (ATHENS_PROTOCOL_WORKERS). Default: 30.
	// +kubebuilder:validation:Minimum=1
	// +optional
	ProtocolWorkers int32 `json:"protocolWorkers,omitempty"`

	// LogLevel of Athens (ATHENS_LOG_LEVEL). Default: info.
	// +kubebuilder:validation:Enum=debug;info;warn;error
	// +optional
	LogLevel string `json:"logLevel,omitempty"`

	// Timeouts of Athens.
	// +optional
	Timeouts Timeouts `json:"timeouts,omitempty"`

	// WorkVolume is where modules are downloaded to before they are stored; exactly
	// one kind. Default: emptyDir.
	// +optional
	WorkVolume *WorkVolume `json:"workVolume,omitempty"`

	// Storage is where modules are kept; exactly one kind.
	// Default: disk of 10Gi.
	// +optional
	Storage *Storage `json:"storage,omitempty"`

	// SingleFlight is the lock that prevents replicas from downloading the same
	// version twice; exactly one kind. Default: azureBlob and gcs lock with
	// their own storage; every other storage needs one with two or more replicas.
	// +optional
	SingleFlight *SingleFlight `json:"singleFlight,omitempty"`

	// Upstream is where Athens gets modules that it does not hold.
	// +optional
	Upstream Upstream `json:"upstream,omitempty"`

	// Private sets access to modules that are not public.
	// +optional
	Private Private `json:"private,omitempty"`

	// Download sets what happens when a version is not stored yet.
	// +optional
	Download Download `json:"download,omitempty"`

	// NetworkMode sets how a list is made (ATHENS_NETWORK_MODE): Strict asks
	// upstream and fails if upstream fails, Fallback then answers with the
	// stored versions, Offline never asks upstream. Default: Strict.
	// +kubebuilder:validation:Enum=Strict;Fallback;Offline
	// +optional
	NetworkMode string `json:"networkMode,omitempty"`

	// Filter is the text of Athens' filter file: lines of `+`, `-` or `D`, a
	// module path, and optionally versions, separated by one blank. A path
	// covers everything below it. Write capitals as they are; wildcards do not
	// exist. Default: none, every module is allowed.
	// +optional
	Filter string `json:"filter,omitempty"`

	// ValidatorHook is a URL that Athens asks before it serves a module
	// (ATHENS_PROXY_VALIDATOR). Default: none.
	// +optional
	ValidatorHook string `json:"validatorHook,omitempty"`

	// BasicAuth asks every client for a user and a password.
	// Default: none. It disables lathens, because a cached answer must never
	// reach a client with other credentials.
	// +optional
	BasicAuth *UserCredentials `json:"basicAuth,omitempty"`

	// Index records when each version was stored, for /index; exactly one
	// kind. Default: none.
	// +optional
	Index *Index `json:"index,omitempty"`

	// ServiceAccount is the identity of Athens' pods.
	// +optional
	ServiceAccount ServiceAccount `json:"serviceAccount,omitempty"`

	// Files are further files in Athens' container, as for a setting in env
	// that names one. Default: none.
	// +listType=map
	// +listMapKey=path
	// +optional
	Files []File `json:"files,omitempty"`

	// Env sets environment variables for settings that this spec has no field
	// for. A name that a field of this spec sets is an error.
	// +listType=map
	// +listMapKey=name
	// +optional
	Env []corev1.EnvVar `json:"env,omitempty"`
}

// ServiceAccount is the identity of a program's pods in the cluster, in the mesh
// and, by its annotations, in a cloud.
type ServiceAccount struct {
	// Create adds the ServiceAccount to the output. Default: true. With false
	// it must exist in the site's namespace.
	// +optional
	Create *bool `json:"create,omitempty"`

	// Name of the ServiceAccount. Default: the site's name followed by -athens;
	// required with create: false.
	// +optional
	Name string `json:"name,omitempty"`

	// Annotations bind it to a cloud identity; not with create: false.
	// Default: none.
	// Example: {eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/athens"}
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Timeouts of Athens. Athens counts whole seconds.
type Timeouts struct {
	// Request is how long one upstream operation may take (ATHENS_TIMEOUT).
	// Default: 300s, or edge.frontDoor.originTimeout or gateway.timeouts.module
	// where one of them is shorter.
	// +optional
	Request *metav1.Duration `json:"request,omitempty"`

	// Stash is how long storing one version may take, once begun
	// (ATHENS_STASH_TIMEOUT, from v0.17.0 on). Default: 600s.
	// +optional
	Stash *metav1.Duration `json:"stash,omitempty"`

	// Shutdown is how long running requests may take after SIGTERM
	// (ATHENS_SHUTDOWN_TIMEOUT). Default: 60s.
	// +optional
	Shutdown *metav1.Duration `json:"shutdown,omitempty"`
}

// Download sets what happens when a version is not stored yet.
type Download struct {
	// Mode (ATHENS_DOWNLOAD_MODE). Sync downloads and answers. Async answers
	// 404 and downloads in the background. Redirect sends the client to url.
	// AsyncRedirect sends the client to url and downloads in the background.
	// None answers 404. Default: Sync.
	// +kubebuilder:validation:Enum=Sync;Async;Redirect;AsyncRedirect;None
	// +optional
	Mode string `json:"mode,omitempty"`

	// URL of the proxy that redirects point to. Required with the modes
	// Redirect and AsyncRedirect.
	// +optional
	URL string `json:"url,omitempty"`

	// Rules are other modes for some modules; the first that matches wins.
	// +listType=atomic
	// +optional
	Rules []DownloadRule `json:"rules,omitempty"`
}

// Syncs says whether some version is stored while it is asked for: by the mode,
// or by a rule's.
func (d *Download) Syncs() bool {
	return d.Mode == DownloadSync || slices.ContainsFunc(d.Rules, func(r DownloadRule) bool { return r.Mode == DownloadSync })
}

// Fetches says whether Athens ever runs its go command, which is all that
// fetches modules: for a list with every networkMode but Offline, for a version
// with every download mode but None and Redirect, whatever the networkMode
// (v0.18.0, pkg/download/protocol.go). Databases of checksums that clients ask
// through Athens are no part of it.
func (a *Athens) Fetches() bool {
	stores := func(mode string) bool { return mode != DownloadNone && mode != DownloadRedirect }
	return a.NetworkMode != NetworkOffline || stores(a.Download.Mode) ||
		slices.ContainsFunc(a.Download.Rules, func(r DownloadRule) bool { return stores(r.Mode) })
}

// AsksDirect says whether modules are fetched from their own repositories where
// the proxies do not have them.
func (a *Athens) AsksDirect() bool {
	return a.Fetches() && slices.ContainsFunc(a.Upstream.Proxies(), func(p Proxy) bool { return p.URL == ProxyDirect })
}

// Redirects says whether clients are sent elsewhere: by the mode, or by a rule's
// without a URL of its own.
func (d *Download) Redirects() bool {
	redirects := func(mode string) bool { return mode == DownloadRedirect || mode == DownloadAsyncRedirect }
	return redirects(d.Mode) || slices.ContainsFunc(d.Rules, func(r DownloadRule) bool { return redirects(r.Mode) && r.URL == "" })
}

// DownloadRule is another download mode for some modules.
type DownloadRule struct {
	// Pattern of module paths, with `*` for anything but a slash and capitals
	// as they are. Required.
	// Example: github.com/acme/*
	Pattern string `json:"pattern"`

	// Mode for these modules. Required.
	// +kubebuilder:validation:Enum=Sync;Async;Redirect;AsyncRedirect;None
	Mode string `json:"mode"`

	// URL that redirects of these modules point to. Default: download.url.
	// +optional
	URL string `json:"url,omitempty"`
}
