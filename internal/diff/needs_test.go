package diff

import (
	"strings"
	"testing"
)

// printed are the lines of a comparison of two manifests, one object each.
func printed(t *testing.T, old, now string) string {
	t.Helper()
	var out []string
	for _, r := range Compare(side([]Object{*objectOf(t, old)}), side([]Object{*objectOf(t, now)})) {
		for _, g := range r.Groups {
			for _, c := range g.Changes {
				out = append(out, c.Code+" "+c.Text)
			}
		}
	}
	return strings.Join(out, "\n")
}

const aDeployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: athens, namespace: a}\nspec: {template: {spec: "

// A Secret that exists may still lack the key that a pod now reads.
func TestNeeds_Keys(t *testing.T) {
	env := func(name, key string) string {
		return aDeployment + "{containers: [{name: athens, env: [{name: A, valueFrom: {secretKeyRef: {name: " + name + ", key: " + key + "}}}]}]}}}"
	}
	volume := func(keys string) string {
		return aDeployment + "{containers: [{name: athens}], volumes: [{name: v, secret: {secretName: s, items: [" + keys + "]}}]}}}"
	}
	for _, c := range []struct{ name, old, now, want, not string }{
		{"variable", env("s", "a"), env("s", "b"), "AD008 + key b of Secret a/s must exist first", "+ Secret a/s"},
		{"the old one", env("s", "a"), env("s", "b"), "AD009 - key a of Secret a/s need no longer exist", ""},
		{"file", volume("{key: a, path: a}"), volume("{key: a, path: a}, {key: b, path: b}"), "AD008 + key b of Secret a/s must exist first", "AD009"},
		{"another Secret", env("s", "a"), env("t", "a"), "AD008 + Secret a/t must exist first", "key a of"},
	} {
		if got := printed(t, c.old, c.now); !strings.Contains(got, c.want) || c.not != "" && strings.Contains(got, c.not) {
			t.Errorf("%s: want %q without %q:\n%s", c.name, c.want, c.not, got)
		}
	}
}

// A change of what is hidden is a change, and is shown as one.
func TestHidden_ChangesAreSeen(t *testing.T) {
	env := func(name, value string) string {
		return aDeployment + "{containers: [{name: athens, env: [{name: " + name + ", value: '" + value + "'}]}]}}}"
	}
	for _, c := range []struct{ old, now, want string }{
		{env("DB_PASSWORD", "hunter2"), env("DB_PASSWORD", "hunter3"), "… (changes where it is not shown)"},
		{env("A", "https://u:hunter2@a.example.com/"), env("A", "https://u:hunter3@a.example.com/"), "a.example.com/ (changes where it is not shown)"},
		{env("A", "https://u:hunter2@a.example.com/"), env("A", "https://u:hunter3@b.example.com/"), "a.example.com/ → "},
	} {
		if got := printed(t, c.old, c.now); !strings.Contains(got, c.want) || strings.Contains(got, "hunter") {
			t.Errorf("want %q:\n%s", c.want, got)
		}
	}
}
