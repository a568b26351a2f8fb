package live

import (
	"encoding/json"
	"fmt"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/istiod"
)

// nodeID as istio-agent writes it.
func nodeID(p *cluster.Pod) string {
	kind := "sidecar"
	if p.Gateway {
		kind = "router"
	}
	return fmt.Sprintf("%s~%s~%s.%s~%s.svc.cluster.local", kind, p.IP, p.Name, p.Namespace, p.Namespace)
}

// m is an object of JSON.
type m = map[string]any

// runtimeFlags are those that istio-agent sets (pkg/bootstrap
// extractRuntimeFlags).
var runtimeFlags = m{
	"re2.max_program_size.error_level": "32768",
	"envoy.deprecated_features:envoy.config.listener.v3.Listener.hidden_envoy_deprecated_use_original_dst": true,
	"envoy.reloadable_features.http_reject_path_with_fragment":                                             false,
	"envoy.reloadable_features.fixed_heap_use_allocated":                                                   true,
	"envoy.reloadable_features.coalesce_lb_rebuilds_on_batch_update":                                       false,
}

// bootstrap is what Istio's template comes to without metrics, tracing and
// probes: who it is, where istiod and the certificates are, and the admin page.
func bootstrap(p *cluster.Pod, identity, xds, sds string) ([]byte, error) {
	ads := m{"ads": m{}, "initial_fetch_timeout": "0s", "resource_api_version": "V3"}
	return json.MarshalIndent(m{
		"node": m{
			"id": nodeID(p), "cluster": p.Program + "." + p.Namespace,
			"metadata": m{
				"NAME": p.Name, "NAMESPACE": p.Namespace, "SERVICE_ACCOUNT": p.Account, "LABELS": p.Labels,
				"WORKLOAD_NAME": p.Program, "CLUSTER_ID": istiod.ClusterID, "MESH_ID": "cluster.local",
				"ISTIO_VERSION": istiod.Version, "INSTANCE_IPS": p.IP, "INTERCEPTION_MODE": "REDIRECT",
				"NODE_NAME": "node-" + p.Zone, "PROXY_CONFIG": m{},
			},
		},
		"layered_runtime": m{"layers": []m{{"name": "global config", "static_layer": runtimeFlags}, {"name": "admin", "admin_layer": m{}}}},
		"bootstrap_extensions": []m{{
			"name":         "envoy.bootstrap.internal_listener",
			"typed_config": m{"@type": "type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener", "buffer_size_kb": 64},
		}},
		"admin": m{"address": m{"socket_address": m{"address": "127.0.0.1", "port_value": 15000}}},
		"dynamic_resources": m{
			"lds_config": ads, "cds_config": ads,
			"ads_config": m{
				"api_type": "DELTA_GRPC", "transport_api_version": "V3", "set_node_on_first_message_only": true,
				"grpc_services": []m{{
					"envoy_grpc":       m{"cluster_name": "xds-grpc"},
					"initial_metadata": []m{{"key": istiod.IdentityHeader, "value": identity}},
				}},
			},
		},
		"cluster_manager":  m{"outlier_detection": m{"event_log_path": "outlier.log"}},
		"static_resources": m{"clusters": []m{pipe("xds-grpc", xds), pipe("sds-grpc", sds)}},
	}, "", " ")
}

// pipe is a cluster of one unix socket that speaks gRPC.
func pipe(name, path string) m {
	return m{
		"name": name, "type": "STATIC", "connect_timeout": "1s",
		"typed_extension_protocol_options": m{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": m{
			"@type":                "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
			"explicit_http_config": m{"http2_protocol_options": m{}},
		}},
		"load_assignment": m{"cluster_name": name, "endpoints": []m{{"lb_endpoints": []m{{"endpoint": m{"address": m{"pipe": m{"path": path}}}}}}}},
	}
}
