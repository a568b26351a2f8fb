package diff

import (
	"slices"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// identities compares service accounts, principals that may call, and what must
// exist beside the manifests.
func (c *comparison) identities() {
	for _, o := range ofKind(c.gone, "ServiceAccount") {
		c.note(accountGoes, "- ServiceAccount %s", o.Name)
	}
	for _, o := range ofKind(c.come, "ServiceAccount") {
		c.note(accountComes, "+ ServiceAccount %s", o.Name)
	}
	c.report(lines(principalComes, principalOut, principals))
	c.needs()
}

func principals(objects []Object) (out []string) {
	for _, o := range ofKind(objects, "AuthorizationPolicy") {
		for _, principal := range principalsIn(&o) {
			if line := "principal " + principal + " is named in policies"; !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	return out
}

func principalsIn(policy *Object) (out []string) {
	for _, r := range tree.Items(policy.tree, "spec", "rules") {
		for _, f := range tree.Items(r, "from") {
			source := tree.Get(f, "source")
			out = append(out, slices.Concat(texts(source, "principals"), texts(source, "notPrincipals"))...)
		}
	}
	return out
}
