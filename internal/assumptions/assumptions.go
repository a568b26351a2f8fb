// Package assumptions lists what a site takes for granted about its cluster:
// what check and prove cannot read from its file, and what their answers rest
// on. It is pure.
package assumptions

import (
	"fmt"
	"io"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/gateways"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Assumption is something that must hold in the cluster.
type Assumption struct {
	// What is assumed.
	What string `json:"what"`
	// Command shows whether it holds.
	Command string `json:"command"`
}

// Write prints assumptions, each with its command below it.
func Write(w io.Writer, list []Assumption) {
	for _, a := range list {
		fmt.Fprintf(w, "? %s\n    %s\n", a.What, a.Command)
	}
}

// Of a site that was defaulted and validated; none without a mesh.
func Of(site *v1alpha1.AthensSite) []Assumption {
	if !generators.Meshed(site) {
		return nil
	}
	m := &site.Spec.Mesh
	g := site.Spec.Gateway.Workload()
	pods := gateways.Selector(g.Labels)
	out := []Assumption{{
		fmt.Sprintf("the gateway's pods (%s in %s) run as ServiceAccount %s (%s)", pods, g.Namespace, g.ServiceAccountName, madeBy(site)),
		gateways.Command(g.Namespace, g.Labels),
	}, {
		fmt.Sprintf("port %d of their Service forwards to their port %d", g.Port, g.TargetPort),
		fmt.Sprintf("kubectl -n %s get services -o custom-columns=NAME:.metadata.name,SELECTOR:.spec.selector,PORTS:.spec.ports[*].port,TARGETS:.spec.ports[*].targetPort", quote.Shell(g.Namespace)),
	}}
	if ref := site.Spec.Gateway.Ref(); ref != nil {
		out = append(out, Assumption{
			fmt.Sprintf("the Gateway %s selects these pods and serves %s by HTTPS", ref, strings.Join(site.Spec.Hosts(), ", ")),
			gateways.ObjectCommand(ref.Namespace, ref.Name, "yaml"),
		})
	}
	config := "istio"
	if m.Revision != "" {
		config += "-" + m.Revision
	}
	out = append(out, Assumption{
		"the mesh's trust domain is " + m.TrustDomain,
		fmt.Sprintf("kubectl -n %s get configmap %s -o jsonpath='{.data.mesh}' | grep trustDomain", quote.Shell(m.RootNamespace), quote.Shell(config)),
	})
	if site.Spec.Gateway.Internal {
		out = append(out, Assumption{
			"the gateway's load balancer has no public address",
			fmt.Sprintf("kubectl -n %s get services -o wide", quote.Shell(g.Namespace)),
		})
	}
	gw, door := &site.Spec.Gateway, site.Spec.Edge.FrontDoor != nil
	if len(gw.CatalogRanges()) > 0 || len(gw.ClientRanges()) > 0 && !door {
		out = append(out, Assumption{
			"the gateway sees the addresses of its clients (externalTrafficPolicy: Local)",
			fmt.Sprintf("kubectl -n %s get services -o custom-columns=NAME:.metadata.name,POLICY:.spec.externalTrafficPolicy", quote.Shell(g.Namespace)),
		})
	}
	if filter := generators.Name(site, "behind-front-door"); m.AddOn() && door && len(gw.ClientRanges()) > 0 {
		out = append(out, Assumption{
			"the AKS add-on applies the EnvoyFilter " + filter + ", which it does not support: without it every client is refused",
			fmt.Sprintf("kubectl -n %s get envoyfilters.networking.istio.io %s", quote.Shell(site.Namespace), quote.Shell(filter)),
		})
	}
	for _, t := range gw.Issuers() {
		out = append(out, Assumption{"istiod reaches the keys of " + t.Issuer, "curl -fsS " + quote.Shell(t.Keys())})
	}
	if x := gw.ExtAuthz; x != nil {
		out = append(out, Assumption{
			"the external authorizer " + x.Provider + " agrees, and no other one is asked at the gateway's pods",
			fmt.Sprintf("kubectl -n %s get authorizationpolicies.security.istio.io -o custom-columns=NAME:.metadata.name,ACTION:.spec.action,PROVIDER:.spec.provider.name", quote.Shell(g.Namespace)),
		})
	}
	return out
}

// madeBy says whose gateway has such pods and such an account.
func madeBy(site *v1alpha1.AthensSite) string {
	g := site.Spec.Gateway.Workload()
	found, ok := gateways.Find(site.Spec.Mesh.AddOn(), g.Namespace, g.Labels, g.ServiceAccountName)
	if !ok || found.ServiceAccount != g.ServiceAccountName {
		return "gateway.istio.workload.serviceAccountName"
	}
	return found.By
}
