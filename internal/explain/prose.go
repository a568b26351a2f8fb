// Package explain says what the fields of an AthensSite are, from the schema
// that the program carries, and what a site's spec is with its defaults.
package explain

import (
	"regexp"
	"slices"
	"strings"
)

// Prose is the documentation of a field, taken apart.
type Prose struct {
	// Text is the documentation without the sentences that are shown apart,
	// one paragraph a line.
	Text string
	// Default is what stands behind "Default:", Example behind "Example:";
	// empty if there is none.
	Default, Example string
	// Env are the environment variables that the field sets.
	Env []string
}

// Read takes the documentation of a field apart. The convention is that of the
// Go types: sentences that begin with Default: and Example:, Required. for what
// must be written, and a variable in parentheses for what the field sets.
func Read(doc string) (p Prose) {
	var paragraphs []string
	for _, paragraph := range strings.Split(doc, "\n\n") {
		var kept []string
		for _, sentence := range sentences(strings.Join(strings.Fields(paragraph), " ")) {
			label, rest, _ := strings.Cut(sentence, ": ")
			switch {
			case label == "Default" && p.Default == "":
				p.Default = strings.TrimSuffix(rest, ".")
			case label == "Example" && p.Example == "":
				p.Example = strings.TrimSuffix(rest, ".")
			case sentence == "Required.":
			default:
				kept = append(kept, sentence)
			}
		}
		if len(kept) > 0 {
			paragraphs = append(paragraphs, strings.Join(kept, " "))
		}
	}
	p.Text = strings.Join(paragraphs, "\n")
	for _, found := range variable().FindAllStringSubmatch(doc, -1) {
		if !slices.Contains(p.Env, found[1]) {
			p.Env = append(p.Env, found[1])
		}
	}
	return p
}

// First is the first sentence of a documentation.
func First(doc string) string {
	text, _, _ := strings.Cut(Read(doc).Text, "\n")
	all := sentences(text)
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// variable finds the first word in parentheses where it is a variable's name.
func variable() *regexp.Regexp { return regexp.MustCompile(`\(([A-Z][A-Z0-9]*_[A-Z0-9_]+|GO[A-Z]+)\b`) }

// sentences cuts a line at full stops that a capital follows, and before the
// words Default: and Example:.
func sentences(line string) (out []string) {
	start := 0
	for i := 0; i+1 < len(line); i++ {
		if line[i] != ' ' {
			continue
		}
		rest := line[i+1:]
		labelled := strings.HasPrefix(rest, "Default: ") || strings.HasPrefix(rest, "Example: ")
		capital := rest[0] >= 'A' && rest[0] <= 'Z'
		if labelled || capital && i > 0 && line[i-1] == '.' {
			out = append(out, line[start:i])
			start = i + 1
		}
	}
	if start < len(line) {
		out = append(out, line[start:])
	}
	return out
}
