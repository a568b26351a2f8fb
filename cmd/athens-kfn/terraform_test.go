package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What terraform prints of each example that provisions is a golden.
func TestTerraformGolden(t *testing.T) {
	for _, name := range []string{"aks-multiregion", "terraform"} {
		code, stdout, stderr := runWith([]string{"terraform", filepath.Join(root, "examples", name)}, "")
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit code %d, stderr %s", name, code, stderr)
		}
		compare(t, filepath.Join(root, "testdata/terraform", name+".tf.json"), stdout)
	}
}

func TestTerraform(t *testing.T) {
	multi := filepath.Join(root, "examples/aks-multiregion/site.yaml")
	text, err := os.ReadFile(multi)
	if err != nil {
		t.Fatal(err)
	}
	_, all, _ := runWith([]string{"terraform", multi}, "")
	if code, got, _ := runWith([]string{"terraform", "-"}, string(text)); code != 0 || got != all {
		t.Errorf("from stdin: exit code %d, %d bytes, want %d", code, len(got), len(all))
	}
	_, one, _ := runWith([]string{"terraform", "-f", multi, "--region", "eastus2"}, "")
	if !strings.Contains(one, "athenseus2") || strings.Contains(one, "athensweu") || strings.Contains(one, "cdn_frontdoor") {
		t.Errorf("eastus2 alone: %s", one)
	}
	for _, c := range []struct {
		args  []string
		code  int
		wrong string
	}{
		{[]string{"a", "b"}, 2, "terraform takes one FILE"},
		{[]string{filepath.Join(root, "examples/minimal")}, 1, "makes nothing in Azure; write edge.frontDoor.provision"},
		{[]string{multi, "--region", "nowhere"}, 1, "is not in spec.regions"},
		{[]string{"no-such-file"}, 1, "no such file"},
	} {
		code, stdout, stderr := runWith(append([]string{"terraform"}, c.args...), "")
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.wrong) {
			t.Errorf("%v: exit code %d, stdout %q, stderr %q", c.args, code, stdout, stderr)
		}
	}
}
