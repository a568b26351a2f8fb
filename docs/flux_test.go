package docs

import (
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestCI runs the steps of the workflow on flux.md against a repository as it
// should be, and as it should not be.
func TestCI(t *testing.T) {
	for _, tool := range []string{"bash", "git"} {
		if !has(tool) {
			t.Skipf("%s is not on this machine: skipped", tool)
		}
	}
	all := blocks(t, "docs/hosts/flux.md")
	i := slices.IndexFunc(all, func(b block) bool { return strings.Contains(b.text, "\njobs:\n") })
	if i < 0 {
		t.Fatal("flux.md has no workflow")
	}
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Run string `yaml:"run"`
			} `yaml:"steps"`
		} `yaml:"jobs"`
	}
	if err := yaml.Unmarshal([]byte(all[i].text), &workflow); err != nil {
		t.Fatal(err)
	}
	var steps []string
	for _, step := range workflow.Jobs["fresh"].Steps {
		if step.Run != "" && !strings.HasPrefix(step.Run, "go install ") {
			steps = append(steps, step.Run)
		}
	}
	if len(steps) != 1 {
		t.Fatalf("the workflow has %d steps to run here, want 1", len(steps))
	}
	for change, fresh := range map[string]bool{
		"true": true,
		"echo '  crathens: {enabled: false}' >> site.yaml":                                  false, // files too many
		"rm manifests/cronjob_goproxy-crathens.yaml; git add -A":                            false, // files too few
		"sed -i.bak 's/replicas: 2/replicas: 9/' manifests/deployment_goproxy-lathens.yaml": false,
		"echo 'a note' > manifests/NOTES.txt; git add -A":                                   true,
	} {
		r := newReader(t)
		for _, b := range all {
			if b.file() != "" {
				if err := b.write(r.dir); err != nil {
					t.Fatal(err)
				}
			}
		}
		if code, err := r.shell("git init -q\nathens-kfn render site.yaml --to manifests\ngit add -A\ngit commit -qm site\n" + change + "\ngit commit -qam change --allow-empty"); err != nil || code != 0 {
			t.Fatalf("%s: %v\n%s", change, err, r.output)
		}
		want := 1
		if fresh {
			want = 0
		}
		if code, err := r.shell(steps[0]); err != nil || code != want {
			t.Errorf("%s: the check ended with %d, want %d: %v\n%s", change, code, want, err, r.output)
		}
	}
}
