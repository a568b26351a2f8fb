package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/internal/explain"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1/schema"
	"github.com/gomods/athens-kfn/pkg/limits"
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

// A manifest that kubectl apply writes into an annotation has at most 262,144
// bytes. Each must leave room for what is still to come.
func TestSize(t *testing.T) {
	crd, err := yaml.YAMLToJSON([]byte(schema.CRD))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ size, most int }{
		"the CRD, as JSON":                {len(crd), 200_000},
		"the JSON Schema":                 {len(schema.JSON), 250_000},
		"the OpenAPI document of patches": {len(schema.Kustomize), 75_000},
	} {
		t.Logf("%s: %d bytes", name, c.size)
		if c.size >= c.most {
			t.Errorf("%s has %d bytes, want less than %d", name, c.size, c.most)
		}
	}
}

func compile(t *testing.T, kind string) *jsonschema.Schema {
	t.Helper()
	text, known := schema.Of(kind)
	if !known {
		t.Fatalf("%s has no schema", kind)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
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
	for pattern, kind := range map[string]string{
		"examples/*/site.yaml":                    v1alpha1.Kind,
		"examples/transformers/*/references.yaml": v1alpha1.MeshReferencesKind,
		"examples/transformers/*/enrolment.yaml":  v1alpha1.MeshEnrolmentKind,
		"deploy/argocd/limits.yaml":               limits.Kind,
	} {
		s := compile(t, kind)
		paths, _ := filepath.Glob(filepath.Join(root, pattern))
		if len(paths) == 0 {
			t.Fatalf("no %s", pattern)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := check(s, string(text)); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}

// The choices of the schema are those of the rules.
func TestChoices(t *testing.T) {
	spec, err := explain.Of(v1alpha1.MeshEnrolmentKind)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][]string{"workloads[].kind": v1alpha1.WorkloadKinds(), "ports[].appProtocol": v1alpha1.AppProtocols()} {
		field, _ := spec.Find(path)
		if diff := cmp.Diff(want, field.Allowed); diff != "" {
			t.Errorf("%s: -rules +schema:\n%s", path, diff)
		}
	}
}

func TestSchema(t *testing.T) {
	s := compile(t, v1alpha1.Kind)
	for _, c := range []struct {
		spec  string
		wrong string // a part of the message; empty = the site fits
	}{
		{"{host: a.example.com}", ""},
		{"{host: a.example.com, athens: {replicas: 3}}", ""},
		{"{host: a.example.com, athens: {replicas: 3, autoscaling: {maxReplicas: 10}}}", ""},
		{"{host: a.example.com, athens: {replicas: three}}", "replicas"},
		{"{host: a.example.com, athens: {replicas: 3, autoscaling: {most: 10}}}", "most"},
		{"{host: a.example.com, athens: {replicas: {min: 3}}}", "replicas"},
		{"{}", "host"},
		{"{host: a.example.com, hots: b}", "hots"},
		{"{host: a.example.com, athens: {logLevel: loud}}", "logLevel"},
		{"{host: a.example.com, athens: {storage: {memory: {}, disk: {}}}}", "storage"},
		{"{host: a.example.com, athens: {storage: {azureBlob: {account: a}}}}", "azureBlob"},
		{"{host: a.example.com, athens: {storage: {disk: {size: 10Gi}}}}", ""},
		{"{host: a.example.com, regions: [{name: west, overrides: {athens: {storage: {azureBlob: {account: a}}}}}]}", ""},
		{"{host: a.example.com, regions: [{name: west, overrides: {athens: {storage: {disk: null, memory: {}}}}}]}", ""},
		{"{host: a.example.com, regions: [{name: west, overrides: {athens: {replicas: null, logLevel: null}}}]}", ""},
		{"{host: a.example.com, regions: [{name: west, overrides: {athens: {strage: {}}}}]}", "strage"},
		{"{host: a.example.com, regions: [{name: west, overrides: {namespace: {create: false}, host: b.example.com}}]}", ""},
		{"{host: a.example.com, regions: [{name: west, overrides: {regions: []}}]}", "regions"},
		{"{host: a.example.com, regions: [{athens: {}, name: west}]}", "athens"},
		{"{host: a.example.com, regions: [{overrides: {}}]}", "name"},
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
