package conformance

import (
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/admissionregistration/install"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/validatingadmissionpolicy"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/validatingadmissionpolicybinding"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/autoscaling/horizontalpodautoscaler"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/core/configmap"
	"k8s.io/kubernetes/pkg/registry/core/namespace"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/core/serviceaccount"
	"k8s.io/kubernetes/pkg/registry/networking/ingress"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"
)

// strategies are the API server's own, one per kind that the function makes.
var strategies = map[string]rest.RESTCreateStrategy{
	"admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy":        validatingadmissionpolicy.NewStrategy(nil, nil),
	"admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding": validatingadmissionpolicybinding.NewStrategy(nil, nil, paramResource{}),
	"apps/v1/Deployment":                     deployment.Strategy,
	"autoscaling/v2/HorizontalPodAutoscaler": horizontalpodautoscaler.Strategy,
	"batch/v1/CronJob":                       cronjob.Strategy,
	"networking.k8s.io/v1/Ingress":           ingress.Strategy,
	"networking.k8s.io/v1/NetworkPolicy":     networkpolicy.Strategy,
	"policy/v1/PodDisruptionBudget":          poddisruptionbudget.Strategy,
	"v1/ConfigMap":                           configmap.Strategy,
	"v1/Namespace":                           namespace.Strategy,
	"v1/PersistentVolumeClaim":               persistentvolumeclaim.Strategy,
	"v1/Service":                             service.Strategy,
	"v1/ServiceAccount":                      serviceaccount.Strategy,
}

// isKubernetes says whether the API server itself knows the kind.
func isKubernetes(o object) bool {
	return legacyscheme.Scheme.Recognizes(o.GroupVersionKind())
}

// checkKubernetes decodes an object strictly, defaults it, validates it and
// collects the warnings, all with the API server's own code.
func checkKubernetes(o object) []string {
	strategy, ok := strategies[o.GetAPIVersion()+"/"+o.GetKind()]
	if !ok {
		return []string{"no strategy is known for this apiVersion and kind"}
	}
	gvk := o.GroupVersionKind()
	obj, err := decodeStrict(o, schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal})
	if err != nil {
		return []string{err.Error()}
	}
	if s, ok := obj.(*core.Service); ok && s.Spec.ExternalTrafficPolicy == core.ServiceExternalTrafficPolicyLocal {
		s.Spec.HealthCheckNodePort = 30000 // the API server allocates one before it validates
	}
	return create(strategy, gvk, obj)
}

// paramResource resolves the kind of a policy's parameters.
type paramResource struct{}

// Resolve returns the resource of a kind.
func (paramResource) Resolve(gvk schema.GroupVersionKind) (schema.GroupVersionResource, error) {
	resource, _ := meta.UnsafeGuessKindToResource(gvk)
	return resource, nil
}

// decodeStrict makes the typed object of a version; the internal version is
// the one that the API server defaults and validates.
func decodeStrict(o object, version schema.GroupVersion) (runtime.Object, error) {
	raw, err := o.MarshalJSON()
	if err != nil {
		return nil, err
	}
	codecs := serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict)
	obj, _, err := codecs.UniversalDecoder(version).Decode(raw, nil, nil)
	return obj, err
}
