package athens

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// rendered is what a site gives to Athens: its environment and its files.
func rendered(t *testing.T, spec string) (env, files map[string]string) {
	t.Helper()
	s := &v1alpha1.AthensSite{ObjectMeta: metav1.ObjectMeta{Name: "goproxy", Namespace: "goproxy"}}
	if err := yaml.UnmarshalStrict([]byte(spec), &s.Spec); err != nil {
		t.Fatal(err)
	}
	s.APIVersion, s.Kind, s.Spec.Host = v1alpha1.APIVersion, v1alpha1.Kind, "goproxy.example.com"
	s.Default()
	if problems := s.Validate(nil); len(problems) > 0 {
		t.Fatal(problems)
	}
	env, name := map[string]string{}, generators.Name(s, generators.Athens)
	for _, o := range site.Objects(s) {
		switch o := o.(type) {
		case *appsv1.Deployment:
			if o.Name == name {
				for _, e := range o.Spec.Template.Spec.Containers[0].Env {
					env[e.Name] = e.Value
				}
			}
		case *corev1.ConfigMap:
			if o.Name == name {
				files = o.Data
			}
		}
	}
	return env, files
}
