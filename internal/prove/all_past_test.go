package prove

import (
	"testing"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"istio.io/api/networking/v1alpha3"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// What lets requests past the policies or the sidecars leaves no promise proven
// that rests on them.
func TestAll_IsNotProvenPastPoliciesAndSidecars(t *testing.T) {
	policies := func(change func(*metav1.ObjectMeta)) func(*testing.T, []generators.Object) []generators.Object {
		return func(_ *testing.T, objects []generators.Object) []generators.Object {
			for _, p := range generators.OfType[*securityv1.AuthorizationPolicy](objects) {
				change(&p.ObjectMeta)
			}
			return objects
		}
	}
	pods := func(change func(*corev1.PodTemplateSpec)) func(*testing.T, []generators.Object) []generators.Object {
		return func(_ *testing.T, objects []generators.Object) []generators.Object {
			for _, d := range generators.OfType[*appsv1.Deployment](objects) {
				change(&d.Spec.Template)
			}
			return objects
		}
	}
	annotated := func(key, value string) func(*testing.T, []generators.Object) []generators.Object {
		return pods(func(t *corev1.PodTemplateSpec) { metav1.SetMetaDataAnnotation(&t.ObjectMeta, key, value) })
	}
	namespaces := func(labels map[string]string) func(*testing.T, []generators.Object) []generators.Object {
		return func(_ *testing.T, objects []generators.Object) []generators.Object {
			for _, n := range generators.OfType[*corev1.Namespace](objects) {
				n.Labels = labels
			}
			return objects
		}
	}
	added := func(text string) func(*testing.T, []generators.Object) []generators.Object {
		return func(t *testing.T, objects []generators.Object) []generators.Object {
			return append(objects, decode(t, text)...)
		}
	}
	for name, edit := range map[string]func(*testing.T, []generators.Object) []generators.Object{
		"policies that are only tried":  policies(func(m *metav1.ObjectMeta) { metav1.SetMetaDataAnnotation(m, "istio.io/dry-run", "True") }),
		"policies of another revision":  policies(func(m *metav1.ObjectMeta) { metav1.SetMetaDataLabel(m, revisionLabel, "asm-1-17") }),
		"a sidecar of another revision": pods(func(t *corev1.PodTemplateSpec) { metav1.SetMetaDataLabel(&t.ObjectMeta, revisionLabel, "nope") }),
		"a namespace without revision":  namespaces(map[string]string{"istio-injection": "enabled"}),
		"a namespace of another":        namespaces(map[string]string{revisionLabel: "asm-1-3"}),
		"another template":              annotated("inject.istio.io/templates", "grpc-agent"),
		"an interface past the sidecar": annotated("traffic.sidecar.istio.io/excludeInterfaces", "eth0"),
		"no interception":               annotated("proxy.istio.io/config", "interceptionMode: NONE"),
		"a WorkloadEntry":               added("apiVersion: networking.istio.io/v1\nkind: WorkloadEntry\nmetadata: {name: a, namespace: goproxy}\nspec: {address: 192.0.2.1}\n"),
		"a ReplicationController":       added("apiVersion: v1\nkind: ReplicationController\nmetadata: {name: a, namespace: goproxy}\nspec: {}\n"),
		"a listener of a Sidecar": added("apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: a, namespace: goproxy}\n" +
			"spec: {workloadSelector: {labels: {app.kubernetes.io/name: athens}}, ingress: [{port: {number: 3000, protocol: TCP, name: tcp}, defaultEndpoint: '127.0.0.1:1'}]}\n"),
		"a bind address": func(_ *testing.T, objects []generators.Object) []generators.Object {
			for _, g := range generators.OfType[*networkingv1.Gateway](objects) {
				g.Spec.Servers[0].Bind = "127.0.0.1"
			}
			return objects
		},
		"other names in a certificate": func(_ *testing.T, objects []generators.Object) []generators.Object {
			for _, d := range generators.OfType[*networkingv1.DestinationRule](objects) {
				d.Spec.TrafficPolicy.Tls.SubjectAltNames = []string{"spiffe://cluster.local/ns/nowhere/sa/nobody"}
			}
			return objects
		},
		"a TCP route at another port": added("apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: tcp, namespace: other}\n" +
			"spec: {selector: {istio: aks-istio-ingressgateway-external}, servers: [{port: {number: 9443, protocol: TCP, name: tcp}, hosts: ['*']}]}\n---\n" +
			"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: tcp, namespace: other}\n" +
			"spec: {hosts: ['*'], gateways: [tcp], tcp: [{route: [{destination: {host: goproxy-athens.goproxy.svc.cluster.local, port: {number: 80}}}]}]}\n"),
		"plain HTTP at the pods' port": func(_ *testing.T, objects []generators.Object) []generators.Object {
			for _, g := range generators.OfType[*networkingv1.Gateway](objects) {
				g.Spec.Servers = append(g.Spec.Servers, &v1alpha3.Server{Port: &v1alpha3.Port{Number: 8080, Protocol: "HTTP", Name: "http"}, Hosts: []string{"*"}})
			}
			return objects
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := example(t, "production")
			report := Of(s, edit(t, site.Objects(s))).All(false)
			if report.Verdict() == Proven {
				t.Error("all promises are proven")
			}
		})
	}
}
