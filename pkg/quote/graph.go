package quote

import (
	"html"
	"strings"
)

// XML writes a text as content, or as a quoted attribute, of XML and HTML. A
// control character, for which XML has no form, becomes a blank.
func XML(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r == 0xfffe || r == 0xffff {
			return ' '
		}
		return r
	}, oneLine(s)))
}

// Dot writes lines as one quoted string of Graphviz, under one another. A
// control character becomes a blank.
func Dot(lines ...string) string {
	escaped := make([]string, len(lines))
	for i, l := range lines {
		escaped[i] = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(oneLine(l))
	}
	return `"` + strings.Join(escaped, `\n`) + `"`
}

// Mermaid writes a text so that nothing in it means anything to Mermaid, which
// takes entities, without their ampersand, inside quotes. Of Markdown it knows
// numbered lists, which it refuses. A control character becomes a blank.
func Mermaid(s string) string {
	return strings.NewReplacer(
		"#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "`", "#96;",
		";", "#59;", "{", "#123;", "}", "#125;", "[", "#91;", "]", "#93;", "|", "#124;", `\`, "#92;",
		"*", "#42;", "_", "#95;", ". ", "#46; ", "@", "#64;",
	).Replace(oneLine(s))
}
