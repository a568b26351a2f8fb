// Package gitconfig reads a file of git's settings as git does (config.c at
// v2.39): in goes its text, out come the settings, or the line that git refuses.
package gitconfig

import "strings"

// Setting is a key of a file, with its section.
type Setting struct {
	// Section and Key are in lower case. Before the first section it is empty.
	Section, Key string
	// Subsection is the text in quotes in the head of the section, such as a URL.
	Subsection string
	// Value without quotes and escapes; "true" for a key that has none.
	Value string
	// Line of the key, from 1.
	Line int
}

// Name is section.key without the subsection, which may hold a login.
func (s Setting) Name() string { return s.Section + "." + s.Key }

// Parse reads the text of a file. It returns the settings before the first line
// that git refuses, and the number of that line; 0 if git reads all of it.
func Parse(text string) (settings []Setting, refused int) {
	text = strings.TrimPrefix(text, "\ufeff")
	r := &reader{text: strings.ReplaceAll(text, "\r\n", "\n"), line: 1}
	var head Setting
	for !r.ended {
		line, ok := r.line, true
		switch c := r.next(); {
		case isSpace(c):
		case c == '#' || c == ';':
			for r.next() != '\n' { // the rest of a comment
			}
		case c == '[':
			head, ok = r.head()
		case isKey(c) && c != '-' && c > '9':
			s := head
			s.Line = line
			if s.Key, s.Value, ok = r.setting(c); ok {
				settings = append(settings, s)
			}
		default:
			ok = false
		}
		if !ok {
			return settings, line
		}
	}
	return settings, 0
}

// reader hands out the characters of a file. The end of the file ends a line.
type reader struct {
	text  string
	line  int
	ended bool
}

func (r *reader) next() byte {
	if r.text == "" {
		r.ended = true
		return '\n'
	}
	c := r.text[0]
	r.text = r.text[1:]
	if c == '\n' {
		r.line++
	}
	return c
}

// head is the rest of [section] or [section "subsection"].
func (r *reader) head() (s Setting, ok bool) {
	var name, sub strings.Builder
	c := r.next()
	for ; isKey(c) || c == '.'; c = r.next() {
		name.WriteByte(c)
	}
	s.Section = strings.ToLower(name.String())
	if c == ']' {
		return s, s.Section != ""
	}
	if !isSpace(c) {
		return s, false
	}
	for isSpace(c) && c != '\n' {
		c = r.next()
	}
	if c != '"' {
		return s, false
	}
	for c = r.next(); c != '"'; c = r.next() {
		if c == '\\' {
			c = r.next()
		}
		if c == '\n' {
			return s, false
		}
		sub.WriteByte(c)
	}
	s.Subsection = sub.String()
	return s, r.next() == ']'
}

// setting is the rest of a line that begins with a key.
func (r *reader) setting(c byte) (key, value string, ok bool) {
	var name strings.Builder
	for ; isKey(c); c = r.next() {
		name.WriteByte(c)
	}
	for c == ' ' || c == '\t' {
		c = r.next()
	}
	switch key = strings.ToLower(name.String()); c {
	case '\n':
		return key, "true", true
	case '=':
		value, ok = r.value()
	}
	return key, value, ok
}

// value is what follows =, up to the end of a line that no backslash continues.
func (r *reader) value() (value string, ok bool) {
	var b strings.Builder
	quoted, comment, spaces := false, false, 0
	for {
		c := r.next()
		switch {
		case c == '\n':
			return b.String(), !quoted
		case comment:
			continue
		case isSpace(c) && !quoted:
			if b.Len() > 0 {
				spaces++
			}
			continue
		case (c == '#' || c == ';') && !quoted:
			comment = true
			continue
		}
		b.WriteString(strings.Repeat(" ", spaces))
		spaces = 0
		switch c {
		case '"':
			quoted = !quoted
		case '\\':
			switch c = r.next(); c {
			case '\n':
			case '\\', '"':
				b.WriteByte(c)
			case 't', 'n', 'b':
				b.WriteByte(map[byte]byte{'t': '\t', 'n': '\n', 'b': '\b'}[c])
			default:
				return "", false
			}
		default:
			b.WriteByte(c)
		}
	}
}

// isSpace is a blank of git's own table of characters.
func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// isKey is a character of a key.
func isKey(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-'
}
