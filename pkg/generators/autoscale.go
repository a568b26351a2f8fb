package generators

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// cpuUtilization is what pods are to use of the CPU that they ask for, in
// percent.
const cpuUtilization = 70

// replicas are how many pods of a program run: min, and up to max.
type replicas struct{ min, max int32 }

// scales says whether an autoscaler decides the number.
func (r replicas) scales() bool { return r.max > r.min }

func athensReplicas(a *v1alpha1.Athens) replicas { return replicas{a.Replicas, a.MaxReplicas()} }

// autoscale is what replicas ask for: a HorizontalPodAutoscaler if the number
// may change, or for Athens KEDA's ScaledObject, never both; and a
// PodDisruptionBudget if there can be more than one.
func autoscale(site *v1alpha1.AthensSite, program string, r replicas) []Object {
	var out []Object
	more := site.Spec.Athens.Autoscaling
	switch {
	case !r.scales():
	case program == Athens && more != nil && more.KEDA != nil:
		out = append(out, scaledObject(site, more.KEDA))
	case program == Athens && more != nil && more.PodsMetric != nil:
		hpa := autoscaler(site, program, r)
		hpa.Spec.Metrics = append(hpa.Spec.Metrics, podsMetric(more.PodsMetric))
		out = append(out, hpa)
	default:
		out = append(out, autoscaler(site, program, r))
	}
	if r.max > 1 {
		out = append(out, disruptionBudget(site, program))
	}
	return out
}

func autoscaler(site *v1alpha1.AthensSite, program string, r replicas) *autoscalingv2.HorizontalPodAutoscaler {
	return &autoscalingv2.HorizontalPodAutoscaler{
		TypeMeta:   Type("autoscaling/v2", "HorizontalPodAutoscaler"),
		ObjectMeta: Meta(site, Name(site, program), program),
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{
				APIVersion: "apps/v1", Kind: "Deployment", Name: Name(site, program),
			},
			MinReplicas: new(r.min),
			MaxReplicas: r.max,
			// The program's own container: Envoy beside it would blur the
			// figure (Kubernetes 1.30).
			Metrics: []autoscalingv2.MetricSpec{{
				Type: autoscalingv2.ContainerResourceMetricSourceType,
				ContainerResource: &autoscalingv2.ContainerResourceMetricSource{
					Name:      corev1.ResourceCPU,
					Container: program,
					Target: autoscalingv2.MetricTarget{
						Type: autoscalingv2.UtilizationMetricType, AverageUtilization: new(int32(cpuUtilization)),
					},
				},
			}},
			Behavior: scaleBehavior(),
		},
	}
}

// scaleBehavior: builds come in bursts, and every pod that leaves ends
// downloads or empties a cache: shrink late, and by one pod a minute.
func scaleBehavior() *autoscalingv2.HorizontalPodAutoscalerBehavior {
	return &autoscalingv2.HorizontalPodAutoscalerBehavior{
		ScaleDown: &autoscalingv2.HPAScalingRules{
			StabilizationWindowSeconds: new(int32(600)),
			Policies: []autoscalingv2.HPAScalingPolicy{{
				Type: autoscalingv2.PodsScalingPolicy, Value: 1, PeriodSeconds: 60,
			}},
		},
	}
}

// podsMetric is a metric of the pods that some adapter serves.
func podsMetric(m *v1alpha1.PodsMetric) autoscalingv2.MetricSpec {
	return autoscalingv2.MetricSpec{
		Type: autoscalingv2.PodsMetricSourceType,
		Pods: &autoscalingv2.PodsMetricSource{
			Metric: autoscalingv2.MetricIdentifier{Name: m.Name},
			Target: autoscalingv2.MetricTarget{
				Type: autoscalingv2.AverageValueMetricType, AverageValue: new(m.AverageValue.DeepCopy()),
			},
		},
	}
}

// disruptionBudget lets a drain take one pod at a time, and any pod that is
// not ready: a broken one must not hold up a node.
func disruptionBudget(site *v1alpha1.AthensSite, program string) *policyv1.PodDisruptionBudget {
	return &policyv1.PodDisruptionBudget{
		TypeMeta:   Type("policy/v1", "PodDisruptionBudget"),
		ObjectMeta: Meta(site, Name(site, program), program),
		Spec: policyv1.PodDisruptionBudgetSpec{
			MaxUnavailable:             new(intstr.FromInt32(1)),
			Selector:                   &metav1.LabelSelector{MatchLabels: Selector(site, program)},
			UnhealthyPodEvictionPolicy: new(policyv1.AlwaysAllow),
		},
	}
}
