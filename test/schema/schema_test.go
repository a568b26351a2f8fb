package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1/schema"
)

func TestFresh(t *testing.T) {
	files, err := generate(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		written, err := os.ReadFile(filepath.Join(root, f.path))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(written), string(f.data)); diff != "" {
			t.Errorf("%s is stale, run make generate: -written +generated\n%s", f.path, diff)
		}
	}
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema.JSON))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func check(s *jsonschema.Schema, site string) error {
	data, err := yaml.YAMLToJSON([]byte(site))
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		return err
	}
	return s.Validate(value)
}

// The examples are what users copy; an editor must not underline them.
func TestExamplesFit(t *testing.T) {
	s := compile(t)
	paths, _ := filepath.Glob(root + "/examples/*/site.yaml")
	if len(paths) == 0 {
		t.Fatal("no examples")
	}
	for _, path := range paths {
		site, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := check(s, string(site)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestSchema(t *testing.T) {
	s := compile(t)
	for _, c := range []struct {
		spec  string
		wrong string // a part of the message; empty = the site fits
	}{
		{"{host: a.example.com}", ""},
		{"{host: a.example.com, athens: {replicas: 3}}", ""},
		{"{host: a.example.com, athens: {replicas: {min: 3, max: 10}}}", ""},
		{"{host: a.example.com, athens: {replicas: three}}", "replicas"},
		{"{host: a.example.com, athens: {replicas: {min: 3, most: 10}}}", "most"},
		{"{}", "host"},
		{"{host: a.example.com, hots: b}", "hots"},
		{"{host: a.example.com, athens: {logLevel: loud}}", "logLevel"},
		{"{host: a.example.com, athens: {storage: {memory: {}, disk: {}}}}", "storage"},
		{"{host: a.example.com, athens: {storage: {azureBlob: {account: a}}}}", "azureBlob"},
		{"{host: a.example.com, athens: {storage: {disk: {size: 10Gi}}}}", ""},
		{"{host: a.example.com, regions: [{name: west, athens: {storage: {azureBlob: {account: a}}}}]}", ""},
		{"{host: a.example.com, regions: [{name: west, athens: {storage: {disk: null, memory: {}}}}]}", ""},
		{"{host: a.example.com, regions: [{name: west, athens: {replicas: null, logLevel: null}}]}", ""},
		{"{host: a.example.com, regions: [{name: west, athens: {strage: {}}}]}", "strage"},
		{"{host: a.example.com, regions: [{host: b.example.com}]}", "name"},
	} {
		err := check(s, "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: a}\nspec: "+c.spec)
		switch {
		case c.wrong == "" && err != nil:
			t.Errorf("%s: %v", c.spec, err)
		case c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)):
			t.Errorf("%s: %v, want a message with %s", c.spec, err, c.wrong)
		}
	}
}
