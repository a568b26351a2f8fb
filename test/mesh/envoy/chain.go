package envoy

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"

	"istio.io/istio/pilot/test/xdstest"
)

// Listeners that iptables redirects a pod's traffic to.
const (
	Inbound  = "virtualInbound"
	outbound = "virtualOutbound"
)

// Listener by name; nil if there is none.
func (c *Config) Listener(name string) *listenerv3.Listener {
	return xdstest.ExtractListener(name, c.Listeners)
}

// Outbound finds the listener of an outgoing connection: one for its very
// address, one for its port, or the catch-all.
func (c *Config) Outbound(conn Conn) *listenerv3.Listener {
	if l := c.bound(conn.IP, conn.Port); l != nil {
		return l
	}
	if l := c.bound("0.0.0.0", conn.Port); l != nil {
		return l
	}
	return c.Listener(outbound)
}

// Bound finds the listener of a gateway; nil if nothing listens on the port.
func (c *Config) Bound(conn Conn) *listenerv3.Listener { return c.bound("0.0.0.0", conn.Port) }

func (c *Config) bound(ip string, number int) *listenerv3.Listener {
	for _, l := range c.Listeners {
		a := l.GetAddress()
		if a.GetSocketAddress().GetAddress() == ip && port(a) == number && l.Name != outbound && l.Name != Inbound {
			return l
		}
	}
	return nil
}

// Accept finds the filter chain that takes a connection and ends its TLS. The
// error says why the connection is closed.
func Accept(l *listenerv3.Listener, conn Conn) (*listenerv3.FilterChain, error) {
	chain := match(l, inspected(l, conn))
	if chain == nil {
		return nil, fmt.Errorf("no filter chain of %s takes it", l.Name)
	}
	if chain.TransportSocket == nil {
		return chain, nil
	}
	if !conn.TLS {
		return nil, fmt.Errorf("plain text, but filter chain %s of %s wants TLS", chain.Name, l.Name)
	}
	if downstream(chain).GetRequireClientCertificate().GetValue() && conn.Peer == "" {
		return nil, fmt.Errorf("no client certificate, but filter chain %s of %s wants one", chain.Name, l.Name)
	}
	return chain, nil
}

// Certificate is the name of the Secret that a chain serves; "" if none.
func Certificate(chain *listenerv3.FilterChain) string {
	if chain.TransportSocket == nil {
		return ""
	}
	for _, s := range downstream(chain).GetCommonTlsContext().GetTlsCertificateSdsSecretConfigs() {
		return s.Name
	}
	return ""
}

func downstream(chain *listenerv3.FilterChain) *tlsv3.DownstreamTlsContext {
	return unpack(chain.TransportSocket.GetTypedConfig(), &tlsv3.DownstreamTlsContext{})
}

// inspected is what the listener's filters make known of a connection.
func inspected(l *listenerv3.Listener, conn Conn) Conn {
	active := func(name string) bool {
		f := xdstest.ExtractListenerFilters(l)[name]
		return f != nil && (f.FilterDisabled == nil || !xdstest.EvaluateListenerFilterPredicates(f.FilterDisabled, conn.Port))
	}
	if !active("envoy.filters.listener.tls_inspector") {
		conn.SNI, conn.ALPN = "", nil
		conn.TLS = false
	}
	if !conn.TLS && conn.HTTP && active("envoy.filters.listener.http_inspector") {
		conn.ALPN = []string{"http/1.1"}
	}
	return conn
}

// match narrows the chains down as Envoy does: at each step the best match
// wins, and chains that do not ask come last. There is no way back.
func match(l *listenerv3.Listener, conn Conn) *listenerv3.FilterChain {
	chains := l.FilterChains
	ip := netip.MustParseAddr(conn.IP)
	for _, rank := range []func(*listenerv3.FilterChainMatch) int{
		func(m *listenerv3.FilterChainMatch) int {
			return asks(m.GetDestinationPort() != nil, int(m.GetDestinationPort().GetValue()) == conn.Port)
		},
		func(m *listenerv3.FilterChainMatch) int {
			best := -1
			for _, r := range m.GetPrefixRanges() {
				p := netip.MustParsePrefix(fmt.Sprintf("%s/%d", r.AddressPrefix, r.GetPrefixLen().GetValue()))
				if p.Contains(ip) {
					best = max(best, p.Bits()+1)
				}
			}
			if len(m.GetPrefixRanges()) == 0 {
				return 0
			}
			return best
		},
		func(m *listenerv3.FilterChainMatch) int {
			best := -1
			for _, name := range m.GetServerNames() {
				suffix, wild := strings.CutPrefix(name, "*")
				if name == conn.SNI || wild && strings.HasSuffix(conn.SNI, suffix) {
					best = max(best, len(name))
				}
			}
			if len(m.GetServerNames()) == 0 {
				return 0
			}
			return best
		},
		func(m *listenerv3.FilterChainMatch) int {
			transport := "raw_buffer"
			if conn.TLS {
				transport = "tls"
			}
			return asks(m.GetTransportProtocol() != "", m.GetTransportProtocol() == transport)
		},
		func(m *listenerv3.FilterChainMatch) int {
			return asks(len(m.GetApplicationProtocols()) > 0, slices.ContainsFunc(m.GetApplicationProtocols(), func(p string) bool {
				return slices.Contains(conn.ALPN, p)
			}))
		},
	} {
		chains = best(chains, rank)
	}
	switch {
	case len(chains) == 0:
		return l.DefaultFilterChain
	case len(chains) > 1:
		unsupported("listener %s: %d filter chains match alike", l.Name, len(chains))
	}
	return chains[0]
}

// asks ranks a criterion: 1 it asks and is met, 0 it does not ask, -1 not met.
func asks(asked, met bool) int {
	switch {
	case !asked:
		return 0
	case met:
		return 1
	}
	return -1
}

func best(chains []*listenerv3.FilterChain, rank func(*listenerv3.FilterChainMatch) int) []*listenerv3.FilterChain {
	var out []*listenerv3.FilterChain
	top := 0
	for _, c := range chains {
		switch r := rank(c.GetFilterChainMatch()); {
		case r > top:
			out, top = []*listenerv3.FilterChain{c}, r
		case r == top:
			out = append(out, c)
		}
	}
	return out
}
