package strict

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// plain says whether a scalar was written without quotes and block indicators.
func (v *value) plain() bool {
	return v.node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

// text is what a scalar says, shortened for a message.
func (v *value) text() string {
	if !v.isScalar() {
		return "…"
	}
	return quote.Short(v.node.Value)
}

// found describes a value that is not what was wanted.
func (v *value) found() quote.Said {
	switch {
	case v.isMap():
		return "a map"
	case v.isList():
		return "a list"
	}
	switch v.tag() {
	case "!!int", "!!float":
		return quote.Said("the number " + v.text())
	case "!!bool":
		return quote.Said(v.text())
	case "!!timestamp":
		return quote.Said("the date " + v.text())
	}
	return quote.Said("the text " + quote.Value(v.node.Value))
}

func (d *decoder) scalar(v *value, into reflect.Value) bool {
	switch into.Kind() {
	case reflect.String:
		s, ok := d.text(v, into.Interface())
		into.SetString(s)
		return ok
	case reflect.Bool:
		return d.boolean(v, into)
	case reflect.Int, reflect.Int32, reflect.Int64:
		return d.number(v, into)
	}
	return d.unmarshal(v, into.Addr().Interface())
}

// text reads a string. What other readers of YAML would take for something
// else must be quoted, because a site passes through several of them. A number
// without the unit that a type ends with lacks that instead.
func (d *decoder) text(v *value, into any) (string, bool) {
	unit, measured := into.(interface{ Unit() string })
	switch {
	case !v.isScalar():
		d.note(v, "must be a string; found %s", v.found())
	case v.tag() != "!!str" && d.isSecret(v, reflect.TypeFor[string]()):
		d.note(v, "must be a string; write it in quotes")
	case measured && v.tag() == "!!float" && strings.HasPrefix(v.node.Value, "0."): // a ratio, or less than one percent
		d.note(v, "must have its unit; found %s. Write it as in 50%s", v.found(), unit.Unit())
	case measured && (v.tag() == "!!int" || v.tag() == "!!float"):
		d.note(v, "must have its unit; found %s. Write %s%s", v.found(), v.text(), unit.Unit())
	case v.tag() != "!!str":
		d.note(v, "must be a string; found %s. Write it in quotes, as in %q", v.found(), v.text())
	case v.plain() && tree.IsYAML11Bool(v.node.Value) && v.node.Style&yaml.TaggedStyle == 0:
		d.note(v, "%s without quotes is a bool to older readers of YAML; write it in quotes, as in %q", v.node.Value, v.node.Value)
	default:
		return v.node.Value, d.fit(v, v.node.Value)
	}
	return "", false
}

func (d *decoder) boolean(v *value, into reflect.Value) bool {
	if v.isScalar() {
		switch s := strings.ToLower(v.node.Value); {
		case v.tag() == "!!bool" && (s == "true" || s == "false"):
			into.SetBool(s == "true")
			return true
		case s == "true" || s == "false":
			d.note(v, "must be true or false; found %s. Write it without quotes", v.found())
			return false
		case tree.IsYAML11Bool(v.node.Value):
			d.note(v, "must be true or false; found %s", v.text())
			return false
		}
	}
	d.note(v, "must be true or false; found %s", v.found())
	return false
}

func (d *decoder) number(v *value, into reflect.Value) bool {
	if !v.isScalar() {
		d.note(v, "must be a number; found %s", v.found())
		return false
	}
	n, err := strconv.ParseInt(v.node.Value, 10, 64)
	decimal := err == nil && strconv.FormatInt(n, 10) == v.node.Value
	switch {
	case v.tag() == "!!str" && decimal:
		d.note(v, "must be a number; found %s. Write it without quotes", v.found())
	case v.tag() != "!!int" && v.tag() != "!!float" && !errors.Is(err, strconv.ErrRange):
		d.note(v, "must be a number; found %s", v.found())
	case errors.Is(err, strconv.ErrRange) || decimal && into.OverflowInt(n):
		d.note(v, "%s is too large a number", v.text())
	case !decimal:
		d.note(v, "must be a whole number in plain decimal digits, as in 10; found %s", v.text())
	default:
		into.SetInt(n)
		return true
	}
	return false
}

// unmarshal fills a type that reads itself from JSON.
func (d *decoder) unmarshal(v *value, into any) bool {
	switch to := into.(type) {
	case *metav1.Duration:
		return d.duration(v, to)
	case *resource.Quantity:
		return d.quantity(v, to)
	case *intstr.IntOrString:
		if !v.isScalar() || v.tag() != "!!int" && v.tag() != "!!str" {
			d.note(v, "must be a number or a name; found %s", v.found())
			return false
		}
	}
	data, err := json.Marshal(v.any())
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		d.note(v, "cannot be read: %s", err)
		return false
	}
	return true
}

func (d *decoder) duration(v *value, into *metav1.Duration) bool {
	const longest = 40
	if !v.isScalar() || v.tag() == "!!bool" {
		d.note(v, "must be a duration, as in 60s; found %s", v.found())
		return false
	}
	s := v.node.Value
	parsed, err := time.ParseDuration(s)
	if err == nil && v.tag() == "!!str" && len(s) <= longest {
		into.Duration = parsed
		return true
	}
	example := "60s"
	if n, err := strconv.ParseInt(s, 10, 32); err == nil && n >= 0 {
		example = quote.Sprintf("%ds", n)
	} else if n, err := strconv.ParseInt(strings.TrimSuffix(s, "d"), 10, 16); err == nil && n > 0 {
		example = quote.Sprintf("%dh", n*24)
	}
	d.note(v, "%q is not a duration; write a number with a unit (s, m or h), as in %s", v.text(), example)
	return false
}

func (d *decoder) quantity(v *value, into *resource.Quantity) bool {
	if !v.isScalar() || v.tag() == "!!bool" {
		d.note(v, "must be a quantity, as in 10Gi; found %s", v.found())
		return false
	}
	s := v.node.Value
	if saneQuantity(s) {
		q, err := resource.ParseQuantity(s)
		if err == nil && (q.CmpInt64(math.MaxInt64) > 0 || q.CmpInt64(-math.MaxInt64) < 0) {
			d.note(v, "%q is out of range; write a smaller amount, as in 10Gi", v.text())
			return false
		}
		if err == nil {
			*into = q
			return true
		}
	}
	d.note(v, "%q is not a quantity; write a number with a unit, as in %s", v.text(), likelyQuantity(s))
	return false
}

// saneQuantity keeps numbers of astronomic size away from the parser, which
// would write out all their digits.
func saneQuantity(s string) bool {
	const longest, exponent = 32, 2
	if len(s) > longest {
		return false
	}
	i := strings.IndexAny(s, "eE")
	return i < 0 || len(strings.TrimLeft(s[i+1:], "+-0")) <= exponent
}

// likelyQuantity guesses what was meant by "10 GB", else gives an example.
func likelyQuantity(s string) string {
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
	unit := strings.TrimRight(strings.ToUpper(strings.TrimSpace(s[len(digits):])), "IB")
	if _, err := strconv.ParseUint(digits, 10, 32); err == nil && len(unit) == 1 && strings.ContainsAny(unit, "KMGTP") {
		return digits + unit + "i"
	}
	return "10Gi"
}

// any is the value as encoding/json knows it.
func (v *value) any() any {
	switch {
	case v.isNull():
		return nil
	case v.isMap():
		out := make(map[string]any, len(v.children))
		for _, c := range v.children {
			out[c.key] = c.any()
		}
		return out
	case v.isList():
		out := make([]any, len(v.children))
		for i, c := range v.children {
			out[i] = c.any()
		}
		return out
	}
	var out any
	switch v.tag() {
	case "!!int", "!!float", "!!bool":
		if v.node.Decode(&out) == nil { // error dropped: what does not decode is the text that it is
			return out
		}
	}
	return v.node.Value
}
