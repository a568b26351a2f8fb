package quote

import (
	"strconv"
	"unicode/utf8"
)

// Text is text from outside on one line of a terminal or a log: control
// characters, line breaks, marks that turn the direction of writing, and other
// characters that are not visible are escaped as Go writes them, as in \n and
// \u202e. Everything else stays, also quotes and backslashes.
func Text(s string) string {
	if IsPlain(s) {
		return s
	}
	out := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if strconv.IsPrint(r) && (r != utf8.RuneError || n > 1) {
			out = append(out, s[i:i+n]...)
		} else {
			quoted := strconv.Quote(s[i : i+n])
			out = append(out, quoted[1:len(quoted)-1]...)
		}
		i += n
	}
	return string(out)
}

// IsPlain says whether a text is printable ASCII, which needs no escape here.
func IsPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
