package outdir

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
)

const kustomization = "kustomization.yaml"

// alternatives are the other names that kustomize reads a kustomization from. It
// refuses a directory with two of the three.
var alternatives = []string{"kustomization.yml", "Kustomization"}

// filesOf names and encodes the files of a cluster, the kustomization.yaml last.
func filesOf(c Cluster) ([]file, error) {
	names := fileNames(c.Made)
	nodes := make([]*yaml.Node, 0, len(c.Made)+1)
	for _, m := range c.Made {
		nodes = append(nodes, m.Node())
	}
	nodes = append(nodes, krm.Kustomization(names, c.Made))
	files := make([]file, len(nodes))
	for i, name := range append(names, kustomization) {
		var text bytes.Buffer
		if err := krm.WriteStream(&text, nodes[i]); err != nil {
			return nil, err
		}
		files[i] = file{name: name, text: text.Bytes()}
	}
	return files, nil
}

// namesOf are those that an object's file may have: kind_name.yaml, or
// namespace_kind_name.yaml where others are of the same kind and name.
func namesOf(id krm.ID) []string {
	name := strings.ToLower(id.Kind + "_" + id.Name + ".yaml")
	return []string{name, id.Namespace + "_" + name}
}

func fileNames(made []krm.Made) []string {
	count := map[string]int{}
	for _, m := range made {
		count[namesOf(m.ID)[0]]++
	}
	names := make([]string, len(made))
	for i, m := range made {
		either := namesOf(m.ID)
		if names[i] = either[0]; count[either[0]] > 1 {
			names[i] = either[1]
		}
	}
	return names
}
