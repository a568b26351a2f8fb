// Package istiod runs a real istiod over a cluster of manifests, in this
// process and without a network, and asks it for the configuration of Envoys.
package istiod

import (
	"fmt"
	"net"
	"strings"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"
	meshconfig "istio.io/api/mesh/v1alpha1"
	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/serviceregistry/util/label"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pilot/test/xdstest"
	icluster "istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/test"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/envoy"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// Version of the proxies: what they can do depends on it.
const Version = "1.31.1"

// Istiod is a running control plane.
type Istiod struct {
	region  string
	server  *xds.FakeDiscoveryServer
	configs map[*cluster.Pod]*envoy.Config
	door    *door // of Serve
}

// MeshConfig is the one of the cluster: the defaults, a provider of tracing
// called otel, an authorizer called opa, and no locality load balancing unless a DestinationRule asks for
// it: what a site needs it must say itself.
func MeshConfig(rootNamespace, trustDomain string) *meshconfig.MeshConfig {
	m := mesh.DefaultMeshConfig()
	m.RootNamespace, m.TrustDomain = rootNamespace, trustDomain
	m.LocalityLbSetting = &networking.LocalityLoadBalancerSetting{Enabled: wrapperspb.Bool(false)}
	m.ExtensionProviders = append(m.ExtensionProviders, &meshconfig.MeshConfig_ExtensionProvider{
		Name: "otel",
		Provider: &meshconfig.MeshConfig_ExtensionProvider_Opentelemetry{
			Opentelemetry: &meshconfig.MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider{
				Service: "otel-collector.observability.svc.cluster.local", Port: 4317,
			},
		},
	}, &meshconfig.MeshConfig_ExtensionProvider{
		Name: "opa",
		Provider: &meshconfig.MeshConfig_ExtensionProvider_EnvoyExtAuthzGrpc{
			EnvoyExtAuthzGrpc: &meshconfig.MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationGrpcProvider{
				Service: "opa.observability.svc.cluster.local", Port: 9191,
			},
		},
	})
	return m
}

// ClusterID of the cluster that istiod and the Envoys are in.
const ClusterID = "Kubernetes"

// Start runs until the test ends. Neighbours are other clusters of the mesh,
// whose pods it sees. The error is what istiod's admission webhook would refuse.
func Start(t test.Failer, c *cluster.Cluster, m *meshconfig.MeshConfig, neighbours ...*cluster.Cluster) (*Istiod, error) {
	return start(t, c, m, nil, neighbours)
}

func start(t test.Failer, c *cluster.Cluster, m *meshconfig.MeshConfig, listener func() (net.Listener, error), neighbours []*cluster.Cluster) (*Istiod, error) {
	var istio []manifest.Object
	for _, o := range c.Objects {
		if strings.HasSuffix(o.Group(), ".istio.io") {
			istio = append(istio, withoutNetwork(o))
		}
	}
	kube := map[icluster.ID]string{ClusterID: seen(c)}
	for i, n := range neighbours {
		kube[icluster.ID(fmt.Sprint("neighbour-", i))] = seen(n)
	}
	configs := manifest.YAML(istio)
	if _, _, err := crd.ParseInputs(configs); err != nil {
		return nil, fmt.Errorf("istiod refuses it: %w", err)
	}
	return &Istiod{
		region: c.Region,
		server: xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
			KubernetesObjectStringByCluster: kube,

			ConfigString: configs,
			MeshConfig:   m,

			ListenerBuilder:            listener,
			DisableSecretAuthorization: true,
		}),
		configs: map[*cluster.Pod]*envoy.Config{},
	}, nil
}

// withoutNetwork has istiod fetch no keys of tokens: there are none where an
// object names only their URL, or leaves it to be discovered.
func withoutNetwork(o manifest.Object) manifest.Object {
	if o.Kind() != "RequestAuthentication" {
		return o
	}
	o = manifest.Clone([]manifest.Object{o})[0]
	for _, rule := range o.List("spec", "jwtRules") {
		if rule["jwks"] == nil {
			rule["jwks"] = `{"keys":[]}`
			delete(rule, "jwksUri")
		}
	}
	return o
}

// watched are the kinds of Kubernetes that istiod reads.
var watched = map[string]bool{
	"Namespace": true, "Node": true, "Pod": true, "Service": true, "EndpointSlice": true, "Secret": true,
}

// seen is what istiod reads of a cluster's Kubernetes objects.
func seen(c *cluster.Cluster) string {
	var out []manifest.Object
	for _, o := range c.Objects {
		if watched[o.Kind()] {
			out = append(out, o)
		}
	}
	return strings.TrimPrefix(manifest.YAML(out), "---\n")
}

// Config of the Envoy of a pod.
func (i *Istiod) Config(p *cluster.Pod) *envoy.Config {
	if c := i.configs[p]; c != nil {
		return c
	}
	kind := model.SidecarProxy
	if p.Gateway {
		kind = model.Router
	}
	proxy := i.server.SetupProxy(&model.Proxy{
		Type:            kind,
		ID:              p.Name + "." + p.Namespace,
		ConfigNamespace: p.Namespace,
		IPAddresses:     []string{p.IP},
		DNSDomain:       p.Namespace + ".svc.cluster.local",
		Labels:          label.AugmentLabels(p.Labels, ClusterID, i.region+"/"+p.Zone, "", ""),
		Locality:        &corev3.Locality{Region: i.region, Zone: p.Zone},
		Metadata: &model.NodeMetadata{
			Namespace: p.Namespace, Labels: p.Labels, ServiceAccount: p.Account,
			IstioVersion: Version, ClusterID: ClusterID,
		},
	})
	out := &envoy.Config{
		Listeners: i.server.Listeners(proxy),
		Clusters:  map[string]*clusterv3.Cluster{},
		Routes:    map[string]*routev3.RouteConfiguration{},
		Endpoints: map[string]*endpointv3.ClusterLoadAssignment{},
	}
	for _, c := range i.server.Clusters(proxy) {
		out.Clusters[c.Name] = c
	}
	out.Routes = xdstest.ExtractRouteConfigurations(i.server.RoutesFromListeners(proxy, out.Listeners))
	for _, e := range i.server.Endpoints(proxy) {
		out.Endpoints[e.ClusterName] = e
	}
	i.configs[p] = out
	return out
}
