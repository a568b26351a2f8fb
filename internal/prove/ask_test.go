package prove

import (
	"slices"
	"strings"
	"testing"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

const list = "GET /golang.org/x/mod/@v/list"

// load is a sound site of five lines and the specs, each over those before it.
func load(t *testing.T, specs ...string) *v1alpha1.AthensSite {
	t.Helper()
	return spectest.Sound(t, "goproxy", specs...)
}

// TestBroken breaks a site's objects and looks for what a user must see then.
func TestBroken(t *testing.T) {
	each := func(objects []generators.Object, change func(generators.Object)) []generators.Object {
		for _, o := range objects {
			change(o)
		}
		return objects
	}
	rule := func(name string, change func(*v1alpha3.TrafficPolicy)) func([]generators.Object) []generators.Object {
		return func(objects []generators.Object) []generators.Object {
			return each(objects, func(o generators.Object) {
				if d, ok := o.(*networkingv1.DestinationRule); ok && d.Name == name {
					change(d.Spec.GetTrafficPolicy())
				}
			})
		}
	}
	without := func(which func(generators.Object) bool) func([]generators.Object) []generators.Object {
		return func(objects []generators.Object) []generators.Object { return slices.DeleteFunc(objects, which) }
	}
	for _, c := range []struct {
		name, line, as string
		change         func([]generators.Object) []generators.Object
		status         int
		by, fallback   string
	}{
		{"sound", list, Client, slices.Clone[[]generators.Object], 200, "lathens", "athens"},
		{"no outlier detection", list, Client, rule("goproxy-list", func(p *v1alpha3.TrafficPolicy) { p.OutlierDetection = nil }), 200, "athens", ""},
		{"Athens first", list, Client, rule("goproxy-list", func(p *v1alpha3.TrafficPolicy) {
			p.LoadBalancer.LocalityLbSetting.FailoverPriority = []string{"app.kubernetes.io/name=athens"}
		}), 200, "athens", "lathens"},
		{"plain text to a strict pod", list, Client, rule("goproxy-list", func(p *v1alpha3.TrafficPolicy) {
			p.Tls.Mode = v1alpha3.ClientTLSSettings_DISABLE
		}), 503, "lathens", "athens"},
		{"no list Service", list, Client, without(func(o generators.Object) bool {
			_, is := o.(*corev1.Service)
			return is && o.GetName() == "goproxy-list"
		}), 503, "goproxy-list.goproxy.svc.cluster.local", ""},
		{"no routes", list, Client, without(func(o generators.Object) bool { _, is := o.(*networkingv1.VirtualService); return is }), 404, Gateway, ""},
		{"no policies", "GET /catalog", Stranger, without(func(o generators.Object) bool { _, is := o.(*securityv1.AuthorizationPolicy); return is }), 200, "athens", ""},
		{"no mTLS asked for", "GET /catalog", Plain, without(func(o generators.Object) bool { _, is := o.(*securityv1.PeerAuthentication); return is }), 403, "athens", ""},
	} {
		s := load(t)
		r, err := ParseRequest(c.line, c.as)
		if err != nil {
			t.Fatal(err)
		}
		got := Of(s, c.change(site.Objects(s))).Ask(r)
		if got.Status != c.status || got.By != c.by || got.Fallback != c.fallback {
			t.Errorf("%s: %d by %q, else %q, want %d by %q, else %q\n%q", c.name, got.Status, got.By, got.Fallback, c.status, c.by, c.fallback, got.Steps)
		}
	}
}

// TestAsk_AnotherService asks a Service that is none of the site's, in the site's
// namespace and outside it.
func TestAsk_AnotherService(t *testing.T) {
	const objects = `apiVersion: v1
kind: Service
metadata: {name: db, namespace: NAMESPACE}
spec: {selector: {app: db}, ports: [{name: http, port: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: NAMESPACE}
spec: {template: {metadata: {labels: {app: db}}}}`
	s := load(t)
	for namespace, want := range map[string]string{s.Namespace: "403 by db", "elsewhere": "200 by db"} {
		w := Of(s, append(site.Objects(s), decode(t, strings.ReplaceAll(objects, "NAMESPACE", namespace))...))
		for port, want := range map[uint32]string{8080: want, 81: "503 by db." + namespace + ".svc.cluster.local"} {
			a := w.Ask(Request{As: Gateway, Method: "GET", Path: "/", To: "db." + namespace + ".svc.cluster.local", Port: port})
			if got := said(&a); got != want {
				t.Errorf("port %d in %s: %s, want %s", port, namespace, got, want)
			}
		}
	}
}
