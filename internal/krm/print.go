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
	used    int // how often the library has printed
	printed bytes.Buffer
}

// fresh is how many nodes one encoder of the library prints: it keeps every event
// of its life, and 20,000 nodes of others took 340 MiB.
const fresh = 64

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
	if p.used++; p.used%fresh == 1 {
		p.library = yaml.NewEncoder(&p.printed)
		p.library.SetIndent(2)
		p.library.CompactSeqIndent()
	}
	p.printed.Reset()
	if err := p.library.Encode(faithful(n, false, false)); err != nil {
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

// bare says whether a node is only its kind, style, tag and value.
func bare(n *yaml.Node) bool {
	return n.HeadComment == "" && n.LineComment == "" && n.FootComment == "" && n.Anchor == ""
}

// WriteStream prints documents with `---` between them.
func WriteStream(w io.Writer, docs ...*yaml.Node) error {
	items := make([]item, len(docs))
	for i, doc := range docs {
		items[i].there = doc
	}
	var p printer
	return p.write(w, items, document)
}

// WriteMade prints objects that were made, as documents.
func WriteMade(w io.Writer, made []Made) error {
	items := make([]item, len(made))
	for i := range made {
		items[i].made = &made[i]
	}
	var p printer
	return p.write(w, items, document)
}

// frame is what a printed item is in.
type frame func(p *printer, i int, n *yaml.Node) error

// document is one of a stream.
func document(p *printer, i int, n *yaml.Node) error {
	if i > 0 {
		p.out = append(p.out, "---\n"...)
	}
	return p.top(n)
}

// entry is one of a list: at the left margin a list with one entry looks the
// same as that entry of a longer one.
func entry(p *printer, _ int, n *yaml.Node) error {
	return p.top(&yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{n}})
}

// write writes what the printer has, and items one after another. What was
// there before may be something that cannot be printed: it is printed first,
// and nothing is written then. What was made is encoded, printed and let go, one
// after another.
func (p *printer) write(w io.Writer, items []item, frame frame) error {
	begin := len(p.out)
	ends := make([]int, 0, len(items))
	for i, it := range items {
		if it.made == nil {
			if err := frame(p, i, it.there); err != nil {
				return err
			}
		}
		ends = append(ends, len(p.out))
	}
	text := p.out
	if _, err := w.Write(text[:begin]); err != nil {
		return err
	}
	p.out = nil
	for i, it := range items {
		piece := text[begin:ends[i]]
		if begin = ends[i]; it.made != nil {
			p.out = p.out[:0]
			if err := frame(p, i, it.node()); err != nil {
				return err
			}
			piece = p.out
		}
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	p.out = p.out[:0]
	return nil
}
