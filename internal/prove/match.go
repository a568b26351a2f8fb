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
		value, there := c.query(name)
		out = append(out, c.holds(one, "http.match.queryParams", m.GetQueryParams()[name], value, there, false))
	}
	return all(out...)
}

func (c *call) hasPath(one *choice, m *v1alpha3.HTTPMatchRequest) verdict {
	if m.GetUri().GetMatchType() == nil {
		return truth(true)
	}
	return c.holds(one, "http.match.uri", m.GetUri(), c.bare(), true, m.GetIgnoreUriCase())
}

func (c *call) hasHeader(one *choice, path, name string, s *v1alpha3.StringMatch) verdict {
	value, there, known := c.lookup(name)
	if !known.known() {
		return because(known, one, path)
	}
	return c.holds(one, path, s, value, there, false)
}

// lacksHeader is Envoy's inverted match: a header that is not there is taken
// for an empty one, unless any value is meant.
func (c *call) lacksHeader(one *choice, name string, s *v1alpha3.StringMatch) verdict {
	const path = "http.match.withoutHeaders"
	value, there, known := c.lookup(name)
	if !known.known() {
		return because(known, one, path)
	}
	return c.holds(one, path, s, value, there || !presence(s), false).not()
}

// because puts the object before the reason why a value is not known.
func because(known verdict, one *choice, path string) verdict {
	return unsure(uses(one.of, path) + ": " + strings.Join(known.why, ", "))
}

// presence says whether a match asks for any value; "*" is no regular
// expression but represents one.
func presence(s *v1alpha3.StringMatch) bool { return s.GetMatchType() == nil || s.GetRegex() == "*" }

// holds is Envoy's: a regular expression covers the whole value.
func (c *call) holds(one *choice, path string, s *v1alpha3.StringMatch, value string, there, fold bool) verdict {
	if presence(s) {
		return truth(there)
	}
	if !there {
		return truth(false)
	}
	lower := func(s string) string {
		if fold {
			return strings.ToLower(s)
		}
		return s
	}
	switch m := s.GetMatchType().(type) {
	case *v1alpha3.StringMatch_Exact:
		return truth(lower(value) == lower(m.Exact))
	case *v1alpha3.StringMatch_Prefix:
		return truth(strings.HasPrefix(lower(value), lower(m.Prefix)))
	case *v1alpha3.StringMatch_Regex:
		re, err := c.world.compile(`\A(?:` + m.Regex + `)\z`)
		if err != nil {
			return unsure(uses(one.of, path+".regex that does not compile"))
		}
		return truth(re.MatchString(value))
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

// lookup is a header of a request, and whether its value is known: some are
// written by clients and Envoys without being asked, and routes may set one to
// what only a request in flight has.
func (c *call) lookup(name string) (value string, there bool, known verdict) {
	name = strings.ToLower(name)
	if value, there = c.header(name); there {
		return value, true, truth(true)
	}
	if why := c.unset[name]; why != "" {
		return "", false, unsure(why)
	}
	switch {
	case name == ":scheme" && outside(c.As):
		return "https", true, truth(true)
	case name == ":scheme", strings.HasPrefix(name, "x-forwarded-"), strings.HasPrefix(name, "x-envoy-"), strings.HasPrefix(name, "x-b3-"),
		slices.Contains(automatic[:], name):
		return "", false, unsure("the value of the header " + name + " is not known; give it with -H")
	case strings.HasPrefix(name, "@request.auth.claims"):
		return "", false, c.noToken()
	}
	return "", false, truth(true)
}

// automatic are headers that a request on the command line does not name.
var automatic = [...]string{"user-agent", "accept", "accept-encoding", "connection", "content-length", "content-type", "forwarded", "via",
	"x-request-id", "traceparent", "tracestate", "baggage"}

// noToken says that a request carries no token of a user.
func (c *call) noToken() verdict {
	if _, there := c.header("authorization"); there {
		return unsure("the claims of a token are not read")
	}
	return truth(true)
}
