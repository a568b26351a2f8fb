package manifests

import (
	telemetryv1 "istio.io/client-go/pkg/apis/telemetry/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// quiet is an empty object of a kind that decides nothing about traffic, and that a site
// has; nil for other kinds. A field that its API does not have, such as a misspelt one, is
// dropped by the API server, so what the author meant is not there.
func quiet(group, kind string) generators.Object {
	switch group + "/" + kind {
	case "policy/PodDisruptionBudget":
		return &policyv1.PodDisruptionBudget{}
	case "/PersistentVolumeClaim":
		return &corev1.PersistentVolumeClaim{}
	case "/ServiceAccount":
		return &corev1.ServiceAccount{}
	case "telemetry.istio.io/Telemetry":
		return &telemetryv1.Telemetry{}
	}
	return nil
}
