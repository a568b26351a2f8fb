package argocd

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/quote"
)

const kustomizeGroup = "kustomize.config.k8s.io"

// OtherTool says whether Argo CD has a tool of its own for a directory with these
// files: kustomize or Helm.
func OtherTool(files []source.File) bool {
	return slices.ContainsFunc(files, func(f source.File) bool {
		name := filepath.Base(f.Name)
		return source.IsKustomization(name) || strings.HasSuffix(name, "Chart.yaml")
	})
}

// kustomization finds what a kustomization does and the plugin does not. One that
// only lists files of the directory says nothing that the plugin does not do.
func kustomization(file source.File, files []source.File) error {
	docs, err := krm.Documents(file.Content)
	if err != nil {
		return err
	}
	var problems []error
	fail := func(n *yaml.Node, format string, args ...any) {
		problems = append(problems, fmt.Errorf("line %d: %s; this plugin does not run kustomize: leave out the name of the plugin in the Application, or move the site into a directory of its own", n.Line, fmt.Sprintf(format, args...)))
	}
	for _, doc := range docs {
		root := doc.Content[0]
		for i := 0; i+1 < len(root.Content); i += 2 {
			key, value := root.Content[i], root.Content[i+1]
			switch key.Value {
			case "apiVersion", "kind", "metadata":
				continue
			case "resources", "generators":
			default:
				fail(key, "%s changes what is deployed", key.Value)
				continue
			}
			for _, item := range value.Content {
				is := func(f source.File) bool { return filepath.Base(f.Name) == path.Clean(item.Value) }
				if item.Kind != yaml.ScalarNode || !slices.ContainsFunc(files, is) {
					fail(item, "%s has %s, which is not a file of this directory", key.Value, quote.Value(item.Value))
				}
			}
		}
	}
	return errors.Join(problems...)
}
