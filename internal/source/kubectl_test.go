package source

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A kubectl that hangs takes its time once, not for each question.
func TestKubectl_HangsOnce(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a script is no program there: skipped")
	}
	dir := t.TempDir()
	script := "#!/bin/sh\necho asked >> '" + dir + "/log'\nexec sleep 60\n"
	if err := os.WriteFile(filepath.Join(dir, "kubectl"), []byte(script), 0o755); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	before := childTime
	defer func() { childTime = before }()
	childTime = 200 * time.Millisecond
	ask := Kubectl("")
	if _, err := ask("get", "pods"); err == nil || !strings.Contains(err.Error(), "did not end within 200ms") {
		t.Errorf("the first: %v", err)
	}
	for range 3 {
		if _, err := ask("get", "pods"); err == nil || !strings.Contains(err.Error(), "not asked: kubectl took 200ms") {
			t.Errorf("a later one: %v", err)
		}
	}
	log, err := os.ReadFile(filepath.Join(dir, "log")) // of a slow machine there is none
	if err == nil && string(log) != "asked\n" {
		t.Errorf("kubectl ran more than once: %q", log)
	}
}
