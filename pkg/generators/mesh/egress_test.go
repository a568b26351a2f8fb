package mesh

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// entriesOf prints each ServiceEntry on a line.
func entriesOf(site *v1alpha1.AthensSite) []string {
	var out []string
	for _, o := range Egress(site) {
		if se, ok := o.(*networkingv1.ServiceEntry); ok {
			s, p := &se.Spec, se.Spec.GetPorts()[0]
			out = append(out, fmt.Sprintf("%s: %s %d %s %v %v", se.Name, p.GetProtocol(), p.GetNumber(), s.GetResolution(), s.GetHosts(), s.GetAddresses()))
			if len(s.GetExportTo()) != 1 || s.GetExportTo()[0] != "." || s.GetLocation() != v1alpha3.ServiceEntry_MESH_EXTERNAL {
				out = append(out, "is seen elsewhere, or is taken for a part of the mesh")
			}
		}
	}
	return out
}

func TestServiceEntries(t *testing.T) {
	const proxies = "athens: {upstream: {goproxy: https://mirror.example.com, sumDBs: [https://sum.example.com], goEnv: {GOSUMDB: \"off\"}}, "
	for _, c := range []struct {
		name, spec string
		want       []string
	}{
		{"open", "", nil},
		{"tls", proxies + "}", []string{
			"goproxy-egress-tls-443: TLS 443 DNS [mirror.example.com sum.example.com] []",
		}},
		{"http", `athens: {upstream: {goproxy: "http://mirror.corp:8081", sumDBs: [https://sum.example.com]}}`, []string{
			"goproxy-egress-http-8081: HTTP 8081 DNS [mirror.corp] []",
			"goproxy-egress-tls-443: TLS 443 DNS [sum.example.com sum.golang.org] []",
		}},
		{"metadata service", proxies + "storage: {azureBlob: {account: acc, container: c, credentials: {managedIdentity: {resourceID: /x}}}}}", []string{
			"goproxy-egress-tls-443: TLS 443 DNS [mirror.example.com sum.example.com acc.blob.core.windows.net] []",
			"goproxy-egress-address-80: TCP 80 NONE [goproxy-egress-address-80.modules.internal] [169.254.169.254]",
		}},
		{"one tcp host", proxies + "singleFlight: {redis: {endpoints: ['redis.example.com:6380']}}}", []string{
			"goproxy-egress-tls-443: TLS 443 DNS [mirror.example.com sum.example.com] []",
			"goproxy-egress-tcp-6380: TCP 6380 DNS [redis.example.com] []",
		}},
		{"several tcp hosts on a port", proxies + "singleFlight: {etcd: {endpoints: [a.example.com, b.example.com, 'c.example.com:2380']}}}", []string{
			"goproxy-egress-tls-443: TLS 443 DNS [mirror.example.com sum.example.com] []",
			"goproxy-egress-tcp-2379: TCP 2379 NONE [a.example.com b.example.com] []",
			"goproxy-egress-tcp-2380: TCP 2380 DNS [c.example.com] []",
		}},
		{"addresses", proxies + "singleFlight: {etcd: {endpoints: [10.0.0.1, 10.0.0.2]}}}", []string{
			"goproxy-egress-tls-443: TLS 443 DNS [mirror.example.com sum.example.com] []",
			"goproxy-egress-address-2379: TCP 2379 NONE [goproxy-egress-address-2379.modules.internal] [10.0.0.1 10.0.0.2]",
		}},
		{"cosmos and the same host again", proxies + "storage: {mongo: {url: {secretRef: {name: m}}, cosmos: {account: acc, regions: [westeurope]}, hosts: ['acc.mongo.cosmos.azure.com:10255']}}}", []string{
			"goproxy-egress-tls-443: TLS 443 DNS [mirror.example.com sum.example.com] []",
			"goproxy-egress-tls-10255: TLS 10255 DNS [acc.mongo.cosmos.azure.com acc-westeurope.mongo.cosmos.azure.com] []",
		}},
		{"in the cluster", proxies + "singleFlight: {redis: {endpoints: ['redis.cache.svc.cluster.local:6379']}}}", []string{
			"goproxy-egress-tls-443: TLS 443 DNS [mirror.example.com sum.example.com] []",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, entriesOf(newSite(t, c.spec))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestSidecars(t *testing.T) {
	const redis = "athens: {upstream: {goproxy: https://mirror.example.com}, singleFlight: {redis: {endpoints: ['redis-0.redis.cache.svc:6379']}}}\n"
	const tracing = "tracing: {provider: otel, collector: {serviceRef: {namespace: observability, name: otel}}}\n"
	for _, c := range []struct {
		name, spec, site, athens string
	}{
		{"minimal", "", "REGISTRY_ONLY ./*.modules.svc.cluster.local istio-system/*", "ALLOW_ANY ./* istio-system/*"},
		{"registry", redis + tracing,
			"REGISTRY_ONLY ./*.modules.svc.cluster.local istio-system/* observability/otel.observability.svc.cluster.local",
			"REGISTRY_ONLY ./* istio-system/* cache/redis.cache.svc.cluster.local observability/otel.observability.svc.cluster.local"},
		{"collector in the root namespace", "tracing: {provider: otel, collector: {serviceRef: {namespace: istio-system, name: otel}}}",
			"REGISTRY_ONLY ./*.modules.svc.cluster.local istio-system/*", "ALLOW_ANY ./* istio-system/*"},
		{"everything at home", "athens: {singleFlight: {redis: {endpoints: ['redis.modules.svc:6379']}}}",
			"REGISTRY_ONLY ./*.modules.svc.cluster.local istio-system/*", "ALLOW_ANY ./* istio-system/*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := map[string]string{}
			for _, o := range Egress(newSite(t, c.spec)) {
				if s, ok := o.(*networkingv1.Sidecar); ok {
					got[s.Name] = s.Spec.GetOutboundTrafficPolicy().GetMode().String() + " " + strings.Join(s.Spec.GetEgress()[0].GetHosts(), " ")
					if (s.Name == "default") != (s.Spec.GetWorkloadSelector() == nil) {
						t.Errorf("%s: selector %v", s.Name, s.Spec.GetWorkloadSelector())
					}
				}
			}
			if diff := cmp.Diff(map[string]string{"default": c.site, "goproxy-athens": c.athens}, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
