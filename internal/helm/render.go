package helm

import (
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// templated makes the texts of a release's manifests, by template. The engine
// has no cluster, asks no DNS and reads no environment (engine.Engine's zero
// value); the schema of values is not read, as it may name others in the network.
func templated(c *chart.Chart, values map[string]any, release chartutil.ReleaseOptions) (map[string]string, error) {
	// What Helm logs of values that do not fit repeats them.
	defer log.SetOutput(log.Writer())
	log.SetOutput(io.Discard)
	in, err := chartutil.ToRenderValuesWithSchemaValidation(c, values, release, nil, true)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(c, in)
	if err != nil {
		return nil, cause(err)
	}
	maps.DeleteFunc(files, func(name, text string) bool {
		ext := path.Ext(name)
		return ext != ".yaml" && ext != ".yml" && ext != ".json" || strings.TrimSpace(text) == ""
	})
	return files, nil
}

// cause is an error of the engine without what it repeats of the template and
// of values; fail, which a chart's author wrote for its user, is kept.
func cause(err error) error {
	text := err.Error()
	at, _, _ := strings.Cut(strings.TrimPrefix(text, "template: "), ": ")
	if strings.HasPrefix(text, "execution error at ") {
		return err
	}
	return fmt.Errorf("%s: the template fails with these values: run helm template for its reason", at)
}

// group are the objects of one chart, of a release with charts in its chart.
type group struct {
	chart   string
	objects []*yaml.Node
}

// groups are the objects that texts of manifests hold, by chart, the outer
// charts first. What a test runs is not among them.
func groups(files map[string]string) ([]group, error) {
	byChart := map[string]*group{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		docs, err := krm.Documents([]byte(files[name]))
		if err != nil {
			return nil, fmt.Errorf("%s: what it renders is not YAML: %w", name, err)
		}
		of, _, _ := strings.Cut(name, "/templates/")
		if byChart[of] == nil {
			byChart[of] = &group{chart: of}
		}
		for _, doc := range docs {
			objects, err := krm.Flatten(doc.Content[0])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			for _, o := range objects {
				if !strings.Contains(tree.Text(o, "metadata", "annotations", "helm.sh/hook"), "test") {
					byChart[of].objects = append(byChart[of].objects, o)
				}
			}
		}
	}
	var out []group
	for _, of := range slices.Sorted(maps.Keys(byChart)) {
		out = append(out, *byChart[of])
	}
	return out, nil
}

var errNoAthens = errors.New("no container of what it renders is Athens")

// withAthens leaves the charts that have Athens and those around them, and counts
// the objects of the others.
func withAthens(all []group) (kept []group, others int, err error) {
	var with []string
	for _, g := range all {
		if slices.ContainsFunc(g.objects, runsAthens) {
			with = append(with, g.chart)
		}
	}
	if len(with) == 0 {
		return nil, 0, errNoAthens
	}
	for _, g := range all {
		if slices.ContainsFunc(with, func(chart string) bool { return chart == g.chart || strings.HasPrefix(chart, g.chart+"/") }) {
			kept = append(kept, g)
		} else {
			others += len(g.objects)
		}
	}
	return kept, others, nil
}

// runsAthens looks for its image and its variables, wherever a kind has them.
func runsAthens(object *yaml.Node) bool {
	var look func(n *yaml.Node) bool
	look = func(n *yaml.Node) bool {
		for key, v := range tree.Entries(n) {
			switch {
			case key == "image" && strings.Contains(path.Base(v.Value), "athens"), key == "name" && strings.HasPrefix(v.Value, "ATHENS_"), look(v):
				return true
			}
		}
		return slices.ContainsFunc(tree.Items(n), look)
	}
	return look(tree.Get(object, "spec"))
}
