package v1alpha1

// Egress modes.
const (
	// EgressOpen lets Athens reach any public host; nothing else leaves the
	// site.
	EgressOpen = "Open"
	// EgressListed lets Athens reach only hosts that the spec names.
	EgressListed = "Listed"
)

// Egress is what Athens may reach outside the site. A mesh blocks every host
// that the spec does not name (mode Listed). NetworkPolicies block every other
// port and, where no mesh holds Athens to the names, private addresses. Each
// works without the other.
type Egress struct {
	// Mode: Open lets Athens reach any public host. Listed lets it reach only
	// what the spec names: upstream, checksum databases, the hosts of private
	// patterns (443, and 22 with an SSH key), storage, lock, index and allow;
	// without a mesh that is every public host on their ports. Nothing but Athens
	// leaves the site in either, except crathens to its sources. Default: Open
	// if athens.upstream.goproxy holds direct, which fetches a module from any
	// host that its path names, else Listed. Listed too with a proxy, which
	// decides about the hosts that are asked through it. Listed too where Athens fetches
	// nothing: athens.networkMode Offline, and download.mode None or Redirect.
	// +kubebuilder:validation:Enum=Open;Listed
	// +optional
	Mode string `json:"mode,omitempty"`

	// Proxy is an HTTP proxy that Athens, its go command, git and crathens ask for
	// hosts outside (HTTP_PROXY, HTTPS_PROXY and NO_PROXY). Policies open the
	// proxy, and not the hosts behind it. SSH, databases and locks never go
	// through it. Default: none.
	// +optional
	Proxy *EgressProxy `json:"proxy,omitempty"`

	// Allow are further hosts and ranges of addresses that Athens may reach. An
	// overlay or a region that writes the list replaces all of it.
	// Default: none.
	// +listType=atomic
	// +optional
	Allow []EgressAllowance `json:"allow,omitempty"`
}

// EgressAllowance is a host or a range of addresses, and its ports. Exactly one
// of host and cidr.
//
// +kubebuilder:validation:ExactlyOneOf=host;cidr
type EgressAllowance struct {
	// Host is a DNS name, an IPv4 address, or a Service of the cluster. Where the
	// mesh does not hold Athens to the names (mode Open, or no mesh), policies
	// open the port of a DNS name to public addresses only: write the range of a
	// private one as cidr.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Host string `json:"host,omitempty"`

	// CIDR is a range of addresses, as in 10.20.0.0/16. In mode Open, where a
	// client chooses the host, and without a mesh, NetworkPolicies close private
	// addresses: write those of your own networks here where Git servers, a
	// private mirror, a database or a private endpoint of the storage answer, with
	// its ports. Public addresses are open on the default ports in mode Open.
	// The metadata services of clouds inside a range stay closed. Addresses and
	// Services of the cluster that the spec names need no range. Without a mesh
	// crathens may reach a range too, on the ports of its sources.
	// +kubebuilder:validation:MaxLength=43
	// +optional
	CIDR string `json:"cidr,omitempty"`

	// Ports of it; of a Service of the cluster those that its pods listen on,
	// which hold for every field that names the Service. Default: 443 for a DNS
	// name or an address, and 443, 80 and 22 for a range. Required for a
	// Service of the cluster.
	// +listType=set
	// +kubebuilder:validation:items:Minimum=1
	// +kubebuilder:validation:items:Maximum=65535
	// +optional
	Ports []int32 `json:"ports,omitempty"`
}

// OpenPorts are the ports that egress mode Open opens, where go, git and hg look
// for modules: HTTPS, HTTP for hosts in GOINSECURE, and SSH.
func OpenPorts() []int32 { return []int32{443, 80, 22} }
