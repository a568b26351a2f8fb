package mesh

import (
	"slices"

	"istio.io/api/security/v1beta1"
	typev1beta1 "istio.io/api/type/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Paths as an AuthorizationPolicy matches them: a star stands only at the
// beginning or at the end, and the query does not count.
// A slash before a leading star passes validation and never matches.
func listPaths() []string   { return []string{"*/@v/list", "*/@latest"} }
func cachedPaths() []string { return append(listPaths(), "/sumdb/*") }
func modulePaths() []string { return []string{"*.info", "*.mod", "*.zip"} }

// fdidHeader carries the id of the Front Door profile that a request came
// through.
const fdidHeader = "request.headers[x-azure-fdid]"

// Authorization denies everything in the namespace and then allows one edge at
// a time. No client reaches /index or /metrics; only crathens reads the
// catalog, of other regions too if the site lets them. Probes and scrapes go to the sidecar's own ports, which
// policies do not cover.
func Authorization(site *v1alpha1.AthensSite) []generators.Object {
	if !generators.Meshed(site) {
		return nil
	}
	out := []generators.Object{denyAll(site)}
	if generators.HasList(site) {
		out = append(out, allow(site, generators.Lathens, "gateway-to-lathens", forClients(site, cachedPaths())...))
	}
	// What is cached too: Athens' pods are behind the list Service, and
	// without lathens they are asked directly.
	out = append(out, allow(site, generators.Athens, "gateway-to-athens",
		append(forClients(site, append(cachedPaths(), modulePaths()...)), health(site))...))
	if len(site.Spec.Gateway.CatalogClients) > 0 {
		out = append(out, allow(site, generators.Athens, "regions-to-athens", fromRegions(site)...))
	}
	if generators.HasList(site) {
		out = append(out, allow(site, generators.Athens, "lathens-to-athens",
			rule(generators.AccountPrincipal(site, generators.Lathens), read(), cachedPaths())))
	}
	if *site.Spec.Crathens.Enabled {
		out = append(out, allow(site, generators.Athens, "crathens-to-athens",
			rule(generators.AccountPrincipal(site, generators.Crathens), []string{"GET"},
				slices.Concat([]string{catalogPath}, listPaths(), []string{"*.info", "*.mod"}))))
	}
	if site.Spec.Edge.FrontDoor != nil {
		out = append(out, frontDoor(site))
	}
	if site.Spec.Gateway.ExtAuthz != nil {
		out = append(out, askAuthorizer(site))
	}
	return out
}

// read is what go commands do; Athens answers HEAD on zips.
func read() []string { return []string{"GET", "HEAD"} }

// fromGateway are requests that came through the gateway and, with a Front
// Door, through that one.
func fromGateway(site *v1alpha1.AthensSite, paths []string) *v1beta1.Rule {
	r := rule(gatewayPrincipal(site), read(), paths)
	if fd := site.Spec.Edge.FrontDoor; fd != nil {
		r.When = []*v1beta1.Condition{{Key: fdidHeader, Values: []string{fd.ID}}}
	}
	return r
}

// health stays open without a Front Door id: its health probes may not carry
// one.
func health(site *v1alpha1.AthensSite) *v1beta1.Rule {
	return rule(gatewayPrincipal(site), read(), []string{healthPath})
}

// fromRegions are the crathens of other regions, known by the addresses that
// the gateway saw: only the gateway is believed about them. They do not come
// through the Front Door, which would lead them to the nearest region.
func fromRegions(site *v1alpha1.AthensSite) (out []*v1beta1.Rule) {
	for _, c := range site.Spec.Gateway.CatalogClients {
		out = append(out, restrict(rule(gatewayPrincipal(site), []string{"GET"}, []string{catalogPath}), c))
	}
	return out
}

// frontDoor makes the gateway itself refuse what did not come through the
// Front Door, before any of it reaches the site. A missing header is refused
// as a wrong one is.
func frontDoor(site *v1alpha1.AthensSite) generators.Object {
	return policy(gatewayMeta(site, "front-door"), site.Spec.Gateway.Workload().Labels, v1beta1.AuthorizationPolicy_DENY, &v1beta1.Rule{
		To:   atGateway(site),
		When: []*v1beta1.Condition{{Key: fdidHeader, NotValues: []string{site.Spec.Edge.FrontDoor.ID}}},
	})
}

// pastFrontDoor are the paths that are asked for at the gateway itself.
func pastFrontDoor(site *v1alpha1.AthensSite) []string {
	if len(site.Spec.Gateway.CatalogClients) == 0 {
		return []string{healthPath}
	}
	return []string{healthPath, catalogPath}
}

func gatewayPrincipal(site *v1alpha1.AthensSite) string {
	g := site.Spec.Gateway.Workload()
	return generators.Principal(site, g.Namespace, g.ServiceAccountName)
}

func rule(principal string, methods, paths []string) *v1beta1.Rule {
	return &v1beta1.Rule{
		From: []*v1beta1.Rule_From{{Source: &v1beta1.Source{Principals: []string{principal}}}},
		To:   []*v1beta1.Rule_To{{Operation: &v1beta1.Operation{Methods: methods, Paths: paths}}},
	}
}

// denyAll allows nothing: it is an ALLOW policy without rules.
func denyAll(site *v1alpha1.AthensSite) generators.Object {
	return &securityv1.AuthorizationPolicy{
		TypeMeta:   generators.Type(securityAPI, "AuthorizationPolicy"),
		ObjectMeta: generators.Meta(site, generators.Name(site, "deny-all"), generators.SiteWide),
	}
}

// allow lets the callers of the rules reach the pods of one program.
func allow(site *v1alpha1.AthensSite, program, name string, rules ...*v1beta1.Rule) generators.Object {
	return policy(generators.Meta(site, generators.Name(site, name), program), generators.Selector(site, program), v1beta1.AuthorizationPolicy_ALLOW, rules...)
}

func policy(meta metav1.ObjectMeta, pods map[string]string, action v1beta1.AuthorizationPolicy_Action, rules ...*v1beta1.Rule) generators.Object {
	return &securityv1.AuthorizationPolicy{
		TypeMeta:   generators.Type(securityAPI, "AuthorizationPolicy"),
		ObjectMeta: meta,
		Spec: v1beta1.AuthorizationPolicy{
			Selector: &typev1beta1.WorkloadSelector{MatchLabels: pods},
			Action:   action,
			Rules:    rules,
		},
	}
}
