package goproxy

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"
)

// kinds of a path that the grammar names.
func kinds(path string) (out []string) {
	for _, g := range Protocol {
		if regexp.MustCompile(`\A(?:` + g.Paths + `)\z`).MatchString(path) {
			out = append(out, g.Name)
		}
	}
	return out
}

// What the go command sends for a module and a version has one kind, as has the
// same without percent signs.
func TestProtocol_HasWhatTheGoCommandSends(t *testing.T) {
	for _, m := range []module.Version{
		{Path: "golang.org/x/mod", Version: "v0.17.0"},
		{Path: "github.com/BurntSushi/toml", Version: "v1.3.2"},
		{Path: "github.com/Azure/azure-sdk-for-go", Version: "v68.0.0+incompatible"},
		{Path: "gopkg.in/yaml.v3", Version: "v3.0.1-0.20200101000000-abcdefabcdef"},
		{Path: "example.com/~user/a_b", Version: "Master"},
		{Path: "example.com", Version: "a#b"},
	} {
		p, err := module.EscapePath(m.Path)
		v, err2 := module.EscapeVersion(m.Version)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		for _, c := range []struct{ path, kind string }{
			{"/" + p + "/@v/list", "list"}, {"/" + p + "/@latest", "latest"}, {"/" + p + "/@v/" + v + ".info", "info"},
			{"/" + p + "/@v/" + v + ".mod", "mod"}, {"/" + p + "/@v/" + v + ".zip", "zip"}, {"/sumdb/sum.golang.org/lookup/" + p + "@" + v, "sumdb"},
		} {
			sent := strings.ReplaceAll(url.PathEscape(c.path), "%2F", "/")
			if got := kinds(sent); !slices.Equal(got, []string{c.kind}) {
				t.Errorf("%s: %v, want %s", sent, got, c.kind)
			}
		}
	}
}

// The parsers of this package take what the grammar has, and the grammar has
// nothing that is not asked of a proxy.
func TestProtocol_AgreesWithTheParsers(t *testing.T) {
	for path, want := range map[string]string{
		"/golang.org/x/mod/@v/list": "list", "/github.com/!azure/x/@latest": "latest",
		"/sumdb/sum.golang.org/supported": "sumdb", "/sumdb/sum.golang.org/tile/8/0/x123/456.p/7": "sumdb", "/sumdb/sum.golang.org/tile/8/data/000": "sumdb",
		"/catalog": "", "/@v/list": "", "/x/@v/list": "", "/sumdb/x/@v/list": "", "/golang.org/x/@v/list/": "", "/golang.org//x/@v/list": "",
		"/golang.org/x/../@v/list": "", "/golang.org/x/@v/.info": "", "/sumdb/sum.golang.org/../catalog": "", "/golang.org/x/@v/a/b.zip": "", "/GOLANG.org/@v/list": "",
	} {
		got := strings.Join(kinds(path), " ")
		if got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
		_, kind, ok := Parse(path)
		if parsed := ok && got == string(kind) || got == "sumdb" && ValidSumDB(path); got != "" && !parsed {
			t.Errorf("%s: the parser does not take it", path)
		}
	}
}
