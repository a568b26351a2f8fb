package prove

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// workload is what makes pods.
type workload struct {
	generators.Object
	template corev1.PodTemplateSpec
	// replicas that the object itself asks for; nil where it does not say.
	replicas *int32
	// serves is false for Jobs, whose pods only ask.
	serves bool
}

// workloads among objects. What another object controls is left out: the one
// that controls it speaks for it.
func workloads(objects []generators.Object) (out []*workload) {
	for _, object := range objects {
		w := &workload{Object: object, serves: true}
		switch o := object.(type) {
		case *appsv1.Deployment:
			w.template, w.replicas = o.Spec.Template, o.Spec.Replicas
		case *appsv1.StatefulSet:
			w.template, w.replicas = o.Spec.Template, o.Spec.Replicas
		case *appsv1.ReplicaSet:
			w.template, w.replicas = o.Spec.Template, o.Spec.Replicas
		case *appsv1.DaemonSet:
			w.template = o.Spec.Template
		case *corev1.Pod:
			w.template = corev1.PodTemplateSpec{ObjectMeta: o.ObjectMeta, Spec: o.Spec}
		case *batchv1.CronJob:
			w.template, w.serves = o.Spec.JobTemplate.Spec.Template, false
		case *batchv1.Job:
			w.template, w.serves = o.Spec.Template, false
		default:
			continue
		}
		if metav1.GetControllerOf(object) == nil {
			out = append(out, w)
		}
	}
	return out
}

// isSelected says whether a selector in a namespace selects the pods of a workload.
func (d *workload) isSelected(namespace string, selector map[string]string) bool {
	return d.GetNamespace() == namespace && labels.SelectorFromSet(selector).Matches(labels.Set(d.template.Labels))
}

// program that a workload runs; its own name where no label says.
func (d *workload) program() string {
	return cmp.Or(d.template.Labels["app.kubernetes.io/name"], d.GetName())
}

// port of a pod that a port of a Service leads to; 0 if the pod has no port of
// that name.
func (d *workload) port(p *corev1.ServicePort) int {
	if n := p.TargetPort.IntValue(); n != 0 {
		return n
	}
	if p.TargetPort.StrVal == "" {
		return int(p.Port)
	}
	for _, c := range slices.Concat(d.template.Spec.Containers, d.template.Spec.InitContainers) {
		for _, port := range c.Ports {
			if port.Name == p.TargetPort.StrVal {
				return int(port.ContainerPort)
			}
		}
	}
	return 0
}

// listens says whether a program takes connections at a port: containers that
// list ports and not this one may do so all the same.
func (d *workload) listens(port int) verdict {
	listed := false
	for _, c := range slices.Concat(d.template.Spec.Containers, d.template.Spec.InitContainers) {
		for _, p := range c.Ports {
			if listed = true; int(p.ContainerPort) == port {
				return truth(true)
			}
		}
	}
	if !listed {
		return truth(true)
	}
	return unsure(title(d.Object) + " lists no port " + strconv.Itoa(port) + ", to which a Service forwards")
}

// scaler of a workload; nil for none.
func (w *World) scaler(d *workload) *autoscalingv2.HorizontalPodAutoscaler {
	i := slices.IndexFunc(w.scalers, func(h *autoscalingv2.HorizontalPodAutoscaler) bool {
		return h.Namespace == d.GetNamespace() && h.Spec.ScaleTargetRef.Name == d.GetName()
	})
	if i < 0 {
		return nil
	}
	return w.scalers[i]
}

// most is how many pods a workload may have.
func (w *World) most(d *workload) int32 {
	if h := w.scaler(d); h != nil {
		return h.Spec.MaxReplicas
	}
	if d.replicas != nil {
		return *d.replicas
	}
	return 1
}

// captured says whether a pod's sidecar takes what arrives at a port: it has
// one, and nothing lets the port past it.
func (w *World) captured(d *workload, port int) verdict {
	t := &d.template
	if has := w.injected(d); !has.known() || !has.is {
		return has
	}
	if mode := t.Annotations["sidecar.istio.io/interceptionMode"]; mode != "" && mode != "REDIRECT" && mode != "TPROXY" {
		return unsure(uses(d.Object, "the annotation sidecar.istio.io/interceptionMode: "+mode))
	}
	listed := func(key string) (listed, there bool) {
		value, there := t.Annotations["traffic.sidecar.istio.io/"+key]
		return slices.ContainsFunc(strings.Split(value, ","), func(s string) bool {
			s = strings.TrimSpace(s)
			return s == "*" || s == strconv.Itoa(port)
		}), there
	}
	if out, _ := listed("excludeInboundPorts"); out {
		return truth(false)
	}
	in, there := listed("includeInboundPorts")
	return truth(in || !there)
}

// injected says whether the pods of a workload have a sidecar, by what their
// template and their Namespace say. A Namespace that is not among the objects
// is taken for one of the mesh.
func (w *World) injected(d *workload) verdict {
	t := &d.template
	isProxy := func(c corev1.Container) bool { return c.Name == "istio-proxy" }
	if odd := oddlyInjected(t); odd != "" {
		return unsure(uses(d.Object, odd))
	}
	inject := cmp.Or(t.Labels["sidecar.istio.io/inject"], t.Annotations["sidecar.istio.io/inject"])
	switch {
	case slices.ContainsFunc(t.Spec.Containers, isProxy), slices.ContainsFunc(t.Spec.InitContainers, isProxy):
		return truth(true)
	case inject == "false", t.Spec.HostNetwork:
		return truth(false)
	}
	revision := w.site.Spec.Mesh.Revision
	if of := t.Labels[revisionLabel]; of != "" && revision != "" && of != revision {
		return unsure(uses(d.Object, "the label "+revisionLabel+": "+of+", which is not spec.mesh.revision"))
	}
	i := slices.IndexFunc(w.namespaces, func(n *corev1.Namespace) bool { return n.Name == d.GetNamespace() })
	if i < 0 {
		return truth(true)
	}
	ns := w.namespaces[i]
	if mode := ns.Labels["istio.io/dataplane-mode"]; mode == "ambient" {
		return unsure(title(ns) + " is in ambient mode")
	}
	switch injection, of := ns.Labels["istio-injection"], ns.Labels[revisionLabel]; {
	case injection == "disabled":
		return truth(false)
	case injection == "enabled" && revision != "", of != "" && revision != "" && of != revision:
		return unsure(title(ns) + " asks for the sidecar of another revision than spec.mesh.revision")
	case injection == "enabled", ns.Labels["istio.io/rev"] != "", inject == "true", t.Labels["istio.io/rev"] != "":
		return truth(true)
	}
	return truth(false)
}

// oddlyInjected is what lets traffic past the sidecar, or makes another one of it,
// in a way that this package does not follow.
func oddlyInjected(t *corev1.PodTemplateSpec) string {
	for _, key := range []string{
		"inject.istio.io/templates", "sidecar.istio.io/proxyImage", "traffic.sidecar.istio.io/excludeInterfaces",
		"traffic.sidecar.istio.io/excludeOutboundPorts", "traffic.sidecar.istio.io/includeOutboundIPRanges", "traffic.sidecar.istio.io/includeOutboundPorts",
	} {
		if _, there := t.Annotations[key]; there {
			return "the annotation " + key
		}
	}
	if config := "proxy.istio.io/config"; strings.Contains(t.Annotations[config], "interceptionMode") {
		return "the annotation " + config + " with interceptionMode"
	}
	if mode := "istio.io/dataplane-mode"; t.Labels[mode] != "" {
		return "the label " + mode
	}
	return ""
}
