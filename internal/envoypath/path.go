// Package envoypath is what an Envoy in an Istio mesh makes of a request's path
// before its routes and policies see it. Path in, path or refusal out. Held
// against Envoy 1.40 by make test-live.
package envoypath

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Codec is the protocol that a path arrives in; each refuses other bytes.
type Codec int

const (
	HTTP1 Codec = iota
	HTTP2
)

// Normalize is Istio's default normalization (BASE); ok is false for a path
// that Envoy answers with 400:
//
//	path     = "/" segments [ "?" query ] [ "#" fragment ]
//	fragment   goes: Istio sets http_reject_path_with_fragment to false
//	query      stays as it is
//	segment    "." or "..", unescaped, loses what follows its ";"
//	           then each "\" is a "/"
//	           %00 is refused; escapes of letters, digits and -._~ are undone
//	           an escape that would only come to be by that does not: %%32%65 is %252e, as is %2%65
//	           " < > ^ ` { | } and bytes from 0x80 are escaped; every other escape, %2f too, stays
//	           then "." goes, and ".." with the segment before it
//	           empty segments stay
//
// It is not idempotent: "%2e%2e;x" becomes "..;x", which the next Envoy takes for
// "..". The gateway has a route for these (mesh.ReadTwice).
func Normalize(raw string, codec Codec) (path string, ok bool) {
	raw = strings.TrimRight(raw, " ")
	if !strings.HasPrefix(raw, "/") || strings.ContainsFunc(raw, codec.refuses) {
		return "", false
	}
	raw, _, _ = strings.Cut(raw, "#")
	bare, query, hasQuery := strings.Cut(raw, "?")
	segments := strings.Split(bare, "/")
	for i, s := range segments {
		if dots, _, _ := strings.Cut(s, ";"); isDots(dots) {
			segments[i] = dots
		}
	}
	segments = strings.Split(strings.ReplaceAll(strings.Join(segments, "/"), `\`, "/"), "/")[1:]
	var out []string
	for i, s := range segments {
		if s, ok = unescape(s); !ok {
			return "", false
		}
		if !isDots(s) {
			out = append(out, s)
			continue
		}
		if s == ".." {
			out = out[:max(len(out)-1, 0)]
		}
		if i == len(segments)-1 {
			out = append(out, "")
		}
	}
	path = "/" + strings.Join(out, "/")
	if hasQuery {
		path += "?" + query
	}
	return path, true
}

// refuses a character. HTTP/1.1 takes printable ASCII only.
func (c Codec) refuses(r rune) bool {
	return r <= ' ' || r == 0x7f || r > 0x7f && c == HTTP1
}

func isDots(segment string) bool { return segment == "." || segment == ".." }

// unescape undoes the escapes of unreserved characters, and escapes what must
// not stand in a path; ok is false for a zero.
func unescape(s string) (out string, ok bool) {
	var b []byte
	bare := -4 // where b has the last percent sign that begins no escape
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			switch d, is := escape(s[i:]); {
			case !is:
				bare = len(b)
			case d == 0:
				return "", false
			case strings.IndexByte(unreserved, d) >= 0:
				i += len("41")
				b = append(b, d)
				after := append(slices.Clip(b), s[i+1:min(i+2, len(s))]...)
				if bare+len("%41") >= len(b) {
					if _, nested := escape(string(after[bare:])); nested {
						b = slices.Insert(b, bare+1, '2', '5')
					}
				}
				continue
			}
		}
		if c >= 0x80 || strings.IndexByte("\"<>^`{|}", c) >= 0 {
			b = fmt.Appendf(b, "%%%02X", c)
		} else {
			b = append(b, c)
		}
	}
	return string(b), true
}

// escape is the character of the escape that a text begins with.
func escape(s string) (c byte, is bool) {
	if len(s) < len("%41") {
		return 0, false
	}
	d, err := hex.DecodeString(s[1:3]) // error dropped: then it is none
	return append(d, 0)[0], err == nil
}

const unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
