package diff

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// hidden is a value of the field without what could be a secret.
func (l *leaf) hidden(v any) any {
	if l.name == "secretKey" && strings.HasPrefix(l.path, "spec.data") {
		return hide("", v) // of an ExternalSecret: the name of a key
	}
	return hide(l.name, v)
}

// hide takes the name of a value.
func hide(name string, v any) any {
	switch v := v.(type) {
	case string:
		return quote.Of(name, v)
	case int, int64, float64:
		if quote.NamesSecret(name) {
			return quote.Hidden
		}
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, inner := range v {
			of := key
			switch {
			case key == "value" && str(v["name"]) != "":
				of = str(v["name"])
			case key == "secretKey" && v["remoteRef"] != nil:
				of = ""
			}
			out[key] = hide(of, inner)
		}
		return out
	case []any:
		out, before := make([]any, len(v)), ""
		for i, inner := range v {
			of := name
			if strings.HasPrefix(before, "-") && !strings.Contains(before, "=") {
				of = before
			}
			out[i], before = hide(of, inner), str(inner)
		}
		return out
	}
	return v
}
