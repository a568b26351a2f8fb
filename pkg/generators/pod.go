package generators

import (
	"maps"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

const (
	// userID is the user and group of Athens: its image knows 1000 as athens,
	// which ssh insists on, but does not switch to it.
	userID = 1000
	// companionID is that of lathens and crathens: nonroot of their images' base,
	// and above 10000, where no user of a node is.
	companionID = 65532
)

// podTemplate is what the pods of all programs share. They satisfy the pod
// security level restricted.
func podTemplate(site *v1alpha1.AthensSite, program string, r replicas, c corev1.Container) corev1.PodTemplateSpec {
	c.SecurityContext = unprivileged()
	c.ImagePullPolicy = corev1.PullPolicy(site.Spec.Images.PullPolicy)
	user := int64(companionID)
	if program == Athens {
		user = userID
	}
	template := corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: Labels(site, program)},
		Spec: corev1.PodSpec{
			ServiceAccountName: Account(site, program),
			// No program talks to the API server. The role of an AWS account
			// comes with a token of its own, Google's through the node.
			AutomountServiceAccountToken: new(false),
			// A Service named athens would otherwise set ATHENS_PORT.
			EnableServiceLinks: new(false),
			ImagePullSecrets:   pullSecrets(site),
			SecurityContext:    runAs(user),
			Containers:         []corev1.Container{c},
		},
	}
	if Meshed(site) {
		// Envoy starts before and stops after the program, and does not keep
		// a Job from ending.
		annotate(&template, map[string]string{"sidecar.istio.io/nativeSidecar": "true"})
	}
	place(&template, PodsOf(site, program), Selector(site, program), r.max > 1)
	return template
}

// unprivileged is what the pod security level restricted asks of a container.
func unprivileged() *corev1.SecurityContext {
	return &corev1.SecurityContext{
		AllowPrivilegeEscalation: new(false),
		ReadOnlyRootFilesystem:   new(true),
		Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
	}
}

// runAs is what that level asks of a pod whose user and group have one number.
func runAs(id int64) *corev1.PodSecurityContext {
	return &corev1.PodSecurityContext{
		RunAsNonRoot:   new(true),
		RunAsUser:      new(id),
		RunAsGroup:     new(id),
		SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
}

func pullSecrets(site *v1alpha1.AthensSite) []corev1.LocalObjectReference {
	var out []corev1.LocalObjectReference
	for _, ref := range site.Spec.Images.PullSecretRefs {
		out = append(out, corev1.LocalObjectReference{Name: ref.Name})
	}
	return out
}

func annotate(template *corev1.PodTemplateSpec, annotations map[string]string) {
	if template.Annotations == nil {
		template.Annotations = map[string]string{}
	}
	maps.Copy(template.Annotations, annotations)
}

// metricsAnnotations are how Prometheus finds a pod. Istio's injector reads
// them too and serves the program's metrics beside Envoy's on port 15020,
// which strict mTLS leaves open.
func metricsAnnotations(port int) map[string]string {
	return map[string]string{
		"prometheus.io/scrape": "true",
		"prometheus.io/port":   strconv.Itoa(port),
		"prometheus.io/path":   "/metrics",
	}
}

func containerPorts(port int32) []corev1.ContainerPort {
	return []corev1.ContainerPort{{Name: PortName, ContainerPort: port, Protocol: corev1.ProtocolTCP}}
}

func serviceAccount(site *v1alpha1.AthensSite, program string) *corev1.ServiceAccount {
	return &corev1.ServiceAccount{
		TypeMeta:                     Type("v1", "ServiceAccount"),
		ObjectMeta:                   Meta(site, Account(site, program), program),
		AutomountServiceAccountToken: new(false),
	}
}
