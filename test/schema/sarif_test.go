package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	sitecheck "github.com/gomods/athens-kfn/internal/check"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// What check prints for a code scanner is what SARIF's schema allows, and holds
// nothing that SARIF does not know.
func TestSARIF(t *testing.T) {
	// Findings about no site, a field and an object.
	for _, code := range []string{"AK001", "AK302", "AK605"} {
		file := filepath.Join(root, "testdata/check", code+".yaml")
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := sitecheck.SARIF(&out, sitecheck.Run([]sitecheck.File{{Name: "site.yaml", Content: content}}, limits.Set{}, "", "site.yaml"), "v0.1.0"); err != nil {
			t.Fatal(err)
		}
		report, err := sarif.FromBytes(out.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, run := range report.Runs {
			// SARIF's own defaults, where the library would write "" and [].
			run.Language, run.Tool.Driver.Language = "en-US", "en-US"
			run.NewlineSequences = []string{"\r\n", "\n"}
		}
		if err := report.Validate(); err != nil {
			t.Errorf("%s: %v\n%s", file, err, out.String())
		}
		if len(report.Runs) != 1 || len(report.Runs[0].Results) == 0 {
			t.Errorf("%s: no results", file)
		}
		again, err := json.Marshal(report)
		if err != nil {
			t.Fatal(err)
		}
		lost(t, filepath.Base(file), untyped(t, out.Bytes()), untyped(t, again))
	}
}

// lost reports what was printed and not understood. The library adds defaults.
func lost(t *testing.T, at string, printed, understood any) {
	t.Helper()
	switch p := printed.(type) {
	case map[string]any:
		u, _ := understood.(map[string]any)
		for key, value := range p {
			lost(t, at+"."+key, value, u[key])
		}
	case []any:
		u, _ := understood.([]any)
		if len(u) != len(p) {
			t.Fatalf("%s: %d entries are printed, %d understood", at, len(p), len(u))
		}
		for i := range p {
			lost(t, at, p[i], u[i])
		}
	default:
		if printed != understood {
			t.Errorf("%s: %v is printed, %v understood", at, printed, understood)
		}
	}
}

func untyped(t *testing.T, text []byte) (out any) {
	t.Helper()
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
