// Package quote writes a text from a site's file into another language: one
// function a language, named for it. What comes out is read by that language's
// own reader as the text that went in, and as nothing else. It is pure.
//
// A control character means something to most readers and terminals, and some
// languages cannot write it; the rules of package v1alpha1 keep it out of every
// name. Where a function changes one, its comment says so.
package quote

import (
	"strings"
	"unicode"
)

// The characters of names.
const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)

// only says whether a text is not empty and made of the characters.
func only(s, characters string) bool { return s != "" && strings.Trim(s, characters) == "" }

// oneLine is valid UTF-8 on one line: a control character becomes a blank, as does
// one that turns the direction of writing.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unseen(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// unseen says whether a character is a control one, or turns the direction of writing.
func unseen(r rune) bool {
	return r < ' ' || 0x7f <= r && r < 0xa0 || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
}
