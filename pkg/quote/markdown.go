package quote

import "strings"

// CodeSpan writes a text as a code span of Markdown: nothing in it closes the
// span. It is on one line; a control character becomes a blank.
func CodeSpan(s string) string {
	s = oneLine(s)
	fence := strings.Repeat("`", longestTicks(s)+1)
	blank := strings.Trim(s, " ") == ""
	// One blank at each end is taken off where both ends have one.
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || !blank && s[0] == ' ' && s[len(s)-1] == ' ' {
		s = " " + s + " "
	}
	if s == "" {
		s = " " // two ticks alone open a span
	}
	return fence + s + fence
}

// CodeBlock writes a text as a fenced block of Markdown in a language; nothing
// in it ends the block.
func CodeBlock(language, s string) string {
	fence := strings.Repeat("`", max(3, longestTicks(s)+1))
	return fence + language + "\n" + strings.TrimSuffix(s, "\n") + "\n" + fence
}

// Cell keeps Markdown, a code span too, inside one cell of a table.
func Cell(markdown string) string {
	return strings.ReplaceAll(oneLine(markdown), "|", `\|`)
}

// Markdown writes a text as words of a paragraph: no markup, no HTML, no entity.
// It is on one line; a control character becomes a blank.
func Markdown(s string) string {
	var out strings.Builder
	s = oneLine(s)
	numbers := len(s) - len(strings.TrimLeft(s, digits))
	for i, r := range s {
		markup := strings.ContainsRune("\\`*_[]<>&#~$", r)
		// These mean something at the beginning of a line only.
		if markup || i == 0 && strings.ContainsRune("-+=", r) || i == numbers && i > 0 && (r == '.' || r == ')') {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// Anchor is the fragment of a link to a heading, as GitHub and GitLab make it of
// a heading in ASCII: small letters, digits, hyphens and underscores, a hyphen for
// each blank, nothing else. A heading that a page repeats has another anchor.
func Anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return -1
	}, heading)
}

// longestTicks is the length of the longest run of backquotes.
func longestTicks(s string) int {
	longest, run := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}
