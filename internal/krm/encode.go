// Package krm is the outside of the function: the ResourceList on stdin and
// stdout, the encoding of typed objects, and who owns which object.
package krm

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/proto"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Encode turns a typed object, a pointer to a struct, into a YAML mapping as
// an operator would write it: apiVersion, kind and metadata first, then the
// fields in the order of their declaration; no status; nothing that is empty
// and optional.
//
// encoding/json is not used for structs: it sorts nothing, prints `status: {}`
// and `creationTimestamp: null`, and its bytes would have to be parsed again.
func Encode(obj any) *yaml.Node {
	v := reflect.ValueOf(obj).Elem()
	var b builder
	n := b.mapping()
	fields := fieldsOf(v.Type())
	for i := range fields {
		if f := &fields[i]; f.Name != "status" {
			b.field(n, f, v.FieldByIndex(f.Index))
		}
	}
	return n
}

// builder makes nodes in blocks, because an object has hundreds of them.
type builder struct{ block []yaml.Node }

func (b *builder) node() *yaml.Node {
	if len(b.block) == 0 {
		b.block = make([]yaml.Node, 64)
	}
	n := &b.block[0]
	b.block = b.block[1:]
	return n
}

func (b *builder) mapping() *yaml.Node {
	n := b.node()
	n.Kind, n.Tag = yaml.MappingNode, "!!map"
	return n
}

func (b *builder) sequence() *yaml.Node {
	n := b.node()
	n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
	return n
}

func (b *builder) scalar(tag, value string) *yaml.Node {
	n := b.node()
	n.Kind, n.Tag, n.Value = yaml.ScalarNode, tag, value
	return n
}

func (b *builder) str(s string) *yaml.Node {
	n := b.scalar("!!str", s)
	n.Style = tree.StyleOf(s)
	return n
}

func (b *builder) integer(i int64) *yaml.Node {
	return b.scalar("!!int", strconv.FormatInt(i, 10))
}

// float never uses an exponent: YAML 1.1 readers disagree about 1e+06.
func (b *builder) float(f float64, bits int) *yaml.Node {
	s := strconv.FormatFloat(f, 'f', -1, bits)
	if strings.Contains(s, ".") {
		return b.scalar("!!float", s)
	}
	return b.scalar("!!int", s)
}

func (b *builder) boolean(v bool) *yaml.Node {
	return b.scalar("!!bool", strconv.FormatBool(v))
}

// key is the key of a field.
func (b *builder) key(name string, style yaml.Style) *yaml.Node {
	n := b.scalar("!!str", name)
	n.Style = style
	return n
}

func (b *builder) set(m *yaml.Node, key string, value *yaml.Node) {
	m.Content = append(m.Content, b.str(key), value)
}

// field is one field of a struct as JSON names it.
type field struct {
	strict.Field
	style yaml.Style
}

// keyStyle is tree.StyleOf of a field's name, for most names without the work: the
// words that are something else to YAML, as in on and null, are short.
func keyStyle(name string) yaml.Style {
	if len(name) > len("false") {
		return 0
	}
	return tree.StyleOf(name)
}

var fieldCache sync.Map // reflect.Type → []field

func fieldsOf(t reflect.Type) []field {
	if cached, ok := fieldCache.Load(t); ok {
		return cached.([]field)
	}
	all := strict.Fields(t)
	first := []string{"apiVersion", "kind", "metadata"}
	if t == reflect.TypeFor[metav1.ObjectMeta]() {
		first = []string{"name", "namespace", "labels", "annotations"}
	} else if !slices.ContainsFunc(all, func(f strict.Field) bool { return f.Name == "metadata" }) {
		first = first[:2]
	}
	fields, rest := make([]field, 0, len(all)), make([]field, 0, len(all))
	for _, name := range first {
		for _, f := range all {
			if f.Name == name {
				fields = append(fields, field{f, keyStyle(name)})
			}
		}
	}
	for _, f := range all {
		if !slices.Contains(first, f.Name) {
			rest = append(rest, field{f, keyStyle(f.Name)})
		}
	}
	fields = append(fields, rest...)
	fieldCache.Store(t, fields)
	return fields
}

// field adds a field to a mapping, unless it has nothing to say.
func (b *builder) field(m *yaml.Node, f *field, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		if v.IsNil() || f.Optional && !f.KeepsEmpty && v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface && v.Len() == 0 {
			return
		}
	default:
		// Protobuf messages are not optional: `spec: {}` denies all.
		if f.Optional && v.IsZero() && !isMessage(v) {
			return
		}
	}
	n := b.value(v)
	if n == nil || f.Optional && v.Kind() == reflect.Struct && n.Kind == yaml.MappingNode && len(n.Content) == 0 && !isMessage(v) {
		return
	}
	m.Content = append(m.Content, b.key(f.Name, f.style), n)
}

func isMessage(v reflect.Value) bool {
	if v.Kind() != reflect.Struct {
		return false
	}
	_, ok := v.Addr().Interface().(proto.Message)
	return ok
}

// value is nil for a value that is not there.
func (b *builder) value(v reflect.Value) *yaml.Node {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return b.value(v.Elem())
	case reflect.Struct:
		return b.structure(v)
	case reflect.Map:
		n := b.mapping()
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
		for _, k := range keys {
			// Values of maps have no address, which structs need.
			at := reflect.New(v.Type().Elem()).Elem()
			at.Set(v.MapIndex(k))
			if value := b.value(at); value != nil {
				b.set(n, k.String(), value)
			}
		}
		return n
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return b.str(base64.StdEncoding.EncodeToString(v.Bytes()))
		}
		n := b.sequence()
		for i := range v.Len() {
			if value := b.value(v.Index(i)); value != nil {
				n.Content = append(n.Content, value)
			}
		}
		return n
	case reflect.String:
		return b.str(v.String())
	case reflect.Bool:
		return b.boolean(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if _, enum := v.Interface().(fmt.Stringer); enum {
			return b.str(enumName(v))
		}
		return b.integer(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return b.scalar("!!int", strconv.FormatUint(v.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		return b.float(v.Float(), v.Type().Bits())
	}
	panic(fmt.Sprintf("krm: cannot encode a %s", v.Type()))
}

func (b *builder) structure(v reflect.Value) *yaml.Node {
	switch s := v.Addr().Interface().(type) {
	case *resource.Quantity:
		q := *s // String keeps its result in the quantity
		return b.str(q.String())
	case *intstr.IntOrString:
		if s.Type == intstr.Int {
			return b.integer(int64(s.IntVal))
		}
		return b.str(s.StrVal)
	case *metav1.Duration:
		return b.str(s.Duration.String())
	case *metav1.Time:
		if s.IsZero() {
			return nil
		}
		return b.str(s.UTC().Format("2006-01-02T15:04:05Z"))
	case proto.Message:
		return b.message(v)
	case json.Marshaler:
		return b.marshaler(s)
	case encoding.TextMarshaler:
		return b.marshaler(s)
	}
	n := b.mapping()
	fields := fieldsOf(v.Type())
	for i := range fields {
		b.field(n, &fields[i], v.FieldByIndex(fields[i].Index))
	}
	return n
}

// marshaler is the way for types that know best how they are written.
func (b *builder) marshaler(s any) *yaml.Node {
	text, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("krm: cannot encode a %T: %v", s, err))
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) == 0 {
		panic(fmt.Sprintf("krm: a %T encodes itself as %q: %v", s, text, err))
	}
	n := doc.Content[0]
	plain(n)
	if n.Tag == "!!null" {
		return nil
	}
	return n
}

// plain takes JSON's style off a node.
func plain(n *yaml.Node) {
	n.Style = 0
	if n.Kind == yaml.ScalarNode && n.Tag == "!!str" {
		n.Style = tree.StyleOf(n.Value)
	}
	for _, c := range n.Content {
		plain(c)
	}
}
