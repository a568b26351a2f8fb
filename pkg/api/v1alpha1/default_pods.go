package v1alpha1

import corev1 "k8s.io/api/core/v1"

// defaultPods keeps the pods off nodes of other systems: all images are of Linux.
func defaultPods(p *Pods) {
	if p.NodeSelector[corev1.LabelOSStable] == "" {
		p.NodeSelector = joined(map[string]string{corev1.LabelOSStable: string(corev1.Linux)}, p.NodeSelector)
	}
}
