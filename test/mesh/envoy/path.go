package envoy

import (
	"strconv"
	"strings"

	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
)

// normalize rewrites the path of a request as the connection manager does
// before it looks at it; ok is false if it answers 400 instead.
func normalize(h *hcmv3.HttpConnectionManager, path string) (out string, ok bool) {
	path, query, hasQuery := strings.Cut(path, "?")
	switch h.PathWithEscapedSlashesAction {
	case hcmv3.HttpConnectionManager_IMPLEMENTATION_SPECIFIC_DEFAULT, hcmv3.HttpConnectionManager_KEEP_UNCHANGED:
	default:
		unsupported("path with escaped slashes: %v", h.PathWithEscapedSlashesAction)
	}
	if h.NormalizePath.GetValue() {
		if path, ok = canonical(path); !ok {
			return "", false
		}
	}
	if h.MergeSlashes {
		for strings.Contains(path, "//") {
			path = strings.ReplaceAll(path, "//", "/")
		}
	}
	if hasQuery {
		path += "?" + query
	}
	return path, true
}

// canonical is Envoy's normalize_path, which is Chromium's: backslashes become
// slashes, escaped letters, digits and -._~ are unescaped, and then dot
// segments are taken out. Everything else stays as it is escaped.
func canonical(path string) (string, bool) {
	if !strings.HasPrefix(path, "/") {
		return "", false
	}
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		c := path[i]
		switch {
		case c == '\\':
			c = '/'
		case c == '%' && i+2 < len(path):
			d, err := strconv.ParseUint(path[i+1:i+3], 16, 8)
			switch {
			case err != nil: // passed through
			case d == 0:
				return "", false
			case unreserved(byte(d)):
				c, i = byte(d), i+2
			}
		}
		b.WriteByte(c)
	}
	var out []string
	segments := strings.Split(b.String(), "/")[1:]
	for i, s := range segments {
		last := i == len(segments)-1
		switch {
		case s != "." && s != "..":
			out = append(out, s)
			continue
		case s == ".." && len(out) > 0:
			out = out[:len(out)-1]
		}
		if last {
			out = append(out, "")
		}
	}
	return "/" + strings.Join(out, "/"), true
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
