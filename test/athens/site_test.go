package athens

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// rendered is what a site gives to Athens: its environment and its files.
func rendered(t *testing.T, spec string) (env, files map[string]string) {
	t.Helper()
	s := spectest.Sound(t, "goproxy", spec)
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
