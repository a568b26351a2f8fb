// Package manifest reads Kubernetes manifests as they are written, and the
// files of this repository that hold them.
package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Object is one manifest. Numbers are int, maps map[string]any.
type Object map[string]any

// Parse reads a YAML stream; a ResourceList in it represents its items.
func Parse(stream []byte) ([]Object, error) {
	var out []Object
	dec := yaml.NewDecoder(bytes.NewReader(stream))
	for {
		var o map[string]any
		err := dec.Decode(&o)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		switch {
		case o == nil:
		case o["kind"] == "ResourceList":
			for _, item := range Object(o).List("items") {
				out = append(out, item)
			}
		default:
			out = append(out, o)
		}
	}
}

// YAML writes objects as a stream.
func YAML(objects []Object) string {
	var b strings.Builder
	for _, o := range objects {
		text, err := yaml.Marshal(map[string]any(o))
		if err != nil {
			panic(err) // what was read as YAML can be written as YAML
		}
		b.WriteString("---\n")
		b.Write(text)
	}
	return b.String()
}

// Clone is a deep copy.
func Clone(objects []Object) []Object {
	out := make([]Object, len(objects))
	for i, o := range objects {
		out[i] = clone(map[string]any(o)).(map[string]any)
	}
	return out
}

func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := maps.Clone(v)
		for k := range m {
			m[k] = clone(m[k])
		}
		return m
	case []any:
		l := slices.Clone(v)
		for i := range l {
			l[i] = clone(l[i])
		}
		return l
	}
	return v
}

// At follows a path of keys; nil where it ends early.
func (o Object) At(path ...string) any {
	var v any = map[string]any(o)
	for _, key := range path {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

// Text is the string at a path, or "".
func (o Object) Text(path ...string) string {
	s, _ := o.At(path...).(string)
	return s
}

// Int is the number at a path; ok is false if there is none.
func (o Object) Int(path ...string) (n int, ok bool) {
	n, ok = o.At(path...).(int)
	return n, ok
}

// Map is the map at a path, or nil.
func (o Object) Map(path ...string) Object {
	m, _ := o.At(path...).(map[string]any)
	return m
}

// Labels is the map of strings at a path.
func (o Object) Labels(path ...string) map[string]string {
	out := map[string]string{}
	for k, v := range o.Map(path...) {
		out[k] = fmt.Sprint(v)
	}
	return out
}

// List is the list of maps at a path.
func (o Object) List(path ...string) []Object {
	items, _ := o.At(path...).([]any)
	var out []Object
	for _, item := range items {
		if m, ok := item.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

func (o Object) Kind() string      { return o.Text("kind") }
func (o Object) Name() string      { return o.Text("metadata", "name") }
func (o Object) Namespace() string { return o.Text("metadata", "namespace") }

// Group is the API group; "" for the core one.
func (o Object) Group() string {
	group, _, found := strings.Cut(o.Text("apiVersion"), "/")
	if !found {
		return ""
	}
	return group
}

func (o Object) String() string {
	return strings.TrimPrefix(o.Kind()+" "+o.Namespace()+"/"+o.Name(), " ")
}

// Find is the object of a kind, namespace and name; nil if there is none.
func Find(objects []Object, kind, namespace, name string) Object {
	for _, o := range objects {
		if o.Kind() == kind && o.Namespace() == namespace && o.Name() == name {
			return o
		}
	}
	return nil
}

// Has says whether labels hold all of a selector.
func Has(labels, selector map[string]string) bool {
	for k, v := range selector {
		if labels[k] != v {
			return false
		}
	}
	return true
}
