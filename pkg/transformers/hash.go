package transformers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// hashAlphabet replaces digits that would make words
// (sigs.k8s.io/kustomize/api/hasher).
var hashAlphabet = strings.NewReplacer("0", "g", "1", "h", "3", "k", "a", "m", "e", "t")

// hash is what kustomize puts behind the name of a Secret or a ConfigMap when
// the build ends, later than any transformer: of its kind, type and data. The
// name that goes into it is always empty.
func hash(n *yaml.Node) string {
	kind := tree.Text(n, "kind")
	content := map[string]any{"kind": kind, "name": "", "data": ""}
	keys := []string{"data", "binaryData"}
	if kind == "Secret" {
		content["type"] = tree.Text(n, "type")
		keys = []string{"data", "stringData"}
	}
	for _, key := range keys {
		if !tree.Has(n, key) {
			continue
		}
		values := map[string]any{}
		for k, v := range tree.Entries(n, key) {
			values[k] = v.Value
		}
		content[key] = values
	}
	text, err := json.Marshal(content)
	if err != nil { // of strings: cannot be
		return ""
	}
	sum := sha256.Sum256(text)
	return hashAlphabet.Replace(hex.EncodeToString(sum[:])[:10])
}
