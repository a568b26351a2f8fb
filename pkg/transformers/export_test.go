package transformers

import (
	"slices"
	"strings"
)

// InTable reports whether MeshReferences may edit what steps lead to in an
// object of a group/kind: keys, each with [] where it has a list.
func InTable(kind string, steps []string) bool {
	at := strings.Join(steps, " ") + " "
	if at == "metadata name " || at == "metadata namespace " { // of what was kept
		return true
	}
	for _, f := range slices.Concat(fields().fields[kind], everywhere) {
		if path := strings.Join(f.path, " "); strings.HasPrefix(at, path+" ") || strings.HasPrefix(at, path+"[] ") {
			return true
		}
	}
	return false
}
