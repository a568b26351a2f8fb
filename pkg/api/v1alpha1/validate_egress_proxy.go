package v1alpha1

import (
	"cmp"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// egressProxy checks the proxy between the site and what is outside.
func (r *rules) egressProxy() {
	const at = "spec.egress.proxy"
	p := r.spec.Egress.Proxy
	if p == nil {
		return
	}
	r.server(at+".url", p.URL, proxyURL)
	r.each(at+".noProxy", p.NoProxy, noProxy)
	if p.Credentials != nil {
		r.user(at+".credentials", p.Credentials)
	}
}

// proxyURL is an HTTP or SOCKS proxy. git and Go mean different ports where none
// is written (curl: 1080).
func proxyURL(s string) string {
	const example = ", as in http://proxy.corp.example.com:3128"
	if s == "" {
		return "is required; write the proxy's URL" + example
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || strings.ContainsAny(s, " \t\n"):
		return quote.Sprintf("%q is not a URL; write one with its port%s", s, quote.Said(example))
	case u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5":
		return quote.Sprintf("%q does not begin with http://, https:// or socks5://; write the proxy's URL%s", s, quote.Said(example))
	case u.User != nil:
		return "holds a user or a password, which must not be in a spec; remove it, and write credentials: {secretRef: {name: …}}"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		return quote.Sprintf("%q holds more than a host and a port; write these alone%s", s, quote.Said(example))
	case isLoopback(u.Hostname()):
		return quote.Sprintf("%q is each pod itself, where no proxy runs; write the host of a server, or the Service of the cluster%s", s, quote.Said(example))
	}
	host, port := u.Hostname(), cmp.Or(u.Port(), "3128")
	why, full := shortName(host)
	switch {
	case why != "":
		return quote.Sprintf("%q %s; write it in full, as in %s://%s:%s", s, why, u.Scheme, full, quote.Short(port))
	case u.Port() == "" && hostName(host) == "":
		return quote.Sprintf("%q has no port, and git and Go mean different ones then; write it, as in %s://%s:%s", s, u.Scheme, quote.Short(host), port)
	}
	return hostAndPort(u.Host)
}

// noProxy is an entry that git and Go read alike.
func noProxy(s string) string {
	const example = "write a name, an address or a range, as in .corp.example.com or 10.0.0.0/8"
	const everyHost = "%q goes past the proxy to every host; remove egress.proxy, or write the hosts"
	if p, err := netip.ParsePrefix(s); err == nil {
		if p.Bits() == 0 {
			return quote.Sprintf(everyHost, s)
		}
		_, problem := prefix(s, "10.0.0.0/8")
		return problem
	}
	if _, err := netip.ParseAddr(s); err == nil {
		return ""
	}
	switch host := strings.TrimPrefix(s, "."); {
	case s == "*":
		return quote.Sprintf(everyHost, s)
	case strings.HasPrefix(s, "*."):
		return quote.Sprintf("%q holds a wildcard, which git does not read; write %s", s, quote.Short(s[1:]))
	case strings.Contains(s, ":"):
		return quote.Sprintf("%q holds a port or a scheme, which git does not read; %s", s, quote.Said(example))
	case host == "" || !isHost(host):
		return quote.Sprintf("%q is not a host; %s", s, quote.Said(example))
	case isRegistry(host):
		return quote.Sprintf("%q goes past the proxy to everyone's hosts below it; write the domain of your network, as in .corp.example.com", s)
	}
	return ""
}

// isLoopback says whether a host is the machine that asks.
func isLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && (a.Unmap().IsLoopback() || a.IsUnspecified())
}

// isRegistry says whether a domain is one that a registry gives names below out to
// anyone, as com and co.uk are.
func isRegistry(domain string) bool {
	suffix, icann := publicsuffix.PublicSuffix(domain)
	return icann && suffix == domain && !slices.Contains(PrivateDomains(), domain)
}
