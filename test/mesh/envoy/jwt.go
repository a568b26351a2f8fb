package envoy

import (
	"slices"
	"strings"

	jwtv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/jwt_authn/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

// Token is what a request has behind Authorization: Bearer, signed by its issuer
// with a key that is at its jwksURI.
type Token struct {
	Issuer string
	// Claims by name; each is a list of texts.
	Claims map[string][]string
}

// jwtFilter is the name of the filter that verifies tokens.
const jwtFilter = "envoy.filters.http.jwt_authn"

// verify is the status with which the filter refuses a request; 0 lets it pass,
// and what it verified is in r.verified.
func verify(config *jwtv3.JwtAuthentication, r *Request) int {
	if len(config.Rules) != 1 || config.Rules[0].GetMatch().GetPrefix() != "/" || config.GetFilterStateRules() != nil {
		unsupported("rules of %s", jwtFilter)
	}
	if r.Token == nil {
		if bearer, _ := r.header("authorization"); strings.HasPrefix(bearer, "Bearer ") {
			return 401
		}
		return 0
	}
	for _, p := range config.Providers {
		if len(p.FromHeaders) != 1 || p.FromHeaders[0].Name != "Authorization" || p.FromHeaders[0].ValuePrefix != "Bearer " || len(p.FromParams)+len(p.FromCookies) > 0 || p.Forward {
			unsupported("where %s takes tokens from, or leaves them", jwtFilter)
		}
		if p.GetIssuer() != r.Token.Issuer {
			continue
		}
		if len(p.Audiences) > 0 && !slices.ContainsFunc(r.Token.Claims["aud"], func(a string) bool { return slices.Contains(p.Audiences, a) }) {
			return 403
		}
		r.verified, r.Token = r.Token, nil
		return 0
	}
	return 401
}

// hasClaim holds a claim of the verified token against a matcher.
func hasClaim(m *matcherv3.MetadataMatcher, r *Request) bool {
	if m.Filter != jwtFilter || len(m.Path) != 2 || m.Path[0].GetKey() != "payload" || m.Invert {
		unsupported("metadata of %s", m.Filter)
	}
	if r == nil || r.verified == nil {
		return false
	}
	values := r.verified.Claims[m.Path[1].GetKey()]
	if m.Path[1].GetKey() == "iss" {
		values = []string{r.verified.Issuer}
	}
	return slices.ContainsFunc(values, func(v string) bool { return matchValue(m.Value, v) })
}

func matchValue(m *matcherv3.ValueMatcher, value string) bool {
	switch m := m.MatchPattern.(type) {
	case *matcherv3.ValueMatcher_StringMatch:
		return matchString(m.StringMatch, value)
	case *matcherv3.ValueMatcher_ListMatch:
		return matchValue(m.ListMatch.GetOneOf(), value)
	case *matcherv3.ValueMatcher_OrMatch:
		return slices.ContainsFunc(m.OrMatch.ValueMatchers, func(m *matcherv3.ValueMatcher) bool { return matchValue(m, value) })
	}
	unsupported("metadata value %T", m.MatchPattern)
	return false
}
