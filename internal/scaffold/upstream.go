package scaffold

import (
	"net/netip"
	"net/url"
	"strings"
)

// Proxies are the entries of a GOPROXY. Athens joins them with commas, so a
// pipe in it becomes one.
func Proxies(goproxy string) (out []string) {
	for entry := range strings.FieldsFuncSeq(goproxy, func(r rune) bool { return r == ',' || r == '|' }) {
		if entry = strings.TrimSpace(entry); entry != "" {
			out = append(out, entry)
		}
	}
	return out
}

// Offer are the proxies that a machine's GOPROXY proposes for a site: those
// that a cluster can reach too. There are none where it names no server, or
// holds a password, which no site may.
func Offer(goproxy string) []string {
	entries, servers := Proxies(goproxy), 0
	for _, entry := range entries {
		if entry == "direct" || entry == "off" {
			continue
		}
		u, err := url.Parse(entry)
		if err != nil || u.User != nil || u.Scheme != "https" && u.Scheme != "http" || isLocal(u.Hostname()) {
			return nil
		}
		servers++
	}
	if servers == 0 {
		return nil
	}
	return entries
}

func isLocal(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && address.IsLoopback()
}
