package goproxy

import (
	"net/url"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		raw, module string
		kind        Kind
	}{
		{"/golang.org/x/mod/@v/list", "golang.org/x/mod", List},
		{"/golang.org/x/mod/@latest", "golang.org/x/mod", Latest},
		{"/github.com/%21burnt%21sushi/toml/@v/list", "github.com/BurntSushi/toml", List},
		{"/github.com/!burnt!sushi/toml/@latest", "github.com/BurntSushi/toml", Latest},
		{"/gopkg.in/yaml.v3/@v/list", "gopkg.in/yaml.v3", List},
		{"/example.com/list/@v/list", "example.com/list", List},

		{"/golang.org/x/mod/@v/v0.1.0.info", "", Other},
		{"/github.com/BurntSushi/toml/@v/list", "", Other}, // not escaped
		{"/github.com/!/@v/list", "", Other},
		{"/../etc/@v/list", "", Other},
		{"/golang.org//mod/@v/list", "", Other},
		{"/std/@v/list", "", Other}, // no domain
		{"/@v/list", "", Other},
		{"golang.org/x/mod/@v/list", "", Other},
		{"/golang.org/x/mod/@v/list/", "", Other},
		{"/golang.org/x/mod/@latest/@v/list", "", Other},
		{"/sumdb/sum.golang.org/latest", "", Other},
		{"/catalog", "", Other},
		{"/example.com/" + strings.Repeat("a", MaxPath) + "/@v/list", "", Other},
		{"", "", Other},
	} {
		u, err := url.Parse(c.raw)
		if err != nil {
			t.Fatal(err)
		}
		module, kind, ok := Parse(u.Path)
		if module != c.module || kind != c.kind || ok != (c.kind != Other) {
			t.Errorf("Parse(%q) = %q, %v, %v; want %q, %v", c.raw, module, kind, ok, c.module, c.kind)
		}
	}
}
