package prove

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

const moreHosts = "additionalHosts: [{host: go.example.com}, {host: go.corp.example.com, tls: {}}]\n"

// TestHosts_EachNeedsItsServer removes the server of one of a site's hosts.
func TestHosts_EachNeedsItsServer(t *testing.T) {
	objects := site.Objects(load(t, moreHosts+"gateway: {plainHTTP: Redirect}"))
	if broken := FromObjects(objects)[0].Broken(); len(broken) > 0 {
		t.Fatal(broken)
	}
	g := generators.OfType[*networkingv1.Gateway](objects)[0]
	g.Spec.Servers = slices.Delete(g.Spec.Servers, 1, 2)
	broken := FromObjects(objects)[0].Broken()
	if len(broken) != 1 || !strings.Contains(broken[0].String(), "GET https://go.corp.example.com/golang.org/x/mod/@v/list: client gets a connection closed by gateway") {
		t.Errorf("%v, want one of the host without a server", broken)
	}
}

// TestHosts_AreReadBack from the objects of sites whose routes have several.
func TestHosts_AreReadBack(t *testing.T) {
	const door = "edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, originHost: origin.example.com}}\n"
	for _, spec := range []string{
		moreHosts, moreHosts + "gateway: {plainHTTP: Redirect}", moreHosts + door,
		"clusterDomain: k8s.example.com", "host: goproxy.svc.example.com\nclusterDomain: k8s.example.com",
		moreHosts + door + "gateway: {catalogClients: [{name: a, cidrs: [203.0.113.7/32]}]}",
	} {
		s := load(t, spec)
		if diff := cmp.Diff(New(s).Table(), FromObjects(site.Objects(s))[0].Table()); diff != "" {
			t.Errorf("%s (-spec +objects):\n%s", spec, diff)
		}
	}
}
