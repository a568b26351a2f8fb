package helm

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/sitetest"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

func siteOf(t *testing.T, text string) *v1alpha1.AthensSite {
	t.Helper()
	nodes, err := krm.SitesIn([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	site, problems := strict.Load[v1alpha1.AthensSite](nodes[0])
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return site
}

// Package compares each chart with its site, in Helm's own engine.
func TestPackage_RendersTheSite(t *testing.T) {
	for _, s := range sitetest.Sites(t, "../../examples/*/site.yaml") {
		if _, _, err := Package(siteOf(t, s.Text), "1.2.3"); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}

func TestPackage_RefusesAChartThatIsNotTheSite(t *testing.T) {
	text, err := os.ReadFile("../../examples/minimal/site.yaml")
	if err != nil {
		t.Fatal(err)
	}
	site := siteOf(t, string(text))
	_, content, err := Package(site, "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	other := *site
	other.Spec.Host = "other.example.com"
	if err := verify(content, &other); err == nil || !strings.Contains(err.Error(), "does not render") {
		t.Errorf("a chart of another host: %v", err)
	}
	off := false
	other = *site
	other.Spec.Crathens.Enabled = &off
	if err := verify(content, &other); err == nil {
		t.Error("a chart with a program too many is that of the site")
	}
}

func TestValues_MergesAsHelmInstall(t *testing.T) {
	got, err := Values([]source.File{
		{Name: "a", Content: []byte("x: {a: 1, b: 2}\nlist: [1, 2]\nn: 1000000\nf: 0.5\n")},
		{Name: "b", Content: []byte("x: {b: 3}\nlist: [3]\n")},
	}, []string{"x.c=4,y={p,q}"})
	want := map[string]any{"x": map[string]any{"a": int64(1), "b": int64(3), "c": int64(4)}, "list": []any{int64(3)}, "y": []any{"p", "q"}, "n": int64(1000000), "f": 0.5}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v: -want +got:\n%s", err, diff)
	}
}

// Helm would take the last of two keys, the first of two documents, and read
// what a name in the values names.
func TestValues_RefusesHostileFiles(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for i := range 8 {
		bomb += string(rune('b'+i)) + ": &" + string(rune('b'+i)) + " [" + strings.Repeat("*"+string(rune('a'+i))+",", 10) + "]\n"
	}
	for in, want := range map[string]string{
		"a: 1\na: 2\n":      "is repeated",
		"a: 1\n---\nb: 2\n": "a second document",
		"- a\n":             "not a map",
		"a: [\n":            "v.yaml: expected values",
		bomb:                "its aliases mean too many nodes",
	} {
		if _, err := Values([]source.File{{Name: "v.yaml", Content: []byte(in)}}, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v, want %s", in, err, want)
		}
	}
	if _, err := Values(nil, []string{"a[99999999]=1"}); err == nil {
		t.Error("a list of 99999999 entries is made")
	}
	secret := filepath.Join(t.TempDir(), "secret.yaml")
	if err := os.WriteFile(secret, []byte("hush: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{secret, "-", "file://" + secret} {
		got, err := Values([]source.File{{Name: name, Content: []byte("a: b\n")}}, nil)
		if diff := cmp.Diff(map[string]any{"a": "b"}, got); diff != "" || err != nil {
			t.Errorf("%s was read again: %v %s", name, err, diff)
		}
	}
}
