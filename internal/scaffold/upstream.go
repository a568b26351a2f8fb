package scaffold

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Offer is what a machine's GOPROXY proposes for a site: the same text, if a
// cluster can reach all of its servers too. It is empty where there is no server
// in it, or a password, which no site may hold.
func Offer(goproxy string) string {
	upstream := v1alpha1.Upstream{GoProxy: goproxy}
	servers := 0
	for _, p := range upstream.Proxies() {
		if !p.IsServer() {
			continue
		}
		u, err := url.Parse(p.URL)
		if err != nil || u.User != nil || u.Scheme != "https" && u.Scheme != "http" || isLocal(u.Hostname()) {
			return ""
		}
		servers++
	}
	if servers == 0 {
		return ""
	}
	return goproxy
}

func isLocal(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && address.IsLoopback()
}
