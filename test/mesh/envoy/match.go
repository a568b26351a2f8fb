package envoy

import (
	"regexp"
	"strings"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

// header of a request; HTTP/2's pseudo headers represent the request line.
func (r Request) header(name string) (string, bool) {
	switch name = strings.ToLower(name); name {
	case ":method":
		return r.Method, true
	case ":path":
		return r.Path, true
	case ":authority", "host":
		return r.Authority, true
	}
	v, ok := r.Headers[name]
	return v, ok
}

// path without query and fragment, as Envoy matches it.
func (r Request) path() string {
	if i := strings.IndexAny(r.Path, "?#"); i >= 0 {
		return r.Path[:i]
	}
	return r.Path
}

// full matches a regular expression against the whole of s, as Envoy does.
func full(re, s string) bool {
	r, err := regexp.Compile(`\A(?:` + re + `)\z`)
	if err != nil {
		unsupported("regular expression %q: %v", re, err)
	}
	return r.MatchString(s)
}

func matchString(m *matcherv3.StringMatcher, s string) bool {
	fold := func(pattern string) string {
		if m.IgnoreCase {
			s = strings.ToLower(s)
			return strings.ToLower(pattern)
		}
		return pattern
	}
	switch p := m.MatchPattern.(type) {
	case *matcherv3.StringMatcher_Exact:
		p0 := fold(p.Exact)
		return p0 == s
	case *matcherv3.StringMatcher_Prefix:
		p0 := fold(p.Prefix)
		return strings.HasPrefix(s, p0)
	case *matcherv3.StringMatcher_Suffix:
		p0 := fold(p.Suffix)
		return strings.HasSuffix(s, p0)
	case *matcherv3.StringMatcher_Contains:
		p0 := fold(p.Contains)
		return strings.Contains(s, p0)
	case *matcherv3.StringMatcher_SafeRegex:
		return full(p.SafeRegex.Regex, s)
	}
	unsupported("string matcher %T", m.MatchPattern)
	return false
}

// matchHeader: a header that is missing matches nothing, not even inverted,
// unless it represents the empty one.
func matchHeader(m *routev3.HeaderMatcher, r Request) bool {
	v, ok := r.header(m.Name)
	if p, is := m.HeaderMatchSpecifier.(*routev3.HeaderMatcher_PresentMatch); is {
		return (ok == p.PresentMatch) != m.InvertMatch
	}
	if !ok && !m.TreatMissingHeaderAsEmpty {
		return false
	}
	s, is := m.HeaderMatchSpecifier.(*routev3.HeaderMatcher_StringMatch)
	if !is {
		unsupported("header matcher %T", m.HeaderMatchSpecifier)
	}
	return matchString(s.StringMatch, v) != m.InvertMatch
}
