package prove

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/problem"
)

// Callers that a request to the site may have, those of further entries of
// gateway.clients among them.
func (w *World) Callers() []string {
	out := Callers()
	for i, c := range w.site.Spec.Gateway.Clients {
		if i > 0 {
			out = append(out, clientOf+c.Name)
		}
	}
	return out
}

// entry of gateway.clients or catalogClients, all of whose parts a caller has;
// nil for a caller of none.
func (w *World) entry(as string) *v1alpha1.GatewayClients {
	g := &w.site.Spec.Gateway
	list, name := g.Clients, strings.TrimPrefix(as, clientOf)
	switch {
	case as == Region:
		list, name = g.CatalogClients, ""
	case as == Client:
		name = ""
	case name == as:
		return nil
	}
	i := slices.IndexFunc(list, func(c v1alpha1.GatewayClients) bool { return name == "" || c.Name == name })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// CheckCaller is an error for client:NAME where no entry of gateway.clients has the
// name.
func (w *World) CheckCaller(as string) error {
	name, named := strings.CutPrefix(as, clientOf)
	if !named || w.entry(as) != nil {
		return nil
	}
	var known []string
	for _, c := range w.site.Spec.Gateway.Clients {
		known = append(known, clientOf+c.Name)
	}
	if len(known) == 0 {
		return fmt.Errorf("no entry of gateway.clients is called %s, because there is no entry: write %s", name, Client)
	}
	return fmt.Errorf("no entry of gateway.clients is called %s: write %s", name, problem.OrList(known))
}

// throughDoor says whether a caller comes through the Front Door.
func (w *World) throughDoor(as string) bool {
	return w.site.Spec.Edge.FrontDoor != nil && (as == Client || as == Unlisted || strings.HasPrefix(as, clientOf))
}

// fromRemoteBlocks knows of callers with an entry that their address is in it,
// where it is seen, and of all others that theirs is in none.
func (a *arrival) fromRemoteBlocks(p *securityv1.AuthorizationPolicy, blocks []string) verdict {
	if everywhere(blocks) {
		return truth(true)
	}
	g := &a.world.site.Spec.Gateway
	if own := prefixes(a.ranges); len(own) > 0 && a.world.throughDoor(a.As) == a.world.behindDoor(a) {
		all := prefixes(blocks)
		switch {
		case !slices.ContainsFunc(own, func(p netip.Prefix) bool { return !v1alpha1.InRanges(p, all) }):
			return truth(true)
		case !slices.ContainsFunc(own, func(p netip.Prefix) bool { return slices.ContainsFunc(all, p.Overlaps) }):
			return truth(false)
		}
	} else if listed := slices.Concat(g.ClientRanges(), g.CatalogRanges()); !slices.ContainsFunc(blocks, func(b string) bool { return !slices.Contains(listed, b) }) {
		return truth(false)
	}
	return unsure(uses(p, "remote.ip, and the address of "+a.As+" is not known"))
}

func prefixes(list []string) (out []netip.Prefix) {
	for _, s := range list {
		if p, err := netip.ParsePrefix(s); err == nil { // error dropped: an address has no range
			out = append(out, p)
		}
	}
	return out
}

// verify has the pod's sidecar look at the caller's token; false if it refuses the
// request. What it verifies it removes from the request.
func (w *World) verify(a *arrival) bool {
	var rules []*v1beta1.JWTRule
	var of *securityv1.RequestAuthentication
	// foreign is why a token that the caller need not have is judged.
	foreign := truth(true)
	for _, t := range w.tokens {
		attached := w.attached(t, &t.Spec, a)
		if !attached.possible() || len(t.Spec.GetJwtRules()) == 0 {
			continue
		}
		if a.token != nil {
			a.doubt(attached)
		}
		for _, r := range t.Spec.GetJwtRules() {
			a.doubt(all(read(t, "jwtRules", r), sought(t, r)))
			if a.trace == nil || !attached.known() || !w.issues(t, r) {
				foreign = all(foreign, attached, unsure(title(t)+" judges the token of the request"))
			}
			rules, of = append(rules, r), t
		}
	}
	if (a.trace == nil || a.token == nil) && !foreign.known() && a.bears() {
		a.doubt(foreign)
	}
	if len(rules) == 0 || a.token == nil {
		return true
	}
	rules = slices.DeleteFunc(rules, func(r *v1beta1.JWTRule) bool { return r.GetIssuer() != a.token.Issuer })
	switch {
	case len(rules) == 0:
		a.end(401, a.By, "%s knows no issuer %s", title(of), a.token.Issuer)
		return false
	case len(rules) > 1 || rules[0].GetJwksUri() != a.token.JWKSURI:
		a.doubt(unsure(uses(of, "jwtRules of "+a.token.Issuer+" with other keys than the site")))
	}
	if admits := rules[0].GetAudiences(); len(admits) > 0 {
		known := among(of, "jwtRules.audiences", admits, a.token.Audiences)
		a.doubt(known)
		if !known.possible() {
			a.end(403, a.By, "%s admits no audience of its token", title(of))
			return false
		}
	}
	a.verified = a.token
	if !rules[0].GetForwardOriginalToken() {
		a.token = nil
	}
	return true
}

// issues says whether a rule of the site is about the tokens of an entry of
// gateway.clients or catalogClients: which of these a caller sends is known.
func (w *World) issues(of *securityv1.RequestAuthentication, r *v1beta1.JWTRule) bool {
	return of.Labels[generators.SiteLabel] == w.owner && slices.ContainsFunc(w.site.Spec.Gateway.Issuers(), func(t v1alpha1.ClientJWT) bool {
		return t.Issuer == r.GetIssuer() && t.JWKSURI == r.GetJwksUri()
	})
}

// bears says whether a request has what looks like a token: Envoy looks for the prefix
// anywhere in the header.
func (c *call) bears() bool {
	return c.sees(look{of: ofHeader + "authorization", how: "regex", pattern: "(?s).*Bearer .*"})
}

// sought says whether a token is looked for where clients send it.
func sought(t *securityv1.RequestAuthentication, r *v1beta1.JWTRule) verdict {
	elsewhere := len(r.GetFromParams())+len(r.GetFromCookies()) > 0
	for _, h := range r.GetFromHeaders() {
		elsewhere = elsewhere || !strings.EqualFold(h.GetName(), "authorization") || h.GetPrefix() != "Bearer "
	}
	if elsewhere {
		return unsure(uses(t, "jwtRules of tokens in other places than Authorization: Bearer"))
	}
	return truth(true)
}

// among says whether a claim that has some of the values have is one of want.
func among(o *securityv1.RequestAuthentication, field string, want, have []string) verdict {
	return overlap(want, have, uses(o, field+" of which the token may have one"))
}

// overlap says whether one of have, which one is not known, is in want.
func overlap(want, have []string, why string) verdict {
	count := 0
	for _, v := range have {
		if slices.Contains(want, v) {
			count++
		}
	}
	switch count {
	case 0:
		return truth(false)
	case len(have):
		return truth(true)
	}
	return unsure(why)
}

// hasToken holds the token that a sidecar verified against a source's
// requestPrincipals, or a condition's key.
func (a *arrival) hasToken(p *securityv1.AuthorizationPolicy, key string, values []string) verdict {
	if known := a.noToken(); !known.known() {
		return unsure(uses(p, "the token of a request, which is not read"))
	}
	t := a.verified
	if t == nil {
		return truth(false)
	}
	star := slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, "*") })
	why := uses(p, key+" "+strings.Join(values, ", ")+", of which the token of "+a.As+" may have one")
	name, isClaim := strings.CutPrefix(key, onClaim)
	switch {
	case key == requestPrincipal && slices.Contains(values, "*"):
		return truth(true)
	case key == requestPrincipal && !slices.ContainsFunc(values, func(v string) bool { return !strings.HasSuffix(v, "/*") }):
		return truth(slices.Contains(values, t.Issuer+"/*"))
	case key == "request.auth.audiences" && !star:
		return overlap(values, t.Audiences, why)
	case isClaim && !star:
		for _, c := range t.Claims {
			if c.Name == strings.TrimSuffix(name, "]") {
				return overlap(values, c.Values, why)
			}
		}
	}
	return unsure(why)
}

const (
	// requestPrincipal is the key of a source's requestPrincipals in a condition.
	requestPrincipal = "request.auth.principal"
	// onClaim begins the keys of conditions on claims.
	onClaim = "request.auth.claims["
)
