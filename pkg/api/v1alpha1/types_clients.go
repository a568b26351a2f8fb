package v1alpha1

import (
	"slices"
	"strings"
)

// GatewayClients are clients that the gateway's requests are held against: all
// parts of an entry must hold. At least one of cidrs and jwt.
type GatewayClients struct {
	// Name of the entry, a DNS label. Required, unique. Example: eastus2
	Name string `json:"name"`

	// CIDRs are the address ranges that they come from, as the gateway sees
	// them, or Front Door. Not every address. Example: 203.0.113.7/32
	// Default: any address, with jwt.
	// +listType=atomic
	// +optional
	CIDRs []string `json:"cidrs,omitempty"`

	// JWT is the token that they send, as Authorization: Bearer TOKEN.
	// Default: none is needed, with cidrs.
	// +optional
	JWT *ClientJWT `json:"jwt,omitempty"`
}

// ClientJWT is a JSON web token (RFC 7519) that the sidecars of lathens and
// Athens verify and remove: neither program sees it.
type ClientJWT struct {
	// Issuer is the token's claim iss, letter by letter. Required, an https URL.
	// Example: https://token.actions.githubusercontent.com
	Issuer string `json:"issuer"`

	// Audiences are values of the claim aud, of which the token has at least
	// one. At least one. Example: goproxy
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	Audiences []string `json:"audiences"`

	// JWKSURI is where istiod fetches the issuer's public keys, an https URL, the
	// same in all entries of an issuer. Default: the jwks_uri that
	// ISSUER/.well-known/openid-configuration names, which istiod reads.
	// Example: https://token.actions.githubusercontent.com/.well-known/jwks
	// +optional
	JWKSURI string `json:"jwksURI,omitempty"`

	// Claims that the token must have beside these. Required for an issuer that
	// gives tokens to everyone, such as GitHub Actions. Default: none.
	// +listType=map
	// +listMapKey=name
	// +optional
	Claims []ClientClaim `json:"claims,omitempty"`
}

// Keys is the URL that leads istiod to the issuer's public keys.
func (t *ClientJWT) Keys() string {
	if t.JWKSURI != "" {
		return t.JWKSURI
	}
	return strings.TrimSuffix(t.Issuer, "/") + "/.well-known/openid-configuration"
}

// ClientClaim is a claim of a token: a text, or a list of texts.
type ClientClaim struct {
	// Name of the claim. Required, unique. Example: repository_owner
	Name string `json:"name"`
	// Values of which the claim has at least one, letter by letter. At least one.
	// Example: acme
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	Values []string `json:"values"`
}

// ExtAuthz asks an external authorizer about requests at the gateway.
type ExtAuthz struct {
	// Provider is the name of an extension provider of the mesh config, of type
	// envoyExtAuthzGrpc or envoyExtAuthzHttp. Required, a DNS label. Example: opa
	Provider string `json:"provider"`
}

// Guarded reports whether the site refuses clients: what one client gets, no
// cache may give to another.
func (g *Gateway) Guarded() bool { return len(g.Clients) > 0 || g.ExtAuthz != nil }

// CatalogRanges are the address ranges of all catalogClients, each once.
func (g *Gateway) CatalogRanges() []string { return ranges(g.CatalogClients) }

// ClientRanges are the address ranges of all clients, each once.
func (g *Gateway) ClientRanges() []string { return ranges(g.Clients) }

func ranges(list []GatewayClients) (out []string) {
	for _, c := range list {
		for _, s := range c.CIDRs {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// Issuers are the tokens that clients and catalogClients may send, one for each
// issuer, with all its audiences; in the order of the entries.
func (g *Gateway) Issuers() (out []ClientJWT) {
	for _, c := range slices.Concat(g.Clients, g.CatalogClients) {
		if c.JWT == nil {
			continue
		}
		i := slices.IndexFunc(out, func(t ClientJWT) bool { return t.Issuer == c.JWT.Issuer })
		if i < 0 {
			i = len(out)
			out = append(out, ClientJWT{Issuer: c.JWT.Issuer, JWKSURI: c.JWT.JWKSURI})
		}
		for _, a := range c.JWT.Audiences {
			if !slices.Contains(out[i].Audiences, a) {
				out[i].Audiences = append(out[i].Audiences, a)
			}
		}
	}
	return out
}
