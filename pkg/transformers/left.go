package transformers

import (
	"regexp"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// said is where a finding is.
type said struct {
	object *yaml.Node
	path   string
}

// leftover finds texts that still name a namespace that has moved, after all
// fields that are known: a wildcard, a pattern, a field of a later API.
type leftover struct {
	*fixer
	said map[said]bool
}

// left warns about them, in the objects of Istio, of the Gateway API and
// NetworkPolicies, for each field of which nothing was said yet.
func (f *fixer) left(objects []*object) {
	l := leftover{f, map[said]bool{}}
	for _, finding := range f.findings {
		l.said[said{finding.Object, finding.Path}] = true
	}
	for _, o := range objects {
		if strings.HasSuffix(o.group, "istio.io") || o.group == gatewayGroup || o.kind == "NetworkPolicy" {
			f.object = o
			l.find(tree.Get(o.node, "spec"), tree.Path{"spec"}, false)
		}
	}
}

// find visits texts; in a field of namespaces, any word may be one.
func (l leftover) find(n *yaml.Node, at tree.Path, spaces bool) {
	if n == nil {
		return
	}
	if n.Kind == yaml.ScalarNode {
		l.at = at
		l.text(n, spaces)
	}
	about := namesSpaces(tree.Text(n, "key")) // of a condition or an expression
	for step, inner := range tree.Entries(n) {
		if n.Kind == yaml.MappingNode {
			spaces = namesSpaces(step) || about && (step == "values" || step == "notValues")
		}
		l.find(inner, at.With(step), spaces)
	}
}

// namesSpaces says whether a key is one of namespaces, as notNamespaces or
// source.namespace are; a selector of them is a map, whose labels say more.
func namesSpaces(key string) bool {
	key = strings.ToLower(key)
	return key == nameLabel || strings.HasSuffix(key, "namespace") || strings.HasSuffix(key, "namespaces")
}

// forms in which texts name a namespace, and words.
var spaceForms = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`([a-z0-9-]+)\\*\.svc\b|(?:^|/)ns/([a-z0-9-]+)|system:serviceaccounts?:([a-z0-9-]+)|^([a-z0-9-]+)/`)
})
var spaceWords = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[a-z0-9-]+`) })

func (l leftover) text(n *yaml.Node, spaces bool) {
	value := n.Value
	if now, ok := l.pending[n]; ok {
		value = now
	}
	forms := spaceForms()
	if spaces {
		forms = spaceWords()
	}
	for _, found := range forms.FindAllStringSubmatch(value, -1) {
		ns := strings.Join(found[1:], "")
		if spaces {
			ns = found[0]
		}
		if !l.moved(ns) && !l.undecided(ns) {
			continue
		}
		if at := l.at.String(); !l.said[said{l.object.node, at}] && !l.said[said{l.object.node, strings.TrimSuffix(at, ".namespace")}] {
			to := l.unplaced
			if l.moved(ns) {
				to = l.spaces[ns]
			}
			l.warn("left as it is: it may mean the namespace %s, and what was there is in %s now: write the one that is meant", ns, strings.Join(to, " and "))
			return
		}
	}
}
