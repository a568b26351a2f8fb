package v1alpha1

// DNSServer is what pods ask for names: pods of a namespace, or addresses on the
// nodes. Exactly one of namespace and cidr.
//
// +kubebuilder:validation:ExactlyOneOf=namespace;cidr
type DNSServer struct {
	// Namespace of the DNS server's pods. Example: openshift-dns
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Namespace string `json:"namespace,omitempty"`

	// Labels of the pods. Default: none, every pod of the namespace.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// CIDR is where a cache on each node listens, as in 169.254.25.10/32: private
	// or link-local addresses.
	// +kubebuilder:validation:MaxLength=43
	// +optional
	CIDR string `json:"cidr,omitempty"`

	// Ports that the pods or the cache listen on, by UDP and by TCP. Default: 53.
	// +listType=set
	// +kubebuilder:validation:items:Minimum=1
	// +kubebuilder:validation:items:Maximum=65535
	// +optional
	Ports []int32 `json:"ports,omitempty"`
}
