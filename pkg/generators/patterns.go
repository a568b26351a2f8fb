package generators

import (
	"path"
	"strings"
)

// patternReader is a program that holds module paths against the patterns of
// private.patterns and download.rules. Each reader compares one spelling of the
// path: the plain one (github.com/Acme/secret), or the case-encoded one of the
// GOPROXY protocol (github.com/!acme/secret).
type patternReader int

// The readers. Routes, AuthorizationPolicies, lathens and crathens compare no
// patterns of modules; spec.athens.filter holds plain paths without wildcards.
const (
	// GoCommand reads GOPRIVATE, GONOPROXY and GONOSUMDB, in Athens and on a
	// developer's machine: the plain path.
	GoCommand patternReader = iota
	// AthensDownload is Athens' download file, whose labels are compared with
	// the decoded path (pkg/download/mode): the plain path.
	AthensDownload
	// AthensLookup is ATHENS_GONOSUM_PATTERNS, which Athens compares with what
	// follows /lookup/ in a request to a checksum database (cmd/proxy/actions):
	// the case-encoded path, with @ and the version in its last element. Athens
	// hands the same list to its go command as GONOSUMDB, which compares the
	// plain path, so both spellings are in it.
	AthensLookup
)

// Patterns are module patterns, written plainly as in the spec, in the form
// that a reader compares. The order is kept; a pattern may become several.
func (r patternReader) Patterns(patterns []string) []string {
	if r != AthensLookup {
		return patterns
	}
	var out []string
	for _, plain := range patterns {
		for _, p := range append([]string{plain}, caseEncoded(plain)...) {
			out = append(out, p)
			if !strings.HasSuffix(p, "*") {
				out = append(out, p+"@*") // the module of that very path
			}
		}
	}
	return unique(out)
}

// caseEncoded are patterns that together match the case-encoded form of every
// path that a plain pattern matches. A capital becomes two characters there, so
// each ? and [class] that can be one needs a second form. A valid site has few
// of them.
func caseEncoded(pattern string) []string {
	out := []string{""}
	for _, token := range PatternTokens(pattern) {
		forms := []string{token}
		switch capitals := capitalsOf(token); {
		case token == "*" || capitals == "":
		case token == capitals:
			forms = []string{"!" + strings.ToLower(token)}
		default:
			forms = append(forms, "!["+strings.ToLower(capitals)+"]")
		}
		var longer []string
		for _, head := range out {
			for _, form := range forms {
				longer = append(longer, head+form)
			}
		}
		out = longer
	}
	return out
}

// capitalsOf are the capitals that one token of a pattern matches.
func capitalsOf(token string) string {
	var out []byte
	for c := byte('A'); c <= 'Z'; c++ {
		if ok, err := path.Match(token, string(c)); ok && err == nil {
			out = append(out, c)
		}
	}
	return string(out)
}

// PatternTokens are the parts of a valid pattern that match on their own: a
// letter, *, ? or a class in brackets.
func PatternTokens(pattern string) (out []string) {
	for pattern != "" {
		n := 1
		if pattern[0] == '[' {
			n = strings.IndexByte(pattern, ']') + 1
		}
		out = append(out, pattern[:n])
		pattern = pattern[n:]
	}
	return out
}
