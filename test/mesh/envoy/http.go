package envoy

import (
	"net"
	"slices"
	"strings"
	"time"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	jwtv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/jwt_authn/v3"
	httprbacv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	extauthzv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/ext_authz/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	netrbacv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/rbac/v3"
	tcpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
)

// Route is what an Envoy decides about a connection or a request.
type Route struct {
	// Status that Envoy answers itself; 0 if it sends the request on.
	Status int
	// Denied by RBAC.
	Denied bool
	// Name of the route.
	Name string
	// Cluster that it goes to; "" if Envoy answers or closes the connection.
	Cluster string
	// Path that is sent on.
	Path string
	// Timeout of all tries; 0 is none.
	Timeout time.Duration
	// Tries, PerTry (0 is none) and RetryOn.
	Tries   int
	PerTry  time.Duration
	RetryOn string
	// Statuses are repeated under retriable-status-codes.
	Statuses []uint32
	// Elsewhere says that a retry goes to another endpoint.
	Elsewhere bool
	// Onwards says that a retry goes to the next priority.
	Onwards bool
	// Traced is the percentage of requests that begin a trace.
	Traced float64
	// Hash is the header that chooses the endpoint; "" if none does.
	Hash string
	// HTTP is false for a connection that is passed on byte by byte.
	HTTP bool
}

// Serve takes a request through the network and HTTP filters of a chain.
func (c *Config) Serve(chain *listenerv3.FilterChain, conn Conn, r Request) Route {
	if conn.TLS && chain.TransportSocket == nil {
		conn.HTTP = false // it was not decrypted
	}
	for _, f := range chain.Filters {
		switch f.Name {
		case "envoy.filters.network.rbac":
			if !allows(unpack(f.GetTypedConfig(), &netrbacv3.RBAC{}).Rules, conn, nil) {
				return Route{Denied: true}
			}
		case "envoy.filters.network.http_connection_manager":
			return c.manage(unpack(f.GetTypedConfig(), &hcmv3.HttpConnectionManager{}), conn, r)
		case "envoy.filters.network.tcp_proxy":
			return Route{Cluster: unpack(f.GetTypedConfig(), &tcpv3.TcpProxy{}).GetCluster(), Path: r.Path}
		case "istio.metadata_exchange", "istio.stats", "istio_authn", "envoy.filters.network.metadata_exchange":
		case "envoy.filters.network.ext_authz":
			if unpack(f.GetTypedConfig(), &extauthzv3.ExtAuthz{}).FilterEnabledMetadata == nil {
				unsupported("%s about every connection", f.Name)
			}
		default:
			unsupported("network filter %s", f.Name)
		}
	}
	return Route{}
}

// passing are HTTP filters that do not decide where a request goes.
var passing = []string{
	"istio.metadata_exchange", "istio.stats", "istio.alpn", "istio_authn", "envoy.filters.http.istio_authn",
	"envoy.filters.http.grpc_stats", "envoy.filters.http.fault", "envoy.filters.http.cors", "envoy.filters.http.router",
	// An external authorizer is taken to agree.
	"envoy.filters.http.ext_authz",
	// The script of an edge cache reads requests and changes answers.
	"envoy.filters.http.lua",
	"envoy.filters.http.peer_metadata", "waypoint_downstream_peer_metadata", "envoy.filters.http.set_filter_state", "connect_authority",
}

func (c *Config) manage(h *hcmv3.HttpConnectionManager, conn Conn, r Request) Route {
	if !conn.HTTP {
		return Route{Status: 400, HTTP: true}
	}
	out := c.route(h, conn, r)
	out.HTTP = true
	if h.Tracing.GetProvider() != nil {
		out.Traced = h.Tracing.RandomSampling.GetValue()
	}
	return out
}

// route takes a request through the HTTP filters to a route.
func (c *Config) route(h *hcmv3.HttpConnectionManager, conn Conn, r Request) Route {
	path, ok := normalize(h, r.Path)
	if !ok {
		return Route{Status: 400}
	}
	r.Path = path
	conn.Remote = remote(h, conn, r)
	for _, f := range h.HttpFilters {
		switch {
		case f.Name == "envoy.filters.http.rbac":
			if !allows(unpack(f.GetTypedConfig(), &httprbacv3.RBAC{}).Rules, conn, &r) {
				return Route{Status: 403, Denied: true}
			}
		case f.Name == jwtFilter:
			if status := verify(unpack(f.GetTypedConfig(), &jwtv3.JwtAuthentication{}), &r); status != 0 {
				return Route{Status: status, Denied: true}
			}
		case !slices.Contains(passing, f.Name):
			unsupported("HTTP filter %s", f.Name)
		}
	}
	routes := h.GetRouteConfig()
	if routes == nil {
		routes = c.Routes[h.GetRds().GetRouteConfigName()]
	}
	if routes == nil {
		unsupported("no route configuration %s", h.GetRds().GetRouteConfigName())
	}
	host := virtualHost(routes, r.Authority)
	if host == nil {
		return Route{Status: 404}
	}
	if host.RequireTls != routev3.VirtualHost_NONE && !conn.TLS {
		return Route{Status: 301}
	}
	for _, route := range host.Routes {
		if matchRoute(route.Match, r) {
			return decide(route, host, r)
		}
	}
	return Route{Status: 404}
}

// remote is the address of a request for RBAC. Behind the gateway, which writes
// what it saw itself at the end of X-Forwarded-For, a sidecar that trusts one hop
// more takes the one before that.
func remote(h *hcmv3.HttpConnectionManager, conn Conn, r Request) string {
	switch {
	case h.XffNumTrustedHops == 0:
		return conn.Remote
	case h.XffNumTrustedHops > 1 || h.GetUseRemoteAddress().GetValue():
		unsupported("xff_num_trusted_hops %d", h.XffNumTrustedHops)
	}
	hops := strings.Split(r.Headers["x-forwarded-for"], ",")
	return strings.TrimSpace(hops[len(hops)-1])
}

// virtualHost finds the domain of a request: the very name, the longest
// *suffix, the longest prefix*, or *.
func virtualHost(routes *routev3.RouteConfiguration, authority string) *routev3.VirtualHost {
	name := strings.ToLower(authority)
	if host, _, err := net.SplitHostPort(name); err == nil && routes.IgnorePortInHostMatching {
		name = host
	}
	var found *routev3.VirtualHost
	top := 0
	for _, h := range routes.VirtualHosts {
		for _, d := range h.Domains {
			rank := 0
			switch {
			case d == name:
				rank = 3_000 + len(d)
			case d == "*":
				rank = 1
			case strings.HasPrefix(d, "*") && strings.HasSuffix(name, d[1:]):
				rank = 2_000 + len(d)
			case strings.HasSuffix(d, "*") && strings.HasPrefix(name, d[:len(d)-1]):
				rank = 1_000 + len(d)
			}
			if rank > top {
				found, top = h, rank
			}
		}
	}
	return found
}

func matchRoute(m *routev3.RouteMatch, r Request) bool {
	if len(m.QueryParameters) > 0 || m.Grpc != nil || m.TlsContext != nil || len(m.DynamicMetadata) > 0 || m.RuntimeFraction != nil {
		unsupported("route match %v", m)
	}
	path := r.path()
	fold := func(s string) string {
		if m.GetCaseSensitive() != nil && !m.GetCaseSensitive().GetValue() {
			return strings.ToLower(s)
		}
		return s
	}
	hit := false
	switch p := m.PathSpecifier.(type) {
	case *routev3.RouteMatch_Path:
		hit = fold(path) == fold(p.Path)
	case *routev3.RouteMatch_Prefix:
		hit = strings.HasPrefix(fold(path), fold(p.Prefix))
	case *routev3.RouteMatch_PathSeparatedPrefix:
		hit = path == p.PathSeparatedPrefix || strings.HasPrefix(path, p.PathSeparatedPrefix+"/")
	case *routev3.RouteMatch_SafeRegex:
		hit = full(p.SafeRegex.Regex, path)
	default:
		unsupported("path match %T", p)
	}
	return hit && !slices.ContainsFunc(m.Headers, func(h *routev3.HeaderMatcher) bool { return !matchHeader(h, r) })
}

func decide(route *routev3.Route, host *routev3.VirtualHost, r Request) Route {
	out := Route{Name: route.Name, Path: r.Path, Tries: 1}
	switch a := route.Action.(type) {
	case *routev3.Route_DirectResponse:
		out.Status = int(a.DirectResponse.Status)
	case *routev3.Route_Redirect:
		out.Status = 301
	case *routev3.Route_Route:
		if out.Cluster = a.Route.GetCluster(); out.Cluster == "" {
			unsupported("route %s with cluster %T", route.Name, a.Route.ClusterSpecifier)
		}
		if a.Route.PrefixRewrite != "" || a.Route.RegexRewrite != nil {
			unsupported("route %s rewrites the path", route.Name)
		}
		out.Timeout = 15 * time.Second // Envoy's own
		if t := a.Route.Timeout; t != nil {
			out.Timeout = t.AsDuration()
		}
		for _, h := range a.Route.HashPolicy {
			out.Hash = h.GetHeader().GetHeaderName()
		}
		retry := a.Route.RetryPolicy
		if retry == nil {
			retry = host.RetryPolicy
		}
		if retry != nil {
			out.Tries = 1 + 1
			if retry.NumRetries != nil {
				out.Tries = 1 + int(retry.NumRetries.Value)
			}
			out.PerTry, out.RetryOn = retry.PerTryTimeout.AsDuration(), retry.RetryOn
			for _, p := range retry.RetryHostPredicate {
				out.Elsewhere = out.Elsewhere || p.Name == "envoy.retry_host_predicates.previous_hosts"
			}
			out.Onwards = retry.GetRetryPriority().GetName() == "envoy.retry_priorities.previous_priorities"
			out.Statuses = retry.RetriableStatusCodes
		}
	default:
		unsupported("route action %T", a)
	}
	return out
}

// HTTPFilters of a listener, in their order, for each filter chain that speaks
// HTTP.
func HTTPFilters(l *listenerv3.Listener) [][]*hcmv3.HttpFilter {
	var out [][]*hcmv3.HttpFilter
	for _, chain := range l.GetFilterChains() {
		for _, f := range chain.Filters {
			if f.Name == "envoy.filters.network.http_connection_manager" {
				out = append(out, unpack(f.GetTypedConfig(), &hcmv3.HttpConnectionManager{}).HttpFilters)
			}
		}
	}
	return out
}
