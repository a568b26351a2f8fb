package prove

import (
	"maps"
	"regexp"
	"strings"
	"sync"

	"istio.io/api/networking/v1alpha3"

	"github.com/gomods/athens-kfn/internal/envoypath"
)

// look is one question about one attribute of a request. Routes, policies and
// Gateways see a request only by looks, so that two requests for which all looks
// say the same have the same answer: prove --all depends on it. TestLooks_DecideTheAnswer
// holds it.
type look struct {
	// of is path, method, authority, hostname (of the authority), :path (with the
	// query), query:NAME or header:NAME.
	of string
	// how is exact, prefix, suffix, regex, wild (a host that begins with *), hosts (one
	// of several, with blanks between), some
	// (any value but an empty one), present, or unstable (a path of which the next
	// Envoy makes another).
	how     string
	pattern string
	// fold says that upper and lower case are one.
	fold bool
}

// The attributes of looks.
const (
	ofPath      = "path"
	ofMethod    = "method"
	ofAuthority = "authority"
	ofHostname  = "hostname"
	ofWholePath = ":path"
	ofQuery     = "query:"
	ofHeader    = "header:"
)

// trace is what became of a request that represents others: only looks tell it
// from those.
type trace struct {
	looks []seen
	// reached are the programs that let it pass, fallbacks among them.
	reached []string
	// twice says that an Envoy may judge another path than the one before it.
	twice bool
	// route that the request took last; nil for none.
	route *v1alpha3.HTTPRoute
}

type seen struct {
	look
	is bool
}

// sees is a look at a request.
func (c *call) sees(l look) bool {
	value, there := c.attribute(l.of)
	is := there && c.world.fits(l, value)
	if c.trace != nil && !c.written[l.of] {
		c.trace.looks = append(c.trace.looks, seen{l, is})
		c.judged = c.judged || l.of == ofPath
	}
	return is
}

// attribute of a request. No other code reads these fields to decide something.
func (c *call) attribute(of string) (value string, there bool) {
	switch of {
	case ofPath:
		return c.bare(), true
	case ofMethod:
		return c.Method, true
	case ofAuthority:
		return c.Host, true
	case ofHostname:
		return hostname(c.Host), true
	case ofWholePath:
		return c.Path, true
	}
	if name, is := strings.CutPrefix(of, ofQuery); is {
		return c.query(name)
	}
	value, there = c.Headers[strings.TrimPrefix(of, ofHeader)]
	return value, there
}

// attributeOf a header, pseudo headers among them.
func attributeOf(header string) string {
	switch name := strings.ToLower(header); name {
	case ":method":
		return ofMethod
	case ":path":
		return ofWholePath
	case ":authority", "host":
		return ofAuthority
	default:
		return ofHeader + name
	}
}

// fits holds a value that is there against a look.
func (w *World) fits(l look, value string) bool {
	pattern := l.pattern
	if l.fold && l.how != "regex" {
		value, pattern = strings.ToLower(value), strings.ToLower(pattern)
	}
	switch l.how {
	case "exact":
		return value == pattern
	case "prefix":
		return strings.HasPrefix(value, pattern)
	case "suffix":
		return strings.HasSuffix(value, pattern)
	case "wild":
		return covers("*"+pattern, value)
	case "hosts":
		for h := range strings.SplitSeq(pattern, " ") {
			if covers(h, value) {
				return true
			}
		}
		return false
	case "some":
		return value != ""
	case "unstable":
		return unstable().MatchString(value)
	case "regex":
		re, err := w.compile(`\A(?:` + pattern + `)\z`)
		return err == nil && re.MatchString(value)
	}
	return true // present
}

// expression of the values that fit a look, in which each byte is the character of that
// number.
func (l look) expression() string {
	quoted := regexp.QuoteMeta(bytewise(l.pattern))
	if l.fold {
		quoted = `(?i:` + quoted + `)`
	}
	var out string
	switch l.how {
	case "exact":
		out = quoted
	case "prefix":
		out = quoted + `.*`
	case "suffix":
		out = `.*` + quoted
	case "wild":
		out = `.+` + quoted
	case "hosts":
		var hosts []string
		for h := range strings.SplitSeq(l.pattern, " ") {
			if suffix, wild := strings.CutPrefix(h, "*"); wild {
				hosts = append(hosts, `.+`+regexp.QuoteMeta(suffix))
			} else {
				hosts = append(hosts, regexp.QuoteMeta(h))
			}
		}
		out = strings.Join(hosts, "|")
	case "some":
		out = `.+`
	case "unstable":
		out = envoypath.Unstable
	case "regex":
		out = l.pattern
	default:
		out = `.*`
	}
	if l.of == ofHostname {
		// The name in an authority of the space: what is before the colon.
		out = `(?i:` + strings.ReplaceAll(out, `.+`, `[^:]+`) + `)(?::.*)?`
	}
	return out
}

// bytewise has a character for each byte of a text.
func bytewise(text string) string {
	out := make([]rune, len(text))
	for i := range len(text) {
		out[i] = rune(text[i])
	}
	return string(out)
}

var unstable = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\A(?:` + envoypath.Unstable + `)\z`) })

// glob is the look of a pattern of a policy: the value itself, prefix*, *suffix, or
// * for any value but an empty one.
func glob(of, p string, fold bool) look {
	switch {
	case p == "*":
		return look{of: of, how: "some"}
	case strings.HasPrefix(p, "*"):
		return look{of, "suffix", p[1:], fold}
	case strings.HasSuffix(p, "*"):
		return look{of, "prefix", p[:len(p)-1], fold}
	}
	return look{of, "exact", p, fold}
}

// isAny says whether an attribute fits one of some patterns of a policy; no
// patterns fit everything.
func (c *call) isAny(of string, patterns []string, fold bool) bool {
	for _, p := range patterns {
		if c.sees(glob(of, p, fold)) {
			return true
		}
	}
	return len(patterns) == 0
}

func (c *call) isNone(of string, patterns []string, fold bool) bool {
	return len(patterns) == 0 || !c.isAny(of, patterns, fold)
}

// covered says whether a host of a Gateway or VirtualService is one for the name
// in the authority of a request.
func (c *call) covered(host string) bool {
	if suffix, wild := strings.CutPrefix(host, "*"); wild {
		return c.sees(look{of: ofHostname, how: "wild", pattern: suffix})
	}
	return c.sees(look{of: ofHostname, how: "exact", pattern: host})
}

// overwrite notes that an Envoy wrote an attribute: what was sent no longer counts.
func (c *call) overwrite(of ...string) {
	c.written = maps.Clone(c.written)
	if c.written == nil {
		c.written = map[string]bool{}
	}
	for _, a := range of {
		c.written[a] = true
	}
}
