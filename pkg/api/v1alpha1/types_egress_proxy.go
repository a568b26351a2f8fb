package v1alpha1

import (
	"net/url"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// EgressProxy is an HTTP proxy between the site and what is outside.
type EgressProxy struct {
	// URL of the proxy with its port: http://, https:// or socks5://. It may be a
	// Service of the cluster; in a mesh, the name of that Service's port begins
	// with tcp. Its address may be private. Required.
	// Example: http://proxy.corp.example.com:3128
	URL string `json:"url"`

	// NoProxy are hosts that the programs ask directly: a DNS name with all names
	// below it (corp.example.com or .corp.example.com), an address, or a range of
	// addresses for URLs that hold one. Services of the cluster and the addresses
	// where clouds hand out identities are always asked directly. It opens
	// nothing: what other fields name is open, and egress.allow opens the rest.
	// Default: none.
	// +listType=set
	// +optional
	NoProxy []string `json:"noProxy,omitempty"`

	// Credentials are the proxy's user and password. They become part of a URL in
	// the programs' environment: write in the Secret %40 for @, %3A for :, %2F for
	// / and %25 for %, as in any URL. A program that cannot read its URL may print
	// it into its log. Default: none.
	// +optional
	Credentials *UserCredentials `json:"credentials,omitempty"`
}

// NoProxy is NO_PROXY of the programs: what is never asked through egress.proxy.
func (s *AthensSiteSpec) NoProxy() string {
	out := []string{"localhost", "127.0.0.1", "169.254.169.254", "169.254.170.23", ".svc", "." + s.ClusterDomain}
	return strings.Join(append(out, s.Egress.Proxy.NoProxy...), ",")
}

// Proxied says whether a program asks a URL through egress.proxy.
func (s *AthensSiteSpec) Proxied(scheme, host string) bool {
	p := s.Egress.Proxy
	if p == nil {
		return false
	}
	through := httpproxy.Config{HTTPProxy: p.URL, HTTPSProxy: p.URL, NoProxy: s.NoProxy()}
	by, err := through.ProxyFunc()(&url.URL{Scheme: scheme, Host: host})
	return err == nil && by != nil
}
