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

const (
	// refused is what a policy does that takes something away.
	refused = "is refused"
	// may begins what a policy gives.
	may = "may "
	// consent begins what an external authorizer decides.
	consent = "needs the consent of "
	// What a policy says nothing of.
	anyMethod, anyPath = "any method", "any path"
	// unknownRequest is that of an item of to that is empty, which prove does not
	// judge either; it counts as any.
	unknownRequest = "send unknown requests (to without an operation)"
)

// permissions compares who may ask what, over all policies together.
func permissions(before, after []Object) (out []Change) {
	old, now := allStatements(before), allStatements(after)
	for _, s := range joined(without(old, now)) {
		code := callerGoes
		if strings.Contains(s.may, refused) || strings.HasPrefix(s.may, consent) {
			code = refusalGone
		}
		out = append(out, change(code, "- "+s.text()))
	}
	fresh := arrivals(before, after)
	for _, s := range joined(without(now, old)) {
		code := callerComes
		if slices.ContainsFunc(s.all, func(s statement) bool { return s.lets(old, fresh, before == nil) }) {
			code = callerOpened
		}
		out = append(out, change(code, "+ "+s.text()))
	}
	return out
}

// lets says whether a statement lets in a caller or a request that nothing did
// before. Programs that are new come with their own permissions. Of a site that
// is new as a whole, what lets in more than its own parts is told.
func (s *statement) lets(old []statement, fresh []arrival, whole bool) bool {
	anywhere := s.ranges != "" || s.direct != "" || strings.HasPrefix(s.who, anyone) || s.who == unknownCaller || s.may == may+unknownRequest
	switch {
	case !strings.HasPrefix(s.may, may):
		return false
	case whole:
		return anywhere
	case slices.ContainsFunc(fresh, func(a arrival) bool { return s.target == a.program || strings.HasSuffix(s.who, a.account) }):
		return false
	case slices.ContainsFunc(old, func(o statement) bool { return o.covers(s) }):
		return false
	}
	return anywhere || slices.ContainsFunc(old, func(o statement) bool { return o.closes(s) })
}

// covers says whether this statement admitted every caller that another one admits.
func (s *statement) covers(o *statement) bool {
	methods, theirs := strings.TrimPrefix(s.may, may), strings.TrimPrefix(o.may, may)
	return strings.HasPrefix(s.may, may) &&
		(s.who == o.who || s.who == anyone || strings.HasPrefix(o.who, s.who+" ")) && within(o.ranges, s.ranges) && within(o.direct, s.direct) &&
		(s.target == o.target || strings.HasPrefix(s.target, everyPod)) &&
		(methods == anyMethod || len(without(strings.Split(theirs, ", "), strings.Split(methods, ", "))) == 0) &&
		(s.path == anyPath || s.path == o.path) && (s.when == "" || s.when == o.when || strings.HasPrefix(o.when, s.when+more))
}

// closes says whether a statement refuses what no statement allows to the pods
// of another: it is about them, or about every pod.
func (s *statement) closes(o *statement) bool {
	return s.target == o.target || strings.HasPrefix(s.target, everyPod)
}

// arrival is a program that is new, and the end of the principal it calls with.
type arrival struct{ program, account string }

func arrivals(before, after []Object) (out []arrival) {
	for i := range after {
		o := &after[i]
		program := o.program()
		if o.pod() == nil || slices.ContainsFunc(before, func(old Object) bool { return old.pod() != nil && old.program() == program }) {
			continue
		}
		out = append(out, arrival{program, "/ns/" + o.Namespace + "/sa/" + tree.Text(o.pod(), "serviceAccountName")})
	}
	return out
}

func allStatements(objects []Object) (out []statement) {
	for _, o := range ofKind(objects, "AuthorizationPolicy") {
		out = append(out, statements(&o)...)
	}
	return out
}

// statements of a policy. One that allows nothing denies the rest.
func statements(policy *Object) (out []statement) {
	spec := tree.Get(policy.tree, "spec")
	target := target(tree.Get(spec, "selector", "matchLabels"), policy.Namespace)
	action := tree.Text(spec, "action")
	verb := cmp.Or(map[string]string{"": "may", "ALLOW": "may", "DENY": refused, "AUDIT": "is audited for", "CUSTOM": consent + cmp.Or(tree.Text(spec, "provider", "name"), "no one") + " for"}[action], action)
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
		if len(keys(op)) == 0 {
			out = append(out, operation{unknownRequest, "", []string{""}})
			continue
		}
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
			paths = []string{anyPath}
		}
		out = append(out, operation{cmp.Or(strings.Join(texts(op, "methods"), ", "), anyMethod), strings.Join(where, ""), paths})
	}
	if len(out) == 0 {
		return []operation{{anyMethod, "", []string{anyPath}}}
	}
	return out
}

// more is between conditions, none of which has it: a statement with more of
// them admits less.
const more = "\n"

func conditions(when []*yaml.Node) string {
	var out []string
	add := func(word string, m *yaml.Node, values []string) {
		if len(values) > 0 {
			out = append(out, strings.ReplaceAll(word+tree.Text(m, "key")+" is "+strings.Join(values, " or "), more, " "))
		}
	}
	for _, m := range when {
		add("if ", m, texts(m, "values"))
		add("unless ", m, texts(m, "notValues"))
	}
	return strings.Join(out, more)
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
	verb := strings.Replace(s.may, anyMethod, anyMethod+" on", 1)
	if s.may == may+anyMethod {
		verb = may + "use " + anyMethod + " on"
	}
	return strings.Join(strings.Fields(strings.Join([]string{
		s.caller.text(), verb, strings.Join(paths, ", "), "at " + s.target, strings.ReplaceAll(s.when, more, ", "),
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
