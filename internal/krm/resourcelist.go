package krm

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/transformers"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// ResourceList is what a function reads and writes.
type ResourceList struct {
	// Items are the objects of the host, ours and others.
	Items []*yaml.Node
	// FunctionConfig is nil if the host gave none.
	FunctionConfig *yaml.Node
	// Results are what the function has to say.
	Results Results

	// merged is what Merge made of the items; nil before.
	merged []item

	root *yaml.Node // nil for a list that was made from a stream
	doc  *yaml.Node
}

// Parse reads a ResourceList.
func Parse(in []byte) (*ResourceList, error) {
	docs, err := Documents(in)
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, errors.New("nothing on stdin: a ResourceList is expected")
	}
	root := tree.Deref(docs[0].Content[0])
	if tree.Text(root, "kind") != resourceListKind || !strings.HasPrefix(tree.Text(root, "apiVersion"), resourceListGroup+"/") {
		return nil, errors.New(quote.Sprintf("stdin is not a ResourceList of %s; `athens-kfn render -` reads manifests", resourceListVersion))
	}
	if len(docs) > 1 {
		return nil, errors.New("stdin has more than one document: only one ResourceList is expected")
	}
	r := repeated{}
	if r.identity(root); len(r.problems) == 0 {
		r.keys(root)
	}
	if len(r.problems) > 0 {
		return nil, errors.Join(r.problems...)
	}
	l := &ResourceList{root: root, doc: docs[0]}
	if fc := tree.Get(root, "functionConfig"); fc != nil && fc.Tag != "!!null" {
		if fc.Kind != yaml.MappingNode {
			return nil, fmt.Errorf("line %d: functionConfig is not an object", fc.Line)
		}
		l.FunctionConfig = fc
	}
	items := tree.Get(root, "items")
	switch {
	case items == nil || items.Tag == "!!null":
	case items.Kind != yaml.SequenceNode:
		return nil, fmt.Errorf("line %d: items is not a list", items.Line)
	default:
		l.Items = items.Content
	}
	for i, item := range l.Items {
		if tree.Deref(item).Kind != yaml.MappingNode {
			return nil, fmt.Errorf("line %d: items[%d] is not an object", item.Line, i)
		}
	}
	return l, errors.Join(append(repeatedConfig(l.FunctionConfig, "functionConfig"), identities(l.Items, "items")...)...)
}

// FromPlugin makes a ResourceList of what kustomize gives to a plugin: the file
// with its configuration, and a stream of manifests.
func FromPlugin(config, in []byte) (*ResourceList, error) {
	configs, err := Documents(config)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	if len(configs) != 1 || !isSite(configs[0].Content[0]) && !transformers.IsConfig(configs[0].Content[0]) {
		return nil, errors.New("configuration: expected one " + v1alpha1.Kind)
	}
	docs, err := Documents(in)
	if err != nil {
		return nil, fmt.Errorf("stdin: %w", err)
	}
	l := &ResourceList{FunctionConfig: configs[0].Content[0]}
	for _, doc := range docs {
		item := doc.Content[0]
		if item.Kind != yaml.MappingNode {
			return nil, fmt.Errorf("stdin: line %d: this document is not an object", item.Line)
		}
		l.Items = append(l.Items, item)
	}
	if err := errors.Join(repeatedConfig(l.FunctionConfig, "")...); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	if err := errors.Join(identities(l.Items, "")...); err != nil {
		return nil, fmt.Errorf("stdin: %w", err)
	}
	return l, nil
}

// repeatedConfig finds repeated keys in a configuration. Those in the spec of a
// site are found where it is loaded, with its other problems.
func repeatedConfig(config *yaml.Node, path string) []error {
	if config == nil {
		return nil
	}
	var r repeated
	if path != "" {
		r.at = append(r.at, step{key: path})
	}
	if r.identity(config); len(r.problems) == 0 && !isSite(config) {
		r.find(config)
	}
	return r.problems
}

// ObjectsIn finds the manifests in a stream, also those inside Lists; what is
// for kustomize or for this program is none.
func ObjectsIn(in []byte) (objects []*yaml.Node, err error) {
	docs, err := Documents(in)
	if err != nil {
		return nil, err
	}
	return among(docs, func(obj *yaml.Node) bool {
		id := IDOf(obj)
		return id.Kind != "" && id.Group != v1alpha1.Group && id.Group != "kustomize.config.k8s.io"
	})
}

// SitesIn finds the AthensSites in a stream of YAML documents, also those inside
// Lists, and passes over whatever else is there.
func SitesIn(in []byte) (sites []*yaml.Node, err error) {
	docs, err := Documents(in)
	if err != nil {
		return nil, err
	}
	for _, doc := range docs {
		if obj := doc.Content[0]; tree.Text(obj, "kind") == resourceListKind {
			return nil, fmt.Errorf("line %d: a ResourceList is the input of a function: pipe it into athens-kfn without arguments", obj.Line)
		}
	}
	var problems []error
	sites, err = among(docs, func(obj *yaml.Node) bool {
		wrong := repeatedIdentity(obj)
		if len(wrong) == 0 {
			wrong = misspelt(obj)
		}
		problems = append(problems, wrong...)
		return len(wrong) == 0 && IDOf(obj).Group == v1alpha1.Group && !transformers.IsConfig(obj)
	})
	return sites, errors.Join(append(problems, err)...)
}

// among finds objects in documents and in their Lists.
func among(docs []*yaml.Node, wanted func(*yaml.Node) bool) (out []*yaml.Node, err error) {
	var problems []error
	for _, doc := range docs {
		objects, err := Flatten(doc.Content[0])
		problems = append(problems, err)
		for _, obj := range objects {
			if wanted(obj) {
				out = append(out, obj)
			}
		}
	}
	return out, errors.Join(problems...)
}

// Documents are those of a stream that are not empty.
func Documents(in []byte) (docs []*yaml.Node, err error) {
	dec := yaml.NewDecoder(bytes.NewReader(in))
	for {
		doc := &yaml.Node{}
		switch err := dec.Decode(doc); {
		case errors.Is(err, io.EOF):
			return docs, nil
		case err != nil:
			return nil, errors.New(Syntax(err))
		}
		if len(doc.Content) == 1 && doc.Content[0].Tag != "!!null" {
			docs = append(docs, doc)
		}
	}
}

// Syntax is what the reader of YAML says of a document. It repeats one thing
// that is written there: a text behind an asterisk, which may be a password.
func Syntax(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if before, _, found := strings.Cut(text, "unknown anchor"); found {
		return before + "an alias refers to no anchor; write a text that begins with an asterisk in quotes"
	}
	return text
}

// Write prints the list: the input with items and results exchanged. Each item
// is printed by itself, as the only entry of a list: at the left margin that
// looks the same.
func (l *ResourceList) Write(w io.Writer) error {
	if tree.Get(l.root, "items") == nil {
		var b builder
		b.set(l.root, "items", b.sequence())
	}
	p := printer{out: make([]byte, 0, 64<<10)}
	if c := l.doc.HeadComment; c != "" {
		p.out = append(p.out, c+"\n\n"...)
	}
	for i := 0; i+1 < len(l.root.Content); i += 2 {
		key, value := l.root.Content[i], l.root.Content[i+1]
		var err error
		switch {
		case key.Value == "results":
		case key.Value == "items" && len(l.items()) > 0:
			p.out = append(p.out, "items:\n"...)
			err = p.write(w, l.items(), entry)
		case key.Value == "items":
			p.out = append(p.out, "items: []\n"...)
		default:
			err = p.top(&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{key, value}})
		}
		if err != nil {
			return err
		}
	}
	if len(l.Results) > 0 {
		var b builder
		n := b.mapping()
		b.set(n, "results", l.Results.Shown().node())
		if err := p.top(n); err != nil {
			return err
		}
	}
	_, err := w.Write(p.out)
	return err
}

func (l *ResourceList) items() []item {
	if l.merged != nil {
		return l.merged
	}
	out := make([]item, len(l.Items))
	for i, there := range l.Items {
		out[i].there = there
	}
	return out
}

// WriteStream prints the items as documents, without those that were there and
// that leave says nothing is to be printed of.
func (l *ResourceList) WriteStream(w io.Writer, leave func(*yaml.Node) bool) error {
	items := slices.DeleteFunc(l.items(), func(i item) bool { return i.made == nil && leave(i.there) })
	var p printer
	return p.write(w, items, document)
}
