package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/explain"
)

// The pages of a few fields of each sort are goldens.
func TestExplainGolden(t *testing.T) {
	for name, args := range map[string][]string{
		"spec":          {},
		"tree":          {"--recursive"},
		"azureblob":     {"spec.athens.storage.azureBlob"},
		"one-key":       {"athens.storage"},
		"request":       {"athens.timeouts.request"},
		"replicas":      {"spec.athens.replicas"},
		"log-level":     {"athens.logLevel"},
		"download-rule": {"athens.download.rules[0]"},
		"region-name":   {"spec.regions[].name"},
		"env":           {"athens.env"},
		"enrolment":     {"MeshEnrolment"},
		"references":    {"MeshReferences", "--recursive"},
		"limits":        {"AthensLimits.gateways"},
	} {
		code, stdout, stderr := runWith(append([]string{"explain"}, args...), "")
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit code %d, stderr %s", name, code, stderr)
		}
		compare(t, filepath.Join(root, "testdata/explain", name+".txt"), stdout)
	}
}

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		args       []string
		code       int
		out, wrong string
	}{
		{[]string{"athens.storage.azureBlob.account"}, 0, "required  yes", ""},
		{[]string{"spec.athens.private.patterns[]"}, 0, "sets      GOPRIVATE, ATHENS_GONOSUM_PATTERNS", ""},
		{[]string{"athens.storage.azreBlob"}, 1, "", "did you mean spec.athens.storage.azureBlob"},
		{[]string{"hots"}, 1, "", "did you mean spec.host"},
		{[]string{"lathens.quux"}, 1, "", "fields of spec.lathens are enabled, image"},
		{[]string{"MeshReferences.prefix"}, 1, "", "there is no field MeshReferences.prefix; did you mean spec.namePrefix?"},
		{[]string{"ak104"}, 0, "# AK104: ", ""},
		{[]string{"AK999"}, 1, "", "there is no code AK999; those of AK9xx are AK901, AK902; https://github.com/gomods/athens-kfn/blob/main/docs/codes/README.md lists all"},
		{[]string{"ad108"}, 1, "", "there is no code AD108; those of AD1xx are AD101, AD102,"},
		{[]string{"athens.timeout"}, 1, "", "did you mean spec.athens.timeouts or spec.athens.singleFlight"},
		{[]string{"AD0"}, 1, "", "there is no code AD0; those of AD0xx are AD001,"},
		{[]string{"a", "b"}, 2, "", "explain takes one FIELD or CODE or none"},
	} {
		code, stdout, stderr := runWith(append([]string{"explain"}, c.args...), "")
		if code != c.code || !strings.Contains(stdout, c.out) || !strings.Contains(stderr, c.wrong) || code != 0 && stdout != "" {
			t.Errorf("explain %q: exit code %d (want %d)\nstdout (want %q): %s\nstderr (want %q): %s",
				c.args, code, c.code, c.out, stdout, c.wrong, stderr)
		}
	}
}

// Every field can be asked for by the path that it is shown with, and says
// what it is.
func TestExplainEveryField(t *testing.T) {
	count := 0
	for _, kind := range explain.Kinds() {
		spec, err := explain.Of(kind)
		if err != nil {
			t.Fatal(err)
		}
		spec.Walk(func(f *explain.Field) {
			count++
			if found, known := spec.Find(f.Path); !known || found != f {
				t.Errorf("%s: %s is not found", kind, f.Path)
			}
			if f.Type == "" || explain.First(f.Doc) == "" {
				t.Errorf("%s: %s: type %q, documentation %q", kind, f.Path, f.Type, f.Doc)
			}
		})
	}
	if count < 150 {
		t.Errorf("%d fields only", count)
	}
}
