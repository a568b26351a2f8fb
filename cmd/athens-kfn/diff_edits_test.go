package main

import (
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Manifests that were patched are compared, or what cannot be judged is
// named: nothing ends in a panic.
func TestDiff_PatchedManifests(t *testing.T) {
	_, rendered, _ := runWith([]string{"render", root + "/examples/minimal/site.yaml"}, "")
	const policy, allow = "\n  name: goproxy-gateway-to-athens\n", "  action: ALLOW\n"
	const routes, notFound = "\nkind: VirtualService\n", "  - name: not-found\n"
	for name, c := range map[string]struct{ after, old, now, want string }{
		"redirect":     {routes, notFound, "  - name: home\n    match:\n    - uri: {exact: /}\n    redirect: {uri: /docs}\n" + notFound, "! AD102 client: GET /: status 404 → 301"},
		"delegate":     {routes, notFound, "  - name: other\n    delegate: {name: x, namespace: y}\n" + notFound, "! AD107 cannot say which other requests get another answer: VirtualService goproxy/goproxy uses http.delegate, and VirtualService y/x is not among the objects"},
		"method":       {routes, "    - uri:\n", "    - method: {exact: POST}\n      uri:\n", "AD199 virtualservice/goproxy.spec.http[two-readings].match[0].method"},
		"presence":     {routes, "    - uri:\n", "    - headers: {x: {}}\n      uri:\n", "AD199 virtualservice/goproxy.spec.http[two-readings].match[0].headers"},
		"unreadable":   {routes, "  http:\n", "  http: 7\n  tcp:\n", "VirtualService goproxy/goproxy cannot be read as its API has it"},
		"condition":    {policy, allow, "    when:\n    - key: source.ip\n      values: [10.0.0.0/8]\n" + allow, "! AD107 cannot say which other requests get another answer: AuthorizationPolicy goproxy/goproxy-gateway-to-athens uses source.ip"},
		"no operation": {policy, allow, "  - to:\n    - {}\n" + allow, "! AD107 cannot say which other requests get another answer: AuthorizationPolicy goproxy/goproxy-gateway-to-athens uses rules.to without an operation"},
		"no source":    {policy, allow, "  - from:\n    - {}\n" + allow, "! AD107 cannot say which other requests get another answer: AuthorizationPolicy goproxy/goproxy-gateway-to-athens uses rules.from without a source"},
		"not":          {policy, "principals:", "notPrincipals:", "! AD102 anyone: GET …/@v/list, GET …/@v/v0.17.0.zip: status 403 → 200"},
		"audit":        {policy, allow, "  action: AUDIT\n", "! AD101 gateway: GET …/@v/list: status 200 → 403 (no policy allows it)"},
	} {
		t.Run(name, func(t *testing.T) {
			i := strings.Index(rendered, c.after)
			edited := rendered[:i] + strings.Replace(rendered[i:], c.old, c.now, 1)
			if i < 0 || edited == rendered {
				t.Fatal("nothing was edited")
			}
			dir := t.TempDir()
			old, now := writeIn(t, dir, "old.yaml", rendered), writeIn(t, dir, "new.yaml", edited)
			code, stdout, stderr := runWith([]string{"diff", old, now}, "")
			if code != 1 || !strings.Contains(stdout, c.want) {
				t.Errorf("exit code %d, want 1 and %q:\n%s%s", code, c.want, stdout, stderr)
			}
		})
	}
}

func writeIn(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// What is next to a spec is compared too; a rendered copy of the site is not:
// the spec says what it becomes.
func TestDiff_ManifestsBesideASpec(t *testing.T) {
	spec, err := os.ReadFile(root + "/examples/minimal/site.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	beside := func(name, manifests string) string { return writeIn(t, dir, name, string(spec)+"---\n"+manifests) }
	_, rendered, _ := runWith([]string{"render", root + "/examples/minimal/site.yaml"}, "")
	const other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {key: %}\n"
	old := beside("old.yaml", strings.ReplaceAll(other, "%", "a"))
	for name, c := range map[string]struct{ now, want string }{
		"another value": {beside("value.yaml", strings.ReplaceAll(other, "%", "b")), "configmap/other.data.key a → b"},
		"gone":          {root + "/examples/minimal/site.yaml", "- ConfigMap other"},
		"rendered too":  {beside("rendered.yaml", rendered+"---\n"+strings.ReplaceAll(other, "%", "a")), ""},
	} {
		code, stdout, stderr := runWith([]string{"diff", old, c.now}, "")
		if c.want == "" && code+len(stdout) != 0 || c.want != "" && (code != 1 || !strings.Contains(stdout, c.want)) {
			t.Errorf("%s: exit code %d, want %q:\n%s%s", name, code, c.want, stdout, stderr)
		}
	}
}

// Specs whose manifests differ are never said to be the same, and those whose
// manifests are the same never to differ.
func TestDiff_IsSilentOnlyAboutEqualManifests(t *testing.T) {
	const wanted = 4 // edits in a file that change its manifests
	for _, g := range goldens(t) {
		if !g.sound() {
			continue
		}
		t.Run(g.name, func(t *testing.T) {
			dir := t.TempDir()
			var doc yaml.Node
			if err := yaml.Unmarshal([]byte(g.in), &doc); err != nil {
				t.Fatal(err)
			}
			old := writeIn(t, dir, "old.yaml", g.in)
			before := renderedFiles(t, old)
			found := 0
			for _, n := range farApart(scalarsUnder(field(&doc, "spec"))) {
				if found == wanted {
					break
				}
				kept := n.Value
				n.Value = otherValue(n)
				edited, err := yaml.Marshal(&doc)
				if err != nil {
					t.Fatal(err)
				}
				what := kept + " → " + n.Value
				n.Value = kept
				now := writeIn(t, dir, "new.yaml", string(edited))
				after := renderedFiles(t, now)
				if len(after) == 0 {
					continue // not every value is one
				}
				code, stdout, stderr := runWith([]string{"diff", old, now}, "")
				if differ := !maps.Equal(before, after); differ != (code == 1 && stdout != "") || !differ && (code != 0 || stdout != "") {
					t.Errorf("%s: the manifests differ: %v; diff ends with %d:\n%s%s", what, differ, code, stdout, stderr)
				} else if differ {
					found++
				}
			}
			if found == 0 {
				t.Error("no edit changed a manifest")
			}
		})
	}
}

// renderedFiles are all manifests of a spec, of each of its regions; none for a
// spec with problems.
func renderedFiles(t *testing.T, spec string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if code, _, _ := runWith([]string{"render", spec, "--to", dir}, ""); code != 0 {
		return nil
	}
	return filesIn(t, dir)
}

// farApart is every seventh of a list, then every seventh of the rest.
func farApart[T any](all []T) (out []T) {
	for first := range min(7, len(all)) {
		for i := first; i < len(all); i += 7 {
			out = append(out, all[i])
		}
	}
	return out
}

func field(n *yaml.Node, key string) *yaml.Node {
	if n.Kind == yaml.DocumentNode {
		n = n.Content[0]
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func scalarsUnder(n *yaml.Node) (out []*yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		return []*yaml.Node{n}
	}
	for i, c := range n.Content {
		if n.Kind != yaml.MappingNode || i%2 == 1 {
			out = append(out, scalarsUnder(c)...)
		}
	}
	return out
}

// otherValue is a value of the same form: another digit, the other boolean, or
// a longer word.
func otherValue(n *yaml.Node) string {
	if n.ShortTag() == "!!bool" {
		return strconv.FormatBool(n.Value != "true")
	}
	if i := strings.LastIndexAny(n.Value, "0123456789"); i >= 0 {
		return n.Value[:i] + string('0'+(n.Value[i]-'0'+1)%10) + n.Value[i+1:]
	}
	return n.Value + "x"
}
