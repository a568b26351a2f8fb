package krm

import (
	"bytes"
	"io"

	"go.yaml.in/yaml/v3"
)

// printer prints nodes as kubectl does: two blanks deep, lists not deeper than
// their key.
//
// The YAML library takes longer to print one site than everything else in this
// program takes together, start-up included. Nearly all of a manifest is block
// maps and lists of plain words, and those the printer writes itself; a node
// with anything else in it (comments, anchors, flow style, control characters,
// words that may be numbers) goes through the library as a whole. A test holds
// the two byte for byte against each other.
type printer struct {
	out     []byte
	library *yaml.Encoder
	printed bytes.Buffer
}

// top prints a node that stands at the left margin.
func (p *printer) top(n *yaml.Node) error {
	mark := len(p.out)
	if p.block(n, 0) {
		return nil
	}
	p.out = p.out[:mark]
	return p.slow(n)
}

// slow prints through the library.
func (p *printer) slow(n *yaml.Node) error {
	if p.library == nil {
		p.library = yaml.NewEncoder(&p.printed)
		p.library.SetIndent(2)
		p.library.CompactSeqIndent()
	}
	p.printed.Reset()
	if err := p.library.Encode(n); err != nil {
		return err
	}
	// The encoder separates what it takes for documents of one stream.
	p.out = append(p.out, bytes.TrimPrefix(p.printed.Bytes(), []byte("---\n"))...)
	return nil
}

// block prints a map or a list that is not empty; the cursor stands where its
// first entry goes. It says false if this node is for the library.
func (p *printer) block(n *yaml.Node, indent int) bool {
	if !bare(n) || len(n.Content) == 0 || n.Style != 0 {
		return false
	}
	switch n.Kind {
	case yaml.MappingNode:
		if n.Tag != "!!map" && n.Tag != "" {
			return false
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 {
				p.indent(indent)
			}
			if !p.key(n.Content[i]) || !p.value(n.Content[i+1], indent) {
				return false
			}
		}
		return true
	case yaml.SequenceNode:
		if n.Tag != "!!seq" && n.Tag != "" {
			return false
		}
		for i, item := range n.Content {
			if i > 0 {
				p.indent(indent)
			}
			p.out = append(p.out, '-', ' ')
			if !p.entry(item, indent+2) {
				return false
			}
		}
		return true
	}
	return false
}

func (p *printer) indent(n int) {
	for ; n >= 16; n -= 16 {
		p.out = append(p.out, "                "...)
	}
	p.out = append(p.out, "                "[:n]...)
}

// key prints a key and its colon. The library writes long keys in another way.
func (p *printer) key(k *yaml.Node) bool {
	if k.Kind != yaml.ScalarNode || k.Tag != "!!str" || len(k.Value) > 100 || k.Style == yaml.LiteralStyle || !p.line(k) {
		return false
	}
	p.out = append(p.out, ':')
	return true
}

// value prints what stands behind a key, with its line break.
func (p *printer) value(v *yaml.Node, indent int) bool {
	if v.Kind == yaml.ScalarNode || len(v.Content) == 0 {
		p.out = append(p.out, ' ')
		return p.entry(v, indent+2)
	}
	p.out = append(p.out, '\n')
	if v.Kind == yaml.MappingNode {
		indent += 2
	}
	p.indent(indent)
	return p.block(v, indent)
}

// entry prints a node where the cursor stands, with its line break.
func (p *printer) entry(n *yaml.Node, indent int) bool {
	switch {
	case n.Kind == yaml.ScalarNode && n.Style == yaml.LiteralStyle:
		return bare(n) && n.Tag == "!!str" && p.literal(n.Value, indent)
	case n.Kind == yaml.ScalarNode:
		if !p.line(n) {
			return false
		}
	case len(n.Content) > 0:
		return p.block(n, indent)
	case !bare(n):
		return false
	case n.Kind == yaml.MappingNode && n.Tag == "!!map":
		p.out = append(p.out, "{}"...)
	case n.Kind == yaml.SequenceNode && n.Tag == "!!seq":
		p.out = append(p.out, "[]"...)
	default:
		return false
	}
	p.out = append(p.out, '\n')
	return true
}

// line prints a scalar on one line.
func (p *printer) line(n *yaml.Node) bool {
	s := n.Value
	if !bare(n) || !printableASCII(s) {
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

func (p *printer) quoted(s string) bool {
	p.out = append(p.out, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			p.out = append(p.out, '\\')
		}
		p.out = append(p.out, s[i])
	}
	p.out = append(p.out, '"')
	return true
}

func (p *printer) singleQuoted(s string) bool {
	p.out = append(p.out, '\'')
	for i := range len(s) {
		if s[i] == '\'' {
			p.out = append(p.out, '\'')
		}
		p.out = append(p.out, s[i])
	}
	p.out = append(p.out, '\'')
	return true
}

// literal prints a text of several lines.
func (p *printer) literal(s string, indent int) bool {
	if s == "" || s[0] == ' ' || s[0] == '\n' {
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
		if i := bytes.IndexByte([]byte(s), '\n'); i >= 0 {
			line, s = s[:i], s[i+1:]
		} else {
			s = ""
		}
		if !printableASCII(line) || line != "" && line[len(line)-1] == ' ' {
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

// bare says whether a node is only its kind, style, tag and value.
func bare(n *yaml.Node) bool {
	return n.HeadComment == "" && n.LineComment == "" && n.FootComment == "" && n.Anchor == ""
}

func printableASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
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
	for i := range len(s) {
		if !isDigit(s[i]) {
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
		return len(s) > 1 && s[1] == '-' || len(s) > 1 && isDigit(s[1]) && isNoNumber(s)
	case c == '<':
		return false
	}
	return true
}

// isNoNumber looks for what is in no number and no date: letters that are
// neither digits nor marks of a base, an exponent or a time, and a slash. A
// hyphen is only in exponents and, behind four digits, in dates.
func isNoNumber(s string) bool {
	hyphen := false
	for i := 1; i < len(s); i++ {
		switch c := s[i] | 0x20; {
		case 'g' <= c && c <= 'n', 'q' <= c && c <= 's', 'u' <= c && c <= 'w', c == 'y', c == '/':
			return true
		case s[i] == '-' && !hyphen:
			hyphen = true
			if i != 4 && s[i-1]|0x20 != 'e' {
				return true
			}
		}
	}
	return false
}

// plainAllowed says whether a string can stand without quotes.
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

// WriteStream prints documents with `---` between them.
func WriteStream(w io.Writer, docs ...*yaml.Node) error {
	var p printer
	for i, doc := range docs {
		if i > 0 {
			p.out = append(p.out, "---\n"...)
		}
		if err := p.top(doc); err != nil {
			return err
		}
	}
	_, err := w.Write(p.out)
	return err
}
