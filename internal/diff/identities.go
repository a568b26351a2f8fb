package diff

import "slices"

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

// principalsIn are the callers that a policy names.
func principalsIn(policy *Object) (out []string) {
	for _, r := range items(at(policy.tree, "spec", "rules")) {
		for _, f := range items(mapping(r)["from"]) {
			source := mapping(mapping(f)["source"])
			out = append(out, slices.Concat(strs(source["principals"]), strs(source["notPrincipals"]))...)
		}
	}
	return out
}

// secrets that pods of a site need.
func secrets(objects []Object) (out []string) {
	add := func(name string) {
		if line := "Secret " + name; name != "" && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	for i := range objects {
		pod := objects[i].pod()
		for _, v := range items(pod["volumes"]) {
			add(str(at(mapping(v), "secret", "secretName")))
		}
		for _, s := range items(pod["imagePullSecrets"]) {
			add(str(mapping(s)["name"]))
		}
		env := objects[i].env()
		for _, name := range keys(env, nil) {
			if from, ok := env[name].(secretKey); ok {
				add(from.name)
			}
		}
		if objects[i].Kind == "Gateway" {
			for _, s := range items(at(objects[i].tree, "spec", "servers")) {
				if name := str(at(mapping(s), "tls", "credentialName")); name != "" {
					add(name + " (of the gateway)")
				}
			}
		}
	}
	return out
}
