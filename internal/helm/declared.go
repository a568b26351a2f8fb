package helm

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// declared is a release that an object of Flux or Argo CD, or Terraform, asks
// Helm to make.
type declared struct {
	// by is the object, for messages.
	by string
	// name and namespace of the release; empty for the default.
	name, namespace string
	// chart is its name or where it is from, version as it is written; each may
	// be empty.
	chart, version string
	values         []map[string]any
	settings       settings
	// files are values that lie elsewhere, by where they are named.
	files []importer.Line
	// missing is what else could not be read.
	missing []importer.Line
}

// missed is a part that cannot be read. It makes the import fail.
func (d *declared) missed(part, text string) importer.Line {
	return importer.Line{Verdict: importer.LeftOut, Key: d.by + ": " + part, Text: text, Matters: true}
}

// take reads values that an object holds.
func (d *declared) take(part string, n *yaml.Node) {
	v, err := valuesIn(n)
	if err != nil {
		d.missing = append(d.missing, d.missed(part, err.Error()))
		return
	}
	d.values = append(d.values, v)
}

// takeText reads values that an object holds as a text.
func (d *declared) takeText(part, text string) {
	docs, err := krm.Documents([]byte(text))
	switch {
	case err != nil:
		d.missing = append(d.missing, d.missed(part, "is not YAML: "+err.Error()))
	case len(docs) > 1:
		d.missing = append(d.missing, d.missed(part, "has several documents: keep one"))
	case len(docs) == 1:
		d.take(part, docs[0].Content[0])
	}
}

// atAthens says whether the chart is the public one.
func (d *declared) atAthens() bool { return path.Base(d.chart) == ChartName }

// isDeclared says whether an object asks for a release.
func isDeclared(object *yaml.Node) bool {
	group, _, _ := strings.Cut(tree.Text(object, "apiVersion"), "/")
	switch tree.Text(object, "kind") {
	case "HelmRelease":
		return group == "helm.toolkit.fluxcd.io"
	case "Application":
		return group == "argoproj.io"
	}
	return false
}

// declaredBy are the releases that an object asks for.
func declaredBy(object *yaml.Node) []declared {
	id := krm.IDOf(object)
	by := id.Kind + " " + id.Name
	if id.Kind == "HelmRelease" {
		return []declared{ofFlux(object, by)}
	}
	return ofArgoCD(object, by)
}

// ofFlux is a HelmRelease of any version of its API: the fields that are read
// are the same in v2beta1, v2beta2 and v2.
func ofFlux(object *yaml.Node, by string) declared {
	spec := tree.Get(object, "spec")
	d := declared{
		by: by, name: tree.Text(spec, "releaseName"), namespace: tree.Text(spec, "targetNamespace"),
		chart: tree.Text(spec, "chart", "spec", "chart"), version: tree.Text(spec, "chart", "spec", "version"),
	}
	if d.chart == "" {
		d.chart = tree.Text(spec, "chartRef", "name")
	}
	if name := tree.Text(object, "metadata", "name"); d.name == "" {
		d.name = strings.TrimPrefix(d.namespace+"-"+name, "-")
	}
	if d.namespace == "" {
		d.namespace = tree.Text(object, "metadata", "namespace")
	}
	for i, from := range tree.Items(spec, "valuesFrom") {
		d.files = append(d.files, d.missed("spec.valuesFrom"+tree.Index(i), fmt.Sprintf("its values are in the %s %s: write them to a file and pass it with -f",
			tree.Text(from, "kind"), tree.Text(from, "name"))))
	}
	if len(tree.Items(spec, "postRenderers")) > 0 {
		d.missing = append(d.missing, d.missed("spec.postRenderers", "edits of the rendered objects are not made: import the objects that run"))
	}
	if values := tree.Get(spec, "values"); values != nil && values.Tag != "!!null" {
		d.take("spec.values", tree.Deref(values))
	}
	return d
}

// unescaped are commas that Argo CD escapes for Helm.
var unescaped = regexp.MustCompile(`(^|[^\\]),`)

// ofArgoCD are the sources of an Application that have values or a chart.
func ofArgoCD(object *yaml.Node, by string) (out []declared) {
	spec := tree.Get(object, "spec")
	sources, at := tree.Items(spec, "sources"), func(i int) string { return "spec.sources" + tree.Index(i) }
	if len(sources) == 0 {
		sources, at = []*yaml.Node{tree.Get(spec, "source")}, func(int) string { return "spec.source" }
	}
	var others []importer.Line
	for i, s := range sources {
		helm := tree.Get(s, "helm")
		d := declared{
			by: by, name: tree.Text(helm, "releaseName"), namespace: tree.Text(spec, "destination", "namespace"),
			chart: tree.Text(s, "chart"), version: tree.Text(s, "targetRevision"),
		}
		if helm == nil && d.chart == "" {
			if tree.Text(s, "ref") == "" || tree.Text(s, "path") != "" {
				others = append(others, d.missed(at(i), "its manifests are in a repository: import them with the objects of the release"))
			}
			continue
		}
		if d.chart == "" {
			d.chart, d.version = tree.Text(s, "path"), "" // the revision is that of a repository
		}
		if d.name == "" {
			d.name = tree.Text(object, "metadata", "name")
		}
		d.ofHelm(at(i)+".helm", helm)
		out = append(out, d)
	}
	for i := range out {
		out[i].missing = append(out[i].missing, others...)
	}
	return out
}

// ofHelm reads how an Application sets values: files, then values, then
// parameters, and valuesObject in place of values.
func (d *declared) ofHelm(at string, helm *yaml.Node) {
	for i, f := range tree.Items(helm, "valueFiles") {
		d.files = append(d.files, d.missed(at+".valueFiles"+tree.Index(i), "the file "+f.Value+" is not here: pass it with -f"))
	}
	for i := range tree.Items(helm, "fileParameters") {
		d.missing = append(d.missing, d.missed(at+".fileParameters"+tree.Index(i), "its file is not here: pass the value with --set"))
	}
	if object := tree.Get(helm, "valuesObject"); object != nil && object.Tag != "!!null" {
		d.take(at+".valuesObject", tree.Deref(object))
	} else if text := tree.Text(helm, "values"); text != "" {
		d.takeText(at+".values", text)
	}
	for _, p := range tree.Items(helm, "parameters") {
		set := tree.Text(p, "name") + "=" + unescaped.ReplaceAllString(tree.Text(p, "value"), `$1\,`)
		if tree.Text(p, "forceString") == "true" {
			d.settings.asText = append(d.settings.asText, set)
		} else {
			d.settings.set = append(d.settings.set, set)
		}
	}
}
