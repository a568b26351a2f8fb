package transformers

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// azure rewrites what a resource of the Azure Service Operator names: its owner,
// of which its kind decides the kind; references, which have group and kind; and
// the Secrets that it reads.
func (f *fixer) azure(n *yaml.Node) {
	at := f.at
	text := func(key string) bool { return tree.Text(n, key) != "" }
	switch {
	case at.Last() == "operatorSpec": // what it makes is called what it says there
		f.see(n)
		return
	case text("name") && text("group") && text("kind"):
		f.target(n, "", "")
		return
	case text("name") && text("key") && len(n.Content) == 4:
		f.target(n, "", "Secret")
		return
	case at.Last() == "owner" && text("name"):
		f.owner(n)
		return
	}
	for step, inner := range tree.Entries(n) {
		f.at = at.With(step)
		f.azure(inner)
	}
	f.at = at
}

// azureGroup is what the groups of the operator end in.
const azureGroup = ".azure.com"

// owner follows a name of which the kind is not written: one name of resources
// that all have one name now.
func (f *fixer) owner(n *yaml.Node) {
	was, now := tree.Text(n, "name"), ""
	for _, o := range f.names[was] {
		if !strings.HasSuffix(o.group, azureGroup) || !o.beside(f.object) {
			continue
		}
		if now != "" && now != o.name {
			f.fail("%s is ambiguous: resources of this name are called %s and %s now. Write the one that is meant", was, now, o.name)
			return
		}
		now = o.name
	}
	if now != "" {
		f.put(n, "name", now)
		f.seen[tree.Get(n, "name")] = true
	}
}

// see takes all that is in a node as known.
func (f *fixer) see(n *yaml.Node) {
	f.seen[n] = true
	for _, inner := range n.Content {
		f.see(inner)
	}
}
