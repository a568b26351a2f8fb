package transformers

import (
	"regexp"
	"slices"
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

// leftover finds what still holds an earlier name or namespace after all fields
// that are known: a wildcard, a pattern, a variable, a field of another API.
type leftover struct {
	*fixer
	// dry rewrites texts without edits and findings.
	dry  *fixer
	said map[said]bool
	// patterned are the Services and accounts that were renamed.
	patterned []*object
	// meshed says that the object is of Istio or the like, where most texts are
	// names, and any may be one of a namespace.
	meshed bool
}

// left warns about them, once for each field of which nothing was said yet.
func (f *fixer) left(objects []*object) {
	l := leftover{fixer: f, dry: &fixer{run: newRun(), directory: f.directory}, said: map[said]bool{}}
	for _, o := range objects {
		if o.group == "" && (o.kind == "Service" || o.kind == "ServiceAccount") && len(o.was) > 0 {
			l.patterned = append(l.patterned, o)
		}
	}
	for _, finding := range f.findings {
		l.said[said{finding.Object, finding.Path}] = true
	}
	for _, o := range objects {
		if o.kind == "CustomResourceDefinition" { // descriptions and examples
			continue
		}
		f.object, l.dry.object = o, o
		l.meshed = strings.HasSuffix(o.group, "istio.io") || o.group == gatewayGroup || o.kind == "NetworkPolicy"
		for key, n := range tree.Entries(o.node) {
			switch key {
			case "apiVersion", "kind", "status":
			case "metadata":
				l.annotations(tree.Get(n, "annotations"))
			default:
				l.find(n, nil, tree.Path{key}, false)
			}
		}
	}
}

// annotations are those that no host and no tool keeps for itself.
func (l leftover) annotations(n *yaml.Node) {
	for key, v := range tree.Entries(n) {
		domain, name, _ := strings.Cut(key, "/")
		if v.Kind == yaml.ScalarNode && name != "last-applied-configuration" && !strings.Contains(domain, "config.k") {
			l.at = tree.Path{"metadata", "annotations", key}
			l.unknown(v, nil)
		}
	}
}

// find visits texts; in a field of namespaces, any word may be one.
func (l leftover) find(n, parent *yaml.Node, at tree.Path, spaces bool) {
	if n == nil {
		return
	}
	if n.Kind == yaml.ScalarNode {
		l.at = at
		if l.meshed && at[0] == "spec" && (l.space(n, spaces) || l.pattern(n)) {
			return
		}
		l.unknown(n, parent)
		return
	}
	about := namesSpaces(tree.Text(n, "key")) // of a condition or an expression
	for step, inner := range tree.Entries(n) {
		if n.Kind == yaml.MappingNode {
			spaces = namesSpaces(step) || about && (step == "values" || step == "notValues")
		}
		l.find(inner, n, at.With(step), spaces)
	}
}

// tell warns, unless something was said about the field or what it is part of.
func (l leftover) tell(format string, args ...any) bool {
	at := l.at.String()
	for _, part := range []string{at, strings.TrimSuffix(at, ".namespace"), strings.TrimSuffix(at, ".name")} {
		if l.said[said{l.object.node, part}] {
			return true
		}
	}
	l.warn("left as it is: "+format, args...)
	return true
}

// now is a text as the edits leave it.
func (l leftover) now(n *yaml.Node) string {
	if now, ok := l.pending[n]; ok {
		return now
	}
	return n.Value
}

// namesSpaces says whether a key is one of namespaces, as notNamespaces or
// source.namespace are; a selector of them is a map, whose labels say more.
func namesSpaces(key string) bool {
	key = strings.ToLower(key)
	return key == nameLabel || strings.HasSuffix(key, "namespace") || strings.HasSuffix(key, "namespaces")
}

// forms in which texts name a namespace, and words.
var spaceForms = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`([a-z0-9-]+)\\*\.svc\b|(?:^|/)ns/([a-z0-9-]+)|system:serviceaccounts?:([a-z0-9-]+)|^([a-z0-9-]+)/|namespace\s*(?:==|!=|=~|!~)\s*['"]([a-z0-9-]+)`)
})
var spaceWords = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[a-z0-9-]+`) })

// space warns about a namespace that has moved.
func (l leftover) space(n *yaml.Node, spaces bool) bool {
	forms := spaceForms()
	if spaces {
		forms = spaceWords()
	}
	for _, found := range forms.FindAllStringSubmatch(l.now(n), -1) {
		ns := strings.Join(found[1:], "")
		if spaces {
			ns = found[0]
		}
		to := l.unplaced
		if l.moved(ns) {
			to = l.spaces[ns]
		} else if !l.undecided(ns) {
			continue
		}
		return l.tell("it may mean the namespace %s, and what was there is in %s now: write the one that is meant", ns, strings.Join(to, " and "))
	}
	return false
}

// variable is a host in which a variable represents the namespace.
var variable = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`([a-z0-9][a-z0-9-]*)\.\$[({]`)
})

// shortAndPort is a short host with its port somewhere in a text.
var shortAndPort = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[\s=,;"'])([a-z][a-z0-9-]*):[0-9]{2,5}\b`)
})

// unknown warns about earlier names.
func (l leftover) unknown(n, parent *yaml.Node) {
	s := l.now(n)
	if s == "" || n.ShortTag() != yaml.NodeTagString {
		return
	}
	for _, m := range variable().FindAllStringSubmatch(s, -1) {
		if o := l.was("Service", m[1]); o != nil {
			l.tell("what $ means is not known here; if it is the namespace of %s, the name is %s now: write that", o, o.end().name)
			return
		}
	}
	if l.seen[n] && (!l.meshed || s == strings.ToLower(s)) {
		if step := l.at.Last(); step == "value" || strings.Contains(l.at.String(), ".args[") || strings.Contains(l.at.String(), ".command[") {
			for _, m := range shortAndPort().FindAllStringSubmatch(s, -1) {
				if o := l.was("Service", m[1]); o != nil {
					l.tell("it may name %s, which was %s: write %s if it does", o, m[1], o.end().name)
					return
				}
			}
		}
		return
	}
	if l.text(s) {
		return
	}
	for _, o := range l.names[s] {
		if o.renamed(s) && keyed(l.at, parent, o) && slices.ContainsFunc(o.places(), func(p place) bool {
			return p.name == s && slices.Contains(l.object.namespaces(), p.namespace)
		}) && !l.present(o, s) {
			l.tell("this field is not among those that are known, and may name %s, which was %s: write %s if it does", o, s, o.end().name)
			return
		}
	}
}

// text warns about a text of a field that is not known, if a known one would be
// rewritten.
func (l leftover) text(s string) bool {
	try := []func(string) string{func(s string) string {
		if l.meshed || strings.Contains(s, ".svc") || strings.Contains(s, "://") {
			return l.dry.text(s)
		}
		return s
	}}
	if strings.Contains(s, "/ns/") {
		try = append(try, l.dry.principal)
	}
	if l.object.kind == "ConfigMap" || l.object.group == "grafana.integreatly.org" {
		try = append(try, l.dry.query)
	}
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		for _, rewrite := range try {
			lower := line // names of DNS are, whatever they are written in
			if l.meshed {
				lower = strings.ToLower(line)
			}
			if now := rewrite(lower); now != lower {
				return l.tell("this field is not among those that are known; if %q names what has another name now, write %q", cut(line), cut(now))
			}
		}
	}
	return false
}

// cut is the beginning of a line, for a message.
func cut(s string) string {
	const most = 120
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// was is a renamed object of the core API that a short name meant in a namespace
// of the object that refers, and means no more.
func (l leftover) was(kind, name string) *object {
	for _, o := range l.directory.find(l.object, "", kind, "", name) {
		if o.renamed(name) && !l.present(o, name) {
			return o
		}
	}
	return nil
}

// present says whether something has the earlier name of an object now.
func (l leftover) present(o *object, name string) bool {
	return slices.ContainsFunc(l.names[name], func(p *object) bool {
		return p.group == o.group && p.kind == o.kind && !p.renamed(name) && p.beside(o)
	})
}

// keyed says whether the keys on the way to a field say that it names objects of
// a kind: kind: and name: in one map, secretName, configMapRef.name, gateways[].
func keyed(at tree.Path, parent *yaml.Node, o *object) bool {
	if at.Last() == "name" {
		if kind := tree.Text(parent, "kind"); kind != "" {
			return kind == o.kind
		}
	}
	kind := strings.ToLower(o.kind)
	for _, step := range slices.Backward(at) {
		key := strings.TrimRight(strings.ToLower(step), "s")
		if strings.HasPrefix(step, "[") || key == "name" || key == "value" {
			continue
		}
		key = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(key, "name"), "ref"), "key"), "reference")
		if key == "credential" || key == "pullsecret" || key == "imagepullsecret" {
			key = "secret"
		}
		return key == kind || strings.HasSuffix(key, kind) && kind != "service" || kind == "service" && (key == "host" || strings.HasSuffix(key, "service") && key != "virtualservice")
	}
	return false
}
