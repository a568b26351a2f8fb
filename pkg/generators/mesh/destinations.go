package mesh

import (
	"google.golang.org/protobuf/types/known/wrapperspb"
	"istio.io/api/label"
	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// ListDestination is how list and latest are spread over the pods of the list
// Service: lathens while one is well, else Athens. Nil without lathens.
func ListDestination(site *v1alpha1.AthensSite) []generators.Object {
	if !generators.HasList(site) {
		return nil
	}
	// 100: every lathens may be out at once, then Athens takes over.
	detection := outliers(100)
	// One: each failure that clients are spared costs a try, and lathens never
	// answers 502, 503 or 504 for what is wrong upstream.
	detection.ConsecutiveGatewayErrors = wrapperspb.UInt32(1)
	// Should all of them be out, Athens' pods too, Envoy asks all rather than
	// none; 0, the default, means 503 until the first is let in again. It also
	// makes istiod leave out pods that are not ready, which otherwise send a
	// share of the lists to Athens in every rollout.
	detection.MinHealthPercent = 1
	return destinationRule(site, generators.List, generators.SiteWide, &v1alpha3.TrafficPolicy{
		LoadBalancer: listBalancer(site),
		ConnectionPool: &v1alpha3.ConnectionPoolSettings{
			Tcp:  &v1alpha3.ConnectionPoolSettings_TCPSettings{ConnectTimeout: seconds(connectTimeout)},
			Http: &v1alpha3.ConnectionPoolSettings_HTTPSettings{MaxRetries: maxListRetries},
		},
		OutlierDetection: detection,
	})
}

// listBalancer keeps each module's list on one replica of lathens, or lets the
// least loaded one answer.
func listBalancer(site *v1alpha1.AthensSite) *v1alpha3.LoadBalancerSettings {
	out := &v1alpha3.LoadBalancerSettings{
		// In a mesh of several clusters the pods of the caller's own come
		// first, among them those with the label value. Zones do not count
		// here: a module would have a cache in each.
		LocalityLbSetting: &v1alpha3.LocalityLoadBalancerSetting{
			Enabled:          wrapperspb.Bool(true),
			FailoverPriority: []string{label.TopologyCluster.Name, generators.ListLabel + "=" + generators.ListCache},
		},
	}
	if site.Spec.Lathens.Spread == v1alpha1.SpreadByLoad {
		out.LbPolicy = &v1alpha3.LoadBalancerSettings_Simple{Simple: v1alpha3.LoadBalancerSettings_LEAST_REQUEST}
		return out
	}
	out.LbPolicy = &v1alpha3.LoadBalancerSettings_ConsistentHash{
		ConsistentHash: &v1alpha3.LoadBalancerSettings_ConsistentHashLB{
			HashKey: &v1alpha3.LoadBalancerSettings_ConsistentHashLB_HttpHeaderName{HttpHeaderName: ":path"},
		},
	}
	return out
}

// AthensDestination is how callers spread over Athens' pods: those of their own
// zone first, the others when these fail.
func AthensDestination(site *v1alpha1.AthensSite) []generators.Object {
	if !generators.Meshed(site) {
		return nil
	}
	return destinationRule(site, generators.Athens, generators.Athens, &v1alpha3.TrafficPolicy{
		LoadBalancer: &v1alpha3.LoadBalancerSettings{
			LbPolicy: &v1alpha3.LoadBalancerSettings_Simple{
				// A request may be a file or a whole download: round robin
				// would queue behind the slow ones.
				Simple: v1alpha3.LoadBalancerSettings_LEAST_REQUEST,
			},
			LocalityLbSetting: &v1alpha3.LocalityLoadBalancerSetting{Enabled: wrapperspb.Bool(true)},
		},
		ConnectionPool: &v1alpha3.ConnectionPoolSettings{
			Tcp: &v1alpha3.ConnectionPoolSettings_TCPSettings{
				MaxConnections: maxConnections,
				ConnectTimeout: seconds(connectTimeout),
				TcpKeepalive: &v1alpha3.ConnectionPoolSettings_TCPSettings_TcpKeepalive{
					Time:     seconds(keepalive),
					Interval: seconds(keepaliveInterval),
					Probes:   keepaliveProbes,
				},
			},
			Http: &v1alpha3.ConnectionPoolSettings_HTTPSettings{
				Http1MaxPendingRequests: maxPending,
				MaxRetries:              maxConnections,
				IdleTimeout:             seconds(idleTimeout),
				// A mesh-wide UPGRADE would share one connection, and its
				// flow control, between zips.
				H2UpgradePolicy: v1alpha3.ConnectionPoolSettings_HTTPSettings_DO_NOT_UPGRADE,
			},
		},
		// 50: a bad hour upstream looks alike on all pods; half of them stay.
		OutlierDetection: outliers(50),
	})
}

// Limits of one gateway pod towards Athens.
const (
	// maxConnections: Athens speaks HTTP/1.1, so each is one request in
	// flight, and so the number of zips. 1024 is Envoy's own default, which
	// Istio lifts to no limit. It is also the number of retries at one time:
	// all requests in flight may be with a pod that dies.
	maxConnections = 1024
	// maxPending requests wait for a connection; the rest gets 503 at once
	// instead of a timeout later.
	maxPending = 512
	// maxListRetries is as many as callers may wait for lists when lathens
	// dies: each of them must be allowed its retry, which lathens and Athens
	// take as one for each module.
	maxListRetries = 10_000
	// connectTimeout in seconds. It must be well below the list route's
	// perTryTimeout (10 s by default), or a node that vanished uses up the
	// whole try; Istio's default is 10 s.
	connectTimeout = 2
	// keepalive in seconds: a first download is silent for minutes, and what
	// tracks connections in between must not forget it. A node that vanishes is
	// noticed after 20 s + 3 × 5 s; with Linux' own interval of 75 s and 9
	// probes it takes 11 minutes more.
	keepalive         = 20
	keepaliveInterval = 5
	keepaliveProbes   = 3
	// idleTimeout in seconds of a connection without requests; Istio's default
	// is an hour, which keeps the connections of a peak for too long.
	idleTimeout = 600
)

// outliers ejects a pod for 30 s after five gateway errors in a row (502,
// 503, 504, or no connection). Other 5xx do not count: Athens answers 500 for
// a module that is broken upstream, and Istio's default of five of these would
// eject healthy pods. ListDestination lowers the five.
func outliers(maxPercent int32) *v1alpha3.OutlierDetection {
	return &v1alpha3.OutlierDetection{
		Consecutive_5XxErrors:    wrapperspb.UInt32(0),
		ConsecutiveGatewayErrors: wrapperspb.UInt32(5),
		Interval:                 seconds(10),
		BaseEjectionTime:         seconds(30),
		MaxEjectionPercent:       maxPercent,
	}
}

// destinationRule for one of the site's Services. It is visible everywhere,
// because the gateway in another namespace is its main reader, and it names
// ISTIO_MUTUAL, because a mesh-wide rule without TLS must not reach here.
func destinationRule(site *v1alpha1.AthensSite, service, program string, policy *v1alpha3.TrafficPolicy) []generators.Object {
	policy.Tls = &v1alpha3.ClientTLSSettings{Mode: v1alpha3.ClientTLSSettings_ISTIO_MUTUAL}
	return []generators.Object{&networkingv1.DestinationRule{
		TypeMeta:   generators.Type(networkingAPI, "DestinationRule"),
		ObjectMeta: generators.Meta(site, generators.Name(site, service), program),
		Spec: v1alpha3.DestinationRule{
			Host:          generators.Host(site, service),
			TrafficPolicy: policy,
		},
	}}
}
