package cluster

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// state is what one cluster gets of a site.
type state struct {
	// name is its folder, and the region if it has regions.
	name string
	// operand is what the commands read it from, with the flag of its region; empty
	// where there is no site.
	operand []string
	// manifests are all of its objects, in the order in which they are rendered.
	manifests string
}

// args are those of a command about the site.
func (s *state) args(words ...string) []string { return append(words, s.operand...) }

// states are those of every example, each overlay and every scaffold of init.
func states(t *testing.T) (out []state) {
	t.Helper()
	for _, pattern := range []string{"examples/*/*site.yaml", "overlays/*/site", "examples/transformers/*/kustomization.yaml", "testdata/init/*/athens.yaml"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no file matches %s: %v", pattern, err)
		}
		for _, file := range files {
			dir := filepath.Dir(file)
			name, err := filepath.Rel(root, dir)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case strings.HasPrefix(name, "overlays"):
				out = append(out, state{name, []string{dir}, run(t, "", "kustomize", "build", "--enable-alpha-plugins", "--enable-exec", dir)})
			case strings.HasPrefix(name, "examples/transformers"):
				out = append(out, state{name, nil, run(t, "", "kustomize", "build", "--enable-alpha-plugins", "--enable-exec", dir)})
			default:
				for _, region := range regions(t, file) {
					s := state{name: name, operand: []string{file}}
					if region != "" {
						s.name, s.operand = name+"-"+region, append(s.operand, "--region", region)
					}
					s.manifests = run(t, "", "athens-kfn", s.args("render", "-q")...)
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// stateOf is the state of a name.
func stateOf(t *testing.T, name string) *state {
	t.Helper()
	all := states(t)
	i := slices.IndexFunc(all, func(s state) bool { return s.name == name })
	if i < 0 {
		t.Fatalf("no state %s", name)
	}
	return &all[i]
}

// regions of a site, or one without a name.
func regions(t *testing.T, file string) (out []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var site struct {
		Spec struct {
			Region  string
			Regions []struct{ Name string }
		}
	}
	if err := yaml.Unmarshal(text, &site); err != nil {
		t.Fatal(err)
	}
	for _, r := range site.Spec.Regions {
		out = append(out, r.Name)
	}
	if len(out) == 0 || site.Spec.Region != "" {
		return []string{""}
	}
	return out
}

// object is what identifies one in manifests.
type object struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct{ Name, Namespace string }
}

// objects of manifests.
func objects(t *testing.T, manifests string) (out []object) {
	t.Helper()
	for d := yaml.NewDecoder(bytes.NewReader([]byte(manifests))); ; {
		var o object
		err := d.Decode(&o)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if o.Kind != "" {
			out = append(out, o)
		}
	}
}
