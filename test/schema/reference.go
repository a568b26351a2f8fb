package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"reflect"
	"slices"
	"strings"

	apiext "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/controller-tools/pkg/crd"
	"sigs.k8s.io/controller-tools/pkg/markers"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

const preface = `# Every field of AthensSite

<!-- Generated from the Go types by make generate; do not edit. -->

` + "`" + v1alpha1.APIVersion + "`" + `, kind ` + "`" + v1alpha1.Kind + "`" + `. Durations are written with units (` + "`90s`, `24h`" + `), quantities as in
Kubernetes (` + "`10Gi`, `500m`" + `). Where exactly one key is asked for, a second one is
an error. ` + "`athens-kfn schema`" + ` prints the same as JSON Schema for an editor.
`

// reference prints docs/reference.md: a chapter for each field of spec, in the
// order of the Go types.
func (t *types) reference() []byte {
	out := &bytes.Buffer{}
	out.WriteString(preface)
	site := t.info("AthensSiteSpec")
	out.WriteString("\n## spec\n\n")
	schema := spec(&t.crd)
	for _, f := range site.Fields {
		t.field(out, "spec", f, schema, false)
	}
	for _, f := range site.Fields {
		inner := t.info(typeName(f.RawField.Type))
		if inner == nil || inner.Fields == nil {
			continue
		}
		name := jsonName(f)
		props := element(schema.Properties[name])
		fmt.Fprintf(out, "\n## spec.%s\n\n%s\n\n", name, inner.Doc)
		for _, f := range inner.Fields {
			t.field(out, "spec."+name, f, &props, inner.Name != "Region")
		}
	}
	return out.Bytes()
}

// field prints one field and, if deep, those inside it.
func (t *types) field(out *bytes.Buffer, path string, f markers.FieldInfo, parent *apiext.JSONSchemaProps, deep bool) {
	name := jsonName(f)
	props := parent.Properties[name]
	path += "." + name
	if strings.HasPrefix(typeText(f.RawField.Type, props), "list of objects") {
		path += "[]"
	}
	fmt.Fprintf(out, "- **`%s`** *%s*", path, typeText(f.RawField.Type, props))
	if slices.Contains(parent.Required, name) {
		out.WriteString(" **required**")
	}
	fmt.Fprintf(out, "  \n  %s\n", markdown.Replace(strings.TrimSpace(f.Doc)))
	if len(props.Enum) > 0 {
		out.WriteString("  One of " + enumText(props.Enum) + ".\n")
	}
	if inner := t.info(typeName(f.RawField.Type)); deep && inner != nil {
		props = element(props)
		for _, f := range inner.Fields {
			t.field(out, path, f, &props, true)
		}
	}
}

// info finds a type of the API package; nil for types from elsewhere.
func (t *types) info(name string) *markers.TypeInfo {
	return t.parser.Types[crd.TypeIdent{Package: t.pkg, Name: name}]
}

// markdown indents a text under its list item, and keeps <name> from being
// taken for HTML.
var markdown = strings.NewReplacer("\n", "\n  ", "<", `\<`)

func jsonName(f markers.FieldInfo) string {
	name, _, _ := strings.Cut(reflect.StructTag(f.Tag).Get("json"), ",")
	return name
}

// typeName is the name of the type of a field, or of its elements.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.ArrayType:
		return typeName(e.Elt)
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// element is the schema of a list's elements, or the schema itself.
func element(props apiext.JSONSchemaProps) apiext.JSONSchemaProps {
	if props.Items != nil {
		return *props.Items.Schema
	}
	return props
}

func typeText(e ast.Expr, props apiext.JSONSchemaProps) string {
	switch {
	case typeName(e) == "Duration":
		return "duration"
	case props.XIntOrString:
		return "quantity"
	case props.XPreserveUnknownFields != nil:
		return "number, or {min, max}"
	case props.Items != nil:
		return "list of " + props.Items.Schema.Type + "s"
	case props.AdditionalProperties != nil:
		return "map of " + props.AdditionalProperties.Schema.Type + "s"
	}
	return props.Type
}

func enumText(enum []apiext.JSON) string {
	var values []string
	for _, v := range enum {
		values = append(values, "`"+strings.Trim(string(v.Raw), `"`)+"`")
	}
	return strings.Join(values, ", ")
}
