// Package limits is what those who run a cluster allow the sites in it, in a
// file of their own: which namespaces, hosts, gateways and vaults a site may
// name. It takes a site that was defaulted and validated and says what is not
// allowed.
package limits

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Kind of a file with limits; its apiVersion is that of sites.
const Kind = "AthensLimits"

// File is where limits are read from. Nothing that a repository, a ResourceList
// or an Application holds changes what is read.
const File = "/etc/athens-kfn/limits.yaml"

// Variable is the environment variable with the path of a file that narrows
// what File allows, and never widens it. Argo CD puts ARGOCD_ENV_ before the
// names that an Application sets.
const Variable = "ATHENS_KFN_LIMITS"

// AthensLimits are limits of the sites of a cluster.
type AthensLimits struct {
	metav1.TypeMeta `json:",inline"`
	// Spec holds the limits. Required.
	Spec *Spec `json:"spec"`
}

// Spec holds the limits. A list that is there names all that is allowed, [] is
// nothing; one that is left out is no limit, or as its field says. Names are
// patterns: * is any part of a name, as in team-* and *.example.com.
type Spec struct {
	// Namespaces in which a site may live. Well-known namespaces of the cluster
	// are refused whatever stands here. Default: any other.
	// +optional
	Namespaces []string `json:"namespaces,omitempty"`

	// Hosts that a site may have as host, originHost or the host of a region.
	// Default: any.
	// +optional
	Hosts []string `json:"hosts,omitempty"`

	// Gateways that a site may be behind. Default: the known installations of
	// https://github.com/gomods/athens-kfn/blob/main/docs/howto/gateway.md. A list
	// must name those too.
	// +optional
	Gateways []Gateway `json:"gateways,omitempty"`

	// RootNamespaces are namespaces of control planes. Default: istio-system
	// and aks-istio-system.
	// +optional
	RootNamespaces []string `json:"rootNamespaces,omitempty"`

	// Collectors are namespaces in which a site may run collectors of traces and
	// logs, with an image of its choice. Default: monitoring, observability,
	// opentelemetry, telemetry, tracing, logging, and the site's own.
	// +optional
	Collectors []string `json:"collectors,omitempty"`

	// ClusterSecretStores from which a site may take any entry. Default: any.
	// +optional
	ClusterSecretStores []string `json:"clusterSecretStores,omitempty"`

	// KeyVaults that a site may read with the identity that it names.
	// Default: any.
	// +optional
	KeyVaults []string `json:"keyVaults,omitempty"`

	// ClusterLogs lets a site set what Container Insights collects in the whole
	// cluster (logs.azureMonitor). Default: true.
	// +optional
	ClusterLogs *bool `json:"clusterLogs,omitempty"`

	// AzureResources lets a site make resources of Azure with the credential of
	// Azure Service Operator: a Front Door, storage, a cluster. Default: true.
	// +optional
	AzureResources *bool `json:"azureResources,omitempty"`
}

// Gateway is an ingress gateway that sites may be behind.
type Gateway struct {
	// Namespace of its pods. Required.
	Namespace string `json:"namespace"`
	// Selector is labels of its pods, which a site's selector holds all of.
	// Required.
	Selector map[string]string `json:"selector"`
	// ServiceAccount of its pods. Default: any.
	// +optional
	ServiceAccount string `json:"serviceAccount,omitempty"`
	// LoadBalancer lets a site put a load balancer of its own before the pods
	// (edge.frontDoor.loadBalancer), which exposes all that the gateway serves.
	// Default: false. Of the known installations those have it that are in a
	// namespace of their own and have no private address alone.
	// +optional
	LoadBalancer bool `json:"loadBalancer,omitempty"`
}
