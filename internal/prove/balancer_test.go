package prove

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// probe is what a load balancer asks of a node to learn whether it is healthy.
type probe struct {
	// protocol is Tcp, Http or Https.
	protocol string
	// port of the Service whose node port is asked; 0 is the health check node
	// port of kube-proxy, which answers 200 on nodes with a pod of the Service.
	port int32
	path string
}

// probeOf is the health probe that Azure's cloud provider makes for a port of a
// Service (github.com/kubernetes-sigs/cloud-provider-azure at 7b31c76ce of 2026-08-19,
// pkg/provider/azure_loadbalancer_healthprobe.go, buildHealthProbeRulesForPort), in its
// default mode ServiceNodePort. There an annotation that is set and empty counts as set.
func probeOf(s *corev1.Service, port *corev1.ServicePort) probe {
	annotation := func(key string) string { return strings.TrimSpace(s.Annotations[key]) }
	own := func(key string) string {
		return annotation(fmt.Sprintf("service.beta.kubernetes.io/port_%d_health-probe_%s", port.Port, key))
	}
	asked := port.Port
	if other := own("port"); other != "" {
		asked = -1 // a port of the node that is none of the Service's
		for i := range s.Spec.Ports {
			if p := &s.Spec.Ports[i]; other == fmt.Sprint(p.Port) || strings.EqualFold(other, p.Name) {
				asked = p.Port
			}
		}
	} else if s.Spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal {
		return probe{"Http", 0, "/healthz"}
	}
	app := ""
	if port.AppProtocol != nil {
		app = *port.AppProtocol
	}
	out := probe{protocol: "Tcp", port: asked}
	switch protocol := cmp.Or(own("protocol"), app, annotation("service.beta.kubernetes.io/azure-load-balancer-health-probe-protocol")); {
	case strings.EqualFold(protocol, "http"):
		out.protocol = "Http"
	case strings.EqualFold(protocol, "https"):
		out.protocol = "Https"
	default:
		return out
	}
	out.path = cmp.Or(own("request-path"), annotation("service.beta.kubernetes.io/azure-load-balancer-health-probe-request-path"), "/")
	return out
}

// unhealthy is why the load balancer before the gateway's pods takes no node
// for healthy; empty if it does.
func (w *World) unhealthy(s *corev1.Service, p probe) string {
	g := w.site.Spec.Gateway.Workload()
	if s.Namespace != g.Namespace || len(s.Spec.Selector) == 0 || !labels.SelectorFromSet(s.Spec.Selector).Matches(labels.Set(g.Labels)) {
		return "the Service is not before the gateway's pods"
	}
	if p.port == 0 {
		return "" // kube-proxy answers where such a pod runs
	}
	if p.port != g.Port {
		return fmt.Sprintf("nothing is known to listen on %d", p.port)
	}
	switch p.protocol {
	case "Tcp":
		return ""
	case "Http":
		return "the gateway's port speaks TLS"
	}
	r := Request{As: Internet, Method: "GET", Path: p.path, Host: "10.1.2.3"}
	if a := w.Ask(r); a.Status != 200 {
		return fmt.Sprintf("GET %s is %s", p.path, a.Outcome())
	}
	return ""
}

// balanced are the Services of a site that a cloud makes load balancers of, each
// with what is wrong with its health probes.
func balanced(s *v1alpha1.AthensSite) (services []*corev1.Service, problems []string) {
	w := New(s)
	for _, o := range site.Objects(s) {
		service, ok := o.(*corev1.Service)
		if !ok || service.Spec.Type != corev1.ServiceTypeLoadBalancer {
			continue
		}
		services = append(services, service)
		for i := range service.Spec.Ports {
			if why := w.unhealthy(service, probeOf(service, &service.Spec.Ports[i])); why != "" {
				problems = append(problems, service.Name+": "+why)
			}
		}
	}
	return services, problems
}

// A load balancer that takes no node for healthy reaches no pod: every probe of
// every Service that a cloud balances is answered.
func TestEveryLoadBalancerFindsHealthyNodes(t *testing.T) {
	files, err := filepath.Glob("../../examples/*/site.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no examples", err)
	}
	seen := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		nodes, err := krm.SitesIn(content)
		if err != nil {
			t.Fatal(err)
		}
		for _, node := range nodes {
			for _, s := range inAllRegions(t, node) {
				services, problems := balanced(s)
				for _, p := range problems {
					t.Errorf("%s %s: %s", file, s.Spec.Region, p)
				}
				seen += len(services)
			}
		}
	}
	if seen < 2 {
		t.Errorf("%d load balancers only", seen)
	}
	for _, gateway := range []string{"", "mesh: {revision: asm-1-30}", "gateway: {istio: {workload: {port: 8443, targetPort: 443}}}\nmesh: {revision: asm-1-30}"} {
		for _, catalog := range []string{"", "gateway: {catalogClients: [{name: other-regions, cidrs: [203.0.113.7/32, 2001:db8::/48]}]}"} {
			for _, origin := range []string{"", "edge: {frontDoor: {originHost: origin.example.com}}"} {
				for balancer, want := range map[string]int{
					"":                                    0,
					"edge: {frontDoor: {" + doorID + "}}": 0,
					"edge: {frontDoor: {" + doorID + ", loadBalancer: {serviceTag: {}}}}":                                                  1,
					"edge: {frontDoor: {" + doorID + ", loadBalancer: {privateLink: {resourceID: " + linkID + ", location: westeurope}}}}": 1,
				} {
					if balancer == "" && origin != "" {
						continue
					}
					s := load(t, gateway, catalog, origin, balancer)
					services, problems := balanced(s)
					if len(services) != want || len(problems) > 0 {
						t.Errorf("%s %s %s: %d load balancers, want %d: %q", gateway, catalog, balancer, len(services), want, problems)
					}
				}
			}
		}
	}
}

// What steers a probe is seen: each of these Services is one that was sound.
func TestProbesThatFail(t *testing.T) {
	s := load(t, "edge: {frontDoor: {"+doorID+", loadBalancer: {serviceTag: {}}}}")
	w := New(s)
	const port = "service.beta.kubernetes.io/port_443_health-probe_"
	for name, c := range map[string]struct {
		change func(*corev1.Service)
		want   string
	}{
		"as it is":      {func(*corev1.Service) {}, ""},
		"appProtocol":   {func(s *corev1.Service) { s.Spec.Ports[0].AppProtocol = new("https") }, "GET / is 404"},
		"plain HTTP":    {func(s *corev1.Service) { s.Spec.Ports[0].AppProtocol = new("HTTP") }, "the gateway's port speaks TLS"},
		"unknown to it": {func(s *corev1.Service) { s.Spec.Ports[0].AppProtocol = new("tls") }, ""},
		"kube-proxy answers": {func(s *corev1.Service) {
			s.Spec.Ports[0].AppProtocol = new("https")
			s.Spec.ExternalTrafficPolicy = corev1.ServiceExternalTrafficPolicyLocal
		}, ""},
		"for all ports": {func(s *corev1.Service) {
			s.Annotations["service.beta.kubernetes.io/azure-load-balancer-health-probe-protocol"] = "https"
		}, "GET / is 404"},
		"one port wins": {func(s *corev1.Service) {
			s.Annotations[port+"protocol"], s.Spec.Ports[0].AppProtocol = "tcp", new("https")
		}, ""},
		"another path": {func(s *corev1.Service) {
			s.Annotations[port+"protocol"], s.Annotations[port+"request-path"] = "https", "/healthz"
		}, "GET /healthz is 404"}, // the host is not the site's
		"another port": {func(s *corev1.Service) { s.Annotations[port+"port"] = "15021" }, "nothing is known to listen on -1"},
		"other pods":   {func(s *corev1.Service) { s.Spec.Selector = map[string]string{"app": "other"} }, "the Service is not before the gateway's pods"},
	} {
		services, _ := balanced(s)
		c.change(services[0])
		if got := w.unhealthy(services[0], probeOf(services[0], &services[0].Spec.Ports[0])); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

const (
	doorID = "id: 11111111-2222-3333-4444-555555555555"
	linkID = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/nodes/providers/Microsoft.Network/privateLinkServices/goproxy"
)

// inAllRegions is a site as each of its regions has it.
func inAllRegions(t *testing.T, node *yaml.Node) (out []*v1alpha1.AthensSite) {
	t.Helper()
	s, problems := strict.Load[v1alpha1.AthensSite](node)
	for _, r := range s.Spec.Regions {
		inRegion, more := strict.Load[v1alpha1.AthensSite](krm.InRegion(node, r.Name))
		out, problems = append(out, inRegion), append(problems, more...)
	}
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if len(out) == 0 {
		out = append(out, s)
	}
	return out
}
