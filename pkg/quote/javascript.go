package quote

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// JavaScript writes a text as a string literal, which is one of JSON too. What
// cannot be seen, and < > and &, are escapes. Bytes that are no UTF-8 become
// U+FFFD.
func JavaScript(s string) string {
	text, _ := json.Marshal(s) // a string can always be written
	var out strings.Builder
	for _, r := range string(text) {
		switch {
		case unicode.IsPrint(r):
			out.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		}
	}
	return out.String()
}
