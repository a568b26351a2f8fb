package mesh

import (
	"strconv"

	"google.golang.org/protobuf/types/known/structpb"
	"istio.io/api/networking/v1alpha3"
	"istio.io/api/security/v1beta1"
	typev1beta1 "istio.io/api/type/v1beta1"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// audiences is the key of a condition on the claim aud of a verified token.
const audiences = "request.auth.audiences"

// Clients are decided about by the sidecars of the site's own pods, not at the
// gateway. There they could not be limited to the site's host: an ALLOW refuses
// the other hosts of a gateway that sites share, and a RequestAuthentication
// refuses every token of an issuer that it does not know ("Jwt issuer is not
// configured"), which may be another host's.

// Tokens makes the sidecars verify the tokens of clients. They remove them, so
// that lathens and Athens see requests that are alike: lathens passes on what has
// an Authorization. Nil without a jwt.
func Tokens(site *v1alpha1.AthensSite) []generators.Object {
	issuers := site.Spec.Gateway.Issuers()
	if !generators.Meshed(site) || len(issuers) == 0 {
		return nil
	}
	var rules []*v1beta1.JWTRule
	for _, t := range issuers {
		rules = append(rules, &v1beta1.JWTRule{
			Issuer: t.Issuer, Audiences: t.Audiences, JwksUri: t.JWKSURI,
			// Not in the query, where Istio looks too by default: a URL is logged.
			FromHeaders: []*v1beta1.JWTHeader{{Name: "Authorization", Prefix: "Bearer "}},
		})
	}
	return []generators.Object{&securityv1.RequestAuthentication{
		TypeMeta:   generators.Type(securityAPI, "RequestAuthentication"),
		ObjectMeta: generators.Meta(site, generators.Name(site, "clients"), generators.SiteWide),
		Spec:       v1beta1.RequestAuthentication{Selector: &typev1beta1.WorkloadSelector{MatchLabels: ofSite(site)}, JwtRules: rules},
	}}
}

// ofSite are the labels of all pods of a site.
func ofSite(site *v1alpha1.AthensSite) map[string]string {
	return map[string]string{generators.SiteLabel: generators.Owner(site)}
}

// forClients are requests for paths by those who may use the site: a rule for
// each entry of gateway.clients, or one for everyone.
func forClients(site *v1alpha1.AthensSite, paths []string) (out []*v1beta1.Rule) {
	for _, c := range site.Spec.Gateway.Clients {
		out = append(out, restrict(fromGateway(site, paths), c))
	}
	if len(out) == 0 {
		return []*v1beta1.Rule{fromGateway(site, paths)}
	}
	return out
}

// restrict makes a rule hold for one entry of clients only. A principal of a
// request is ISSUER/SUBJECT of its token.
func restrict(r *v1beta1.Rule, c v1alpha1.GatewayClients) *v1beta1.Rule {
	r.From[0].Source.RemoteIpBlocks = c.CIDRs
	if t := c.JWT; t != nil {
		r.From[0].Source.RequestPrincipals = []string{t.Issuer + "/*"}
		r.When = append(r.When, &v1beta1.Condition{Key: audiences, Values: t.Audiences})
		for _, claim := range t.Claims {
			r.When = append(r.When, &v1beta1.Condition{Key: "request.auth.claims[" + claim.Name + "]", Values: claim.Values})
		}
	}
	return r
}

// askAuthorizer has the gateway ask the external authorizer about the site's
// requests. The gateway reaches it, whatever the site's egress; the site's pods
// may not.
func askAuthorizer(site *v1alpha1.AthensSite) generators.Object {
	p := policy(gatewayMeta(site, "ext-authz"), site.Spec.Gateway.Workload().Labels, v1beta1.AuthorizationPolicy_CUSTOM,
		&v1beta1.Rule{To: atGateway(site)}).(*securityv1.AuthorizationPolicy)
	p.Spec.ActionDetail = &v1beta1.AuthorizationPolicy_Provider{
		Provider: &v1beta1.AuthorizationPolicy_ExtensionProvider{Name: site.Spec.Gateway.ExtAuthz.Provider},
	}
	return p
}

// atGateway are the site's requests at a gateway that sites share, except those
// for which it has rules of its own. The port is that of the pods.
func atGateway(site *v1alpha1.AthensSite) []*v1beta1.Rule_To {
	var hosts []string
	for _, host := range routedHosts(site) {
		hosts = append(hosts, host, host+":*")
	}
	return []*v1beta1.Rule_To{{Operation: &v1beta1.Operation{
		Hosts:    hosts,
		Ports:    []string{strconv.Itoa(int(site.Spec.Gateway.Workload().TargetPort))},
		NotPaths: pastFrontDoor(site),
	}}}
}

// BehindFrontDoor makes the sidecars take the client's address from Front Door.
// X-Forwarded-For ends in the address that Front Door saw and, behind it, the one
// that the gateway saw: a sidecar trusts one hop more. Only requests with the
// Front Door's id are held against these addresses. Nil without a Front Door, and
// without addresses of clients.
func BehindFrontDoor(site *v1alpha1.AthensSite) []generators.Object {
	if !generators.Meshed(site) || site.Spec.Edge.FrontDoor == nil || len(site.Spec.Gateway.ClientRanges()) == 0 {
		return nil
	}
	return []generators.Object{&networkingv1alpha3.EnvoyFilter{
		TypeMeta:   generators.Type("networking.istio.io/v1alpha3", "EnvoyFilter"),
		ObjectMeta: generators.Meta(site, generators.Name(site, "behind-front-door"), generators.SiteWide),
		Spec: v1alpha3.EnvoyFilter{
			WorkloadSelector: &v1alpha3.WorkloadSelector{Labels: ofSite(site)},
			ConfigPatches: []*v1alpha3.EnvoyFilter_EnvoyConfigObjectPatch{{
				ApplyTo: v1alpha3.EnvoyFilter_NETWORK_FILTER,
				Match: &v1alpha3.EnvoyFilter_EnvoyConfigObjectMatch{
					Context: v1alpha3.EnvoyFilter_SIDECAR_INBOUND,
					ObjectTypes: &v1alpha3.EnvoyFilter_EnvoyConfigObjectMatch_Listener{Listener: &v1alpha3.EnvoyFilter_ListenerMatch{
						FilterChain: &v1alpha3.EnvoyFilter_ListenerMatch_FilterChainMatch{
							Filter: &v1alpha3.EnvoyFilter_ListenerMatch_FilterMatch{Name: connectionManager},
						},
					}},
				},
				Patch: &v1alpha3.EnvoyFilter_Patch{
					Operation: v1alpha3.EnvoyFilter_Patch_MERGE,
					Value: object(
						field{"name", text(connectionManager)},
						field{"typed_config", structpb.NewStructValue(object(
							field{"@type", text("type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager")},
							field{"xff_num_trusted_hops", structpb.NewNumberValue(1)},
						))},
					),
				},
			}},
		},
	}}
}

// connectionManager is the filter of a listener that reads HTTP.
const connectionManager = "envoy.filters.network.http_connection_manager"
