// Package fn is athens-kfn as a library: Processor, the KRM function for programs
// built with kyaml's framework, and Render, which turns a site into its objects.
// Both give the objects that the command prints.
//
// Stability: this package, pkg/api/v1alpha1, pkg/limits and pkg/problem follow semantic
// versions from v1.0.0 on. Before that, a minor version may change them, and
// announces it. The objects of a site may change with every version, as the command's do:
// `athens-kfn diff` shows how. All other packages serve this program
// only, and may change at any time.
package fn

import (
	"bytes"
	"fmt"
	"reflect"

	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
	"github.com/gomods/athens-kfn/pkg/limits"
	"github.com/gomods/athens-kfn/pkg/problem"
)

// Processor is the function: it makes the objects of the AthensSites in a
// ResourceList, or edits the items as MeshReferences and MeshEnrolment say.
type Processor struct {
	// Limits that no site may exceed. Default: none. The command reads those of
	// its machine (/etc/athens-kfn/limits.yaml); the library reads no file.
	Limits limits.Set
}

var _ framework.ResourceListProcessor = Processor{}

// Process replaces the items of a list. Errors and warnings are added to its
// results. With an error among them the items stay as they were, and the results
// are returned as the error, as the framework expects.
func (p Processor) Process(rl *framework.ResourceList) error {
	var config *yaml.Node
	if rl.FunctionConfig != nil {
		config = rl.FunctionConfig.YNode()
	}
	items := make([]*yaml.Node, len(rl.Items))
	for i, item := range rl.Items {
		if item.IsNil() || item.YNode() == nil || item.YNode().Kind == yaml.AliasNode && item.YNode().Alias == nil {
			return fmt.Errorf("items[%d]: is empty: remove it, or put an object in its place", i)
		}
		items[i] = item.YNode()
	}
	list, err := krm.FromItems(config, items)
	if err != nil {
		return err
	}
	list.Process(p.Limits)
	var results framework.Results
	if err := list.Results.Decode(&results); err != nil {
		return err
	}
	rl.Results = append(rl.Results, results...)
	if list.Results.Failed() {
		return rl.Results
	}
	rl.Items = rNodes(list.Nodes())
	return nil
}

// Render makes the objects of a site, in the order in which a request meets
// them. The site needs no defaults and stays as it is. With problems, each with
// the path of its field, there are no objects. A site with regions must have
// chosen one (spec.region): objects are those of one cluster.
//
// To print objects, use Nodes: encoding/json and sigs.k8s.io/yaml drop values of
// Istio's types that are zero and mean something, as in tls: {mode: DISABLE}.
func Render(s *v1alpha1.AthensSite) ([]generators.Object, problem.Problems) {
	if s == nil {
		return nil, problem.Problems{{Message: "no site to render: pass an AthensSite"}}
	}
	loaded, problems := load(s)
	if len(problems) > 0 {
		return nil, problems
	}
	return site.Objects(loaded), nil
}

// load is the site with its defaults, read as a file of it would be.
func load(s *v1alpha1.AthensSite) (*v1alpha1.AthensSite, problem.Problems) {
	typed := *s
	if typed.APIVersion == "" && typed.Kind == "" {
		typed.APIVersion, typed.Kind = v1alpha1.APIVersion, v1alpha1.Kind
	}
	text, err := sigsyaml.Marshal(&typed)
	if err != nil {
		return nil, problem.Problems{{Message: err.Error()}}
	}
	node, err := yaml.Parse(string(text))
	if err != nil {
		return nil, problem.Problems{{Message: err.Error()}}
	}
	leaveOut(node.YNode(), reflect.TypeFor[v1alpha1.AthensSite]())
	dropUnused(node.YNode(), text)
	list, err := krm.FromItems(nil, []*yaml.Node{node.YNode()})
	if err != nil {
		return nil, problem.Problems{{Message: err.Error()}}
	}
	sites := list.LoadOneCluster(krm.ByField)
	var problems problem.Problems
	for _, r := range list.Results {
		problems = append(problems, problem.Problem{Path: r.Field, Message: r.Message})
	}
	if len(problems) == 0 && len(sites) != 1 {
		problems = problem.Problems{{Message: fmt.Sprintf("%d sites were read", len(sites))}}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return sites[0], nil
}

// leaveOut removes fields of a type that were never set: empty scalars, and
// structs that are empty. Go writes them where they are not optional or no pointers,
// and in the overrides of a region an empty value is a mistake.
func leaveOut(n *yaml.Node, t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Struct:
		var content []*yaml.Node
		for _, f := range strict.Fields(t) {
			for i := 0; i+1 < len(n.Content); i += 2 {
				v := n.Content[i+1]
				if n.Content[i].Value != f.Name {
					continue
				}
				leaveOut(v, f.Type)
				scalar := v.Kind == yaml.ScalarNode && (v.Value == "" || v.Tag == yaml.NodeTagNull)
				table := v.Kind == yaml.MappingNode && len(v.Content) == 0 && f.Type.Kind() == reflect.Struct
				if !scalar && !table {
					content = append(content, n.Content[i], v)
				}
			}
		}
		n.Content = content
	case n.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for _, c := range n.Content {
			leaveOut(c, t.Elem())
		}
	}
}

// dropUnused removes what means nothing in a site that Default has filled: the
// defaults of what is off. In any other site it was written, and is a mistake.
func dropUnused(n *yaml.Node, text []byte) {
	filled := &v1alpha1.AthensSite{}
	if sigsyaml.Unmarshal(text, filled) != nil { // error dropped: it is found again, with its place, when the text is read
		return
	}
	filled.Default()
	if again, err := sigsyaml.Marshal(filled); err != nil || !bytes.Equal(again, text) {
		return
	}
	for _, u := range filled.Unused() {
		krm.DropUnused(n, u)
	}
}

// Nodes are objects as the command prints them.
func Nodes(objects []generators.Object) []*yaml.RNode {
	nodes := make([]*yaml.Node, len(objects))
	for i, o := range objects {
		nodes[i] = krm.Encode(o)
	}
	return rNodes(nodes)
}

func rNodes(nodes []*yaml.Node) []*yaml.RNode {
	out := make([]*yaml.RNode, len(nodes))
	for i, n := range nodes {
		out[i] = yaml.NewRNode(n)
	}
	return out
}
