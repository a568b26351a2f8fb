package explain

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1/schema"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// Field is a field of the spec.
type Field struct {
	// Name is its key, Path where it is, as in spec.regions[].name.
	Name, Path string
	// Type is what is written: string, number, duration, list of strings, …
	Type string
	// Required says that it must be written wherever its parent is.
	Required bool
	// OneKey says that only one of Fields may be written.
	OneKey bool
	// Keyed says that it is a map whose keys the author of a site chooses.
	Keyed bool
	// Overrides says that the fields inside it are those of the spec itself.
	Overrides bool
	// Allowed are the only values, empty if there are others.
	Allowed []string
	// Doc is its documentation as it stands in the Go type.
	Doc string
	// Default is its default in words, empty if there is none.
	Default string
	// Literal is its default where that is one value whatever else is
	// written; nil if there is none or if it depends.
	Literal any
	// Fields are those inside it, in the order of the Go type.
	Fields []*Field
}

// node is what this package reads of a JSON Schema.
type node struct {
	Description string
	Type        any
	Properties  map[string]*node
	Items       *node
	AllOf       []*node
	Ref         string           `json:"$ref"`
	Defs        map[string]*node `json:"$defs"`
	Additional  json.RawMessage  `json:"additionalProperties"`
	Required    []string
	Max         int `json:"maxProperties"`
	Enum        []any
	Default     any
}

// kinds that have a schema, with their types.
var kinds = map[string]reflect.Type{
	v1alpha1.Kind:               reflect.TypeFor[v1alpha1.AthensSiteSpec](),
	v1alpha1.MeshReferencesKind: reflect.TypeFor[v1alpha1.MeshReferencesSpec](),
	v1alpha1.MeshEnrolmentKind:  reflect.TypeFor[v1alpha1.MeshEnrolmentSpec](),
	limits.Kind:                 reflect.TypeFor[limits.Spec](),
}

// Kinds are those that Of knows, in the order of their names.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// Spec is the field spec of an AthensSite.
func Spec() (*Field, error) { return Of(v1alpha1.Kind) }

// Of is the field spec of a kind with all that are inside it, as the embedded
// schema describes them.
func Of(kind string) (*Field, error) {
	text, known := schema.Of(kind)
	if !known {
		return nil, fmt.Errorf("there is no kind %s; there are %s", kind, strings.Join(Kinds(), ", "))
	}
	var root node
	if err := json.Unmarshal([]byte(text), &root); err != nil {
		return nil, err
	}
	root.resolve(root.Defs)
	return build("spec", "spec", root.Properties["spec"], kinds[kind], true), nil
}

// resolve replaces every reference by the definition, and adds to it what a node
// says in addition. Nodes that refer to one definition share nothing afterwards.
func (n *node) resolve(defs map[string]*node) {
	for _, part := range n.AllOf {
		if def := defs[strings.TrimPrefix(part.Ref, "#/$defs/")]; def != nil {
			part = def.clone()
		}
		n.add(part)
	}
	n.AllOf = nil
	for _, p := range n.Properties {
		p.resolve(defs)
	}
	if n.Items != nil {
		n.Items.resolve(defs)
	}
}

// add takes over what another node says of the same value.
func (n *node) add(o *node) {
	if n.Properties == nil {
		n.Properties = map[string]*node{}
	}
	for name, p := range o.Properties {
		if known := n.Properties[name]; known != nil {
			known.AllOf = append(known.AllOf, p)
		} else {
			n.Properties[name] = p
		}
	}
	n.Required = append(n.Required, o.Required...)
	n.Max = max(n.Max, o.Max)
	if n.Type == nil {
		n.Type = o.Type
	}
	if n.Additional == nil {
		n.Additional = o.Additional
	}
}

// clone is a copy of a definition, whose fields can be changed.
func (n *node) clone() *node {
	out := *n
	out.AllOf, out.Required, out.Properties = slices.Clone(n.AllOf), slices.Clone(n.Required), maps.Clone(n.Properties)
	for name, p := range out.Properties {
		out.Properties[name] = p.clone()
	}
	if n.Items != nil {
		out.Items = n.Items.clone()
	}
	return &out
}

func build(name, path string, n *node, t reflect.Type, required bool) *Field {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	f := &Field{Name: name, Path: path, Required: required, Doc: n.Description, Default: Read(n.Description).Default, Literal: n.Default, OneKey: n.Max == 1, Keyed: t.Kind() == reflect.Map}
	for _, value := range n.Enum {
		if text, ok := value.(string); ok {
			f.Allowed = append(f.Allowed, text)
		}
	}
	f.Type = typeOf(n, t)
	if f.Overrides = name == "overrides" && t == reflect.TypeFor[v1alpha1.AthensSiteSpec](); f.Overrides {
		return f
	}
	inner := n
	if isScheduling(t) {
		return f
	}
	if n.Items != nil {
		inner, t = n.Items, t.Elem()
		if len(inner.Properties) > 0 {
			f.Path += "[]"
		}
	}
	if len(inner.Properties) == 0 || t.Kind() != reflect.Struct { // a Duration writes itself
		return f
	}
	for _, key := range strict.Fields(t) {
		if p := inner.Properties[key.Name]; p != nil {
			f.Fields = append(f.Fields, build(key.Name, f.Path+"."+key.Name, p, key.Type, slices.Contains(inner.Required, key.Name)))
		}
	}
	f.nameKey()
	return f
}

// isScheduling says whether a type is what kubectl explain pods.spec knows of where
// pods run: hundreds of fields, which are copied as they are.
func isScheduling(t reflect.Type) bool {
	return t == reflect.TypeFor[corev1.Affinity]() || t == reflect.TypeFor[[]corev1.Toleration]() || t == reflect.TypeFor[[]corev1.TopologySpreadConstraint]()
}

// nameKey gives the key of a Secret or a ConfigMap the default that the field above it
// documents as "Default key: accountKey".
func (f *Field) nameKey() {
	_, word, found := strings.Cut(strings.Join(strings.Fields(f.Doc), " "), "efault key: ")
	if !found {
		return
	}
	word, _, _ = strings.Cut(word, ". ")
	for _, path := range []string{"key", "secretRef.key", "configMapRef.key"} {
		if key, known := f.Find(path); known {
			key.Default = strings.TrimSuffix(word, ".")
		}
	}
}

func typeOf(n *node, t reflect.Type) string {
	switch t {
	case reflect.TypeFor[metav1.Duration]():
		return "duration"
	case reflect.TypeFor[resource.Quantity]():
		return "quantity"
	case reflect.TypeFor[intstr.IntOrString]():
		return "number or name"
	}
	switch t.Kind() {
	case reflect.Slice:
		return "list of " + plural(typeOf(n.Items, t.Elem()))
	case reflect.Map:
		return "map of names to " + plural(typeOf(n, t.Elem()))
	case reflect.Pointer:
		return typeOf(n, t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "number"
	case reflect.Struct:
		if n != nil && len(n.Properties) == 0 && n.Additional != nil {
			return "{}"
		}
		return "object"
	}
	return "string"
}

func plural(word string) string {
	if stem, found := strings.CutSuffix(word, "y"); found {
		return stem + "ies"
	}
	return word + "s"
}
