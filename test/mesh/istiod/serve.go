package istiod

import (
	"net"
	"os"
	"sync"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/pkg/features"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/security"
	"istio.io/istio/pkg/test"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
)

// IdentityHeader is how an Envoy says who it is to Serve: there is no TLS on a
// unix socket.
const IdentityHeader = "x-identity"

// byHeader believes the header.
type byHeader struct{}

func (byHeader) AuthenticatorType() string { return "header" }

func (byHeader) Authenticate(ctx security.AuthContext) (*security.Caller, error) {
	return &security.Caller{Identities: ctx.Header(IdentityHeader)}, nil
}

// AccessLog is what each Envoy writes of a request, to access.log in its
// working directory. Id is the header X-Live, by which the lines of one request
// are found.
const AccessLog = `{"id":"%REQ(X-LIVE)%","code":"%RESPONSE_CODE%","details":"%RESPONSE_CODE_DETAILS%","flags":"%RESPONSE_FLAGS%",` +
	`"upstream":"%UPSTREAM_HOST%","cluster":"%UPSTREAM_CLUSTER_RAW%","attempts":"%UPSTREAM_REQUEST_ATTEMPT_COUNT%","hosts":"%UPSTREAM_HOSTS_ATTEMPTED%",` +
	`"route":"%ROUTE_NAME%","path":"%REQ(:PATH)%","original":"%REQ(X-ENVOY-ORIGINAL-PATH)%","peer":"%DOWNSTREAM_PEER_URI_SAN%",` +
	`"protocol":"%PROTOCOL%","termination":"%CONNECTION_TERMINATION_DETAILS%","failure":"%UPSTREAM_TRANSPORT_FAILURE_REASON%","sni":"%REQUESTED_SERVER_NAME%",` +
	`"subject":"%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:payload:sub)%",` +
	`"at":"%START_TIME(%H:%M:%S.%3f)%","ms":"%DURATION%"}` + "\n"

// forUpstreamEnvoy leaves out the extensions that only Istio's Envoy has, and
// asks authenticators on connections without TLS too. It stays so in the
// process: several control planes run at the same time.
var forUpstreamEnvoy = sync.OnceFunc(func() {
	features.MetadataExchange = false
	features.ALPNFilter = false
	security.AuthPlaintext = true
})

// Serve is [Start] on a unix socket, for Envoys that are not Istio's.
func Serve(t test.Failer, c *cluster.Cluster, m *meshconfig.MeshConfig, socket string) (*Istiod, error) {
	forUpstreamEnvoy()
	m.AccessLogFile, m.AccessLogFormat = "access.log", AccessLog
	door := &door{}
	i, err := start(t, c, m, func() (_ net.Listener, err error) {
		if door.Listener, err = net.Listen("unix", socket); err != nil {
			return nil, err
		}
		return door, os.Chmod(socket, 0o777)
	}, nil)
	if err == nil {
		i.server.Discovery.Authenticators = []security.Authenticator{byHeader{}}
		i.door = door
	}
	return i, err
}

// door is a listener that can be shut.
type door struct {
	net.Listener
	mu   sync.Mutex
	shut bool
	open []net.Conn
}

// Accept ends connections at once while the door is shut.
func (d *door) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		d.mu.Lock()
		if !d.shut {
			d.open = append(d.open, c)
			d.mu.Unlock()
			return c, nil
		}
		d.mu.Unlock()
		c.Close()
	}
}

// Shut ends the connections of all Envoys and takes no new ones, as if istiod
// were gone, or takes them again. It is for [Serve] only.
func (i *Istiod) Shut(shut bool) {
	i.door.mu.Lock()
	defer i.door.mu.Unlock()
	i.door.shut = shut
	if shut {
		for _, c := range i.door.open {
			c.Close()
		}
		i.door.open = nil
	}
}

// Server is the running istiod.
func (i *Istiod) Server() *xds.FakeDiscoveryServer { return i.server }
