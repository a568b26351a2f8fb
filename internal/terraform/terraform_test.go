package terraform_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// arguments are those that testdata/azurerm.txt knows: of a resource under its
// name, of a block under the resource's name and its own.
func arguments(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/azurerm.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	resource := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		name, names, isBlock := strings.Cut(line, ": ")
		switch {
		case line == "" || line[0] == '#':
		case strings.HasPrefix(line, "azurerm_"):
			resource = line
		case isBlock:
			out[resource+" "+name] = strings.Fields(names)
		default:
			out[resource] = strings.Fields(line)
		}
	}
	return out
}

// check reports the arguments of a block that the provider does not know, and
// those that it misses.
func check(known map[string][]string, resource, block string, value map[string]any) (problems []string) {
	at := strings.TrimSpace(resource + " " + block)
	if known[at] == nil {
		return []string{at + " is unknown"}
	}
	for name, v := range value {
		if block == "" && (name == "lifecycle" || name == "depends_on") {
			continue // Terraform's own
		}
		if !slices.Contains(known[at], name) && !slices.Contains(known[at], name+"!") {
			problems = append(problems, at+" has no "+name)
		}
		nested, _ := v.([]any)
		for _, n := range append(nested, v) {
			if n, ok := n.(map[string]any); ok {
				problems = append(problems, check(known, resource, name, n)...)
			}
		}
	}
	for _, name := range known[at] {
		if required, ok := strings.CutSuffix(name, "!"); ok {
			if _, there := value[required]; !there {
				problems = append(problems, at+" misses "+required)
			}
		}
	}
	return problems
}

// TestProviderArguments holds the goldens against what the provider takes.
func TestProviderArguments(t *testing.T) {
	known := arguments(t)
	files, err := filepath.Glob("../../testdata/terraform/*.tf.json")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d goldens: %v", len(files), err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var config struct {
			Resource map[string]map[string]map[string]any
		}
		if err := json.Unmarshal(text, &config); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for kind, all := range config.Resource {
			seen[kind] = true
			for name, value := range all {
				for _, p := range check(known, kind, "", value) {
					t.Errorf("%s: %s.%s: %s", file, kind, name, p)
				}
			}
		}
	}
	if len(seen) < 14 {
		t.Errorf("the goldens hold %d kinds of resources only", len(seen))
	}
}

func TestProviderArgumentsNotices(t *testing.T) {
	known := arguments(t)
	for _, tt := range []struct {
		value map[string]any
		want  string
	}{
		{map[string]any{"name": "x", "cdn_frontdoor_profile_id": "y", "enable": true}, "has no enable"},
		{map[string]any{"name": "x"}, "misses cdn_frontdoor_profile_id"},
	} {
		if got := strings.Join(check(known, "azurerm_cdn_frontdoor_endpoint", "", tt.value), "\n"); !strings.Contains(got, tt.want) {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
