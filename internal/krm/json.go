package krm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// JSONDocuments are those of a stream of JSON that are not null. A YAML reader
// would take most of them, but not tabs and not all escapes; encoding/json would
// not say that a key is repeated.
func JSONDocuments(in []byte) (docs []*yaml.Node, err error) {
	in = bytes.TrimPrefix(in, []byte("\ufeff"))
	r := jsonReader{in: in, line: 1, tokens: json.NewDecoder(bytes.NewReader(in))}
	r.tokens.UseNumber()
	for {
		n, err := r.next(0)
		switch {
		case errors.Is(err, io.EOF):
			return docs, nil
		case err != nil:
			r.to(r.tokens.InputOffset())
			return nil, fmt.Errorf("line %d: not JSON: %w", r.line, err)
		case n.Tag != "!!null":
			docs = append(docs, &yaml.Node{Kind: yaml.DocumentNode, Line: n.Line, Content: []*yaml.Node{n}})
		}
	}
}

type jsonReader struct {
	in     []byte
	tokens *json.Decoder
	b      builder
	// line of the offset at.
	line int
	at   int64
}

// to counts the lines up to an offset.
func (r *jsonReader) to(offset int64) {
	r.line += bytes.Count(r.in[r.at:offset], []byte("\n"))
	r.at = offset
}

// next is the next value. io.EOF means that there is none.
func (r *jsonReader) next(depth int) (*yaml.Node, error) {
	token, err := r.tokens.Token()
	if err != nil {
		return nil, err
	}
	r.to(r.tokens.InputOffset())
	line := r.line
	var n *yaml.Node
	switch t := token.(type) {
	case json.Delim:
		if depth++; depth > tree.MaxDepth {
			return nil, fmt.Errorf("nests deeper than %d", tree.MaxDepth)
		}
		n, err = r.collection(t, depth)
	case string:
		n = r.b.str(t)
	case json.Number:
		n = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: t.String()}
		if bytes.ContainsAny([]byte(n.Value), ".eE") {
			n.Tag = "!!float"
		}
	case bool:
		n = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: fmt.Sprint(t)}
	case nil:
		n = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	n.Line = line
	return n, nil
}

// collection is the rest of an object or an array, keys and values or items.
func (r *jsonReader) collection(open json.Delim, depth int) (*yaml.Node, error) {
	n := r.b.mapping()
	if open == '[' {
		n = r.b.sequence()
	}
	for r.tokens.More() {
		child, err := r.next(depth)
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, child)
	}
	_, err := r.tokens.Token()
	return n, err
}
