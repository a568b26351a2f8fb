package problem

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSteps(t *testing.T) {
	path := Child(Child(Item(Child(Child("", "spec"), "regions"), 12), "example.com/a[\"b\"]"), "c")
	if want := `spec.regions[12]["example.com/a[\"b\"]"].c`; path != want {
		t.Errorf("%s, want %s", path, want)
	}
	want := []Step{{"spec", -1, 4}, {"regions", -1, 12}, {"[12]", 12, 16}, {"example.com/a[\"b\"]", -1, 40}, {"c", -1, 42}}
	if d := cmp.Diff(want, Steps(path)); d != "" {
		t.Error(d)
	}
	for _, odd := range []string{"", "[", "[x]", "a[", "a[1", "[\"", "..", "a..b", "[1]x"} {
		Steps(odd) // does not panic
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		path, above string
		want        bool
	}{
		{"a.b", "a", true}, {"a[0]", "a", true}, {"a", "a", true}, {"ab", "a", false}, {"a", "a.b", false}, {"a", "", true},
	} {
		if got := Within(c.path, c.above); got != c.want {
			t.Errorf("Within(%q, %q) = %v", c.path, c.above, got)
		}
	}
}
