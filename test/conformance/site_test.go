package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
)

// siteCRDs reads the CRD that the repository generates from its Go types.
var siteCRDs = sync.OnceValues(func() ([]*apiextensions.CustomResourceDefinition, error) {
	return readCRDs(filepath.Join(root, "pkg/api/v1alpha1/schema/crd.yaml"))
})

var siteKinds = sync.OnceValues(func() (kinds, error) {
	return newKinds(siteCRDs())
})

func isSite(o object) bool { return o.GroupVersionKind().Group == "athens.gomods.io" }

// checkSite holds an AthensSite against the CRD.
func checkSite(t *testing.T, o object) []string {
	all, err := siteKinds()
	if err != nil {
		t.Fatal(err)
	}
	return all.check(o)
}

// TestSiteCRD asks the API server's code whether it would take the CRD: a
// structural schema, rules within their cost limits.
func TestSiteCRD(t *testing.T) {
	crds, err := siteCRDs()
	if err != nil {
		t.Fatal(err)
	}
	if len(crds) != 1 {
		t.Fatalf("crd.yaml holds %d CRDs, want 1", len(crds))
	}
	for _, line := range checkCRD(crds[0]) {
		t.Error(line)
	}
}

// TestExamples holds every AthensSite of examples/, overlays/ and the goldens that
// the program accepts against it.
func TestExamples(t *testing.T) {
	sites := 0
	for _, pattern := range []string{"examples/*/*.yaml", "overlays/base/*.yaml", "testdata/golden/*/input.yaml"} {
		for _, o := range readGlob(t, pattern) {
			// A golden without output is one that the program refuses.
			if !isSite(o) || strings.HasPrefix(o.file, "testdata/") && !accepted(o) {
				continue
			}
			sites++
			for _, line := range checkSite(t, o) {
				t.Errorf("%s: %s", o, line)
			}
		}
	}
	t.Logf("%d sites", sites)
	if sites == 0 {
		t.Error("no AthensSite was checked")
	}
}

// accepted says that the program made objects from a golden's input.
func accepted(o object) bool {
	_, err := os.Stat(filepath.Join(root, filepath.Dir(o.file), "output.yaml"))
	return err == nil
}

// TestBrokenSite shows that these checks can fail.
func TestBrokenSite(t *testing.T) {
	for path, value := range map[string]any{
		"spec.hots":                "goproxy.example.com",
		"spec.host":                nil,
		"spec.athens":              "v0.18.0",
		"spec.lathens":             map[string]any{"maxUpstream": "20"},
		"spec.namespace":           map[string]any{"podSecurity": "strict"},
		"spec.athens.goGetWorker":  int64(2),
		"spec.lathens.maxUpstream": 1.5,
	} {
		o := readFile(t, filepath.Join(root, "examples/production/site.yaml"))[0]
		set(o.Object, strings.Split(path, "."), value)
		if len(checkSite(t, o)) == 0 {
			t.Errorf("%s = %v: the CRD takes it", path, value)
		}
	}
}

// TestBrokenCRD shows it of the check on the CRD itself.
func TestBrokenCRD(t *testing.T) {
	crds, err := siteCRDs()
	if err != nil {
		t.Fatal(err)
	}
	crd := crds[0].DeepCopy()
	schema, err := apiextensions.GetSchemaForVersion(crd, crd.Spec.Versions[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	spec := schema.OpenAPIV3Schema.Properties["spec"]
	spec.Type = "" // structural schemas have a type everywhere
	schema.OpenAPIV3Schema.Properties["spec"] = spec
	if len(checkCRD(crd)) == 0 {
		t.Error("a schema without types passes")
	}
}
