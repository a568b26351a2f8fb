package diff

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// hidden is a value of the field without what could be a secret.
func (l *leaf) hidden(v any) any {
	name := l.name
	if name == "secretKey" && strings.HasPrefix(l.path, "spec.data") {
		name = "" // of an ExternalSecret: the name of a key
	}
	switch v := v.(type) {
	case string:
		return quote.Of(name, v)
	case int, int64, float64:
		if quote.NamesSecret(name) {
			return quote.Hidden
		}
	case map[string]any, []any:
		var n yaml.Node
		if n.Encode(map[string]any{name: v}) != nil { // error dropped: it may repeat the value
			return quote.Hidden
		}
		krm.Hide(&n)
		shown, err := krm.Value(&n)
		if err != nil { // error dropped: it may repeat the value
			return quote.Hidden
		}
		return mapping(shown)[name]
	}
	return v
}
