package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Case is what the program made of one file of sites.
type Case struct {
	// Name is the file's folder, as in examples/production.
	Name string
	// Sites of the file that are in the mesh, with their defaults.
	Sites []*v1alpha1.AthensSite
	// Objects are all that was rendered, and foreign items passed on.
	Objects []Object
}

// Render runs the program over a file of sites.
func Render(program, file string) (Case, error) { return Region(program, file, "") }

// Region runs the program over a file of sites for one of their regions, with
// the limits.yaml beside it if there is one. Where none is named and none is
// chosen, it is the first.
func Region(program, file, region string) (Case, error) {
	name := strings.TrimPrefix(filepath.Dir(file), "../../")
	sites, err := sitesIn(file, region)
	if err != nil {
		return Case{}, err
	}
	if region == "" && len(sites) > 0 && len(sites[0].OpenRegions()) > 0 {
		return Region(program, file, sites[0].OpenRegions()[0])
	}
	var stdout, stderr bytes.Buffer
	args := []string{"render", file}
	if region != "" {
		name, args = name+" in "+region, append(args, "--region", region)
	}
	if limits := filepath.Join(filepath.Dir(file), "limits.yaml"); exists(limits) {
		args = append(args, "--limits", limits)
	}
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return Case{}, fmt.Errorf("%s: %w\n%s", file, err, stderr.String())
	}
	objects, err := Parse(stdout.Bytes())
	return Case{name, sites, objects}, err
}

// Golden reads the output of a golden test. What it was made from lies beside
// it or, for example-NAME and example-NAME-REGION, in examples/NAME.
func Golden(output string) (Case, error) {
	dir := filepath.Dir(output)
	input, region := filepath.Join(dir, "input.yaml"), ""
	if example, ok := strings.CutPrefix(filepath.Base(dir), "example-"); ok {
		input = filepath.Join(dir, "../../../examples", example, "site.yaml")
		if at := strings.LastIndex(example, "-"); !exists(input) && at > 0 {
			region = example[at+1:]
			input = filepath.Join(dir, "../../../examples", example[:at], "site.yaml")
		}
	}
	sites, err := sitesIn(input, region)
	if err != nil {
		return Case{}, err
	}
	text, err := os.ReadFile(output)
	if err != nil {
		return Case{}, err
	}
	objects, err := Parse(text)
	return Case{strings.TrimPrefix(dir, "../../"), sites, objects}, err
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// sitesIn reads the sites of a YAML stream or a ResourceList, in whose
// functionConfig there may be one too, in a region if one is named.
func sitesIn(file, region string) ([]*v1alpha1.AthensSite, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var sites []*v1alpha1.AthensSite
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		for _, n := range documents(&doc) {
			if value(n, "kind") == nil || value(n, "kind").Value != v1alpha1.Kind {
				continue
			}
			if region != "" {
				n = krm.InRegion(n, region)
			}
			site, problems := strict.Load[v1alpha1.AthensSite](n)
			if len(problems) > 0 {
				return nil, fmt.Errorf("%s: %v", file, problems)
			}
			sites = append(sites, site)
		}
	}
	return slices.DeleteFunc(sites, func(s *v1alpha1.AthensSite) bool {
		return s.Spec.Mesh.Mode != v1alpha1.MeshSidecar
	}), nil
}

func documents(doc *yaml.Node) []*yaml.Node {
	if doc.Kind == yaml.DocumentNode {
		doc = doc.Content[0]
	}
	if kind := value(doc, "kind"); kind == nil || kind.Value != "ResourceList" {
		return []*yaml.Node{doc}
	}
	var out []*yaml.Node
	if config := value(doc, "functionConfig"); config != nil {
		out = append(out, config)
	}
	if items := value(doc, "items"); items != nil {
		out = append(out, items.Content...)
	}
	return out
}

// value is what a mapping holds for a key.
func value(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
