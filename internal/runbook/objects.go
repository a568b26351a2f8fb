package runbook

import (
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// nameLabel tells the programs of a site apart.
const nameLabel = "app.kubernetes.io/name"

// workload is one of the site's programs, as its Deployment or CronJob has it.
type workload struct {
	// Name of the object, as a word of a shell.
	Name string
	// Replicas is nil where an autoscaler decides, and of a CronJob.
	Replicas *int32
	// Recreates reports that the old pod stops before the new one starts.
	Recreates bool
	Pod       corev1.PodSpec
	// Container of the program itself.
	Container corev1.Container
}

// workload of a program; nil where the site has none.
func (b *book) workload(program string) *workload {
	for _, d := range generators.OfType[*appsv1.Deployment](b.objects) {
		if d.Labels[nameLabel] == program {
			w := newWorkload(d.Name, program, d.Spec.Template.Spec)
			w.Replicas, w.Recreates = d.Spec.Replicas, d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType
			return w
		}
	}
	for _, c := range generators.OfType[*batchv1.CronJob](b.objects) {
		if c.Labels[nameLabel] == program {
			return newWorkload(c.Name, program, c.Spec.JobTemplate.Spec.Template.Spec)
		}
	}
	return nil
}

func newWorkload(name, program string, pod corev1.PodSpec) *workload {
	w := &workload{Name: quote.Shell(name), Pod: pod}
	for _, c := range pod.Containers {
		if c.Name == program {
			w.Container = c
		}
	}
	return w
}

// Port of the program.
func (w *workload) Port() string {
	return strconv.Itoa(int(w.Container.Ports[0].ContainerPort))
}

// Alive is the path of the liveness probe.
func (w *workload) Alive() string { return path(w.Container.LivenessProbe) }

// Ready is the path of the readiness probe.
func (w *workload) Ready() string { return path(w.Container.ReadinessProbe) }

func path(p *corev1.Probe) string { return p.HTTPGet.Path }

// env is the value of a variable of the program.
func (w *workload) env(name string) string {
	for _, e := range w.Container.Env {
		if e.Name == name {
			return e.Value
		}
	}
	return ""
}

// claim is the name of the claim that the pods mount, and where; empty where they
// mount none.
func (w *workload) claim() (name, at string) {
	for _, v := range w.Pod.Volumes {
		if v.PersistentVolumeClaim == nil {
			continue
		}
		for _, m := range w.Container.VolumeMounts {
			if m.Name == v.Name {
				return v.PersistentVolumeClaim.ClaimName, m.MountPath
			}
		}
	}
	return "", ""
}

// scaler is what decides the number of Athens' pods.
type scaler struct {
	// Kind as kubectl takes it, name, and the field of its spec that holds the
	// most.
	Kind, Name, MostField string
	Least, Most           int32
}

// scaler of Athens; nil where the Deployment has a number.
func (b *book) scaler() *scaler {
	for _, h := range generators.OfType[*autoscalingv2.HorizontalPodAutoscaler](b.objects) {
		if h.Labels[nameLabel] == generators.Athens {
			return &scaler{"horizontalpodautoscaler", h.Name, "maxReplicas", one(h.Spec.MinReplicas), h.Spec.MaxReplicas}
		}
	}
	for _, s := range generators.OfType[*generators.ScaledObject](b.objects) {
		if s.Labels[nameLabel] == generators.Athens {
			return &scaler{"scaledobject", s.Name, "maxReplicaCount", s.Spec.MinReplicaCount, s.Spec.MaxReplicaCount}
		}
	}
	return nil
}

// one is a number of replicas, which is 1 where an object has none.
func one(n *int32) int32 {
	if n == nil {
		return 1
	}
	return *n
}

// keda says that the autoscaler is KEDA's.
func (s *scaler) keda() bool { return s != nil && s.Kind == "scaledobject" }

// replicas is how many pods of Athens run at least.
func (b *book) replicas() int32 {
	if s := b.scaler(); s != nil {
		return s.Least
	}
	return one(b.Athens.Replicas)
}

// most is how many pods of Athens run at most.
func (b *book) most() int32 {
	if s := b.scaler(); s != nil {
		return s.Most
	}
	return one(b.Athens.Replicas)
}

// services of the site in its own namespace.
func (b *book) services() (out []*corev1.Service) {
	for _, s := range generators.OfType[*corev1.Service](b.objects) {
		if s.Namespace == b.Namespace {
			out = append(out, s)
		}
	}
	return out
}

// service of a program; the list Service belongs to no one program.
func (b *book) service(program string) *corev1.Service {
	for _, s := range b.services() {
		if s.Labels[nameLabel] == program {
			return s
		}
	}
	return nil
}

// ingress of a site without a mesh; nil where there is none.
func (b *book) ingress() *networkingv1.Ingress {
	for _, i := range generators.OfType[*networkingv1.Ingress](b.objects) {
		return i
	}
	return nil
}

// resource is an object's kind as kubectl takes it.
func resource(o generators.Object) string {
	kind := o.GetObjectKind().GroupVersionKind()
	return quote.Shell(strings.TrimSuffix(strings.ToLower(kind.Kind)+"."+kind.Group, "."))
}
