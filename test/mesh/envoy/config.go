// Package envoy answers what an Envoy would do, from the configuration that
// istiod computed for it: which filter chain takes a connection, whether RBAC
// lets a request pass, which route and cluster it takes, which endpoints are
// asked in what order and how the connection to them is secured.
//
// It knows what istiod writes for a site, and panics with Unsupported at
// anything else, so that nothing is passed over in silence.
package envoy

import (
	"fmt"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// Config is the configuration of one Envoy.
type Config struct {
	Listeners []*listenerv3.Listener
	Routes    map[string]*routev3.RouteConfiguration
	Clusters  map[string]*clusterv3.Cluster
	Endpoints map[string]*endpointv3.ClusterLoadAssignment
}

// Conn is a connection as the Envoy that accepts it sees it.
type Conn struct {
	// IP and Port that the client dialled.
	IP   string
	Port int
	// HTTP says that the bytes inside are HTTP/1.1.
	HTTP bool
	// TLS, SNI and ALPN of the client's handshake.
	TLS  bool
	SNI  string
	ALPN []string
	// Peer is the SPIFFE identity in the client's certificate; "" without one.
	Peer string
	// Remote is the address that the request came from in the first
	// place: the connection's own at the gateway, and behind it what the
	// gateway wrote at the end of X-Forwarded-For. "" is some other address.
	Remote string
}

// Request of HTTP/1.1.
type Request struct {
	Method, Authority string
	// Path with its query.
	Path string
	// Headers with lower-case names.
	Headers map[string]string
	// Token that it carries; nil for none. An Envoy that verifies it removes it.
	Token *Token
	// verified is the token that this Envoy has verified.
	verified *Token
}

// Unsupported is what this package panics with.
type Unsupported string

func (u Unsupported) Error() string { return "not modelled: " + string(u) }

func unsupported(format string, args ...any) { panic(Unsupported(fmt.Sprintf(format, args...))) }

func unpack[T proto.Message](any *anypb.Any, into T) T {
	if err := any.UnmarshalTo(into); err != nil {
		unsupported("%v", err)
	}
	return into
}

func port(a *corev3.Address) int { return int(a.GetSocketAddress().GetPortValue()) }
