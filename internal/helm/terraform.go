package helm

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// The bounds of a file of Terraform: its reader calls itself for each bracket
// and each sign.
const (
	maxTerraform = 256 << 10
	maxBrackets  = 200
)

// notLiteral begins what takes the place of an expression that only Terraform
// can compute; its number follows.
const notLiteral = "athens-kfn-not-a-literal-"

// configuration reads literals of one file of Terraform.
type configuration struct {
	file source.File
	// computed are the expressions that are no literals, as they are written.
	computed []string
}

// ofConfiguration are the resources helm_release of a file.
func ofConfiguration(f source.File) ([]declared, error) {
	depth, deepest := 0, 0
	for _, b := range f.Content {
		switch b {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		deepest = max(deepest, depth)
	}
	if len(f.Content) > maxTerraform || deepest > maxBrackets {
		return nil, fmt.Errorf("has more than %d KiB, or brackets in %d others: pass the output of terraform show -json", maxTerraform>>10, maxBrackets)
	}
	parsed, diagnostics := hclsyntax.ParseConfig(f.Content, f.Name, hcl.InitialPos)
	if diagnostics.HasErrors() {
		d := diagnostics.Errs()[0].(*hcl.Diagnostic) // its detail may repeat the text
		return nil, fmt.Errorf("line %d: %s", d.Subject.Start.Line, d.Summary)
	}
	c := configuration{file: f}
	var out []declared
	for _, b := range parsed.Body.(*hclsyntax.Body).Blocks {
		if b.Type == "resource" && len(b.Labels) == 2 && b.Labels[0] == "helm_release" {
			out = append(out, c.release(b))
		}
	}
	return out, nil
}

func (c *configuration) release(b *hclsyntax.Block) declared {
	d := declared{by: "helm_release." + b.Labels[1]}
	for name, field := range map[string]*string{"name": &d.name, "namespace": &d.namespace, "chart": &d.chart, "version": &d.version} {
		if a := b.Body.Attributes[name]; a != nil {
			*field, _ = c.value(a.Expr).(string)
			if strings.Contains(*field, notLiteral) {
				*field = ""
			}
		}
	}
	if a := b.Body.Attributes["values"]; a != nil {
		list, ok := a.Expr.(*hclsyntax.TupleConsExpr)
		if !ok {
			d.missing = append(d.missing, d.missed("values", c.says(a.Expr)))
			list = &hclsyntax.TupleConsExpr{}
		}
		for i, e := range list.Exprs {
			c.values(&d, "values"+tree.Index(i), e)
		}
	}
	for _, name := range []string{"set", "set_sensitive", "set_list", "set_wo"} {
		if a := b.Body.Attributes[name]; a != nil {
			list, _ := c.value(a.Expr).([]any)
			if list == nil {
				d.missing = append(d.missing, d.missed(name, c.says(a.Expr)))
			}
			for _, each := range list {
				m, _ := each.(map[string]any)
				c.set(&d, name, m)
			}
		}
	}
	for _, inner := range b.Body.Blocks {
		if inner.Type == "dynamic" && len(inner.Labels) == 1 && strings.HasPrefix(inner.Labels[0], "set") {
			d.missing = append(d.missing, d.missed("dynamic "+inner.Labels[0], "only Terraform can compute it: pass the values with --set"))
		}
		if strings.HasPrefix(inner.Type, "set") {
			m := map[string]any{}
			for name, a := range inner.Body.Attributes {
				m[name] = c.value(a.Expr)
			}
			c.set(&d, inner.Type, m)
		}
	}
	return d
}

// says is why an expression has no value here.
func (c *configuration) says(e hcl.Expression) string {
	return fmt.Sprintf("%s is not a literal: pass its value with -f or --set, or the output of terraform show -json",
		c.file.Content[e.Range().Start.Byte:e.Range().End.Byte])
}

// values reads one of a release's values, a document of YAML.
func (c *configuration) values(d *declared, part string, e hclsyntax.Expression) {
	from := len(c.computed)
	switch v := c.value(e).(type) {
	case map[string]any:
		d.values = append(d.values, v)
	case string:
		if strings.HasPrefix(v, notLiteral) {
			d.files = append(d.files, d.missed(part, c.says(e)))
			return
		}
		d.takeText(part, v)
	}
	if len(c.computed) > from && len(d.values) > 0 {
		c.prune(d, part, nil, d.values[len(d.values)-1])
	}
}

// prune removes what is not a literal, and reports it.
func (c *configuration) prune(d *declared, part string, at tree.Path, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			each := v[key]
			if v[key] = c.prune(d, part, at.With(key), each); v[key] == nil && each != nil || strings.Contains(key, notLiteral) {
				delete(v, key)
			}
		}
	case []any:
		var kept []any
		for i, each := range v {
			if each = c.prune(d, part, at.With(tree.Index(i)), each); each != nil {
				kept = append(kept, each)
			}
		}
		return kept
	case string:
		if _, after, found := strings.Cut(v, notLiteral); found {
			var number int
			text := "an expression"
			if _, err := fmt.Sscanf(after, "%d", &number); err == nil && number < len(c.computed) {
				text = c.computed[number]
			}
			d.missing = append(d.missing, d.missed(part+": "+at.String(), text+" is not a literal: pass its value with --set"))
			return nil
		}
	}
	return v
}

// set reads one block or object of set.
func (c *configuration) set(d *declared, kind string, m map[string]any) {
	name, _ := m["name"].(string)
	value := m["value"]
	if list, ok := value.([]any); ok { // of set_list
		var items []string
		for _, each := range list {
			items = append(items, strings.ReplaceAll(fmt.Sprint(each), ",", `\,`))
		}
		value = "{" + strings.Join(items, ",") + "}"
	}
	text := fmt.Sprint(value)
	if name == "" || value == nil || strings.Contains(text, notLiteral) || strings.Contains(name, notLiteral) {
		d.missing = append(d.missing, d.missed(kind+" "+name, "its value is not a literal: pass it with --set "+name+"=VALUE"))
		return
	}
	d.setting(name, text, m["type"] == "string")
}

// setting is one of --set or, as a text, of --set-string.
func (d *declared) setting(name, value string, asText bool) {
	if asText {
		d.settings.asText = append(d.settings.asText, name+"="+value)
	} else {
		d.settings.set = append(d.settings.set, name+"="+value)
	}
}

// value is what an expression means without Terraform: maps, lists and scalars,
// with marks where it takes Terraform.
func (c *configuration) value(e hclsyntax.Expression) any {
	switch e := e.(type) {
	case *hclsyntax.TemplateWrapExpr:
		return c.value(e.Wrapped)
	case *hclsyntax.ParenthesesExpr:
		return c.value(e.Expression)
	case *hclsyntax.TemplateExpr:
		var text strings.Builder
		for _, part := range e.Parts {
			fmt.Fprint(&text, c.value(part))
		}
		return text.String()
	case *hclsyntax.TupleConsExpr:
		out := make([]any, 0, len(e.Exprs))
		for _, each := range e.Exprs {
			out = append(out, c.value(each))
		}
		return out
	case *hclsyntax.ObjectConsExpr:
		out := map[string]any{}
		for _, item := range e.Items {
			key, ok := c.value(item.KeyExpr).(string)
			if !ok {
				key = c.mark(item.KeyExpr)
			}
			out[key] = c.value(item.ValueExpr)
		}
		return out
	case *hclsyntax.FunctionCallExpr:
		if (e.Name == "yamlencode" || e.Name == "jsonencode") && len(e.Args) == 1 {
			return c.value(e.Args[0])
		}
	}
	v, diagnostics := e.Value(nil)
	if diagnostics.HasErrors() || !v.IsWhollyKnown() {
		return c.mark(e)
	}
	if v.IsNull() {
		return nil
	}
	var out any
	in, err := ctyjson.Marshal(v, v.Type())
	if err != nil || json.Unmarshal(in, &out) != nil { // error dropped: the expression is reported
		return c.mark(e)
	}
	return whole(out)
}

// mark takes the place of an expression.
func (c *configuration) mark(e hcl.Expression) string {
	c.computed = append(c.computed, string(c.file.Content[e.Range().Start.Byte:e.Range().End.Byte]))
	return fmt.Sprintf("%s%d", notLiteral, len(c.computed)-1)
}
