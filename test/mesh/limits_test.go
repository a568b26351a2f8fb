package mesh

import (
	"fmt"
	"testing"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	httpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/walk"
)

// limits are what the gateway's Envoy is told of a Service and no single request
// shows. What comes of them under a failure and under load is for real Envoys to
// say: the model of package envoy makes no claim, and the comments name the test
// that does.
type limits struct {
	// Policy of load balancing.
	Policy string
	// Connect is the time for a connection: a try must outlast it
	// (TestLiveFailover: node gone).
	Connect time.Duration
	// Connections and Pending requests at one time; 2^32-1 is no limit.
	Connections, Pending uint32
	// Retries at one time: all callers of a program that hangs
	// (TestLiveFailover: hang, at 200 a second).
	Retries uint32
	// Idle is how long a connection without requests is kept.
	Idle time.Duration
	// Keepalive is when a silent connection is asked whether it is alive, how
	// often after that, and how many times.
	Keepalive [3]uint32
	// UserTimeout in milliseconds of TCP, for what is sent and not acknowledged.
	UserTimeout int64
	// Ejection is what removes an endpoint (TestLiveFailover, TestLiveModules).
	Ejection ejection
}

type ejection struct {
	// GatewayErrors and Errors in a row that do; 0 is none.
	GatewayErrors, Errors uint32
	// Every so often the endpoints are looked at, and an endpoint is out for Base
	// times the number of its ejections.
	Every, Base time.Duration
	// Most percent of the endpoints that may be out.
	Most uint32
	// Window in which changes are put together before they count.
	Window time.Duration
}

// noLimit is what Istio writes for a limit that is not set.
const noLimit = 1<<32 - 1

func wantLimits(site *v1alpha1.AthensSite) map[string]limits {
	list := limits{
		Policy: "LEAST_REQUEST", Connect: 2 * time.Second, Connections: noLimit, Pending: noLimit, Retries: 10_000, Idle: time.Hour,
		Ejection: ejection{GatewayErrors: 1, Every: 10 * time.Second, Base: 30 * time.Second, Most: 100, Window: time.Second},
	}
	athens := limits{
		Policy: "LEAST_REQUEST", Connect: 2 * time.Second, Connections: 1024, Pending: 512, Retries: 1024, Idle: 10 * time.Minute,
		Keepalive: [3]uint32{20, 5, 3},
		Ejection:  ejection{GatewayErrors: 5, Every: 10 * time.Second, Base: 30 * time.Second, Most: 50, Window: time.Second},
	}
	// Where the mesh takes EnvoyFilters.
	if site.Spec.Lathens.Spread == v1alpha1.SpreadByModule {
		list.Policy, list.Ejection.Window, athens.UserTimeout = "RING_HASH", 0, 15_000
	}
	if !*site.Spec.Lathens.Enabled {
		return map[string]limits{"athens": athens}
	}
	return map[string]limits{"list": list, "athens": athens}
}

// TestLimits holds them for every example.
func TestLimits(t *testing.T) {
	for _, c := range rendered(t, root+"/examples/*/site.yaml") {
		t.Run(c.Name, func(t *testing.T) {
			world, err := deploy(t, c, cluster.Trouble{})
			if err != nil {
				t.Fatal(err)
			}
			for _, wrong := range limitFailures(world, c.Sites[0]) {
				t.Error(wrong)
			}
		})
	}
}

func limitFailures(world *walk.World, site *v1alpha1.AthensSite) (out []string) {
	gateway := site.Spec.Gateway.Workload()
	config := world.Istiod.Config(world.Cluster.Select(gateway.Namespace, gateway.Labels)[0])
	for service, want := range wantLimits(site) {
		name := fmt.Sprintf("outbound|80||%s-%s.%s.svc.cluster.local", site.Name, service, site.Namespace)
		if diff := cmp.Diff(want, limitsOf(config.Clusters[name])); diff != "" {
			out = append(out, fmt.Sprintf("limits of %s (-want +got):\n%s", service, diff))
		}
	}
	return out
}

func limitsOf(c *clusterv3.Cluster) limits {
	out := limits{Policy: c.GetLbPolicy().String(), Connect: c.GetConnectTimeout().AsDuration()}
	for _, t := range c.GetCircuitBreakers().GetThresholds() {
		if t.GetPriority() == corev3.RoutingPriority_DEFAULT {
			out.Connections, out.Pending, out.Retries = t.GetMaxConnections().GetValue(), t.GetMaxPendingRequests().GetValue(), t.GetMaxRetries().GetValue()
		}
	}
	out.Idle = time.Hour // Envoy's default
	for _, packed := range c.GetTypedExtensionProtocolOptions() {
		o := &httpv3.HttpProtocolOptions{}
		if packed.UnmarshalTo(o) == nil && o.GetCommonHttpProtocolOptions().GetIdleTimeout() != nil {
			out.Idle = o.GetCommonHttpProtocolOptions().GetIdleTimeout().AsDuration()
		}
	}
	k := c.GetUpstreamConnectionOptions().GetTcpKeepalive()
	out.Keepalive = [3]uint32{k.GetKeepaliveTime().GetValue(), k.GetKeepaliveInterval().GetValue(), k.GetKeepaliveProbes().GetValue()}
	for _, o := range c.GetUpstreamBindConfig().GetSocketOptions() {
		if o.Level == 6 && o.Name == 18 { // TCP_USER_TIMEOUT of Linux
			out.UserTimeout = o.GetIntValue()
		}
	}
	d := c.GetOutlierDetection()
	out.Ejection = ejection{
		Every: d.GetInterval().AsDuration(), Base: d.GetBaseEjectionTime().AsDuration(), Most: d.GetMaxEjectionPercent().GetValue(),
		Window: time.Second, // Envoy's default
	}
	if d.GetEnforcingConsecutiveGatewayFailure().GetValue() == 100 {
		out.Ejection.GatewayErrors = d.GetConsecutiveGatewayFailure().GetValue()
	}
	// 5 and always, where nothing is said.
	if e := d.GetEnforcingConsecutive_5Xx(); e == nil || e.Value > 0 {
		out.Ejection.Errors = 5
		if n := d.GetConsecutive_5Xx(); n != nil {
			out.Ejection.Errors = n.Value
		}
	}
	if w := c.GetCommonLbConfig().GetUpdateMergeWindow(); w != nil {
		out.Ejection.Window = w.AsDuration()
	}
	return out
}
