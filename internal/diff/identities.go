package diff

import (
	"maps"
	"slices"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// identities compares service accounts, principals that may call, and the
// Secrets that programs read.
func (c *comparison) identities() {
	for _, objects := range []struct {
		sign string
		list []Object
	}{{"-", c.gone}, {"+", c.come}} {
		for _, o := range ofKind(objects.list, "ServiceAccount") {
			c.note(Identities, "%s ServiceAccount %s", objects.sign, o.Name)
		}
	}
	c.report(lines(Identities, principals))
	c.needs()
}

// needs compares the Secrets that programs read.
func (c *comparison) needs() {
	old, now := secrets(c.old), secrets(c.now)
	for _, s := range without(old, now) {
		c.note(Identities, "- %s is read no more", s)
	}
	for _, s := range without(now, old) {
		c.warn(Identities, "+ %s is read: it must be there first", s)
	}
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

func secrets(objects []Object) (out []string) {
	add := func(name string) {
		if line := "Secret " + name; name != "" && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	for i := range objects {
		pod := objects[i].pod()
		for _, v := range tree.Items(pod, "volumes") {
			add(tree.Text(v, "secret", "secretName"))
		}
		for _, s := range tree.Items(pod, "imagePullSecrets") {
			add(tree.Text(s, "name"))
		}
		env := objects[i].env()
		for _, name := range slices.Sorted(maps.Keys(env)) {
			if from := variable(env[name]); from.Tag == fromSecret {
				add(tree.Text(env[name], "valueFrom", "secretKeyRef", "name"))
			}
		}
		if objects[i].Kind == "Gateway" {
			for _, s := range tree.Items(objects[i].tree, "spec", "servers") {
				if name := tree.Text(s, "tls", "credentialName"); name != "" {
					add(name + " (of the gateway)")
				}
			}
		}
	}
	return out
}
