package prove

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"istio.io/api/networking/v1alpha3"
)

// fits holds a request against the match of a choice: all of it must fit.
func (c *call) fits(one *choice) verdict {
	m := one.match
	if m == nil {
		return truth(true)
	}
	path := func(of string, s *v1alpha3.StringMatch, header string) verdict {
		if s == nil {
			return truth(true)
		}
		return c.hasHeader(one, "http.match."+of, header, s)
	}
	out := []verdict{
		read(one.of, "http.match", m), c.hasPath(one, m),
		path("method", m.GetMethod(), ":method"), path("scheme", m.GetScheme(), ":scheme"), path("authority", m.GetAuthority(), ":authority"),
	}
	for _, name := range slices.Sorted(maps.Keys(m.GetHeaders())) {
		out = append(out, c.hasHeader(one, "http.match.headers", name, m.GetHeaders()[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(m.GetWithoutHeaders())) {
		out = append(out, c.lacksHeader(one, name, m.GetWithoutHeaders()[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(m.GetQueryParams())) {
		const path = "http.match.queryParams"
		if c.trace != nil {
			out = append(out, unsure(uses(one.of, path+", which are followed for single requests only")))
			continue
		}
		out = append(out, c.holds(one, path, m.GetQueryParams()[name], ofQuery+name, false))
	}
	return all(out...)
}

func (c *call) hasPath(one *choice, m *v1alpha3.HTTPMatchRequest) verdict {
	if m.GetUri().GetMatchType() == nil {
		return truth(true)
	}
	return c.holds(one, "http.match.uri", m.GetUri(), ofPath, m.GetIgnoreUriCase())
}

func (c *call) hasHeader(one *choice, path, name string, s *v1alpha3.StringMatch) verdict {
	if known := c.knows(name); !known.known() {
		return because(known, one, path)
	}
	return c.holds(one, path, s, attributeOf(name), false)
}

// lacksHeader is Envoy's inverted match: a header that is not there is taken
// for an empty one, unless any value is meant.
func (c *call) lacksHeader(one *choice, name string, s *v1alpha3.StringMatch) verdict {
	const path = "http.match.withoutHeaders"
	if known := c.knows(name); !known.known() {
		return because(known, one, path)
	}
	of := attributeOf(name)
	if !presence(s) && !c.sees(look{of: of, how: "present"}) {
		empty := *c
		empty.Headers, empty.trace = map[string]string{strings.TrimPrefix(of, ofHeader): ""}, nil
		return empty.holds(one, path, s, of, false).not()
	}
	return c.holds(one, path, s, of, false).not()
}

// because puts the object before the reason why a value is not known.
func because(known verdict, one *choice, path string) verdict {
	return unsure(uses(one.of, path) + ": " + strings.Join(known.why, ", "))
}

// presence says whether a match asks for any value; "*" is no regular
// expression but represents one.
func presence(s *v1alpha3.StringMatch) bool { return s.GetMatchType() == nil || s.GetRegex() == "*" }

// holds is Envoy's: a regular expression covers the whole value.
func (c *call) holds(one *choice, path string, s *v1alpha3.StringMatch, of string, fold bool) verdict {
	if presence(s) {
		return truth(c.sees(look{of: of, how: "present"}))
	}
	switch m := s.GetMatchType().(type) {
	case *v1alpha3.StringMatch_Exact:
		return truth(c.sees(look{of, "exact", m.Exact, fold}))
	case *v1alpha3.StringMatch_Prefix:
		return truth(c.sees(look{of, "prefix", m.Prefix, fold}))
	case *v1alpha3.StringMatch_Regex:
		// Envoy compiles it as it is: a)|(b is none, though it would be one between brackets.
		if _, err := c.world.compile(m.Regex); err != nil {
			return unsure(uses(one.of, path+".regex that does not compile"))
		}
		// Envoy's expressions see characters of UTF-8, and no byte that is none.
		if strings.HasPrefix(of, ofHeader) && c.sees(look{of: of, how: "regex", pattern: `(?s).*[^\x00-\x7f].*`}) {
			return unsure(uses(one.of, path+".regex, and whether a value beyond ASCII fits is not known"))
		}
		return truth(c.sees(look{of: of, how: "regex", pattern: m.Regex}))
	}
	return unsure(uses(one.of, path))
}

// compile a regular expression, once.
func (w *World) compile(expression string) (*regexp.Regexp, error) {
	w.compiling.Lock()
	defer w.compiling.Unlock()
	if re := w.compiled[expression]; re != nil {
		return re, nil
	}
	re, err := regexp.Compile(expression)
	if err == nil {
		w.compiled[expression] = re
	}
	return re, err
}

// query is the first value of a parameter in the query, as it was sent.
func (c *call) query(name string) (value string, there bool) {
	path, _, _ := strings.Cut(c.Path, "#")
	_, query, _ := strings.Cut(path, "?")
	for part := range strings.SplitSeq(query, "&") {
		if key, value, _ := strings.Cut(part, "="); key == name && part != "" {
			return value, true
		}
	}
	return "", false
}

// knows says whether the value of a header is known: some are written by clients
// and Envoys without being asked, and routes may set one to what only a request
// in flight has.
func (c *call) knows(name string) verdict {
	name = strings.ToLower(name)
	if why := c.unset[name]; why != "" {
		return unsure(why)
	}
	switch {
	case c.trace != nil && (name == ":path" || name == "authorization" || strings.HasPrefix(name, "@request.auth.claims")):
		return unsure("the header " + name + " is followed for single requests only")
	case name == ":scheme" && outside(c.As):
		c.Headers[name] = "https"
		c.overwrite(ofHeader + name)
		return truth(true)
	case c.trace == nil && c.sees(look{of: attributeOf(name), how: "present"}):
		return truth(true)
	case name == ":scheme", strings.HasPrefix(name, "x-forwarded-"), strings.HasPrefix(name, "x-envoy-"), strings.HasPrefix(name, "x-b3-"),
		slices.Contains(automatic[:], name):
		return unsure("the value of the header " + name + " is not known; give it with -H")
	case strings.HasPrefix(name, "@request.auth.claims"):
		return c.noToken()
	}
	return truth(true)
}

// automatic are headers that a request on the command line does not name.
var automatic = [...]string{"user-agent", "accept", "accept-encoding", "connection", "content-length", "content-type", "forwarded", "via",
	"x-request-id", "traceparent", "tracestate", "baggage"}

// noToken says that a request carries no token of a user.
func (c *call) noToken() verdict {
	// Of requests that represent others, the caller says which token they have.
	if c.trace == nil && c.bears() {
		return unsure("the claims of a token are not read")
	}
	return truth(true)
}
