package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// kubectlThat puts a shell script in the place of kubectl.
func kubectlThat(t *testing.T, script string) (log string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("a script is no program there: skipped")
	}
	dir := t.TempDir()
	log = filepath.Join(dir, "log")
	text := "#!/bin/sh\necho \"$@\" >> '" + log + "'\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(dir, "kubectl"), []byte(text), 0o755); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return log
}

// What may not be read is unknown, with kubectl's own words; its log is left out.
func TestCheckCluster_IsUnknownWhereKubectlRefuses(t *testing.T) {
	log := kubectlThat(t, `echo 'E1201 09:00:00.000000       1 memcache.go:265] "Unhandled Error"' >&2; echo 'Error from server (Forbidden): no' >&2; exit 1`)
	code, stdout, stderr := runWith([]string{"check", "--cluster", "--context", "it's", root + "/examples/disk/site.yaml"}, "")
	if code != notJudged || stderr != "" || !strings.Contains(stdout, "the cluster: kubectl: Error from server (Forbidden): no\n") {
		t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
	}
	if got := readFile(t, log); got != "get --request-timeout=20s --context=it's --raw /version\n" {
		t.Errorf("asked %q", got)
	}
}

// A site with regions has several clusters, and no kubectl answers for none.
func TestCheckCluster_NeedsARegionAndKubectl(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	code, stdout, stderr := runWith([]string{"check", "--cluster", root + "/examples/production"}, "")
	if code != 2 || stdout != "" || !strings.Contains(stderr, "add --region with one of ") {
		t.Errorf("without a region: exit code %d\n%s\n%s", code, stdout, stderr)
	}
	code, stdout, stderr = runWith([]string{"check", "--cluster", "-v", root + "/examples/disk/site.yaml"}, "")
	if code != notJudged || stderr != "" || !strings.Contains(stdout, ": kubectl: not in PATH: install it\n") || strings.Contains(stdout, "√ the cluster has") {
		t.Errorf("without kubectl: exit code %d\n%s\n%s", code, stdout, stderr)
	}
}

// What is missing is an error, and the list of what must exist has a sign a line.
func TestCheckCluster_MarksWhatMustExist(t *testing.T) {
	kubectlThat(t, `case "$*" in *"get "*/version*) echo '{"major":"1","minor":"40"}';; *secrets*) echo Secret tls.crt tls.key;; *) shift $(($# - 1)); echo "Error from server (NotFound): things \"$1\" not found" >&2; exit 1;; esac`)
	code, stdout, stderr := runWith([]string{"check", "--cluster", root + "/examples/disk/site.yaml"}, "")
	if code != 1 || stderr != "" || !strings.Contains(stdout, "\n  √ Secret ") || !strings.Contains(stdout, "\n  ✗ ServiceAccount ") || !strings.Contains(stdout, "AK901") {
		t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
	}
}

// An answer that is empty says nothing of the cluster.
func TestCheckCluster_IsUnknownWhereKubectlIsSilent(t *testing.T) {
	kubectlThat(t, `case "$*" in *"get "*/version*) echo '{"major":"1","minor":"40"}';; esac`)
	code, stdout, stderr := runWith([]string{"check", "--cluster", root + "/examples/disk/site.yaml"}, "")
	if code != notJudged || stderr != "" || !strings.Contains(stdout, "\n  ? ServiceAccount ") || strings.Contains(stdout, "AK901") {
		t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
	}
}

// A cluster is looked at for a spec.
func TestCheckCluster_RefusesManifests(t *testing.T) {
	for _, args := range [][]string{{"--cluster", "--manifests", root + "/testdata/golden/https/output.yaml"}, {"--context", "a"}} {
		if code, _, stderr := runWith(append([]string{"check"}, args...), ""); code != 2 || !strings.Contains(stderr, "--cluster") {
			t.Errorf("%q: exit code %d: %s", args, code, stderr)
		}
	}
}
