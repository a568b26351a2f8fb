package crathens

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
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
			found, err := readList(strings.NewReader(strings.ReplaceAll(c.list, " ", "\n")), c.n)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, strings.Join(found, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Of a long list no more is held than is wanted, in whatever order it comes.
func TestLongList(t *testing.T) {
	versions := []string{"v3.0.0+incompatible"}
	for i := range 90_000 {
		versions = append(versions, fmt.Sprintf("v1.%d.0-x%0100d", i, 0))
	}
	versions = append(versions, "v0.0.1")
	for name, order := range map[string]func(){
		"oldest first": func() {}, "newest first": func() { slices.Reverse(versions) },
		"any": func() { rand.New(rand.NewPCG(1, 2)).Shuffle(len(versions), reflect.Swapper(versions)) }, //nolint:gosec // the same each time
	} {
		order()
		for _, n := range []int{1, 2, 20} {
			found, err := readList(strings.NewReader(strings.Join(versions, "\n")), n)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(newest(versions, n), found); diff != "" {
				t.Errorf("%s, %d: %s", name, n, diff)
			}
		}
	}
	if _, err := readList(strings.NewReader(strings.Repeat("v1.0.0\n", maxList/7+1)), 1); err == nil {
		t.Errorf("more than %d bytes are read", maxList)
	}
}
