// Package spectest makes a site of a spec, and a node of YAML, that a test writes
// as text.
package spectest

import (
	"testing"

	yamlv3 "go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Site is the site goproxy of a namespace, with its defaults: the host
// goproxy.example.com and the specs, each over those before it.
func Site(t testing.TB, namespace string, specs ...string) *v1alpha1.AthensSite {
	t.Helper()
	site := &v1alpha1.AthensSite{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.APIVersion, Kind: v1alpha1.Kind},
		ObjectMeta: metav1.ObjectMeta{Name: "goproxy", Namespace: namespace},
	}
	site.Spec.Host = "goproxy.example.com"
	for _, spec := range specs {
		if err := yaml.UnmarshalStrict([]byte(spec), &site.Spec); err != nil {
			t.Fatalf("%s: %v", spec, err)
		}
	}
	site.Default()
	return site
}

// Sound is Site, and fails the test if the site has problems.
func Sound(t testing.TB, namespace string, specs ...string) *v1alpha1.AthensSite {
	t.Helper()
	site := Site(t, namespace, specs...)
	if problems := site.Validate(nil); len(problems) > 0 {
		t.Fatal(problems)
	}
	return site
}

// Node is the value of a YAML document.
func Node(t testing.TB, text string) *yamlv3.Node {
	t.Helper()
	var doc yamlv3.Node
	if err := yamlv3.Unmarshal([]byte(text), &doc); err != nil || len(doc.Content) == 0 {
		t.Fatalf("%v in\n%s", err, text)
	}
	return doc.Content[0]
}
