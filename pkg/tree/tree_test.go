package tree_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/pkg/tree"
)

func encode(t *testing.T, n *yaml.Node) string {
	t.Helper()
	out, err := yaml.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func TestPath_IsReadAsItIsWritten(t *testing.T) {
	for text, want := range map[string]tree.Path{
		"spec.replicas":                          {"spec", "replicas"},
		".spec.containers[athens].env[0]":        {"spec", "containers", "[athens]", "env", "[0]"},
		`metadata.labels["app.kubernetes.io/x"]`: {"metadata", "labels", "app.kubernetes.io/x"},
		`a["[x]y"][""]`:                          {"a", "[x]y", ""},
		"a[b":                                    {"a", "[b]"},
		"":                                       nil,
	} {
		got := tree.Parse(text)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", text, diff)
		}
		if again := tree.Parse(got.String()); !cmp.Equal(got, again) {
			t.Errorf("%s is written %s, which reads %q", text, got, again)
		}
	}
}

// odd has every kind of key and name that a path has to tell apart.
const odd = `
plain: {a.b: 1, "[x]": 2, x: 3, "": 4, '"': 5, "a]": 6, "[": 7, "[]": 8, -1: 9, "é": 10, "a\nb": 11, '["q"]': 12}
named: [{name: a, v: 1}, {name: b.c/d, v: 2}, {name: "e]f", v: 3}, {name: '"', v: 4}, {name: a, v: 5}, {v: 6}, {name: "", v: 7}]
numbers: [{name: "1", v: 1}, {name: "0", v: 2}, {name: "-1", v: 3}]
mixed: [{alert: A}, {record: "a:b"}, {name: v, mountPath: /x}, {name: v, mountPath: /y}, --flag=1, --flag=2, --other, word]
nested: [[[x], []], {}]
`

// leaves are the paths of all values, with the values.
func leaves(n *yaml.Node, at tree.Path, visit func(tree.Path, *yaml.Node)) {
	switch {
	case len(n.Content) == 0:
		visit(at, n)
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			leaves(n.Content[i+1], at.With(n.Content[i].Value), visit)
		}
	default:
		for i, step := range tree.Steps(n) {
			leaves(n.Content[i], at.With(step), visit)
		}
	}
}

func TestPath_LeadsToItsValue(t *testing.T) {
	texts := []string{odd}
	files, err := filepath.Glob("../../testdata/golden/*/output.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(err, "no goldens")
	}
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(in))
	}
	for i, text := range texts {
		root := spectest.Node(t, text)
		leaves(root, nil, func(p tree.Path, n *yaml.Node) {
			if got := tree.At(root, tree.Parse(p.String())); got != tree.Deref(n) {
				t.Errorf("text %d: %s of %q leads to %v, not to %v in line %d", i, p, p, got, n, n.Line)
			}
		})
	}
}

func TestNext_TakesAKeyThatIsWrittenAsAnItem(t *testing.T) {
	root := spectest.Node(t, "{labels: {app.kubernetes.io/name: athens}, mounts: [{name: tmp, mountPath: /tmp}]}")
	for text, want := range map[string]string{
		"labels[app.kubernetes.io/name]": "athens", "mounts[/tmp].name": "tmp", `mounts["tmp"].mountPath`: "/tmp", "mounts[0].name": "tmp", "mounts[1]": "", "mounts[-1]": "", "labels.x.y": "",
	} {
		if got := tree.At(root, tree.Parse(text)); (got == nil) != (want == "") || got != nil && got.Value != want {
			t.Errorf("%s: %v, want %q", text, got, want)
		}
	}
}

func TestResolve(t *testing.T) {
	root := spectest.Node(t, "{env: [{name: A, value: x}, {value: y}], labels: {a/b: z}}")
	for text, want := range map[string]string{
		"env[0].value": "env[A].value x", "env[A]": "env[A] ", "env[1].value": "env[1].value y", "labels[a/b]": `labels["a/b"] z`,
		"env[0].nope.x": "env[A] ", "nope": " ", "": " ",
	} {
		full, at := tree.Resolve(root, tree.Parse(text))
		if got := full.String() + " " + at.Value; got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestGet_FollowsAliasesAndMergeKeys(t *testing.T) {
	root := spectest.Node(t, "base: &b {a: 1, c: {d: 2}}\nmore: &m {<<: *b, a: 3}\nx: {<<: [*m, *b], e: 4}\ny: *m\nloop: &l {<<: *l}\n")
	for keys, want := range map[string]string{"x a": "3", "x c d": "2", "x e": "4", "y a": "3", "x f": "", "loop z": "", "x a b": ""} {
		if got := tree.Text(root, strings.Fields(keys)...); got != want {
			t.Errorf("%s: %q, want %q", keys, got, want)
		}
	}
}

func TestEntries(t *testing.T) {
	var got []string
	for key, v := range tree.Entries(spectest.Node(t, "a: {<<: {x: 1}, b: c, d: e, f: g}"), "a") {
		if got = append(got, key+v.Value); key == "d" {
			break
		}
	}
	for key := range tree.Entries(spectest.Node(t, "a: [b, c, d]"), "a") {
		if got = append(got, key); key == "[1]" {
			break
		}
	}
	for key := range tree.Entries(spectest.Node(t, "a: b"), "a") {
		t.Error(key)
	}
	if diff := cmp.Diff([]string{"<<", "bc", "de", "[0]", "[1]"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestSet(t *testing.T) {
	for _, c := range []struct{ before, path, value, after string }{
		{"{a: {b: x}}", "a.b", "z", "{a: {b: z}}"},
		{"{a: {b: x}}", "a.c.d", "z", "{a: {b: x, c: {d: z}}}"},
		{"{a: {b: x, c: y}}", "a.b", "", "{a: {c: y}}"},
		{"{a: [{name: x}, {name: y}]}", "a[y].v", "z", "{a: [{name: x}, {name: y, v: z}]}"},
		{"{a: [x, y]}", "a[0]", "", "{a: [y]}"},
		{"{a: [x, y]}", "a[1]", "z", "{a: [x, z]}"},
		{"{a: [x]}", "a[1]", "z", "{a: [x, z]}"},
		{"{}", "a[0]", "z", "{a: [z]}"},
		{"{a: }", "a.b", "z", "{a: {b: z}}"},
		{"{a: x}", "a.b", "z", "{a: x}"},
		{"{a: [{}]}", "a[x].b.c", "z", "{a: [{}, {b: {c: z}}]}"},
		{"{a: x}", "b.c", "", "{a: x}"},
	} {
		root := spectest.Node(t, c.before)
		var v *yaml.Node
		if c.value != "" {
			v = tree.String(c.value)
		}
		if tree.Set(root, tree.Parse(c.path), v); !tree.Equal(root, spectest.Node(t, c.after)) {
			t.Errorf("%s, %s = %q: %s, want %s", c.before, c.path, c.value, encode(t, root), c.after)
		}
	}
}

func TestWith_LeavesTheOriginal(t *testing.T) {
	before := spectest.Node(t, "{a: 1, b: {c: 2}}")
	text := encode(t, before)
	after := tree.With(tree.With(before, "a", tree.String("x")), "d", tree.Map())
	if encode(t, before) != text || encode(t, after) != "{a: x, b: {c: 2}, d: {}}" {
		t.Errorf("%s became %s", encode(t, before), encode(t, after))
	}
}

func TestEqual(t *testing.T) {
	for _, c := range []struct {
		x, y string
		want bool
	}{
		{"{a: 1, b: [x]}", "b: ['x']\na: 1 # why", true},
		{"{a: 1}", `{a: "1"}`, false},
		{"[x, y]", "[y, x]", false},
		{"{a: 1}", "{a: 1, b: 2}", false},
		{"{a: 1, c: 3}", "{a: 1, b: 3}", false},
		{"{a: }", "{a: null}", false}, // written differently
	} {
		if got := tree.Equal(spectest.Node(t, c.x), spectest.Node(t, c.y)); got != c.want {
			t.Errorf("%s and %s: %v", c.x, c.y, got)
		}
	}
	if !tree.Equal(nil, nil) || tree.Equal(nil, tree.Map()) {
		t.Error("nil equals nil, and nothing else")
	}
}

func TestExpander(t *testing.T) {
	const text = "a: &a {x: &x 1, y: [*x]}\nb: *a\nc: {<<: *a, x: 2, z: 3}\nd: {<<: [{x: 4, k: 5}, *a]}\n"
	root := spectest.Node(t, text)
	e := tree.Expander{Left: 100}
	got := e.Copy(root)
	if tree.Merge(got); encode(t, got) != "a: {x: 1, y: [1]}\nb: {x: 1, y: [1]}\nc: {y: [1], x: 2, z: 3}\nd: {x: 4, k: 5, y: [1]}" || tree.Shares(got) {
		t.Errorf("%s", encode(t, got))
	}
	if encode(t, root) != strings.TrimSpace(text) || !tree.Shares(root) {
		t.Errorf("the original became\n%s", encode(t, root))
	}
	tree.Set(got, tree.Path{"b", "x"}, tree.String("new"))
	if tree.Text(got, "a", "x") != "1" {
		t.Error("an edit of one copy reaches another")
	}
}

func TestExpander_RefusesWhatIsTooLarge(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x, x]\n")
	for i := range 60 {
		fmt.Fprintf(&bomb, "a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	nested := func(levels int) string { return strings.Repeat("[", levels) + strings.Repeat("]", levels) }
	deep := nested(tree.MaxDepth + 2)
	for name, text := range map[string]string{"wide": bomb.String(), "deep": deep} {
		e := tree.Expander{Left: 10_000}
		if got := e.Copy(spectest.Node(t, text)); got != nil {
			t.Errorf("%s: copied", name)
		}
	}
	// The root is level 0.
	if e := (tree.Expander{Left: 10_000}); e.Copy(spectest.Node(t, nested(tree.MaxDepth+1))) == nil {
		t.Error("nested as deep as the bound: not copied")
	}
	for left, want := range map[int]bool{3: true, 2: false} {
		if e := (tree.Expander{Left: left}); (e.Copy(spectest.Node(t, "[a, b]")) != nil) != want {
			t.Errorf("3 nodes with %d left: copied %v", left, !want)
		}
	}
}
