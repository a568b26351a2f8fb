package diff

import (
	"slices"
	"strings"
)

// statement is one thing that an AuthorizationPolicy says. Statements that
// differ in their path alone are printed as one.
type statement struct{ who, may, path, target, when string }

// refused is what a policy does that takes something away.
const refused = "is refused"

// permissions compares who may ask what, over all policies together.
func (c *comparison) permissions() {
	old, now := allStatements(c.old), allStatements(c.now)
	minus := func(a, b []statement) []statement {
		return slices.DeleteFunc(slices.Clone(a), func(s statement) bool { return slices.Contains(b, s) })
	}
	for _, s := range joined(minus(old, now)) {
		if strings.Contains(s, refused) {
			c.warn(Exposure, "- %s", s)
			continue
		}
		c.note(Exposure, "- %s", s)
	}
	for _, s := range joined(minus(now, old)) {
		c.note(Exposure, "+ %s", s)
	}
	c.use("AuthorizationPolicy", func(l *leaf) bool { return strings.HasPrefix(l.path, "spec") })
}

func allStatements(objects []Object) (out []statement) {
	for _, o := range ofKind(objects, "AuthorizationPolicy") {
		out = append(out, statements(&o)...)
	}
	return out
}

// statements of a policy. One that allows nobody anything denies the rest.
func statements(policy *Object) (out []statement) {
	spec := mapping(policy.tree["spec"])
	target := target(at(spec, "selector", "matchLabels"), policy.Namespace)
	verb := map[string]string{"": "may", "ALLOW": "may", "DENY": refused, "AUDIT": "is audited for", "CUSTOM": "is asked about"}[str(spec["action"])]
	rules := items(spec["rules"])
	if len(rules) == 0 && verb == "may" {
		return []statement{{who: "what no policy allows", may: refused, target: target}}
	}
	for _, r := range rules {
		rule := mapping(r)
		when := conditions(items(rule["when"]))
		for _, who := range callers(items(rule["from"])) {
			for _, operation := range operations(items(rule["to"])) {
				for _, path := range operation.paths {
					out = append(out, statement{who: who, may: verb + " " + operation.what, path: path, target: target, when: strings.TrimSpace(operation.where + " " + when)})
				}
			}
		}
	}
	return out
}

func callers(from []any) (out []string) {
	for _, f := range from {
		source := mapping(at(mapping(f), "source"))
		if principals := strs(source["principals"]); len(source) == 1 && len(principals) > 0 {
			out = append(out, principals...)
		} else {
			out = append(out, brief(source))
		}
	}
	if len(out) == 0 {
		return []string{"anyone"}
	}
	return out
}

type operation struct {
	// what methods, where beside the path.
	what, where string
	paths       []string
}

func operations(to []any) (out []operation) {
	for _, t := range to {
		op := mapping(at(mapping(t), "operation"))
		var where []string
		for _, key := range []struct{ name, text string }{
			{"hosts", "hosts"}, {"notHosts", "not hosts"}, {"ports", "ports"}, {"notPorts", "not ports"},
			{"notMethods", "not"}, {"notPaths", "not"},
		} {
			if values := strs(op[key.name]); len(values) > 0 {
				where = append(where, key.text+" "+strings.Join(values, " "))
			}
		}
		if len(where) > 0 {
			where = []string{"(" + strings.Join(where, ", ") + ")"}
		}
		paths := strs(op["paths"])
		if len(paths) == 0 {
			paths = []string{"any path"}
		}
		out = append(out, operation{or(strings.Join(strs(op["methods"]), ", "), "any method"), strings.Join(where, ""), paths})
	}
	if len(out) == 0 {
		return []operation{{"any method", "", []string{"any path"}}}
	}
	return out
}

func conditions(when []any) string {
	var out []string
	for _, w := range when {
		m := mapping(w)
		if values := strs(m["values"]); len(values) > 0 {
			out = append(out, "if "+str(m["key"])+" is "+strings.Join(values, " or "))
		}
		if values := strs(m["notValues"]); len(values) > 0 {
			out = append(out, "unless "+str(m["key"])+" is "+strings.Join(values, " or "))
		}
	}
	return strings.Join(out, ", ")
}

// joined are statements as sentences.
func joined(all []statement) (out []string) {
	for len(all) > 0 {
		first := all[0]
		var paths []string
		all = slices.DeleteFunc(all, func(s statement) bool {
			if s.who != first.who || s.may != first.may || s.target != first.target || s.when != first.when {
				return false
			}
			if s.path != "" {
				paths = append(paths, s.path)
			}
			return true
		})
		out = append(out, strings.Join(strings.Fields(strings.Join([]string{
			first.who, first.may, strings.Join(paths, ", "), "at " + first.target, first.when,
		}, " ")), " "))
	}
	return out
}

// target is the pods that a selector picks, in short.
func target(labels any, namespace string) string {
	m := mapping(labels)
	if name := str(m["app.kubernetes.io/name"]); name != "" {
		return name
	}
	if len(m) == 0 {
		return "every pod in " + namespace
	}
	return pairs(m) + " in " + namespace
}

// pairs are labels as a selector has them.
func pairs(m map[string]any) string {
	var out []string
	for _, key := range keys(m, nil) {
		out = append(out, key+"="+str(m[key]))
	}
	return strings.Join(out, ",")
}
