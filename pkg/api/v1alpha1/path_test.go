package v1alpha1

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSteps(t *testing.T) {
	path := child(child(item(child(child("", "spec"), "regions"), 12), "example.com/a[\"b\"]"), "c")
	if want := `spec.regions[12]["example.com/a[\"b\"]"].c`; path != want {
		t.Errorf("%s, want %s", path, want)
	}
	want := []step{{"spec", -1, 4}, {"regions", -1, 12}, {"", 12, 16}, {"example.com/a[\"b\"]", -1, 40}, {"c", -1, 42}}
	if d := cmp.Diff(want, steps(path), cmp.AllowUnexported(step{})); d != "" {
		t.Error(d)
	}
	for _, odd := range []string{"", "[", "[x]", "a[", "a[1", "[\"", "..", "a..b", "[1]x"} {
		steps(odd) // does not panic
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		path, above string
		want        bool
	}{
		{"a.b", "a", true}, {"a[0]", "a", true}, {"a", "a", true}, {"ab", "a", false}, {"a", "a.b", false}, {"a", "", true},
	} {
		if got := within(c.path, c.above); got != c.want {
			t.Errorf("within(%q, %q) = %v", c.path, c.above, got)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"replicas", "resources", "azureBlob", "ttl", "host", "disk"}
	for _, c := range []struct{ name, want string }{
		{"replica", "replicas"}, {"azureblob", "azureBlob"}, {"tll", "ttl"}, {"hots", "host"}, {"ressources", "resources"},
		{"floppy", ""}, {"", ""}, {"x", ""},
	} {
		if got, _ := nearest(c.name, known); got != c.want {
			t.Errorf("nearest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}
