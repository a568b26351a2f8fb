package generators

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

func deployment(site *v1alpha1.AthensSite, program string, r replicas, template corev1.PodTemplateSpec) *appsv1.Deployment {
	d := &appsv1.Deployment{
		TypeMeta:   Type("apps/v1", "Deployment"),
		ObjectMeta: Meta(site, Name(site, program), program),
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: Selector(site, program)},
			Strategy: rolling(),
			Template: template,
		},
	}
	// A number here would undo what the autoscaler decided at every apply.
	if !r.scales() {
		d.Spec.Replicas = new(r.min)
	}
	return d
}

// rolling starts one new pod, and stops an old one when the new one is ready.
func rolling() appsv1.DeploymentStrategy {
	return appsv1.DeploymentStrategy{
		Type: appsv1.RollingUpdateDeploymentStrategyType,
		RollingUpdate: &appsv1.RollingUpdateDeployment{
			MaxSurge:       new(intstr.FromInt32(1)),
			MaxUnavailable: new(intstr.FromInt32(0)),
		},
	}
}
