package diff

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// statement is one thing that an AuthorizationPolicy says. Statements that
// differ in their path alone are printed as one.
type statement struct {
	caller
	may, path, target, when string
}

// refused is what a policy does that takes something away.
const refused = "is refused"

// permissions compares who may ask what, over all policies together.
func permissions(before, after []Object) (out []finding) {
	old, now := allStatements(before), allStatements(after)
	minus := func(a, b []statement) []statement {
		return slices.DeleteFunc(slices.Clone(a), func(s statement) bool { return slices.Contains(b, s) })
	}
	for _, s := range joined(minus(old, now)) {
		out = append(out, finding{Exposure, Change{Text: "- " + s.text(), Warning: strings.Contains(s.may, refused)}})
	}
	for _, s := range joined(minus(now, old)) {
		out = append(out, finding{Exposure, Change{Text: "+ " + s.text(), Warning: slices.ContainsFunc(s.all, func(s statement) bool { return opening(s, old) })}})
	}
	return out
}

// opening says whether a statement lets addresses in, or anyone, that none did
// before.
func opening(s statement, old []statement) bool {
	if strings.Contains(s.may, refused) {
		return false
	}
	narrowed := false
	for _, o := range old {
		theirs := o.caller
		if o.ranges, o.direct = s.ranges, s.direct; o == s {
			if within(s.ranges, theirs.ranges) && within(s.direct, theirs.direct) {
				return false
			}
			narrowed = true
		}
	}
	return narrowed || s.ranges != "" || s.direct != "" || strings.HasPrefix(s.who, anyone)
}

func allStatements(objects []Object) (out []statement) {
	for _, o := range ofKind(objects, "AuthorizationPolicy") {
		out = append(out, statements(&o)...)
	}
	return out
}

// statements of a policy. One that allows nobody anything denies the rest.
func statements(policy *Object) (out []statement) {
	spec := tree.Get(policy.tree, "spec")
	target := target(tree.Get(spec, "selector", "matchLabels"), policy.Namespace)
	action := tree.Text(spec, "action")
	verb := cmp.Or(map[string]string{"": "may", "ALLOW": "may", "DENY": refused, "AUDIT": "is audited for", "CUSTOM": "is asked about"}[action], action)
	rules := tree.Items(spec, "rules")
	if len(rules) == 0 && verb == "may" {
		return []statement{{caller: caller{who: "what no policy allows"}, may: refused, target: target}}
	}
	for _, rule := range rules {
		when := conditions(tree.Items(rule, "when"))
		for _, who := range callers(tree.Items(rule, "from")) {
			for _, operation := range operations(tree.Items(rule, "to")) {
				for _, path := range operation.paths {
					out = append(out, statement{who, verb + " " + operation.what, path, target, strings.TrimSpace(operation.where + " " + when)})
				}
			}
		}
	}
	return out
}

type operation struct {
	// what methods, where beside the path.
	what, where string
	paths       []string
}

func operations(to []*yaml.Node) (out []operation) {
	for _, t := range to {
		op := tree.Get(t, "operation")
		var where []string
		for _, key := range []struct{ name, text string }{
			{"hosts", "hosts"}, {"notHosts", "not hosts"}, {"ports", "ports"}, {"notPorts", "not ports"},
			{"notMethods", "not"}, {"notPaths", "not"},
		} {
			if values := texts(op, key.name); len(values) > 0 {
				where = append(where, key.text+" "+strings.Join(values, " "))
			}
		}
		if len(where) > 0 {
			where = []string{"(" + strings.Join(where, ", ") + ")"}
		}
		paths := texts(op, "paths")
		if len(paths) == 0 {
			paths = []string{"any path"}
		}
		out = append(out, operation{cmp.Or(strings.Join(texts(op, "methods"), ", "), "any method"), strings.Join(where, ""), paths})
	}
	if len(out) == 0 {
		return []operation{{"any method", "", []string{"any path"}}}
	}
	return out
}

func conditions(when []*yaml.Node) string {
	var out []string
	for _, m := range when {
		if values := texts(m, "values"); len(values) > 0 {
			out = append(out, "if "+tree.Text(m, "key")+" is "+strings.Join(values, " or "))
		}
		if values := texts(m, "notValues"); len(values) > 0 {
			out = append(out, "unless "+tree.Text(m, "key")+" is "+strings.Join(values, " or "))
		}
	}
	return strings.Join(out, ", ")
}

// sentence is statements that differ in their path.
type sentence struct {
	statement
	all []statement
}

func joined(all []statement) (out []sentence) {
	for len(all) > 0 {
		first := all[0]
		first.path = ""
		s := sentence{statement: first}
		all = slices.DeleteFunc(all, func(other statement) bool {
			path := other.path
			if other.path = ""; other != first {
				return false
			}
			other.path = path
			s.all = append(s.all, other)
			return true
		})
		out = append(out, s)
	}
	return out
}

func (s *sentence) text() string {
	var paths []string
	for _, each := range s.all {
		if each.path != "" {
			paths = append(paths, each.path)
		}
	}
	return strings.Join(strings.Fields(strings.Join([]string{
		s.caller.text(), s.may, strings.Join(paths, ", "), "at " + s.target, s.when,
	}, " ")), " ")
}

// target is the pods that a selector picks, in short.
func target(labels *yaml.Node, namespace string) string {
	if name := tree.Text(labels, "app.kubernetes.io/name"); name != "" {
		return name
	}
	if labels == nil || len(labels.Content) == 0 {
		return everyPod + namespace
	}
	return pairs(labels) + " in " + namespace
}

// pairs are labels as a selector has them.
func pairs(m *yaml.Node) string {
	var out []string
	for _, key := range keys(m) {
		out = append(out, key+"="+tree.Text(m, key))
	}
	return strings.Join(out, ",")
}
