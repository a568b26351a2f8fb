// Package importer turns the values of the chart athens-proxy into an
// AthensSite, with an account of every value.
package importer

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// What may become of a value, in the order in which it is reported.
const (
	translated = "translated"
	toDo       = "to do"
	isDefault  = "now the default"
	lost       = "no counterpart"
)

var verdicts = []string{translated, toDo, isDefault, lost}

// Line says what became of one value.
type Line struct {
	// Verdict is one of translated, to do, now the default, no counterpart; of
	// FromObjects one of Differs, LeftOut, YoursToDo and Same.
	Verdict string
	// Key is the path of the value; of FromObjects the object and the part of it.
	Key string
	// Text is what it became, or what is to do.
	Text string
	// Matters makes the result fail: storage, credentials, host, lock, who may
	// reach the site, or a part that could not be read.
	Matters bool
}

// Options are what the values do not say.
type Options struct {
	// Name and Namespace of the site.
	Name, Namespace string
	// Host of the site; empty for that of the values' Ingress.
	Host string
	// Mesh is the mode: v1alpha1.MeshSidecar or v1alpha1.MeshNone.
	Mesh string
	// Workload picks one of several, as NAME, KIND/NAME or NAMESPACE/NAME.
	Workload string
	// Plan asks for the order of the move, see Result.Plan.
	Plan bool
}

// importer turns values into a spec and keeps account of every one of them.
type importer struct {
	name   string
	root   *yaml.Node
	leaves []string
	spec   map[string]any
	lines  []Line
}

// Import returns the site of values as YAML, and what became of each value. The
// site may break rules: it is there to be completed.
func Import(values map[string]any, o Options) (site []byte, lines []Line, err error) {
	im, err := newImporter(values, o.Name)
	if err != nil {
		return nil, nil, err
	}
	im.run(o.Host, o.Mesh)
	slices.SortStableFunc(im.lines, func(a, b Line) int {
		return slices.Index(verdicts, a.Verdict) - slices.Index(verdicts, b.Verdict)
	})
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	err = enc.Encode(map[string]any{
		"apiVersion": v1alpha1.APIVersion, "kind": v1alpha1.Kind,
		"metadata": map[string]any{"name": o.Name, "namespace": o.Namespace},
		"spec":     im.spec,
	})
	return out.Bytes(), im.lines, err
}

func newImporter(values map[string]any, name string) (*importer, error) {
	im := &importer{name: name, root: &yaml.Node{}, spec: map[string]any{}}
	if err := im.root.Encode(values); err != nil {
		return nil, err
	}
	im.collect(im.root, nil)
	return im, nil
}

func (im *importer) collect(n *yaml.Node, at tree.Path) {
	for key, v := range tree.Entries(n) {
		if at := at.With(key); v.Kind == yaml.MappingNode && len(v.Content) > 0 {
			im.collect(v, at)
		} else {
			im.leaves = append(im.leaves, at.String())
		}
	}
}

func (im *importer) get(path string) any {
	n := tree.At(im.root, tree.Parse(path))
	if n == nil {
		return nil
	}
	var v any
	if n.Decode(&v) != nil { // error dropped: newImporter has encoded it
		return nil
	}
	return v
}

func (im *importer) text(path string) string {
	if v := im.get(path); v != nil {
		return fmt.Sprint(v)
	}
	return ""
}

func (im *importer) is(path string) bool { return im.text(path) == "true" }

func (im *importer) has(path string) bool { return !empty(im.get(path)) }

// empty says whether a value is how charts write "not set".
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case bool:
		return !v
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// say notes what became of a value, if it is in the file.
func (im *importer) say(verdict, key, text string) {
	if tree.At(im.root, tree.Parse(key)) == nil || im.said(key) {
		return
	}
	if !im.has(key) && verdict == lost {
		verdict, text = isDefault, "is not set"
	}
	im.lines = append(im.lines, Line{Verdict: verdict, Key: key, Text: text})
}

// said says whether a value, or what it is part of, has been reported.
func (im *importer) said(key string) bool {
	return slices.ContainsFunc(im.lines, func(l Line) bool { return tree.Parse(key).Below(tree.Parse(l.Key)) })
}

func (im *importer) set(field string, value any) {
	at, keys := im.spec, strings.Split(field, ".")
	for _, key := range keys[:len(keys)-1] {
		next, ok := at[key].(map[string]any)
		if !ok {
			next = map[string]any{}
			at[key] = next
		}
		at = next
	}
	at[keys[len(keys)-1]] = value
}

func (im *importer) move(key, field string) {
	if im.has(key) {
		im.put(key, field, im.get(key))
	}
}

func (im *importer) put(key, field string, value any) {
	im.set(field, value)
	im.say(translated, key, "spec."+field)
}

// secret names a Secret for what the values hold in clear text, under a key of
// the Secret, and field refers to it.
func (im *importer) secret(key, field, suffix, secretKey string) {
	if !im.has(key) {
		return
	}
	name := im.name + "-" + suffix
	im.set(field+".secretRef.name", name)
	im.say(toDo, key, fmt.Sprintf("make a Secret %s that holds it under the key %s: a site file names Secrets and holds none", name, secretKey))
}

func (im *importer) rest() {
	for _, key := range im.leaves {
		if !im.said(key) {
			im.say(lost, key, "is not a value that this program knows")
		}
	}
}
