package v1alpha1

import "strings"

// Words of a GOPROXY that are not servers.
const (
	ProxyDirect = "direct"
	ProxyOff    = "off"
)

// Proxy is an entry of a GOPROXY.
type Proxy struct {
	// URL of a module proxy, or ProxyDirect or ProxyOff.
	URL string
	// AnyError says that the next entry is asked after any error of this one
	// (a | between them), not only after 404 and 410 (a comma).
	AnyError bool
}

// IsServer says whether the entry is a module proxy.
func (p Proxy) IsServer() bool { return p.URL != ProxyDirect && p.URL != ProxyOff }

// Proxies are the entries of goproxy as the go command reads them; at least one
// in a site that passed Validate.
func (u *Upstream) Proxies() []Proxy {
	proxies, _ := goProxies(u.GoProxy)
	return proxies
}

// goProxies reads a GOPROXY as proxyList in cmd/go/internal/modfetch/proxy.go
// does: blanks around an entry and empty entries are dropped, a host without a
// scheme is asked by https, and what follows direct or off, which is returned
// too, is never asked.
func goProxies(s string) (proxies []Proxy, ignored string) {
	for s != "" {
		var p Proxy
		entry, rest := s, ""
		if i := strings.IndexAny(s, ",|"); i >= 0 {
			entry, rest, p.AnyError = s[:i], s[i+1:], s[i] == '|'
		}
		switch p.URL, s = strings.TrimSpace(entry), rest; {
		case p.URL == "":
			continue
		case !p.IsServer():
			return append(proxies, Proxy{URL: p.URL}), strings.Trim(rest, ",| ")
		case strings.ContainsAny(p.URL, ".:/") && !strings.Contains(p.URL, ":/") && p.URL[0] != '/':
			p.URL = "https://" + p.URL
		}
		proxies = append(proxies, p)
	}
	return proxies, ""
}
