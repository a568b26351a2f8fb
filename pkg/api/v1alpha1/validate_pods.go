package v1alpha1

import corev1 "k8s.io/api/core/v1"

// pods checks where the pods run, as the API server does (pkg/apis/core/validation);
// test/conformance holds what passes here against it.
func (r *rules) pods() {
	for _, p := range []struct {
		path string
		pods *Pods
	}{{"spec", &r.spec.Pods}, {"spec.athens", &r.spec.Athens.Pods}, {"spec.lathens", &r.spec.Lathens.Pods}, {"spec.crathens", &r.spec.Crathens.Pods}} {
		r.podsAt(child(p.path, "pods"), p.pods)
	}
}

func (r *rules) podsAt(path string, p *Pods) {
	at := child(path, "nodeSelector")
	r.labels(at, p.NodeSelector)
	if os := p.NodeSelector[corev1.LabelOSStable]; os != "" && os != string(corev1.Linux) {
		r.add(child(at, corev1.LabelOSStable), "%q has no images of the site, which are of Linux; remove it", os)
	}
	r.tolerations(child(path, "tolerations"), p.Tolerations)
	if a := p.Affinity; a != nil {
		r.affinity(child(path, "affinity"), a)
	}
	r.optional(child(path, "priorityClassName"), p.PriorityClassName, dnsName)
	r.spreading(child(path, "topologySpreadConstraints"), p.TopologySpreadConstraints)
	r.optional(child(path, "runtimeClassName"), p.RuntimeClassName, dnsName)
	r.podLabels(child(path, "labels"), p.Labels)
	at = child(path, "annotations")
	r.mapKeys(at, p.Annotations)
	for _, k := range sortedKeys(p.Annotations) {
		if r.check(child(at, k), PodAnnotation(k)) && anotherMesh(k) && r.spec.Mesh.Mode != MeshNone {
			r.add(child(at, k), "puts the pods into another mesh beside Istio; remove it, or write mesh.mode: None")
		}
	}
}

// podLabels checks labels of pods: none by which others find pods.
func (r *rules) podLabels(path string, labels map[string]string) {
	r.labels(path, labels)
	for _, k := range sortedKeys(labels) {
		if r.check(child(path, k), PodLabel(k)) && r.spec.Gateway.Workload().Labels[k] != "" && r.sound("spec.gateway.istio") {
			r.add(child(path, k), "is a label by which the mesh finds the gateway's pods (gateway.istio.workload.labels); write another key")
		}
	}
}

// inherited checks what every object carries.
func (r *rules) inherited() {
	m := &r.spec.InheritedMetadata
	at := "spec.inheritedMetadata.labels"
	r.podLabels(at, m.Labels)
	for _, k := range sortedKeys(m.Labels) {
		if PodLabel(k) == "" {
			r.check(child(at, k), inheritedKey(k))
		}
	}
	at = "spec.inheritedMetadata.annotations"
	r.mapKeys(at, m.Annotations)
	for _, k := range sortedKeys(m.Annotations) {
		r.check(child(at, k), inheritedKey(k))
	}
}
