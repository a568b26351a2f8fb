package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// AthensSite describes one Go module proxy site: Athens, the list cache
// lathens, the crawler crathens, and the mesh configuration around them.
//
// metadata.name prefixes the name of every object of the site;
// metadata.namespace is the namespace the site lives in, and it is the site's
// own: deny-by-default policies cover the whole namespace. metadata.labels and
// metadata.annotations describe the AthensSite itself; no object inherits them:
// write inheritedMetadata for that.
//
// +kubebuilder:resource:scope=Namespaced,shortName=athens
// +kubebuilder:printcolumn:name=Host,type=string,JSONPath=`.spec.host`
// +kubebuilder:printcolumn:name=Mesh,type=string,JSONPath=`.spec.mesh.mode`
// +kubebuilder:printcolumn:name=Athens,type=string,JSONPath=`.spec.athens.version`
// +kubebuilder:printcolumn:name=Age,type=date,JSONPath=`.metadata.creationTimestamp`
type AthensSite struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	Spec AthensSiteSpec `json:"spec"`
}

// AthensSiteSpec describes a site. Only host is required. A field
// that another one switches off must be left out: in regions[].overrides, where
// that region makes nothing of it; in the spec, where no region does, or the spec
// itself if there are no regions.
//
// +kubebuilder:validation:XValidation:rule="has(self.regions) || !has(self.mesh) || !has(self.mesh.mode) || self.mesh.mode != 'None' || !has(self.gateway) || !(has(self.gateway.istio) || has(self.gateway.timeouts) || has(self.gateway.catalogClients) || has(self.gateway.plainHTTP) || has(self.gateway.hsts))",message="gateway.istio, timeouts, catalogClients, plainHTTP and hsts have no meaning with mesh.mode None"
// +kubebuilder:validation:XValidation:rule="has(self.regions) || !has(self.mesh) || !has(self.mesh.mode) || self.mesh.mode != 'None' || !(has(self.mesh.revision) || has(self.mesh.rootNamespace) || has(self.mesh.trustDomain))",message="mesh.revision, rootNamespace and trustDomain have no meaning with mesh.mode None"
// +kubebuilder:validation:XValidation:rule="has(self.regions) || !has(self.lathens) || !has(self.lathens.enabled) || self.lathens.enabled || !(has(self.lathens.image) || has(self.lathens.pods) || has(self.lathens.replicas) || has(self.lathens.autoscaling) || has(self.lathens.spread) || has(self.lathens.resources) || has(self.lathens.ttl) || has(self.lathens.staleWhileRevalidate) || has(self.lathens.staleIfError) || has(self.lathens.negativeTTL) || has(self.lathens.maxBytes) || has(self.lathens.maxUpstream) || has(self.lathens.maxWaiting))",message="lathens has no other field with lathens.enabled false"
// +kubebuilder:validation:XValidation:rule="has(self.regions) || !has(self.crathens) || !has(self.crathens.enabled) || self.crathens.enabled || !(has(self.crathens.image) || has(self.crathens.pods) || has(self.crathens.resources) || has(self.crathens.schedule) || has(self.crathens.suspend) || has(self.crathens.deadline) || has(self.crathens.maxVersionsPerModule) || has(self.crathens.concurrency) || has(self.crathens.ratePerSecond) || has(self.crathens.catalogPageSize) || has(self.crathens.sources) || has(self.crathens.modules))",message="crathens has no other field with crathens.enabled false"
// +kubebuilder:validation:XValidation:rule="has(self.regions) || !has(self.athens) || !has(self.athens.autoscaling) || !has(self.athens.replicas) || self.athens.autoscaling.maxReplicas > self.athens.replicas",message="athens.autoscaling.maxReplicas must be more than athens.replicas"
// +kubebuilder:validation:XValidation:rule="has(self.regions) || !has(self.lathens) || !has(self.lathens.autoscaling) || !has(self.lathens.replicas) || self.lathens.autoscaling.maxReplicas > self.lathens.replicas",message="lathens.autoscaling.maxReplicas must be more than lathens.replicas"
type AthensSiteSpec struct {
	// Host is the DNS name under which go commands reach the site, in lower
	// case and without scheme, port or path. Required.
	// Example: goproxy.example.com
	Host string `json:"host"`

	// InheritedMetadata are labels and annotations of every object of the site.
	// +optional
	InheritedMetadata InheritedMetadata `json:"inheritedMetadata,omitempty"`

	// AdditionalHosts are more names of the site. They change nothing for clients
	// of host, which client and runbook name. Only in a mesh, or with
	// gateway.ingress. Default: none.
	// +listType=map
	// +listMapKey=host
	// +kubebuilder:validation:MaxItems=64
	// +optional
	AdditionalHosts []AdditionalHost `json:"additionalHosts,omitempty"`

	// Namespace sets how the site's namespace is created.
	// +optional
	Namespace Namespace `json:"namespace,omitempty"`

	// ClusterDomain is the DNS domain of the cluster's Services (kubelet's
	// clusterDomain), which ends the names <service>.<namespace>.svc.<domain>.
	// Default: cluster.local.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	ClusterDomain string `json:"clusterDomain,omitempty"`

	// Images sets where the images of the site's pods come from.
	// +optional
	Images Images `json:"images,omitempty"`

	// Trust is whose certificates the site's programs take. Default: none, those
	// of the authorities that the images have.
	// +optional
	Trust *Trust `json:"trust,omitempty"`

	// Pods sets where the pods of all three programs run.
	// +optional
	Pods Pods `json:"pods,omitempty"`

	// Secrets sets what provides the Secrets that this spec refers to.
	// +optional
	Secrets Secrets `json:"secrets,omitempty"`

	// Athens is the module store itself.
	// +optional
	Athens Athens `json:"athens,omitempty"`

	// Lathens is the cache of version lists (`@v/list` and `@latest`) and of
	// checksums (/sumdb/).
	// +optional
	Lathens Lathens `json:"lathens,omitempty"`

	// Crathens is the crawler that makes Athens store new versions before a
	// client asks for them.
	// +optional
	Crathens Crathens `json:"crathens,omitempty"`

	// Gateway is how clients reach the site, whatever the mesh is.
	// +optional
	Gateway Gateway `json:"gateway,omitempty"`

	// Egress is what Athens may reach outside the site.
	// +optional
	Egress Egress `json:"egress,omitempty"`

	// Mesh is the Istio configuration around the site.
	// +optional
	Mesh Mesh `json:"mesh,omitempty"`

	// Tracing sends spans of requests to a collector. Default: none.
	// +optional
	Tracing *Tracing `json:"tracing,omitempty"`

	// Logs sets where the site's logs go.
	// +optional
	Logs Logs `json:"logs,omitempty"`

	// NetworkPolicies are Kubernetes NetworkPolicies that agree with the mesh.
	// +optional
	NetworkPolicies NetworkPolicies `json:"networkPolicies,omitempty"`

	// Metrics add what Prometheus needs to scrape the site, alerts on its
	// service level, and a Grafana dashboard; `metrics: {}` adds all of it.
	// Default: none.
	// +optional
	Metrics *Metrics `json:"metrics,omitempty"`

	// Edge is the service between go commands and the mesh.
	// +optional
	Edge Edge `json:"edge,omitempty"`

	// Azure sets the Azure resources that the site runs on.
	// +optional
	Azure Azure `json:"azure,omitempty"`

	// Region names the entry of regions to render: its overrides are merged
	// over the spec before anything else is read. Default: none, the spec as
	// written.
	// +optional
	Region string `json:"region,omitempty"`

	// Regions are the places where the site runs, one cluster each, at most 64.
	// Their order has no meaning.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=64
	// +optional
	Regions []Region `json:"regions,omitempty"`
}

// Levels of the Pod Security Standards.
const (
	PodSecurityRestricted = "restricted"
	PodSecurityBaseline   = "baseline"
	PodSecurityPrivileged = "privileged"
)

// Namespace sets how the site's namespace is created.
type Namespace struct {
	// Create adds the Namespace object to the output. Default: true.
	// With false, the namespace's owner must label it for injection.
	// +optional
	Create *bool `json:"create,omitempty"`

	// PodSecurity is the pod security level that the namespace enforces.
	// Default: restricted. The site's own pods always satisfy restricted; an
	// Istio without its CNI plugin injects an init container that only
	// privileged admits.
	// +kubebuilder:validation:Enum=restricted;baseline;privileged
	// +optional
	PodSecurity string `json:"podSecurity,omitempty"`
}

// NetworkPolicies are Kubernetes NetworkPolicies that agree with the mesh.
type NetworkPolicies struct {
	// Enabled adds them to the output. Default: true.
	// +optional
	Enabled *bool `json:"enabled,omitempty"`

	// DNS are the servers that every pod of the site may ask for names. Default:
	// kube-dns, coredns and node-local-dns in kube-system, and what listens on the
	// nodes: NodeLocal DNSCache at 169.254.20.10 and LocalDNS of AKS at
	// 169.254.10.10 and 169.254.10.11. A list of your own replaces all of them, as
	// OpenShift needs it: [{namespace: openshift-dns, ports: [5353]}].
	// +listType=atomic
	// +optional
	DNS []DNSServer `json:"dns,omitzero"`
}

// Region is one place where the site runs.
type Region struct {
	// Name of the region, a DNS label. Required, unique.
	// Example: westeurope
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`

	// Overrides are fields of spec that differ in this region; every section can,
	// but region and regions themselves. Objects are merged key by key. Lists are
	// replaced, those with a key too. Where one of several keys may be written, the
	// one that is written here replaces the spec's own. null disables what is
	// off by default, such as autoscaling; elsewhere it is an error, because a
	// default would replace what spec writes. kustomize drops null: in a file
	// that it patches, write the field in the other regions instead. Default:
	// none, the spec as written.
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=object
	// +kubebuilder:pruning:PreserveUnknownFields
	// +optional
	Overrides *AthensSiteSpec `json:"overrides,omitempty"`
}
