package lint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The table of CONTRIBUTING.md names every package.
func TestPackages_HaveARowInTheTable(t *testing.T) {
	page, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, above := range []string{"internal", "pkg"} {
		entries, err := os.ReadDir(filepath.Join("../..", above))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			name := "`" + above + "/" + e.Name()
			if e.IsDir() && !strings.Contains(string(page), name+"`") && !strings.Contains(string(page), name+"/") {
				t.Errorf("%s` is not in the table of CONTRIBUTING.md", name)
			}
		}
	}
}
