package prove

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"istio.io/api/networking/v1alpha3"
)

// destination of a request: a subset of the pods behind a port of a Service. A
// port of 0 is not written.
type destination struct {
	host, subset string
	port         uint32
}

// act does what a route says, in the Envoy of the gateway or of a caller.
func (w *World) act(c *call, one *choice, at string) {
	r := one.route
	if c.take(r, one.name); c.trace != nil {
		c.trace.route = r
	}
	c.doubt(read(one.of, "http", r))
	if r.GetCorsPolicy() != nil && c.sees(look{of: ofMethod, how: "exact", pattern: "OPTIONS"}) && c.sees(look{of: ofHeader + "origin", how: "some"}) {
		c.doubt(unsure(uses(one.of, "http.corsPolicy, which itself answers OPTIONS")))
	}
	switch redirect, direct := r.GetRedirect(), r.GetDirectResponse(); {
	case w.aborted(c, one, at):
	case redirect != nil:
		code := cmp.Or(int(redirect.GetRedirectCode()), 301)
		c.doubt(read(one.of, "http.redirect", redirect))
		if !slices.Contains([]int{301, 302, 303, 307, 308}, code) {
			c.doubt(unsure(uses(one.of, "http.redirect.redirectCode that istiod does not know")))
		}
		c.end(code, at, "route %s redirects with %d", one.name, code)
	case direct != nil:
		c.doubt(read(one.of, "http.directResponse", direct))
		c.end(int(direct.GetStatus()), at, "route %s answers %d", one.name, direct.GetStatus())
	default:
		w.forward(c, one, at)
	}
}

// aborted says whether a fault ends a request before its route is followed.
func (w *World) aborted(c *call, one *choice, at string) bool {
	fault := one.route.GetFault()
	abort := fault.GetAbort()
	if fault == nil {
		return false
	}
	c.doubt(read(one.of, "http.fault", fault))
	if delay := fault.GetDelay(); c.trace != nil && delay.GetPercentage().GetValue() > 0 {
		c.doubt(unsure(uses(one.of, "http.fault.delay, after which a deadline may be over")))
	}
	if abort.GetPercentage().GetValue() <= 0 {
		return false // without a percentage it is none
	}
	known := read(one.of, "http.fault.abort", abort)
	if abort.GetPercentage().GetValue() < 100 {
		known = all(known, unsure(uses(one.of, "http.fault.abort of some requests")))
	}
	c.doubt(known)
	if known.known() {
		c.end(int(abort.GetHttpStatus()), at, "route %s aborts with %d", one.name, abort.GetHttpStatus())
	}
	return known.known()
}

// forward sends a request to the destinations of a route. Where it has several,
// the answers must be one.
func (w *World) forward(c *call, one *choice, at string) {
	var to []*v1alpha3.HTTPRouteDestination
	for _, d := range one.route.GetRoute() {
		if d.GetWeight() != 0 || len(one.route.GetRoute()) == 1 {
			to = append(to, d)
		}
	}
	if len(to) == 0 {
		c.doubt(unsure(uses(one.of, "http without a route")))
		c.end(503, at, "route %s has no destination", one.name)
		return
	}
	for _, m := range mirrors(one.route) {
		if host := fqdn(m.GetHost(), one.of.Namespace, w.site.Spec.ClusterDomain); c.trace != nil && w.leadsHere(host) {
			c.doubt(unsure(uses(one.of, "http.mirror to "+host+", where a copy of each request arrives")))
		}
	}
	c.rewrite(one)
	before := *c
	for i, d := range to {
		answer := before
		answer.Headers, answer.unset, answer.Steps = maps.Clone(before.Headers), maps.Clone(before.unset), slices.Clone(before.Steps)
		answer.Unknown = slices.Clone(before.Unknown)
		w.sendTo(&answer, one, d)
		if i == 0 {
			*c = answer
			continue
		}
		c.doubt(unsure(answer.Unknown...))
		if answer.Status != c.Status || answer.By != c.By || answer.MTLS != c.MTLS || answer.Fallback != c.Fallback {
			c.doubt(unsure(uses(one.of, "http.route with several destinations, whose answers differ")))
		}
	}
}

func (w *World) sendTo(c *call, one *choice, d *v1alpha3.HTTPRouteDestination) {
	target := d.GetDestination()
	c.doubt(all(read(one.of, "http.route", d), read(one.of, "http.route.destination", target), read(one.of, "http.route.destination.port", target.GetPort())))
	if route, own := one.route.GetHeaders(), d.GetHeaders(); len(one.route.GetRoute()) == 1 {
		c.edit(one, route, own)
	} else {
		c.edit(one, own)
		c.edit(one, route)
	}
	if to := authorityOf(d.GetHeaders()); to != "" && one.authority() == "" {
		c.Host = to
		c.overwrite(ofAuthority, ofHostname)
	}
	to := destination{fqdn(target.GetHost(), one.of.Namespace, w.site.Spec.ClusterDomain), target.GetSubset(), target.GetPort().GetNumber()}
	c.step("route %s goes to %s", one.name, to.host)
	if c.trace != nil && !w.leadsHere(to.host) {
		c.end(200, to.host, "%s is not a program of the site", to.host)
		return
	}
	w.deliver(c, to)
	c.Seamless = c.Fallback != "" && w.seamless(c.from, to, one.route)
}

// authority that a route gives its requests; empty for none.
func (one *choice) authority() string {
	return cmp.Or(one.route.GetRewrite().GetAuthority(), authorityOf(one.route.GetHeaders()))
}

func authorityOf(headers *v1alpha3.Headers) string {
	return cmp.Or(authorityIn(headers.GetRequest().GetSet()), authorityIn(headers.GetRequest().GetAdd()))
}

func authorityIn(headers map[string]string) string {
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if strings.EqualFold(name, "host") || strings.EqualFold(name, ":authority") {
			return headers[name]
		}
	}
	return ""
}

// rewrite the path and the authority as a route says.
func (c *call) rewrite(one *choice) {
	if to := one.authority(); to != "" {
		c.Host = to
		c.overwrite(ofAuthority, ofHostname)
		c.step("route %s writes the host as %s", one.name, to)
	}
	rewrite := one.route.GetRewrite()
	if rewrite == nil {
		return
	}
	c.doubt(read(one.of, "http.rewrite", rewrite))
	if c.trace != nil && (rewrite.GetUri() != "" || rewrite.GetUriRegexRewrite() != nil) {
		c.doubt(unsure(uses(one.of, "http.rewrite of the path, which is followed for single requests only")))
		return
	}
	bare := c.bare()
	to, rest := bare, strings.TrimPrefix(c.Path, bare)
	switch uri := one.match.GetUri(); {
	case rewrite.GetUriRegexRewrite() != nil:
		by := rewrite.GetUriRegexRewrite()
		c.doubt(read(one.of, "http.rewrite.uriRegexRewrite", by))
		re, err := c.world.compile(by.GetMatch())
		if err != nil {
			c.doubt(unsure(uses(one.of, "http.rewrite.uriRegexRewrite that does not compile")))
			return
		}
		to = re.ReplaceAllString(bare, references().ReplaceAllString(strings.ReplaceAll(by.GetRewrite(), "$", "$$"), "$${$1}"))
	case rewrite.GetUri() == "":
		return
	case uri.GetRegex() != "" || uri.GetExact() != "":
		to = rewrite.GetUri()
	default:
		to = rewrite.GetUri() + bare[min(len(bare), max(len(uri.GetPrefix()), len("/"))):]
	}
	if c.Path != to+rest {
		c.Path = to + rest
		c.step("route %s writes the path as %s", one.name, c.Path)
	}
}

// references to groups of a regular expression, as Envoy has them.
var references = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\\(\d)`) })

// edit the headers of a request: what is removed goes first.
func (c *call) edit(one *choice, operations ...*v1alpha3.Headers) {
	own := func(name string) bool { return !strings.HasPrefix(name, ":") && !strings.EqualFold(name, "host") }
	for _, headers := range operations {
		c.doubt(all(read(one.of, "http.headers", headers), read(one.of, "http.headers.request", headers.GetRequest())))
		for _, name := range headers.GetRequest().GetRemove() {
			if name = strings.ToLower(name); own(name) {
				delete(c.Headers, name)
				delete(c.unset, name)
				c.overwrite(ofHeader + name)
			}
		}
	}
	for _, headers := range operations {
		c.write(one, headers.GetRequest().GetSet(), false, own)
		c.write(one, headers.GetRequest().GetAdd(), true, own)
	}
}

func (c *call) write(one *choice, values map[string]string, add bool, own func(string) bool) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value, key := values[name], strings.ToLower(name)
		if !own(key) {
			continue
		}
		if add && c.trace != nil && !c.written[ofHeader+key] {
			c.doubt(unsure(uses(one.of, "http.headers.request.add, which is followed for single requests only")))
		}
		if old, there := c.Headers[key]; there && add {
			value = old + "," + value
		}
		c.overwrite(ofHeader + key)
		if strings.Contains(value, "%") {
			delete(c.Headers, key)
			c.unset = both(c.unset, map[string]string{key: uses(one.of, "http.headers, which sets "+key+" to what only a request in flight has")})
			continue
		}
		delete(c.unset, key)
		c.Headers[key] = value
	}
}
