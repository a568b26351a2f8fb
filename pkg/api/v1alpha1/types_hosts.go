package v1alpha1

// AdditionalHost is one more name of the site.
type AdditionalHost struct {
	// Host is the DNS name, in lower case and without scheme, port or path.
	// Required, unique. Example: go.corp.example.com
	Host string `json:"host"`
	// TLS is a certificate of its own. Default: none, that of gateway.tls must
	// have the name too.
	// +optional
	TLS *GatewayTLS `json:"tls,omitempty"`
}

// IssuerRef names an issuer of cert-manager.
type IssuerRef struct {
	// Name of the issuer. Required. Example: letsencrypt
	Name string `json:"name"`
	// Kind of the issuer; an Issuer is in the namespace of the Secret.
	// Default: ClusterIssuer.
	// +optional
	Kind string `json:"kind,omitempty"`
	// Group of the issuer's API, where it is an external one.
	// Default: cert-manager.io.
	// +optional
	Group string `json:"group,omitempty"`
}

// Hosts are all names under which go commands reach the site, its own first.
func (s *AthensSiteSpec) Hosts() []string {
	out := []string{s.Host}
	for _, h := range s.AdditionalHosts {
		out = append(out, h.Host)
	}
	return out
}
