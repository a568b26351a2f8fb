package v1alpha1

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/gomods/athens-kfn/pkg/quote"
)

const (
	// everyone ends a complaint about clients that are everyone.
	everyone = ": leave clients out to admit everyone"
	// everyReader is the same of catalogClients.
	everyReader = ", and the catalog names private modules: write the addresses of the other regions, as in 203.0.113.7/32"
)

// publicIssuers give a token to everyone, with any audience that is asked for:
// a claim must tell whose it is.
var publicIssuers = map[string]string{
	// docs.github.com, OpenID Connect reference.
	"https://token.actions.githubusercontent.com": "repository_owner",
	// docs.gitlab.com, ID token authentication.
	"https://gitlab.com": "namespace_path",
	// cloud.google.com, Get an ID token.
	"https://accounts.google.com": "email",
}

// clients checks who may use the site, and who reads its catalog.
func (r *rules) clients(path string, g *Gateway) {
	at, catalog := path+".clients", path+".catalogClients"
	if g.Clients != nil && len(g.Clients) == 0 {
		r.add(at, "is empty%s", quote.Said(everyone))
	}
	r.entries(at, g.Clients, everyone)
	r.entries(catalog, g.CatalogClients, everyReader)
	r.oneKeySet(at, catalog, g)
	if x := g.ExtAuthz; x != nil {
		r.required(path+".extAuthz.provider", x.Provider, "the name of an extension provider of the mesh config, as in opa", dnsLabel)
	}
	fd := r.spec.Edge.FrontDoor
	if fd == nil {
		return
	}
	if g.Guarded() && fd.Cache != nil {
		r.add("spec.edge.frontDoor.cache", "would serve one client's answers to every client, and gateway.clients or gateway.extAuthz is set: remove one of them")
	}
	if ranges(g.Clients) != nil && ranges(g.CatalogClients) != nil {
		r.add(at, "has cidrs, which Front Door sees, while those of catalogClients are what the gateway sees, and a sidecar trusts one of them: write a jwt instead of cidrs, or the ranges in Front Door's firewall policy")
	}
}

// entries checks one list of clients; all says what is wrong with every address.
func (r *rules) entries(path string, list []GatewayClients, all string) {
	var names []string
	firsts := map[string]string{}
	for i, c := range list {
		at := item(path, i)
		r.required(child(at, "name"), c.Name, "a name for the entry, as in eastus2", dnsLabel)
		names = append(names, c.Name)
		if len(c.CIDRs) == 0 && c.JWT == nil {
			r.add(child(at, "cidrs"), "is required without jwt; write the addresses of the clients, as in [203.0.113.7/32]")
		}
		if c.JWT != nil {
			clear(firsts) // the same addresses with another token are another client
			r.token(child(at, "jwt"), c.JWT)
		}
		for j, cidr := range c.CIDRs {
			at := item(child(at, "cidrs"), j)
			if first, there := firsts[cidr]; there {
				r.add(at, "%q is repeated, first at %s; remove one", cidr, first)
				continue
			}
			firsts[cidr] = at
			r.check(at, addressRange(cidr, all))
		}
		if c.JWT != nil {
			clear(firsts)
		}
	}
	r.unique(path, names)
	r.wholeInternet(path, ranges(list), all)
}

// token checks what a token must hold.
func (r *rules) token(path string, t *ClientJWT) {
	r.required(child(path, "issuer"), t.Issuer, "the claim iss of the tokens, as in https://token.actions.githubusercontent.com", tokenURL)
	if len(t.Audiences) == 0 {
		r.add(child(path, "audiences"), "is required, because an issuer gives tokens for other services too; write what the clients ask for, as in [goproxy]")
	}
	r.each(child(path, "audiences"), t.Audiences, claimText)
	r.optional(child(path, "jwksURI"), t.JWKSURI, tokenURL)
	var names []string
	for i, c := range t.Claims {
		at := item(child(path, "claims"), i)
		r.required(child(at, "name"), c.Name, "the name of a claim, as in repository_owner", claimName)
		names = append(names, c.Name)
		if len(c.Values) == 0 {
			r.add(child(at, "values"), "is required; write the values that may use the site, as in [acme]")
		}
		r.each(child(at, "values"), c.Values, claimText)
	}
	r.unique(child(path, "claims"), names)
	if claim := publicIssuers[strings.TrimSuffix(t.Issuer, "/")]; claim != "" && len(t.Claims) == 0 {
		r.add(child(path, "claims"), "is required, because everyone gets a token of %s with any audience: write [{name: %s, values: [YOURS]}]", t.Issuer, claim)
	}
	if r.spec.Athens.BasicAuth != nil {
		r.add(path, "is sent in the header Authorization, and so is the password of athens.basicAuth: remove one of them")
	}
}

// oneKeySet refuses two sets of keys for one issuer.
func (r *rules) oneKeySet(path, catalog string, g *Gateway) {
	first := map[string]*ClientJWT{}
	for _, list := range []struct {
		path    string
		clients []GatewayClients
	}{{path, g.Clients}, {catalog, g.CatalogClients}} {
		for i, c := range list.clients {
			if c.JWT == nil {
				continue
			}
			if of := first[c.JWT.Issuer]; of != nil && of.JWKSURI != c.JWT.JWKSURI {
				r.add(item(list.path, i)+".jwt.jwksURI", "is %s, but another entry has %s for this issuer: write the same in both", orUnset(c.JWT.JWKSURI), orUnset(of.JWKSURI))
			}
			first[c.JWT.Issuer] = c.JWT
		}
	}
}

// orUnset is a text in quotes, or a word for none.
func orUnset(s string) quote.Said {
	if s == "" {
		return "not set"
	}
	return quote.Said(quote.Value(s))
}

// tokenURL is the URL of an issuer or of its keys.
func tokenURL(s string) string {
	if problem := httpURL(s); problem != "" {
		return problem
	}
	if !strings.HasPrefix(s, "https://") {
		return quote.Sprintf("%q is not encrypted, and who changes the keys on their way is every client; write https://", s)
	}
	return ""
}

// claimText is the value of a claim as a policy holds it: a star would be a
// pattern.
func claimText(s string) string {
	switch {
	case s == "":
		return "is empty; write the text that the tokens have"
	case len(s) > validation.DNS1123SubdomainMaxLength:
		return quote.Sprintf("is %d characters long; at most %d are possible", len(s), validation.DNS1123SubdomainMaxLength)
	case strings.Contains(s, "*"):
		return quote.Sprintf("%q holds a star, which would be a pattern; write each text in full", s)
	case !inSet(s, alphabet+digits+"_-.:/@+="):
		return quote.Sprintf("%q holds a character that such a claim does not have; write letters, digits and _-.:/@+=", s)
	}
	return ""
}

// claimName is the name of a claim in the brackets of a condition.
func claimName(s string) string {
	if len(s) > validation.DNS1123LabelMaxLength || !inSet(s, alphabet+digits+"_-.:/") {
		return quote.Sprintf("%q is not the name of a claim; write letters, digits and _-.:/, as in repository_owner", s)
	}
	if s == "iss" || s == "aud" {
		return quote.Sprintf("%q has a rule of its own: write issuer and audiences, and remove this entry", s)
	}
	return ""
}

// addressRange is a range of addresses that hosts have; all says what is wrong
// with every address.
func addressRange(s, all string) string {
	p, problem := prefix(s, "203.0.113.7/32")
	if problem == "" && p.Addr().Is4In6() {
		return quote.Sprintf("%q is a range of IPv4 in the notation of IPv6, which no client has: write it as IPv4, as in 203.0.113.7/32", s)
	}
	if problem == "" && p.Bits() == 0 {
		return quote.Sprintf("%q is every address%s", s, quote.Said(all))
	}
	return problem
}
