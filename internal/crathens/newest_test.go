package crathens

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNewest(t *testing.T) {
	for name, c := range map[string]struct {
		list string
		n    int
		want string
	}{
		"nothing":                      {"", 3, ""},
		"by version, not by text":      {"v1.9.0 v1.10.0 v1.2.0", 2, "v1.10.0 v1.9.0"},
		"fewer than wanted":            {"v1.0.0", 20, "v1.0.0"},
		"twice":                        {"v1.0.0 v1.0.0", 20, "v1.0.0"},
		"the release before the newer": {"v1.0.0 v1.1.0-rc.1 v1.1.0-rc.2", 2, "v1.0.0 v1.1.0-rc.2"},
		"pre-releases alone":           {"v0.1.0-alpha v0.1.0-beta", 1, "v0.1.0-beta"},
		"compatible before not":        {"v1.4.0 v2.0.0+incompatible v3.0.0+incompatible", 2, "v1.4.0 v3.0.0+incompatible"},
		"incompatible alone":           {"v2.0.0+incompatible v3.0.0+incompatible", 1, "v3.0.0+incompatible"},
		"no pseudo-versions":           {"v0.0.0-20240102030405-abcdefabcdef v0.0.1", 20, "v0.0.1"},
		"no half versions":             {"v1 v1.2 1.2.3 v1.2.3 v1.2.3+meta master", 20, "v1.2.3"},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := readList(strings.NewReader(strings.ReplaceAll(c.list, " ", "\n")))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, strings.Join(newest(found, c.n), " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLongList(t *testing.T) {
	var list strings.Builder
	for i := 0; list.Len() < 10<<20; i++ {
		fmt.Fprintf(&list, "v1.%d.0-x%0100d\n", i, 0)
	}
	found, err := readList(strings.NewReader(list.String()))
	if err != nil || newest(found, 1)[0] != found[len(found)-1] {
		t.Errorf("10 MB: %v, %d versions", err, len(found))
	}
	list.WriteString(list.String())
	if _, err := readList(strings.NewReader(list.String())); err == nil {
		t.Error("20 MB are read")
	}
}
