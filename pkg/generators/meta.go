package generators

import (
	"maps"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Labels that carry meaning.
const (
	// SiteLabel marks an object as made for a site: <namespace>.<name>. It is
	// how the next run knows what is ours, and it is in every selector, where
	// app.kubernetes.io/instance cannot be: Argo CD may overwrite that one.
	SiteLabel = "athens.gomods.io/site"
	// servesListLabel is on every pod that can answer list and latest.
	servesListLabel = "athens.gomods.io/serves-list"
	// ListLabel tells those pods apart: cache before origin.
	ListLabel  = "athens.gomods.io/list"
	ListCache  = "cache"
	listOrigin = "origin"

	nameLabel = "app.kubernetes.io/name"
	// ManagedBy is the value of app.kubernetes.io/managed-by on our objects.
	ManagedBy = "athens-kfn"
	// SiteWide is the app.kubernetes.io/name of what belongs to no one program.
	SiteWide = "athens-site"
)

// Object is a typed Kubernetes or Istio object.
type Object interface {
	metav1.Object
	runtime.Object
}

// IsAddOn reports whether neither every cluster nor every mesh has the kinds of a
// group, such as cert-manager.io or gateway.networking.k8s.io.
func IsAddOn(group string) bool {
	builtIn := strings.HasSuffix(group, ".k8s.io") && !strings.HasPrefix(group, "gateway.") && !strings.HasPrefix(group, "secrets-store.")
	return strings.Contains(group, ".") && !builtIn && !strings.HasSuffix(group, ".istio.io")
}

// OfType are the objects of one type, in their order.
func OfType[T Object](objects []Object) (out []T) {
	for _, o := range objects {
		if t, ok := o.(T); ok {
			out = append(out, t)
		}
	}
	return out
}

// Owner is the value of SiteLabel for a site.
func Owner(site *v1alpha1.AthensSite) string { return site.Namespace + "." + site.Name }

// Labels of an object that belongs to one of the programs, or SiteWide.
func Labels(site *v1alpha1.AthensSite, program string) map[string]string {
	out := map[string]string{}
	maps.Copy(out, site.Spec.InheritedMetadata.Labels)
	maps.Copy(out, map[string]string{
		nameLabel:                      program,
		"app.kubernetes.io/instance":   site.Name,
		"app.kubernetes.io/part-of":    "go-module-proxy",
		"app.kubernetes.io/managed-by": ManagedBy,
		SiteLabel:                      Owner(site),
	})
	return out
}

// Annotate gives objects the annotations that all of a site's inherit.
func Annotate(site *v1alpha1.AthensSite, objects []Object) []Object {
	inherited := site.Spec.InheritedMetadata.Annotations
	if len(inherited) == 0 {
		return objects
	}
	for _, o := range objects {
		all := maps.Clone(inherited)
		maps.Copy(all, o.GetAnnotations())
		o.SetAnnotations(all)
	}
	return objects
}

// Selector picks the pods of one of the programs. It never changes between
// versions, because selectors of workloads are immutable.
func Selector(site *v1alpha1.AthensSite, program string) map[string]string {
	return map[string]string{nameLabel: program, SiteLabel: Owner(site)}
}

// Meta is the metadata of an object in the site's namespace.
func Meta(site *v1alpha1.AthensSite, name, program string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: site.Namespace, Labels: Labels(site, program)}
}

// Type is the type of an object, as its manifest begins with.
func Type(apiVersion, kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: apiVersion, Kind: kind}
}
