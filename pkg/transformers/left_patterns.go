package transformers

import (
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// pattern warns about a wildcard, a prefix or a regular expression that matched
// what something was called, and does not match what it is called now.
func (l leftover) pattern(n *yaml.Node) bool {
	matched, matches := l.matcher(n.Value), l.matcher(l.now(n))
	if matched == nil || matches == nil {
		return false
	}
	domain := ""
	for _, o := range l.patterned {
		if domain == "" {
			domain = l.domain()
		}
		now := identities(o, o.end(), domain)
		for i, was := range identities(o, o.was[0], domain) {
			if matched(was) && !slices.ContainsFunc(now, matches) {
				return l.tell("%s matches %s, which is %s now and is not matched any more: write a pattern of the new name", n.Value, was, now[i])
			}
		}
	}
	return false
}

// identities are the forms in which the mesh's patterns see a Service or an
// account, in a cluster's domain.
func identities(o *object, p place, domain string) []string {
	if o.kind == "ServiceAccount" {
		return []string{"cluster.local/ns/" + p.namespace + "/sa/" + p.name}
	}
	return []string{p.name + "." + p.namespace + ".svc." + domain, p.name + "." + p.namespace + ".svc", p.name + "." + p.namespace, p.name}
}

// matcher is what a text matches, if it is a pattern: * before or behind it, a
// prefix or a regular expression of an authority.
func (l leftover) matcher(s string) func(string) bool {
	step := l.at.Last()
	about := strings.ToLower(strings.Join(l.at, " "))
	ofHost := strings.Contains(about, "authority") || strings.Contains(about, "headers host")
	suffix, prefix := strings.CutPrefix(s, "*")
	before, behind := strings.CutSuffix(s, "*")
	switch {
	case len(s) < 2:
		return nil
	case prefix && !behind && !strings.HasPrefix(suffix, "/"), prefix && strings.HasPrefix(suffix, "/sa/"):
		return func(t string) bool { return strings.HasSuffix(t, suffix) }
	case behind && !prefix && !strings.Contains(s, ":") && !strings.HasSuffix(before, "/"):
		if i := strings.Index(before, "/ns/"); i >= 0 { // of any trust domain
			return func(t string) bool {
				_, id, found := strings.Cut(t, "/ns/")
				return found && strings.HasPrefix(id, before[i+4:])
			}
		}
		return func(t string) bool { return strings.HasPrefix(t, before) }
	case ofHost && step == "prefix":
		return func(t string) bool { return strings.HasPrefix(t, s) }
	case ofHost && step == "regex":
		if re, err := regexp.Compile("^(?:" + s + ")$"); err == nil {
			return re.MatchString
		}
	}
	return nil
}
