package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/athens"
)

// runbookSites are the examples, and the sites that init makes.
func runbookSites(t *testing.T) map[string]string {
	t.Helper()
	sites := map[string]string{}
	for _, pattern := range []string{"examples/*/site.yaml", "testdata/init/*/athens.yaml"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no file matches %s: %v", pattern, err)
		}
		for _, file := range files {
			sites[filepath.Base(filepath.Dir(file))] = file
		}
	}
	return sites
}

func runbookOf(t *testing.T, file string) string {
	t.Helper()
	code, stdout, stderr := runWith([]string{"runbook", "-f", file}, "")
	if code != 0 || stderr != "" {
		t.Fatalf("%s: exit code %d: %s", file, code, stderr)
	}
	return stdout
}

func TestRunbook(t *testing.T) {
	exampleSites(t, func(t *testing.T, name, dir string) {
		compare(t, filepath.Join(root, "testdata/runbook", name+".md"), runbookOf(t, dir))
	})
}

// Every object that a command names is one of the site's, in its namespace.
func TestRunbookNamesTheSitesObjects(t *testing.T) {
	named := regexp.MustCompile(`kubectl -n (\S+) [^|\n]*?\b(deployment|service|cronjob|ingress|pvc|hpa|scaledobject|secret)[/ ]([a-z0-9-]+)`)
	kinds := map[string]string{"deployment": "Deployment", "service": "Service", "cronjob": "CronJob", "ingress": "Ingress", "pvc": "PersistentVolumeClaim", "hpa": "HorizontalPodAutoscaler", "scaledobject": "ScaledObject"}
	checked := 0
	for name, file := range runbookSites(t) {
		_, rendered, _ := runWith([]string{"render", file}, "")
		all := objectsOf(t, rendered)
		for _, m := range named.FindAllStringSubmatch(runbookOf(t, file), -1) {
			checked++
			if m[2] == "secret" {
				if !slices.Contains(referred(all), m[1]+"/"+m[3]+"/tls.crt") {
					t.Errorf("%s: no Secret %s in %s", name, m[3], m[1])
				}
			} else if len(find(all, kinds[m[2]], m[1], m[3])) == 0 {
				t.Errorf("%s: the site has no %s %s/%s: %s", name, m[2], m[1], m[3], m[0])
			}
		}
	}
	if checked < 200 {
		t.Errorf("only %d names were checked", checked)
	}
}

// Every metric of an alert is one that a program has, and a table stays a
// table.
func TestRunbookMetrics(t *testing.T) {
	metric := regexp.MustCompile(`\b(?:lathens|crathens|proxy)_[a-z_]+`)
	source := readFile(t, root, "internal/lathens/metrics.go")
	for _, c := range athens.Changes("v0.16.0", "v0.17.0") {
		source += c.What
	}
	checked := 0
	for name, file := range runbookSites(t) {
		cells := 0
		for line := range strings.Lines(runbookOf(t, file)) {
			if !strings.HasPrefix(line, "|") {
				cells = 0
				continue
			}
			n := strings.Count(line, "|") - strings.Count(line, `\|`)
			if cells == 0 {
				cells = n
			}
			if n != cells {
				t.Errorf("%s: %d cells, want %d: %s", name, n-1, cells-1, line)
			}
			for _, m := range metric.FindAllString(line, -1) {
				checked++
				bare := strings.TrimSuffix(strings.TrimSuffix(m, "_sum"), "_count")
				if !strings.Contains(source, bare) {
					t.Errorf("%s: no program has the metric %s", name, m)
				}
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d metrics were checked", checked)
	}
}

// A shell reads every block of commands.
func TestRunbookCommandsAreShell(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("skipped: there is no bash here")
	}
	block := regexp.MustCompile("(?s)```sh\n(.*?)```")
	var all []string
	for name, file := range runbookSites(t) {
		blocks := block.FindAllStringSubmatch(runbookOf(t, file), -1)
		if len(blocks) < 15 {
			t.Errorf("%s: only %d blocks of commands", name, len(blocks))
		}
		for _, b := range blocks {
			all = append(all, b[1])
		}
	}
	slices.Sort(all)
	for _, text := range slices.Compact(all) {
		cmd := exec.CommandContext(t.Context(), bash, "-n")
		cmd.Stdin = strings.NewReader(text)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %s in\n%s", err, out, text)
		}
	}
}

func TestRunbookMistakes(t *testing.T) {
	minimal := root + "/examples/minimal"
	for _, c := range []struct {
		args  []string
		code  int
		wrong string
	}{
		{nil, 2, "runbook takes one FILE"},
		{[]string{minimal, "-f", minimal}, 2, "runbook takes one FILE"},
		{[]string{minimal, "--region", "moon"}, 1, "moon"},
		{[]string{root + "/testdata/golden/ten-mistakes/input.yaml"}, 1, "spec."},
	} {
		code, stdout, stderr := runWith(append([]string{"runbook"}, c.args...), "")
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.wrong) {
			t.Errorf("runbook %q: exit code %d, want %d; stderr, want %q: %s", c.args, code, c.code, c.wrong, stderr)
		}
	}
}
