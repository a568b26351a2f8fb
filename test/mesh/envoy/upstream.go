package envoy

import (
	"slices"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	httpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
)

// Endpoint of a cluster that takes requests.
type Endpoint struct {
	Address string
	Port    int
	// Priority is 0 for the first choice.
	Priority int
	// TLS is nil if the Envoy sends what it got as it is.
	TLS *UpstreamTLS
}

// UpstreamTLS is how an Envoy opens a connection to an endpoint.
type UpstreamTLS struct {
	// Certificate of the Envoy's own pod is presented.
	Certificate bool
	SNI         string
	ALPN        []string
	// Peers are the identities that the endpoint may have; empty means any.
	Peers []string
}

// Upstream is where the requests to a cluster go.
type Upstream struct {
	// Endpoints that are asked, by priority.
	Endpoints []Endpoint
	// Load of each priority in percent; none if no endpoint may be asked.
	Load []int
	// HTTP2 says that the Envoy speaks HTTP/2 to the endpoints.
	HTTP2 bool
	// Immediate says that an ejection counts as it happens, and not up to a
	// second later.
	Immediate bool
	// FirstError says that one gateway error ejects an endpoint, and that all
	// of them may be out.
	FirstError bool
	// Original says that the connection goes to where its client sent it.
	Original bool
}

// Upstream of a cluster. Ejected tells which addresses outlier detection has
// ejected; it is not asked if the cluster has none.
func (c *Config) Upstream(name string, ejected func(address string, port int) bool) Upstream {
	cluster := c.Clusters[name]
	if cluster == nil {
		return Upstream{}
	}
	if cluster.GetType() == clusterv3.Cluster_ORIGINAL_DST {
		return Upstream{Original: true}
	}
	assignment := cluster.LoadAssignment
	if cluster.GetType() == clusterv3.Cluster_EDS {
		assignment = c.Endpoints[name]
	}
	healthy, all := split(cluster, assignment, ejected)
	out := Upstream{HTTP2: http2(cluster)}
	if window := cluster.GetCommonLbConfig().GetUpdateMergeWindow(); window != nil {
		out.Immediate = window.AsDuration() == 0
	}
	if d := cluster.GetOutlierDetection(); d != nil {
		out.FirstError = d.GetConsecutiveGatewayFailure().GetValue() == 1 && d.GetEnforcingConsecutiveGatewayFailure().GetValue() == 100 && percent(d) == 100
	}
	healthy, out.Load = share(healthy, all, cluster.GetCommonLbConfig().GetHealthyPanicThreshold())
	for p, list := range healthy {
		for _, e := range list {
			a := e.GetEndpoint().GetAddress().GetSocketAddress()
			out.Endpoints = append(out.Endpoints, Endpoint{
				Address: a.GetAddress(), Port: int(a.GetPortValue()), Priority: p,
				TLS: upstreamTLS(cluster, e.GetMetadata()),
			})
		}
	}
	return out
}

func http2(cluster *clusterv3.Cluster) bool {
	for _, any := range cluster.TypedExtensionProtocolOptions {
		o := unpack(any, &httpv3.HttpProtocolOptions{})
		return o.GetExplicitHttpConfig().GetHttp2ProtocolOptions() != nil
	}
	return false
}

// split sorts the endpoints by priority: those that are healthy, and all of
// which some are not ready or ejected.
func split(cluster *clusterv3.Cluster, assignment *endpointv3.ClusterLoadAssignment,
	ejected func(string, int) bool,
) (healthy, all [][]*endpointv3.LbEndpoint) {
	detection := cluster.OutlierDetection
	total, out := 0, 0
	for _, l := range assignment.GetEndpoints() {
		total += len(l.LbEndpoints)
	}
	limit := total * percent(detection) / 100
	for _, l := range assignment.GetEndpoints() {
		p := int(l.Priority)
		for len(healthy) <= p {
			healthy, all = append(healthy, nil), append(all, nil)
		}
		for _, e := range l.LbEndpoints {
			all[p] = append(all[p], e)
			if e.HealthStatus == corev3.HealthStatus_UNHEALTHY || e.HealthStatus == corev3.HealthStatus_DRAINING {
				continue
			}
			a := e.GetEndpoint().GetAddress().GetSocketAddress()
			if detection != nil && ejected != nil && out < limit && ejected(a.GetAddress(), int(a.GetPortValue())) {
				out++
				continue
			}
			healthy[p] = append(healthy[p], e)
		}
	}
	return healthy, all
}

// percent of a cluster's hosts that may be ejected; 10 is Envoy's default.
func percent(detection *clusterv3.OutlierDetection) int {
	if detection.GetMaxEjectionPercent() == nil {
		return 10
	}
	return int(detection.MaxEjectionPercent.Value)
}

// share spreads 100 percent over the priorities as Envoy does: each can take 1.4
// times its share of healthy hosts, the next ones what is left. If no host at
// all is healthy, Envoy panics and asks all of them, unless the threshold is 0.
// (Panic of single priorities is not modelled: it needs a threshold.)
func share(healthy, all [][]*endpointv3.LbEndpoint, threshold *typev3.Percent) ([][]*endpointv3.LbEndpoint, []int) {
	can := make([]int, len(all))
	total, hosts := 0, 0
	for p := range all {
		if hosts += len(all[p]); len(all[p]) > 0 {
			can[p] = min(100, 140*len(healthy[p])/len(all[p]))
		}
		total += can[p]
	}
	load, left := make([]int, len(all)), 100
	switch {
	case total > 0:
		for p := range all {
			load[p] = min(left, can[p]*100/min(100, total))
			left -= load[p]
		}
	case threshold != nil && threshold.Value == 0:
	default:
		for p := range all {
			load[p] = 100 * len(all[p]) / max(1, hosts)
		}
		return all, load
	}
	return healthy, load
}

// upstreamTLS picks the transport socket of an endpoint.
func upstreamTLS(cluster *clusterv3.Cluster, metadata *corev3.Metadata) *UpstreamTLS {
	socket := cluster.TransportSocket
	for _, m := range cluster.TransportSocketMatches {
		if contains(metadata, m) {
			socket = m.TransportSocket
			break
		}
	}
	switch socket.GetName() {
	case "", "envoy.transport_sockets.raw_buffer":
		return nil
	case "envoy.transport_sockets.tls":
	default:
		unsupported("transport socket %s of %s", socket.GetName(), cluster.Name)
	}
	ctx := unpack(socket.GetTypedConfig(), &tlsv3.UpstreamTlsContext{})
	common := ctx.GetCommonTlsContext()
	out := &UpstreamTLS{
		SNI:         ctx.Sni,
		ALPN:        common.GetAlpnProtocols(),
		Certificate: len(common.GetTlsCertificateSdsSecretConfigs()) > 0,
	}
	validation := common.GetCombinedValidationContext().GetDefaultValidationContext()
	for _, m := range validation.GetMatchSubjectAltNames() { //nolint:staticcheck // istiod writes these
		out.Peers = append(out.Peers, m.GetExact())
	}
	for _, m := range validation.GetMatchTypedSubjectAltNames() {
		out.Peers = append(out.Peers, m.GetMatcher().GetExact())
	}
	slices.Sort(out.Peers)
	return out
}

// contains says whether the endpoint's metadata holds what a match asks for.
func contains(metadata *corev3.Metadata, m *clusterv3.Cluster_TransportSocketMatch) bool {
	has := metadata.GetFilterMetadata()["envoy.transport_socket_match"].GetFields()
	for k, v := range m.GetMatch().GetFields() {
		if has[k].GetStringValue() != v.GetStringValue() {
			return false
		}
	}
	return true
}
