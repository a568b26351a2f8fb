// Package terminal fits text to the width of a terminal. Lines go in, lines that are
// not wider come out; it is pure.
package terminal

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// escape is a change of colour, which takes no room. A command between backquotes is
// one word, so that it can be copied.
var (
	escape = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("\x1b\\[[0-9;]*m") })
	words  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("[^ `]*`[^`]*`[^ ]*|[^ ]+") })
	column = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^.*\S {2,}`) })
)

// Wrap breaks the lines of a text that are wider than a number of columns, between
// words(). What follows is indented as the line is, and in a table as its last column.
// A word that is wider stays whole. A width of 0 changes nothing.
func Wrap(text string, width int) string {
	if width < 1 {
		return text
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimSuffix(line, "\n"); columns(line) > width {
			line = wrapped(line, width)
		}
		out.WriteString(line + "\n")
	}
	return out.String()
}

func wrapped(line string, width int) string {
	head := line[:len(line)-len(strings.TrimLeft(line, " "))]
	if last := column().FindString(line); last != "" && columns(last) < width*2/3 {
		head = last
	}
	margin := strings.Repeat(" ", columns(head))
	out, at := head, columns(head)
	for i, word := range words().FindAllString(line[len(head):], -1) {
		switch n := columns(word); {
		case i == 0:
			out, at = out+word, at+n
		case at+1+n > width:
			out, at = out+"\n"+margin+word, len(margin)+n
		default:
			out, at = out+" "+word, at+1+n
		}
	}
	return out
}

func columns(text string) int { return utf8.RuneCountInString(escape().ReplaceAllString(text, "")) }
