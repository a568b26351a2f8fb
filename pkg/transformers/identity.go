package transformers

import "strings"

// principal rewrites NAMESPACE and NAME of an identity; either may have a *.
func (f *fixer) principal(s string) string {
	domain, id, ok := strings.Cut(s, "/ns/")
	if !ok {
		return s
	}
	ns, name, ok := strings.Cut(id, "/sa/")
	if !ok {
		if ns, ok := strings.CutSuffix(id, "/*"); ok {
			return domain + "/ns/" + f.space(ns) + "/*"
		}
		return s
	}
	if to, ok := (place{ns, name}).address(); ok {
		return f.account(to).identity(domain)
	}
	return s
}

// serviceAccount rewrites NAME or NAMESPACE/NAME.
func (f *fixer) serviceAccount(s string) string {
	ns, name, spaced := strings.Cut(s, "/")
	if !spaced {
		now, apart, to := f.short("", "ServiceAccount", s)
		if apart {
			return to.path()
		}
		return now
	}
	if to, ok := (place{ns, name}).address(); ok {
		return f.account(to).path()
	}
	return s
}

// account is where a ServiceAccount is now. Every namespace has an account
// named default, and * is none.
func (f *fixer) account(to address) address {
	now, found := f.named("", "ServiceAccount", to)
	switch {
	case found:
	case to.name == "default" || strings.Contains(to.name, "*"):
		now.namespace = f.space(to.namespace)
	default:
		f.unknown("", "ServiceAccount", to)
	}
	return now
}
