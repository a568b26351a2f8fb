package prove

import (
	"encoding/hex"
	"path"
	"strings"
)

// normalize is what Istio's default path normalization (BASE) makes of a path
// before routes and policies see it: backslashes become slashes, escapes of
// unreserved characters are undone, and dot segments go. Escaped slashes,
// double slashes and the query stay. It returns false for a path that Envoy
// answers with 400.
func normalize(raw string) (string, bool) {
	bare, query, hasQuery := strings.Cut(raw, "?")
	if !strings.HasPrefix(bare, "/") && !strings.HasPrefix(bare, `\`) {
		return "", false
	}
	bare, ok := unescape(strings.ReplaceAll(bare, `\`, "/"))
	if !ok || !strings.HasPrefix(raw, "/") {
		return "", false
	}
	bare = withoutDots(bare)
	if hasQuery {
		bare += "?" + query
	}
	return bare, true
}

// unescape undoes the escapes of letters, digits and -._~ alone.
func unescape(s string) (string, bool) {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' || i+2 >= len(s) {
			out.WriteByte(s[i])
			continue
		}
		switch c, err := hex.DecodeString(s[i+1 : i+3]); {
		case err == nil && c[0] == 0:
			return "", false
		case err == nil && strings.IndexByte(unreserved, c[0]) >= 0:
			out.WriteByte(c[0])
			i += 2
		default:
			out.WriteByte('%')
		}
	}
	return out.String(), true
}

const unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"

// withoutDots takes out the segments . and .. and leaves empty ones, unlike
// [path.Clean].
func withoutDots(s string) string {
	var out []string
	for segment := range strings.SplitSeq(s[1:], "/") {
		switch segment {
		case ".":
		case "..":
			out = out[:max(len(out)-1, 0)]
		default:
			out = append(out, segment)
		}
	}
	if last := path.Base(s); !strings.HasSuffix(s, "/") && (last == "." || last == "..") {
		out = append(out, "")
	}
	return "/" + strings.Join(out, "/")
}
