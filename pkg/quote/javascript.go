package quote

import "encoding/json"

// JavaScript writes a text as a string literal, which is one of JSON too. What
// cannot be seen, and < > and &, are escapes. Bytes that are no UTF-8 become
// U+FFFD.
func JavaScript(s string) string {
	text, _ := json.Marshal(s) // a string can always be written
	return escapeUnseen(string(text))
}
