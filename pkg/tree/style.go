package tree

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// StyleOf is the style in which a string is written. The YAML library quotes by itself what
// it would read as something else; this adds what only YAML 1.1 readers
// misread: n and on are booleans there, 1:30 is ninety, = is a value of its
// own, and a date may have blanks in it.
func StyleOf(s string) yaml.Style {
	switch {
	case IsYAML11Bool(s), s == "=":
		return yaml.DoubleQuotedStyle
	case strings.Contains(s, "\n"):
		if !fitsLiteral(s) {
			return yaml.DoubleQuotedStyle
		}
		return yaml.LiteralStyle
	case isSexagesimal(s), isDate(s):
		return yaml.DoubleQuotedStyle
	}
	return 0
}

// IsYAML11Bool reports whether YAML 1.1 reads a plain scalar as a bool, where
// YAML 1.2 reads a string.
func IsYAML11Bool(s string) bool {
	switch s {
	case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF":
		return true
	}
	return false
}

// fitsLiteral says whether a text of several lines looks like itself as a
// literal block. White space at the end of a line cannot be seen there, and at
// the beginning of the text, or alone on a line, readers take it for
// indentation.
func fitsLiteral(s string) bool {
	if strings.TrimLeft(s, " \t\n\r") != s {
		return false
	}
	for line := range strings.Lines(s) {
		line = strings.TrimSuffix(line, "\n")
		if strings.TrimRight(line, " \t\r") != line {
			return false
		}
	}
	return true
}

// isSexagesimal recognises numbers to base 60: [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(.[0-9_]*)?
func isSexagesimal(s string) bool {
	s = strings.TrimLeft(s, "+-")
	if s == "" || !isDigit(s[0]) {
		return false
	}
	s, _, _ = strings.Cut(s, ".")
	parts := strings.Split(s, ":")
	for _, p := range parts {
		if p == "" || strings.Trim(p, "0123456789_") != "" {
			return false
		}
	}
	return len(parts) > 1
}

// isDate recognises what begins like 2006-1-2.
func isDate(s string) bool {
	return len(s) >= 8 && isDigit(s[0]) && isDigit(s[1]) && isDigit(s[2]) && isDigit(s[3]) &&
		s[4] == '-' && isDigit(s[5])
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
