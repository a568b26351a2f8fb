package check

import (
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	istionetworking "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// Need is something that a site uses and does not make.
type Need struct {
	Kind string `json:"kind"`
	// Namespace is empty for what belongs to none.
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	// For says what it is used for.
	For string `json:"for"`
}

// needs of a site in all its variants, each once, in the order in which the
// objects ask for them.
func needs(worlds []*World) []Need {
	out := []Need{}
	add := func(n Need) {
		same := func(o Need) bool { return o.Kind == n.Kind && o.Namespace == n.Namespace && o.Name == n.Name }
		if n.Name != "" && !slices.ContainsFunc(out, same) {
			out = append(out, n)
		}
	}
	for _, w := range worlds {
		if !*w.Namespace.Create {
			add(Need{"Namespace", "", w.Site.Namespace, "everything of the site; label it for the injection of sidecars"})
		}
		for _, g := range objects[*istionetworking.Gateway](w) {
			add(Need{"Secret", w.Mesh.Gateway.Namespace, g.Spec.Servers[0].Tls.CredentialName, "the certificate of " + w.Host})
		}
		if generators.Meshed(w.Site) && w.Mesh.Gateway.Name != "" {
			add(Need{"Gateway", "", w.Mesh.Gateway.Name, "the way in"})
		}
		for _, in := range objects[*networkingv1.Ingress](w) {
			for _, t := range in.Spec.TLS {
				add(Need{"Secret", in.Namespace, t.SecretName, "the certificate of " + w.Host})
			}
			if c := in.Spec.IngressClassName; c != nil {
				add(Need{"IngressClass", "", *c, "the way in"})
			}
		}
		if t := w.Mesh.Tracing; t != nil {
			service, rest, _ := strings.Cut(t.Collector, ".")
			namespace, _, _ := strings.Cut(rest, ".")
			add(Need{"extension provider", "", t.Provider, "traces; it stands in the mesh config"})
			add(Need{"Service", namespace, service, "traces"})
		}
		for _, o := range w.Objects {
			if k := o.GetObjectKind().GroupVersionKind(); foreign(k.Group) {
				add(Need{"API", "", k.GroupVersion().String() + " " + k.Kind, "what the cluster reads metrics or scales with"})
			}
			switch o := o.(type) {
			case *appsv1.Deployment:
				podNeeds(w, o.Name, &o.Spec.Template.Spec, add)
			case *batchv1.CronJob:
				podNeeds(w, o.Name, &o.Spec.JobTemplate.Spec.Template.Spec, add)
			}
		}
	}
	return out
}

// podNeeds are the Secrets and claims that a pod cannot start without.
func podNeeds(w *World, name string, pod *corev1.PodSpec, add func(Need)) {
	ns := w.Site.Namespace
	for _, s := range pod.ImagePullSecrets {
		add(Need{"Secret", ns, s.Name, "pulling images"})
	}
	for _, c := range pod.Containers {
		for _, e := range c.Env {
			if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
				add(Need{"Secret", ns, e.ValueFrom.SecretKeyRef.Name, fmt.Sprintf("%s, key %s", e.Name, e.ValueFrom.SecretKeyRef.Key)})
			}
		}
	}
	for _, v := range pod.Volumes {
		switch {
		case v.Secret != nil:
			key := ""
			if len(v.Secret.Items) > 0 {
				key = ", key " + v.Secret.Items[0].Key
			}
			add(Need{"Secret", ns, v.Secret.SecretName, "volume " + v.Name + " of " + name + key})
		case v.PersistentVolumeClaim != nil && w.Athens.Storage.Disk != nil && w.Athens.Storage.Disk.StorageClassName != "":
			add(Need{"StorageClass", "", w.Athens.Storage.Disk.StorageClassName, "the modules"})
		case v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.ClaimName == w.existingClaim():
			add(Need{"PersistentVolumeClaim", ns, v.PersistentVolumeClaim.ClaimName, "the modules"})
		}
	}
}

// existingClaim is the claim that the spec names, empty for none.
func (w *World) existingClaim() string {
	if d := w.Athens.Storage.Disk; d != nil {
		return d.ExistingClaim
	}
	return ""
}

// foreign says whether an API is neither Kubernetes' own nor Istio's.
func foreign(group string) bool {
	return strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io") && !strings.HasSuffix(group, ".istio.io")
}
