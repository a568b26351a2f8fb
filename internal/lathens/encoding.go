package lathens

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

// minGzip is the length from which on a list is also kept compressed: below, it
// fits into a few packets as it is.
const minGzip = 8 << 10

// etag names a list's content, the same on each replica. It is weak, because the
// compressed list has the same.
func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + hex.EncodeToString(sum[:8]) + `"`
}

// compressed is nil where it would not be worth its memory.
func compressed(body []byte) []byte {
	if len(body) < minGzip {
		return nil
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body) // a buffer takes all
	_ = z.Close()
	if b.Len() > len(body)/2 {
		return nil
	}
	return bytes.Clone(b.Bytes())
}

// takesGzip tells whether a caller reads gzip.
func takesGzip(h http.Header) bool {
	for _, value := range h["Accept-Encoding"] {
		for coding := range strings.SplitSeq(value, ",") {
			name, q, _ := strings.Cut(strings.ReplaceAll(coding, " ", ""), ";")
			if strings.EqualFold(name, "gzip") && strings.TrimRight(q, "0.") != "q=" {
				return true
			}
		}
	}
	return false
}

// knows tells whether a caller has the content of this name.
func knows(h http.Header, etag string) bool {
	for _, value := range h["If-None-Match"] {
		if value == "*" || strings.Contains(value, strings.TrimPrefix(etag, "W/")) {
			return true
		}
	}
	return false
}
