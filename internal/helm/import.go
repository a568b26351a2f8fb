package helm

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Import is what helm athens import is given.
type Import struct {
	// Chart is a directory or an archive; empty for athens-proxy as this program
	// knows it.
	Chart string
	// Files are values, objects, Terraform or the output of helm get all.
	Files []source.File
	// Set are settings as in helm's --set.
	Set []string
	// Release and Namespace of a release that the files do not name. With Release
	// the output of helm get all must be of that one.
	Release, Namespace string
	// Self is the command line of a program that calls Serve, which then renders
	// Chart; without it this process does.
	Self []string `json:"-"`
}

// input is what files hold, by what it is.
type input struct {
	values   []map[string]any
	names    []string // of the files of values
	declared []declared
	objects  []*yaml.Node
	stated   *stated
}

// Source reads or renders the objects of a release. Notes are what a person
// should know of how that was done.
func (i Import) Source() (src importer.Source, notes []string, err error) {
	if i.Chart != "" && i.Self != nil {
		return i.apart()
	}
	in, err := i.read()
	switch {
	case err != nil:
		return src, nil, err
	case in.stated != nil && (len(i.Files) > 1 || i.Chart != "" || len(i.Set) > 0):
		return src, nil, errors.New("the output of helm get all has the objects that run: pass it alone")
	case in.stated != nil && i.Release != "" && i.Release != in.stated.name:
		return src, nil, fmt.Errorf("--release %s: the output of helm get all is of the release %s", i.Release, in.stated.name)
	case in.stated != nil:
		return importer.Source{Objects: in.objects, Name: in.stated.name, Namespace: in.stated.namespace}, nil, nil
	}
	d, err := i.choose(in)
	if err != nil {
		return src, nil, err
	}
	if d == nil {
		return importer.Source{Objects: in.objects, Namespace: i.Namespace}, nil, nil
	}
	made, err := bounded(renderTime, renderMemory, func() (rendered, error) { return i.render(*d) })
	if err != nil {
		return src, nil, chartError{i.named(*d), err}
	}
	made.Objects = append(made.Objects, in.objects...)
	return made.Source, made.notes, nil
}

// named is what messages about a chart begin with.
func (i Import) named(d declared) string {
	switch {
	case i.Chart != "":
		return i.Chart
	case d.by != "":
		return d.by
	}
	return ChartName
}

// read sorts the files.
func (i Import) read() (in input, err error) {
	for _, f := range i.Files {
		if err := in.add(f); err != nil {
			return in, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return in, nil
}

func (in *input) add(f source.File) error {
	var more []declared
	var err error
	switch {
	case bytes.HasPrefix(f.Content, gzipped):
		return errors.New("is an archive: name one chart, as the operand, and values with -f")
	case path.Ext(f.Name) == ".tf":
		more, err = ofConfiguration(f)
	case isShown(f.Content):
		more, err = ofShown(f.Content)
	case isGetAll(string(f.Content)):
		s, err := ofGetAll(string(f.Content))
		if err != nil {
			return err
		}
		in.stated = &s
		return in.addYAML(source.File{Name: f.Name, Content: []byte(s.manifest)})
	default:
		return in.addYAML(f)
	}
	if err == nil && len(more) == 0 {
		err = errors.New("has no resource helm_release")
	}
	in.declared = append(in.declared, more...)
	return err
}

// sources are kinds of Flux that say where a chart is from.
var sources = map[string]bool{"HelmRepository": true, "OCIRepository": true, "GitRepository": true, "Bucket": true, "HelmChart": true}

func (in *input) addYAML(f source.File) error {
	docs, err := krm.Documents(f.Content)
	if err != nil {
		return err
	}
	if len(docs) == 0 { // no values are values too
		in.values, in.names = append(in.values, map[string]any{}), append(in.names, f.Name)
	}
	for _, doc := range docs {
		root := doc.Content[0]
		if tree.Text(root, "apiVersion") == "" || tree.Text(root, "kind") == "" {
			values, err := valuesIn(root)
			if err == nil && len(docs) > 1 {
				err = fmt.Errorf("line %d: a document without apiVersion and kind among others: values are one document", root.Line)
			}
			if err != nil {
				return err
			}
			in.values, in.names = append(in.values, values), append(in.names, f.Name)
			continue
		}
		objects, err := krm.Flatten(root)
		if err != nil {
			return err
		}
		for _, o := range objects {
			switch kind := tree.Text(o, "kind"); {
			case isDeclared(o):
				in.declared = append(in.declared, declaredBy(o)...)
			case kind == "ApplicationSet":
				return errors.New("an ApplicationSet makes Applications in the cluster: pass one of them")
			case !sources[kind]:
				in.objects = append(in.objects, o)
			}
		}
	}
	return nil
}

// choose is the release to render; nil if the objects are there already.
func (i Import) choose(in input) (*declared, error) {
	var d declared
	switch len(in.declared) {
	case 0:
		if len(in.values) == 0 && len(i.Set) == 0 && i.Chart == "" {
			return nil, nil
		}
		if len(in.objects) > 0 {
			return nil, fmt.Errorf("%s holds values and another file objects: pass values, or the objects that they render", in.names[0])
		}
		d.name, d.namespace = i.Release, i.Namespace
		if d.name == "" {
			d.name = "athens"
		}
	case 1:
		d = in.declared[0]
	default:
		var fit []declared
		for _, each := range in.declared {
			if each.atAthens() || strings.Contains(each.by, "athens") {
				fit = append(fit, each)
			}
		}
		if len(fit) != 1 {
			return nil, fmt.Errorf("%s and %s each ask for a release: pass one", in.declared[0].by, in.declared[1].by)
		}
		d = fit[0]
	}
	for _, f := range d.files {
		if len(in.values) > 0 {
			f.Matters, f.Text = false, "taken from "+strings.Join(in.names, ", ")
		}
		d.missing = append(d.missing, f)
	}
	d.values = append(in.values, d.values...)
	d.settings.set = append(d.settings.set, i.Set...)
	return &d, nil
}

// rendered are the objects of a release, and what a person should know of them.
type rendered struct {
	importer.Source
	notes []string
}

func (r *rendered) note(format string, args ...any) {
	r.notes = append(r.notes, quote.Sprintf(format, args...))
}

// render makes the objects of a release.
func (i Import) render(d declared) (r rendered, err error) {
	r.Source = importer.Source{Name: d.name, Namespace: d.namespace, Missing: d.missing}
	values, err := merge(d.values, d.settings)
	if err != nil {
		return r, err
	}
	c, values, at, err := i.chart(d, values, &r)
	if err != nil {
		return r, err
	}
	if err := chartutil.ProcessDependenciesWithMerge(c, values); err != nil {
		return r, err
	}
	release := chartutil.ReleaseOptions{Name: d.name, Namespace: d.namespace, Revision: 1, IsInstall: true}
	again := func() (map[string]string, error) { return templated(c, values, release) }
	files, err := again()
	if err != nil {
		return r, err
	}
	all, err := groups(files)
	if err != nil {
		return r, err
	}
	kept, others, err := withAthens(all)
	if err != nil {
		return r, err
	}
	for _, g := range kept {
		r.Objects = append(r.Objects, g.objects...)
	}
	if others > 0 {
		r.note("%d objects are of charts without Athens, and stay with the release", others)
	}
	of, own := c, values
	for _, name := range strings.Split(kept[len(kept)-1].chart, "/charts/")[1:] {
		for _, sub := range of.Dependencies() {
			if sub.Name() == name {
				of = sub
			}
		}
		at = at.With(name)
		own, _ = own[name].(map[string]any)
	}
	lines, left := unread(at, own, of.Values, again)
	for _, l := range lines {
		if !slices.ContainsFunc(c.Metadata.Dependencies, func(d *chart.Dependency) bool { return slices.Contains(strings.Split(d.Condition, ","), l.Key) }) {
			r.Missing = append(r.Missing, l)
		}
	}
	if left > 0 {
		r.note("%d values were not tried for an effect, after the first %d", left, maxTried)
	}
	return r, nil
}

// chart is the one to render, with the values for it and the path of those.
func (i Import) chart(d declared, values map[string]any, r *rendered) (*chart.Chart, map[string]any, tree.Path, error) {
	if i.Chart != "" {
		c, err := load(i.Chart)
		if err != nil {
			return nil, nil, nil, err
		}
		// Values that a chart has for the charts in it are set by a person too.
		return c, chartutil.CoalesceTables(values, c.Values), nil, nil
	}
	version := d.version
	if !d.atAthens() {
		version = ""
	}
	c, known, err := ownChart(version)
	if err != nil {
		return nil, nil, nil, err
	}
	values, under, err := unwrap(values, c)
	if err != nil {
		return nil, nil, nil, err
	}
	var at tree.Path
	if under != "" {
		at = tree.Path{under}
		r.note("read the values under the key %s as those of %s, a part of another chart", quote.Said(at.String()), ChartName)
	}
	r.note("rendered with the templates of %s %s as this program knows them; pass the chart to use your own", ChartName, c.Metadata.Version)
	image, _ := values["image"].(map[string]any)
	if !known && (d.by != "" || under != "") && image["tag"] == nil {
		r.Missing = append(r.Missing, importer.Line{Verdict: importer.LeftOut, Key: strings.TrimPrefix(d.by+": chart version", ": "),
			Text: fmt.Sprintf("decides the version of Athens, and is not one of %s that this program knows: set image.tag to what runs", ChartName)})
	}
	return c, values, at, nil
}
