package v1alpha1_test

import (
	"fmt"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

func TestValidateTogether(t *testing.T) {
	site := func(namespace, name, host, rest string) *v1alpha1.AthensSite {
		s, problems := stricttest.Load(t, fmt.Sprintf(`apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: %s, namespace: %s}
spec:
  host: %s
  %s
`, name, namespace, host, rest))
		stricttest.Expect(t, problems, nil)
		return s
	}
	const (
		door = "edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, originHost: o.example.com}}"
		own  = "gateway: {istio: {workload: {namespace: gw, labels: {app: gw}, serviceAccountName: gw}}}"
		none = "mesh: {mode: None}"
	)
	const traced = "tracing: {provider: otel, collector: {serviceRef: {namespace: observability, name: a}}}"
	for _, c := range []struct {
		name  string
		sites []*v1alpha1.AthensSite
		want  []string // of the last site
	}{
		{"none", nil, nil},
		{"apart", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", ""), nil, site("b", "one", "y.example.com", "")}, nil},
		{"same site", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", ""), site("a", "one", "x.example.com", "")}, []string{"metadata.name: one is repeated in namespace a"}},
		{"same namespace", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", ""), site("a", "two", "y.example.com", "")}, []string{"metadata.namespace: a is already the namespace of the site one"}},
		{"same host", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", ""), site("b", "two", "x.example.com", "")}, []string{"spec.host: is already the host of the site a/one"}},
		{"same origin", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", door), site("b", "two", "y.example.com", door)}, []string{"spec.edge.frontDoor.originHost: o.example.com is already the edge.frontDoor.originHost of the site a/one"}},
		{"one more host", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", ""), site("b", "two", "y.example.com", "additionalHosts: [{host: x.example.com}]")}, []string{"spec.additionalHosts[0].host: x.example.com is already the host of the site a/one"}},
		{"the host of one more", []*v1alpha1.AthensSite{site("b", "two", "y.example.com", "additionalHosts: [{host: x.example.com}]"), site("a", "one", "x.example.com", "")}, []string{"spec.host: x.example.com is already the additionalHosts[0].host of the site b/two"}},
		{"host and origin", []*v1alpha1.AthensSite{site("a", "one", "o.example.com", ""), site("b", "two", "y.example.com", door)}, []string{"spec.edge.frontDoor.originHost: o.example.com is already the host of the site a/one"}},
		{"origin and host", []*v1alpha1.AthensSite{site("a", "one", "y.example.com", door), site("b", "two", "o.example.com", "")}, []string{"spec.host: o.example.com is already the edge.frontDoor.originHost of the site a/one"}},
		{"same host, two gateways", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", own), site("b", "two", "x.example.com", "")}, nil},
		{"same host, two ports", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", "gateway: {istio: {workload: {port: 444, targetPort: 8444}}}"), site("b", "two", "x.example.com", "")}, nil},
		{"same host, one port of the pods", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", "gateway: {istio: {workload: {port: 444}}}"), site("b", "two", "x.example.com", "")}, []string{"spec.host: is already the host of the site a/one"}},
		{"same host, one selector of two labels", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", "gateway: {istio: {workload: {labels: {app: istio-ingressgateway, istio: ingressgateway}}}}"), site("b", "two", "x.example.com", "")}, []string{"spec.host: is already the host of the site a/one"}},
		{"same host, one without a mesh", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", none), site("b", "two", "x.example.com", "")}, nil},
		{"same host, both without a mesh", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", none), site("b", "two", "x.example.com", none)}, []string{"spec.host: is already the host of the site a/one"}},
		{"the third of one host", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", own), site("c", "other", "z.example.com", ""), site("b", "two", "x.example.com", own)}, []string{"spec.host: is already the host of the site a/one"}},
		{"one gateway traced twice", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", traced), site("b", "two", "y.example.com", traced)}, []string{"spec.tracing.gateway: the site a/one already traces this gateway"}},
		{"one gateway traced once", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", traced), site("b", "two", "y.example.com", "tracing: {provider: otel, gateway: false, collector: {serviceRef: {namespace: observability, name: a}}}")}, nil},
		{"two gateways traced", []*v1alpha1.AthensSite{site("a", "one", "x.example.com", traced), site("b", "two", "y.example.com", "gateway: {istio: {workload: {namespace: istio-system, labels: {istio: other}, serviceAccountName: other}}}\n  tracing: {provider: otel, collector: {serviceRef: {namespace: observability, name: a}}}")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := v1alpha1.ValidateTogether(c.sites)
			if len(got) != len(c.sites) {
				t.Fatalf("%d answers for %d sites", len(got), len(c.sites))
			}
			for i, problems := range got {
				if i < len(got)-1 {
					stricttest.Expect(t, problems, nil)
				} else {
					stricttest.Expect(t, problems, c.want)
				}
			}
		})
	}
}
