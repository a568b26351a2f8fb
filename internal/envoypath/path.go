// Package envoypath is what an Envoy in an Istio mesh makes of a request's path
// before its routes and policies see it. Path in, path or refusal out. Held
// against Envoy 1.40 by make test-live.
package envoypath

import (
	"encoding/hex"
	"fmt"
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
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			switch d, err := hex.DecodeString(s[i+1 : i+3]); { // error dropped: what is no escape stays
			case err != nil: // stays
			case d[0] == 0:
				return "", false
			case strings.IndexByte(unreserved, d[0]) >= 0:
				c, i = d[0], i+2
			}
		}
		if c >= 0x80 || strings.IndexByte("\"<>^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

const unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
