package prove

import (
	"testing"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// TestPlainHTTP_EveryServerOfTheGatewayCounts changes and adds Gateways of a site
// that redirects.
func TestPlainHTTP_EveryServerOfTheGatewayCounts(t *testing.T) {
	const (
		other = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: other, namespace: other}
spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}`
		bound = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: other, namespace: goproxy}
spec: {hosts: [goproxy.example.com], gateways: [other/other], http: [{route: [{destination: {host: goproxy-athens}}]}]}`
	)
	for name, c := range map[string]struct {
		change  func(*networkingv1.Gateway)
		more    string
		spec    string
		status  int
		unknown bool
	}{
		"redirected":                    {spec: "gateway: {plainHTTP: Redirect}", status: 301},
		"closed":                        {status: 0},
		"served":                        {spec: "gateway: {plainHTTP: Redirect}", change: func(g *networkingv1.Gateway) { g.Spec.Servers[1].Tls = nil }, status: 200},
		"of another host":               {spec: "gateway: {plainHTTP: Redirect}", change: func(g *networkingv1.Gateway) { g.Spec.Servers[1].Hosts = []string{"./b.example.com"} }, status: 0},
		"another's Gateway":             {more: other, status: 404},
		"the site at another's Gateway": {more: other + "\n---\n" + bound, status: 200},
		"a Gateway that is not known":   {spec: "gateway: {istio: {gatewayRef: {namespace: istio-system, name: shared}}}", status: 0, unknown: true},
	} {
		s := load(t, c.spec)
		objects := site.Objects(s)
		for _, g := range generators.OfType[*networkingv1.Gateway](objects) {
			if c.change != nil {
				c.change(g)
			}
		}
		if c.more != "" {
			objects = append(objects, decode(t, c.more)...)
		}
		r, err := ParseRequest("GET http://goproxy.example.com/golang.org/x/mod/@v/list", Client)
		if err != nil {
			t.Fatal(err)
		}
		if got := Of(s, objects).Ask(r); got.Status != c.status || (len(got.Unknown) > 0) != c.unknown {
			t.Errorf("%s: %d, %v, want %d", name, got.Status, got.Steps, c.status)
		}
	}
}
