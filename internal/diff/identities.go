package diff

import (
	"slices"
	"strings"
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
	c.lines(Identities, principals(c.old), principals(c.now))
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
	for _, s := range allStatements(objects) {
		if line := "principal " + s.who + " is named in policies"; strings.Contains(s.who, "/ns/") && !slices.Contains(out, line) {
			out = append(out, line)
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
		for _, value := range sorted(objects[i].env()) {
			if name, found := strings.CutPrefix(value, "Secret "); found {
				name, _, _ = strings.Cut(name, ", key ")
				add(name)
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

func sorted(m map[string]any) (values []string) {
	for _, key := range keys(m, nil) {
		values = append(values, str(m[key]))
	}
	return values
}
