package terraform

import (
	"bytes"
	"encoding/json"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// block is a block of a configuration, or a map: its members in their order,
// where encoding/json would sort them.
type block []member

type member struct {
	key   string
	value any
}

// MarshalJSON writes the members in their order.
func (b block) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, m := range b {
		if i > 0 {
			out.WriteByte(',')
		}
		key, err := plain(m.key)
		if err != nil {
			return nil, err
		}
		value, err := plain(written(m.value))
		if err != nil {
			return nil, err
		}
		out.Write(key)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// reference is an expression of ours, as in ${azurerm_resource_group.a.name}.
// Any other string is a text, often one of a site's file, and never evaluated.
type reference string

// written is a value as the JSON syntax of Terraform means it.
func written(value any) any {
	switch v := value.(type) {
	case string:
		return quote.Terraform(v)
	case []string:
		out := make([]string, len(v))
		for i := range v {
			out[i] = quote.Terraform(v[i])
		}
		return out
	}
	return value
}

// plain is a value as JSON without the escapes for HTML.
func plain(value any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return bytes.TrimSpace(out.Bytes()), err
}

// set puts a value under a path of keys, making the blocks between.
func (b block) set(value any, path ...string) block {
	for i := range b {
		if b[i].key != path[0] {
			continue
		}
		if len(path) == 1 {
			b[i].value = value
			return b
		}
		b[i].value = b[i].value.(block).set(value, path[1:]...)
		return b
	}
	if len(path) > 1 {
		value = block{}.set(value, path[1:]...)
	}
	return append(b, member{path[0], value})
}
