package mesh

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Paths of the GOPROXY protocol. Envoy matches a regular expression against
// the whole path, without the query. Module paths are not looked into: upper
// case arrives as !x or %21x and both are left alone. A test of internal/goproxy
// holds them, and the paths of policies, against the grammar.
const (
	healthPath  = "/healthz"
	catalogPath = "/catalog"
	listPath    = `^/.+/(@v/list|@latest)$`
	modulePath  = `^/.+/@v/.+\.(info|mod)$`
	zipPath     = `^/.+/@v/.+\.zip$`
	sumDBPath   = "/sumdb/"
)

// ReadTwice are paths that one Envoy hands to the next as another: it unescapes
// %2e%2e;x to ..;x, which the next one takes for "..".
const ReadTwice = `^.*/\.\.?;.*$`

const (
	// retries after the first try.
	retries = companions.ListTries - 1
	// Athens is asked again only where it has not answered: where no pod took
	// the request, or the pod died. Athens answers 500, 501 and 504 itself and
	// never 503, which is its sidecar's word for a program that is gone. Each of
	// its own errors may have cost a clone, and another try costs one more. A
	// pod that died takes its clone with it, and the lock of the version lets no
	// two run at a time.
	unanswered = "connect-failure,refused-stream,reset,503"
	// lathens is asked again also when it was slow or broke off, and when its
	// sidecar answers for a program that is gone: it joins callers of one list.
	// Envoy repeats a try that ran into perTryTimeout only under reset,
	// gateway-error or 5xx.
	idempotent = "connect-failure,refused-stream,reset,unavailable,cancelled,502,503,504"
)

// Routes sends each class of requests where it belongs; what is not part of
// the GOPROXY protocol stays outside. It is bound to the gateway only: bound
// to the mesh, lathens would be routed to lathens when it asks Athens.
func Routes(site *v1alpha1.AthensSite) []generators.Object {
	if !generators.Meshed(site) {
		return nil
	}
	return []generators.Object{&networkingv1.VirtualService{
		TypeMeta:   generators.Type(networkingAPI, "VirtualService"),
		ObjectMeta: generators.Meta(site, site.Name, generators.SiteWide),
		Spec: v1alpha3.VirtualService{
			Hosts:    routedHosts(site),
			Gateways: []string{gatewayRef(site)},
			Http:     strict(site, slices.Concat(protocolRoutes(site), catalogRoutes(site), []*v1alpha3.HTTPRoute{notFound()})),
		},
	}}
}

// strict adds Strict-Transport-Security to the answers of all routes, those that
// the gateway gives itself too.
func strict(site *v1alpha1.AthensSite, routes []*v1alpha3.HTTPRoute) []*v1alpha3.HTTPRoute {
	if hsts := site.Spec.Gateway.HSTS; hsts != nil {
		for _, r := range routes {
			answer(r)["strict-transport-security"] = fmt.Sprintf("max-age=%d", int64(hsts.MaxAge.Seconds()))
		}
	}
	return routes
}

// answer are the headers that a route sets in its answers.
func answer(r *v1alpha3.HTTPRoute) map[string]string {
	if r.Headers == nil {
		r.Headers = &v1alpha3.Headers{Response: &v1alpha3.Headers_HeaderOperations{Set: map[string]string{}}}
	}
	return r.Headers.Response.Set
}

// routedHosts are the site's and, where other regions read the catalog, the
// one that leads to this region: the site's leads to the nearest.
func routedHosts(site *v1alpha1.AthensSite) []string {
	hosts := site.Spec.Hosts()
	if fd := site.Spec.Edge.FrontDoor; fd != nil && fd.OriginHost != "" && len(site.Spec.Gateway.CatalogClients) > 0 {
		hosts = append(hosts, fd.OriginHost)
	}
	return hosts
}

func protocolRoutes(site *v1alpha1.AthensSite) []*v1alpha3.HTTPRoute {
	t := &site.Spec.Gateway.Timeouts
	otherMethods := &v1alpha3.HTTPRoute{
		Name: "other-methods",
		Match: []*v1alpha3.HTTPMatchRequest{{
			WithoutHeaders: map[string]*v1alpha3.StringMatch{":method": regex("^(GET|HEAD)$")},
		}},
		DirectResponse: &v1alpha3.HTTPDirectResponse{Status: 405},
	}
	answer(otherMethods)["allow"] = "GET, HEAD" // a 405 without it breaks RFC 9110
	return []*v1alpha3.HTTPRoute{
		otherMethods,
		{
			// The sidecars behind the gateway would read another path, one
			// that the gateway has not judged. No go command sends any.
			Name:           "two-readings",
			Match:          uri(regex(ReadTwice)),
			DirectResponse: &v1alpha3.HTTPDirectResponse{Status: 404},
		},
		toAthens(site, "healthz", exact(healthPath), seconds(5)),
		listRoute(site),
		toAthens(site, "module", regex(modulePath), durationpb.New(t.Module.Duration)),
		// No timeout: a large zip takes as long as the client's line needs.
		// Istio refuses 0s; left out means none.
		toAthens(site, "zip", regex(zipPath), nil),
		sumDBRoute(site),
	}
}

func toAthens(site *v1alpha1.AthensSite, name string, path *v1alpha3.StringMatch, timeout *durationpb.Duration) *v1alpha3.HTTPRoute {
	route := &v1alpha3.HTTPRoute{
		Name:    name,
		Match:   uri(path),
		Route:   destination(generators.Host(site, generators.Athens)),
		Timeout: timeout,
		Retries: retryUnanswered(),
	}
	if site.Spec.Edge.FrontDoor != nil && site.Spec.Gateway.Guarded() {
		// Without a word from the site, Front Door keeps one client's answers for
		// days, and gives them to every client.
		answer(route)["cache-control"] = "no-store"
	}
	return route
}

// catalogRoutes lead to the catalog where other regions read it. Who they are
// is Athens' sidecar to decide.
func catalogRoutes(site *v1alpha1.AthensSite) []*v1alpha3.HTTPRoute {
	if len(site.Spec.Gateway.CatalogClients) == 0 {
		return nil
	}
	return []*v1alpha3.HTTPRoute{toAthens(site, "catalog", exact(catalogPath), durationpb.New(site.Spec.Gateway.Timeouts.Module.Duration))}
}

// notFound is a 404, which lets a go command try its next proxy. /catalog and
// /index end here too: they name private modules.
func notFound() *v1alpha3.HTTPRoute {
	return &v1alpha3.HTTPRoute{
		Name:           "not-found",
		DirectResponse: &v1alpha3.HTTPDirectResponse{Status: 404},
	}
}

// listRoute leads to the cache, and to Athens where there is none.
func listRoute(site *v1alpha1.AthensSite) *v1alpha3.HTTPRoute {
	route := toAthens(site, "list", regex(listPath), durationpb.New(site.Spec.Gateway.Timeouts.List.Duration))
	if generators.HasList(site) {
		route.Route = destination(generators.Host(site, generators.List))
		route.Retries = &v1alpha3.HTTPRetry{
			Attempts:      site.Spec.ListTries() - 1,
			PerTryTimeout: durationpb.New(generators.ListTry(site)),
			RetryOn:       idempotent,
			// With a hash istiod keeps a retry on the host that failed; a
			// retry that is to help goes to the next host on the ring.
			RetryIgnorePreviousHosts: wrapperspb.Bool(true),
		}
		if site.Spec.Lathens.Spread == v1alpha1.SpreadByLoad {
			// From the second try on, Athens; a hash would ignore it.
			route.Retries.RetryRemoteLocalities = wrapperspb.Bool(true)
		}
	}
	return route
}

// sumDBRoute leads to the cache as well. No perTryTimeout: a look-up may take most
// of the route's time. Lathens that are gone are passed by, as for lists.
func sumDBRoute(site *v1alpha1.AthensSite) *v1alpha3.HTTPRoute {
	prefix := &v1alpha3.StringMatch{MatchType: &v1alpha3.StringMatch_Prefix{Prefix: sumDBPath}}
	route := toAthens(site, "sumdb", prefix, durationpb.New(site.Spec.Gateway.Timeouts.SumDB.Duration))
	if generators.HasList(site) {
		route.Route = destination(generators.Host(site, generators.List))
		route.Retries.Attempts = site.Spec.ListTries() - 1
		route.Retries.RetryIgnorePreviousHosts = wrapperspb.Bool(true)
	}
	return route
}

// retryUnanswered has no perTryTimeout: the route's timeout then covers all tries,
// and an Athens that works on a slow module is not interrupted, which would
// kill the download for its other callers too.
func retryUnanswered() *v1alpha3.HTTPRetry {
	return &v1alpha3.HTTPRetry{
		Attempts: retries,
		RetryOn:  unanswered,
		// The gateway's zone may have one pod, and this is the one that died.
		RetryRemoteLocalities: wrapperspb.Bool(true),
	}
}

func uri(match *v1alpha3.StringMatch) []*v1alpha3.HTTPMatchRequest {
	return []*v1alpha3.HTTPMatchRequest{{Uri: match}}
}

func exact(path string) *v1alpha3.StringMatch {
	return &v1alpha3.StringMatch{MatchType: &v1alpha3.StringMatch_Exact{Exact: path}}
}

func regex(re string) *v1alpha3.StringMatch {
	return &v1alpha3.StringMatch{MatchType: &v1alpha3.StringMatch_Regex{Regex: re}}
}

func destination(host string) []*v1alpha3.HTTPRouteDestination {
	return []*v1alpha3.HTTPRouteDestination{{Destination: &v1alpha3.Destination{
		Host: host,
		Port: &v1alpha3.PortSelector{Number: generators.ServicePort},
	}}}
}
