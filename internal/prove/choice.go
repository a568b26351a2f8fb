package prove

import (
	"cmp"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// choice is a route of a VirtualService for one of its matches.
type choice struct {
	of    *networkingv1.VirtualService
	name  string
	route *v1alpha3.HTTPRoute
	match *v1alpha3.HTTPMatchRequest
	// holds for this Envoy: its gateway, port and labels.
	holds verdict
	// all says that it takes every request.
	all bool
	// doubts is why the choice may not be there at all.
	doubts []string
}

// choices are the routes of a VirtualService in an Envoy, in order, up to one
// that takes everything.
func (w *World) choices(vs *networkingv1.VirtualService, gateway string, port uint32, from client, sidecar bool) (out []choice) {
	whole := read(vs, "", &vs.Spec)
	var doubts []string
	for _, r := range w.delegated(vs) {
		matches := r.route.GetMatch()
		if len(matches) == 0 {
			matches = []*v1alpha3.HTTPMatchRequest{nil}
		}
		for _, m := range matches {
			name := r.route.GetName()
			if m.GetName() != "" {
				name += "." + m.GetName()
			}
			one := choice{vs, name, r.route, m, applies(vs, m, gateway, port, from, sidecar), takesAll(m), doubts}
			if !one.holds.possible() {
				continue
			}
			one.holds = all(one.holds, whole, r.known)
			out = append(out, one)
			// istiod leaves out what is behind one that takes everything.
			if one.all && one.holds.known() {
				return out
			}
			if one.all {
				doubts = slices.Concat(doubts, one.holds.why)
			}
		}
	}
	return out
}

// applies says whether a match is one for an Envoy.
func applies(vs *networkingv1.VirtualService, m *v1alpha3.HTTPMatchRequest, gateway string, port uint32, from client, sidecar bool) verdict {
	if m.GetPort() != 0 && m.GetPort() != port {
		return truth(false)
	}
	if names := m.GetGateways(); len(names) > 0 {
		return truth(slices.ContainsFunc(names, func(n string) bool {
			return n == gateway || n != meshGateway && inNamespace(n, vs.Namespace) == gateway
		}))
	}
	if ns := m.GetSourceNamespace(); ns != "" && ns != from.namespace {
		return truth(false)
	}
	if want := m.GetSourceLabels(); !labels.SelectorFromSet(want).Matches(from.labels) {
		if sidecar {
			return truth(false)
		}
		return unsure(uses(vs, "http.match.sourceLabels, and not all labels of the gateway's pods are known"))
	}
	return truth(true)
}

// takesAll says whether a match is none, as istiod decides.
func takesAll(m *v1alpha3.HTTPMatchRequest) bool {
	uri := m.GetUri()
	path := uri.GetMatchType() == nil || uri.GetPrefix() == "/" || uri.GetRegex() == ".*"
	return path && len(m.GetHeaders()) == 0 && len(m.GetWithoutHeaders()) == 0 && len(m.GetQueryParams()) == 0 &&
		m.GetMethod() == nil && m.GetAuthority() == nil && m.GetScheme() == nil
}

// choose the first that takes a request; nil for none.
func (c *call) choose(of []choice) *choice {
	for i := range of {
		one := &of[i]
		fits := all(one.holds, c.fits(one))
		if !fits.possible() {
			continue
		}
		c.doubt(unsure(slices.Concat(fits.why, one.doubts)...))
		if !fits.known() {
			continue
		}
		// Which of two VirtualServices comes first may not be known.
		for j := i + 1; j < len(of); j++ {
			other := &of[j]
			if other.of != one.of && other.all == one.all && !older(one.of, other.of) && all(other.holds, c.fits(other)).possible() {
				c.doubt(unsure(title(one.of) + " and " + title(other.of) + " both have a route for it, and which is older is not known"))
			}
		}
		return one
	}
	return nil
}

// delegatedRoute is a route with those that it was merged with.
type delegatedRoute struct {
	route *v1alpha3.HTTPRoute
	known verdict
}

// delegated are the routes of a VirtualService with those of others in the
// place of the routes that delegate.
func (w *World) delegated(vs *networkingv1.VirtualService) (out []delegatedRoute) {
	for _, root := range vs.Spec.GetHttp() {
		d := root.GetDelegate()
		if d == nil {
			out = append(out, delegatedRoute{root, truth(true)})
			continue
		}
		ns := cmp.Or(d.GetNamespace(), vs.Namespace)
		i := slices.IndexFunc(w.routes, func(o *networkingv1.VirtualService) bool { return o.Namespace == ns && o.Name == d.GetName() })
		if i < 0 {
			out = append(out, delegatedRoute{root, unsure(uses(vs, "http.delegate, and VirtualService "+ns+"/"+d.GetName()+" is not among the objects"))})
			continue
		}
		to := w.routes[i]
		if !visible(to.Spec.GetExportTo(), to.Namespace, vs.Namespace) || len(to.Spec.GetHosts()) > 0 {
			continue // istiod leaves such a route out
		}
		known := all(read(vs, "http.delegate", d), read(to, "", &to.Spec))
		for _, leaf := range to.Spec.GetHttp() {
			if merged := mergeRoutes(root, leaf); merged != nil {
				if leaf.GetDelegate() != nil {
					known = unsure(uses(to, "http.delegate in a VirtualService that is delegated to"))
				}
				out = append(out, delegatedRoute{merged, known})
			}
		}
	}
	return out
}

// mergeRoutes is the route of a delegate with what it takes over of its root's;
// nil where their matches exclude each other (istiod's mergeHTTPRoute).
func mergeRoutes(root, leaf *v1alpha3.HTTPRoute) *v1alpha3.HTTPRoute {
	matches, ok := mergeMatches(root.GetMatch(), leaf.GetMatch())
	if !ok {
		return nil
	}
	base := &v1alpha3.HTTPRoute{
		Name: root.GetName(), Rewrite: root.GetRewrite(), DirectResponse: root.GetDirectResponse(), Timeout: root.GetTimeout(),
		Retries: root.GetRetries(), Fault: root.GetFault(), CorsPolicy: root.GetCorsPolicy(), Headers: root.GetHeaders(),
	}
	out := overlay(base, leaf)
	if root.GetName() != "" && leaf.GetName() != "" {
		out.Name = root.GetName() + "-" + leaf.GetName()
	}
	out.Match, out.Delegate = matches, nil
	return out
}

// overlay is a message with the fields that are set in another.
func overlay[M proto.Message](base, over M) M {
	out, _ := proto.Clone(base).(M)
	for _, f := range set(over) {
		out.ProtoReflect().Set(f, over.ProtoReflect().Get(f))
	}
	return out
}

func mergeMatches(root, leaf []*v1alpha3.HTTPMatchRequest) (out []*v1alpha3.HTTPMatchRequest, ok bool) {
	if len(root) == 0 {
		return leaf, true
	}
	if len(leaf) == 0 {
		return root, true
	}
	for _, l := range leaf {
		before := len(out)
		for _, r := range root {
			if !conflict(r, l) {
				out = append(out, mergeMatch(r, l))
			}
		}
		if len(out) == before {
			return nil, false
		}
	}
	return out, true
}

func mergeMatch(root, leaf *v1alpha3.HTTPMatchRequest) *v1alpha3.HTTPMatchRequest {
	out := overlay(root, leaf)
	if root.GetName() != "" && leaf.GetName() != "" {
		out.Name = root.GetName() + "-" + leaf.GetName()
	}
	out.Headers = both(root.GetHeaders(), leaf.GetHeaders())
	out.WithoutHeaders = both(root.GetWithoutHeaders(), leaf.GetWithoutHeaders())
	out.QueryParams = both(root.GetQueryParams(), leaf.GetQueryParams())
	out.SourceLabels = both(root.GetSourceLabels(), leaf.GetSourceLabels())
	return out
}

// both are two maps in one; the second one wins.
func both[V any](a, b map[string]V) map[string]V {
	if len(a)+len(b) == 0 {
		return nil
	}
	out := make(map[string]V, len(a)+len(b))
	for _, m := range []map[string]V{a, b} {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

// conflict says whether a delegate's match is not within its root's (istiod's
// hasConflict).
func conflict(root, leaf *v1alpha3.HTTPMatchRequest) bool {
	return outsideOf(root.GetUri(), leaf.GetUri()) || outsideOf(root.GetScheme(), leaf.GetScheme()) ||
		outsideOf(root.GetMethod(), leaf.GetMethod()) || outsideOf(root.GetAuthority(), leaf.GetAuthority()) ||
		anyOutside(root.GetHeaders(), leaf.GetHeaders()) || anyOutside(root.GetWithoutHeaders(), leaf.GetWithoutHeaders()) ||
		anyOutside(root.GetQueryParams(), leaf.GetQueryParams()) ||
		root.GetIgnoreUriCase() != leaf.GetIgnoreUriCase() ||
		root.GetPort() > 0 && leaf.GetPort() > 0 && root.GetPort() != leaf.GetPort() ||
		root.GetSourceNamespace() != "" && leaf.GetSourceNamespace() != root.GetSourceNamespace() ||
		differ(root.GetSourceLabels(), leaf.GetSourceLabels()) ||
		len(root.GetGateways()) > 0 && slices.ContainsFunc(leaf.GetGateways(), func(g string) bool { return !slices.Contains(root.GetGateways(), g) })
}

func differ(root, leaf map[string]string) bool {
	for k, v := range leaf {
		if of, there := root[k]; there && of != v {
			return true
		}
	}
	return false
}

func anyOutside(root, leaf map[string]*v1alpha3.StringMatch) bool {
	for k, v := range leaf {
		if outsideOf(root[k], v) {
			return true
		}
	}
	return false
}

// outsideOf says whether a value may match and not match the root's (istiod's
// stringMatchConflict).
func outsideOf(root, leaf *v1alpha3.StringMatch) bool {
	switch {
	case root == nil || leaf == nil:
		return false
	case root.GetRegex() != "" || leaf.GetRegex() != "":
		return true
	case root.GetExact() != "":
		return leaf.GetExact() != root.GetExact()
	case root.GetPrefix() != "" && (leaf.GetPrefix() != "" || leaf.GetExact() != ""):
		return !strings.HasPrefix(cmp.Or(leaf.GetPrefix(), leaf.GetExact()), root.GetPrefix())
	}
	return true
}
