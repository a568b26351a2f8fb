package generators

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// podSecurityVersion is the release whose Pod Security Standards the namespace
// holds pods against, so that an upgrade of the cluster refuses none that run
// today: the newest that test/conformance has tried on the site's own. A cluster
// that is older takes its own newest.
const podSecurityVersion = "v" + releases.KubernetesNewest

// SiteNamespace is the site's Namespace, or nothing if it has another owner.
func SiteNamespace(site *v1alpha1.AthensSite) []Object {
	if !*site.Spec.Namespace.Create {
		return nil
	}
	labels := Labels(site, SiteWide)
	const podSecurity = "pod-security.kubernetes.io/"
	// The API server tells who applies a pod, and the audit log, what a lower
	// level admits: the site's own pods satisfy restricted.
	for _, l := range [][2]string{
		{"enforce", site.Spec.Namespace.PodSecurity}, {"audit", v1alpha1.PodSecurityRestricted}, {"warn", v1alpha1.PodSecurityRestricted},
	} {
		labels[podSecurity+l[0]], labels[podSecurity+l[0]+"-version"] = l[1], podSecurityVersion
	}
	if Meshed(site) {
		key, value := InjectionLabel(site)
		labels[key] = value
	}
	namespace := &corev1.Namespace{
		TypeMeta:   Type("v1", "Namespace"),
		ObjectMeta: metav1.ObjectMeta{Name: site.Namespace, Labels: labels},
	}
	if d := site.Spec.Athens.Storage.Disk; d != nil && d.WhenDeleted != v1alpha1.WhenDeletedDelete {
		keep(namespace) // it takes the claim along, and the claim the modules
	}
	return []Object{namespace}
}

// InjectionLabel of a meshed site's namespace. It has one label, never both: with
// both, istio-injection wins and the revision is ignored.
func InjectionLabel(site *v1alpha1.AthensSite) (key, value string) {
	if revision := site.Spec.Mesh.Revision; revision != "" {
		return "istio.io/rev", revision
	}
	return "istio-injection", "enabled"
}

// Meshed says whether the site's pods have an Envoy beside them.
func Meshed(site *v1alpha1.AthensSite) bool {
	return site.Spec.Mesh.Mode == v1alpha1.MeshSidecar
}
