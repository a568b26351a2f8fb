package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/crathens"
)

func TestSummaryFile_ListsEveryResultWithItsReason(t *testing.T) {
	url, _ := serve(t, site())
	sum := writeFile(t, "example.com/a v1.0.0 h1:x\nexample.com/b v1.0.0/go.mod h1:x\nexample.com/c v1.0.0 h1:x\n")
	file := filepath.Join(t.TempDir(), "summary.json")
	if code, _ := runLines(t, "--athens="+url, "--go-sum="+sum, "--exclude=example.com/c", "--summary="+file, "--concurrency=1"); code != 0 {
		t.Errorf("exit %d", code)
	}
	text, err := os.ReadFile(file) //nolint:gosec // the test's own
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Results []crathens.Result
		Summary struct {
			OK, DryRun                          bool
			Modules, Done, New, Warmed, Skipped int
		}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	want := map[crathens.Result]bool{
		{What: "example.com/a@v1.1.0", Result: "warmed"}:                           true,
		{What: "example.com/b@v1.0.0", Result: "warmed"}:                           true,
		{What: "example.com/c", Result: "skipped", Reason: "--exclude matches it"}: true,
	}
	for _, r := range got.Results {
		if !want[r] {
			t.Errorf("unexpected or repeated: %+v", r)
		}
		delete(want, r)
	}
	s := got.Summary
	if len(want) > 0 || !s.OK || s.DryRun || s.Modules != 2 || s.Done != 2 || s.New != 2 || s.Warmed != 2 || s.Skipped != 1 {
		t.Errorf("missing: %v; %s", want, text)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".crathens-*")); len(left) > 0 {
		t.Errorf("left: %s", left)
	}
}

func TestSummaryFile_ThatCannotBeWrittenIsAnError(t *testing.T) {
	url, seen := serve(t, site())
	var out bytes.Buffer
	if code := run(t.Context(), []string{"--athens=" + url, "--summary=/no/such/dir/summary.json"}, environ(), &out, &out); code != 1 || len(seen.Paths()) > 0 {
		t.Errorf("exit %d after %d requests: %s", code, len(seen.Paths()), &out)
	}
}

func TestDryRun_PrintsWhatWouldBeWarmed(t *testing.T) {
	s := site()
	url, seen := serve(t, s)
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"--athens=" + url, "--dry-run", "--modules-file=" + writeFile(t, "example.com/b\n"), "--concurrency=1"}, environ(), &stdout, &stderr)
	if diff := cmp.Diff(map[string]bool{"example.com/a@v1.1.0\n": true, "example.com/b@v1.0.0\n": true}, lineSet(stdout.String())); diff != "" || code != 0 {
		t.Errorf("exit %d, %s\n%s", code, &stderr, diff)
	}
	if asked := seen.Paths("info", "mod", ""); len(asked) > 0 || len(s.Stored()) != 1 {
		t.Errorf("asked for %s", asked)
	}
}

func lineSet(text string) map[string]bool {
	out := map[string]bool{}
	for l := range bytes.Lines([]byte(text)) {
		out[string(l)] = true
	}
	return out
}
