package krm

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/quote"
)

func (p *printer) line(n *yaml.Node) bool {
	s := n.Value
	if !bare(n) || !quote.IsPlain(s) {
		return false
	}
	switch n.Style {
	case yaml.DoubleQuotedStyle:
		return n.Tag == "!!str" && p.quoted(s)
	case yaml.SingleQuotedStyle:
		return n.Tag == "!!str" && p.singleQuoted(s)
	case 0:
	default:
		return false
	}
	switch {
	case n.Tag == "!!int" || n.Tag == "!!float" || n.Tag == "!!bool" || n.Tag == "!!null":
		if s == "" || s[0] == '~' {
			return false
		}
	case n.Tag != "!!str":
		return false
	case readsAsOther(s):
		return p.quoted(s)
	case !readsAsString(s):
		return false
	case !plainAllowed(s):
		return p.singleQuoted(s)
	}
	p.out = append(p.out, s...)
	return true
}

// quoted prints what is printable ASCII, of which Go and YAML escape the same.
func (p *printer) quoted(s string) bool {
	p.out = strconv.AppendQuote(p.out, s)
	return true
}

func (p *printer) singleQuoted(s string) bool {
	p.out = append(p.out, "'"+strings.ReplaceAll(s, "'", "''")+"'"...)
	return true
}

func (p *printer) literal(s string, indent int) bool {
	if s == "" || s[0] == ' ' || s[0] == '\t' || s[0] == '\n' {
		return false
	}
	p.out = append(p.out, '|')
	switch {
	case s[len(s)-1] != '\n':
		p.out = append(p.out, '-')
	case s[len(s)-2] == '\n':
		return false
	default:
		s = s[:len(s)-1]
	}
	for len(s) > 0 {
		line := s
		if i := strings.IndexByte(s, '\n'); i >= 0 {
			line, s = s[:i], s[i+1:]
		} else {
			s = ""
		}
		if !isPlainOrTabs(line) || line != "" && line[len(line)-1] == ' ' {
			return false
		}
		p.out = append(p.out, '\n')
		if line != "" {
			p.indent(indent)
			p.out = append(p.out, line...)
		}
	}
	p.out = append(p.out, '\n')
	return true
}

// isPlainOrTabs says whether a line of literal text is printable ASCII and tabs,
// which the library leaves as they are there.
func isPlainOrTabs(s string) bool {
	for i := range len(s) {
		if s[i] != '\t' && (s[i] < ' ' || s[i] > '~') {
			return false
		}
	}
	return true
}

// readsAsOther says whether a plain word is surely no string for the library:
// it writes it in double quotes.
func readsAsOther(s string) bool {
	switch s {
	case "", "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE":
		return true
	}
	point := false
	for i := range len(s) {
		if s[i] == '.' && !point && i > 0 && i < len(s)-1 {
			point = true
		} else if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// readsAsString says whether a plain word is surely a string for the library,
// whose other words begin with a digit, a sign, a point, ~ or <, or are those
// above.
func readsAsString(s string) bool {
	switch c := s[0]; {
	case c == '.' && len(s) > 1:
		switch s {
		case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF":
			return false
		}
		return !isDigit(s[1])
	case isDigit(c):
		return isNoNumber(s)
	case c == '-' || c == '+':
		return len(s) > 1 && (s[1] == '-' || isLetter(s[1]) || isDigit(s[1]) && isNoNumber(s))
	case c == '<':
		return false
	}
	return true
}

// isNoNumber looks for what is in no number and no date: letters that are
// neither digits nor marks of a base, an exponent or a time, a slash, a second
// point; without the 0 and the letter of a base, its digits too. A hyphen is only
// in exponents, behind the mark of a base and, behind four digits, in dates.
func isNoNumber(s string) bool {
	hyphen, points := false, 0
	for i := 1; i < len(s); i++ {
		switch c := s[i] | 0x20; {
		case 'g' <= c && c <= 'n', 'q' <= c && c <= 's', 'u' <= c && c <= 'w', c == 'y', c == '/':
			return true
		case ('a' <= c && c <= 'd' || c == 'f') && isDigit(s[0]) && (s[0] != '0' || isDigit(s[1])):
			return true
		case s[i] == '.':
			if points++; points > 1 {
				return true
			}
		case s[i] == '-' && !hyphen:
			hyphen = true
			if i != 4 && s[i-1]|0x20 != 'e' && (i != 2 || s[0] != '0') {
				return true
			}
		}
	}
	return false
}

func plainAllowed(s string) bool {
	switch s[0] {
	case '#', ',', '[', ']', '{', '}', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`', ' ':
		return false
	case '-', '?', ':':
		if len(s) == 1 || s[1] == ' ' {
			return false
		}
	}
	if len(s) >= 3 && (s[:3] == "---" || s[:3] == "...") {
		return false
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case ':':
			if i+1 == len(s) || s[i+1] == ' ' {
				return false
			}
		case '#':
			if s[i-1] == ' ' {
				return false
			}
		}
	}
	return s[len(s)-1] != ' '
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
