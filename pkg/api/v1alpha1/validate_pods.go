package v1alpha1

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

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
		r.check(child(at, k), PodAnnotation(k))
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

// PodLabel is why a key must not be a label of the site's pods; empty if it may.
func PodLabel(key string) string {
	switch domain, _, found := strings.Cut(key, "/"); {
	case !found && (key == "pod-template-hash" || key == "controller-uid" || key == "job-name" || key == "istio" || key == "istio-injection"),
		found && ofDomain(domain, "batch.kubernetes.io", "app.kubernetes.io", "istio.io", "gomods.io", "gateway.networking.k8s.io"):
		return "is a label by which the site, Istio or Kubernetes find pods; write a key of your own, as in example.com/team"
	}
	return ""
}

// PodAnnotation is why a key must not be an annotation of the site's pods; empty if
// it may.
func PodAnnotation(key string) string {
	domain, name, _ := strings.Cut(key, "/")
	switch {
	case ofDomain(domain, "istio.io"):
		return "changes what the mesh does with the pods, which the site decides and prove relies on; remove it"
	case ofDomain(domain, "cni.cncf.io", "v1.multus-cni.io"):
		return "gives the pods a network that neither the mesh nor NetworkPolicies see; remove it"
	case domain == "prometheus.io", ofDomain(domain, "gomods.io"):
		return "is what the site writes itself, where it is needed; remove it"
	case domain == "kubernetes.io" && strings.HasPrefix(name, "config."), domain == "scheduler.alpha.kubernetes.io",
		ofDomain(domain, "apparmor.security.beta.kubernetes.io", "seccomp.security.alpha.kubernetes.io"):
		return "is an old form of a field of pods, which the site sets or which pods has; remove it"
	}
	return ""
}

// ofDomain says whether a domain is one of some or below one.
func ofDomain(domain string, of ...string) bool {
	return slices.ContainsFunc(of, func(d string) bool { return domain == d || strings.HasSuffix(domain, "."+d) })
}

// inherited checks what every object carries.
func (r *rules) inherited() {
	const path = "spec.inheritedMetadata"
	m := &r.spec.InheritedMetadata
	obeyed := func(at, key string) {
		domain, _, _ := strings.Cut(key, "/")
		if ofDomain(domain, "kubernetes.io", "k8s.io", "istio.io", "gomods.io", "helm.sh", "argoproj.io", "fluxcd.io", "cert-manager.io", "keda.sh") {
			r.add(at, "is a key that controllers obey, and not all objects are meant; write it in the field of the object that it is for, or remove it")
		}
	}
	at := child(path, "labels")
	r.podLabels(at, m.Labels)
	for _, k := range sortedKeys(m.Labels) {
		if PodLabel(k) == "" {
			obeyed(child(at, k), k)
		}
	}
	at = child(path, "annotations")
	r.mapKeys(at, m.Annotations)
	for _, k := range sortedKeys(m.Annotations) {
		obeyed(child(at, k), k)
	}
}
