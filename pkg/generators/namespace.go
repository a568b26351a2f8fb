package generators

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// SiteNamespace is the site's Namespace, or nothing if somebody else owns it.
func SiteNamespace(site *v1alpha1.AthensSite) []Object {
	if !*site.Spec.Namespace.Create {
		return nil
	}
	labels := Labels(site, SiteWide)
	labels["pod-security.kubernetes.io/enforce"] = site.Spec.Namespace.PodSecurity
	if Meshed(site) {
		// One label, never both: with both, istio-injection wins and the
		// revision is ignored.
		if revision := site.Spec.Mesh.Revision; revision != "" {
			labels["istio.io/rev"] = revision
		} else {
			labels["istio-injection"] = "enabled"
		}
	}
	return []Object{&corev1.Namespace{
		TypeMeta:   Type("v1", "Namespace"),
		ObjectMeta: metav1.ObjectMeta{Name: site.Namespace, Labels: labels},
	}}
}

// Meshed says whether the site's pods have an Envoy beside them.
func Meshed(site *v1alpha1.AthensSite) bool {
	return site.Spec.Mesh.Mode == v1alpha1.MeshSidecar
}
