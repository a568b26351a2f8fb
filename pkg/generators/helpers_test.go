package generators

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// newSite is a defaulted site with a spec written as in a manifest.
func newSite(t *testing.T, spec string) *v1alpha1.AthensSite {
	t.Helper()
	return spectest.Site(t, "modules", spec)
}

// lines of an environment: NAME=value, or NAME<secret/key.
func lines(vars []corev1.EnvVar) []string {
	var out []string
	for _, v := range vars {
		if ref := v.ValueFrom; ref != nil {
			out = append(out, v.Name+"<"+ref.SecretKeyRef.Name+"/"+ref.SecretKeyRef.Key)
		} else {
			out = append(out, v.Name+"="+v.Value)
		}
	}
	return out
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// find is the first object of a type.
func find[T Object](t *testing.T, objects []Object) T {
	t.Helper()
	for _, o := range objects {
		if typed, ok := o.(T); ok {
			return typed
		}
	}
	var zero T
	t.Fatalf("no %T", zero)
	return zero
}

// has says whether an object of a type is there.
func has[T Object](objects []Object) bool {
	for _, o := range objects {
		if _, ok := o.(T); ok {
			return true
		}
	}
	return false
}
