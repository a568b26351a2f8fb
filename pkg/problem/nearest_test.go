package problem

import "testing"

func TestNearest(t *testing.T) {
	known := []string{"replicas", "resources", "azureBlob", "ttl", "host", "disk", "namePrefix", "namespace", "name"}
	for _, c := range []struct{ name, want string }{
		{"replica", "replicas"}, {"azureblob", "azureBlob"}, {"tll", "ttl"}, {"hots", "host"}, {"ressources", "resources"},
		{"prefix", "namePrefix"}, {"nam", "name"}, {"fix", ""}, {"floppy", ""}, {"", ""}, {"x", ""},
	} {
		if got, _ := Nearest(c.name, known); got != c.want {
			t.Errorf("Nearest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}
