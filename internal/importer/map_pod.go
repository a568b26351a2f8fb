package importer

import (
	"encoding/json"
	"strconv"
	"strings"

	"golang.org/x/mod/semver"
	corev1 "k8s.io/api/core/v1"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// workload is what the spec says of the pods: image, replicas, place, resources,
// identity.
func (m *mapping) workload() {
	m.image()
	m.replicas()
	m.placement()
	m.workVolume()
	a := &m.spec().Athens
	if n := tree.Get(m.container, "resources"); n != nil && len(n.Content) > 0 {
		a.Resources = &corev1.ResourceRequirements{}
		if into(n, a.Resources) != nil {
			a.Resources = nil
			m.leave("resources", "cannot be read as Kubernetes has them: write spec.athens.resources")
		}
	}
	m.spec().Images.PullPolicy = unless(tree.Text(m.container, "imagePullPolicy"), "IfNotPresent")
	for _, ref := range m.pullSecrets() {
		m.spec().Images.PullSecretRefs = append(m.spec().Images.PullSecretRefs, v1alpha1.LocalRef{Name: tree.Text(ref, "name")})
	}
	for key, v := range tree.Entries(m.accountNotes()) {
		identity := key == v1alpha1.IRSAAnnotation || key == v1alpha1.WorkloadIdentityAnnotation
		if identity && a.ServiceAccount.Name == "" { // what a cloud trusts has the name of the ServiceAccount in it
			a.ServiceAccount.Name = m.accountName()
			m.todo("ServiceAccount "+m.accountName(), "the site makes one of that name, because the cloud trusts it: keep it when the Athens of today is removed")
		}
		if s := a.Storage; isNote(key) || identity && s != nil && (s.S3 != nil && s.S3.Credentials != nil && s.S3.Credentials.IRSA != nil ||
			s.GCS != nil && s.GCS.Credentials != nil && s.GCS.Credentials.WorkloadIdentity != nil) {
			continue
		}
		if a.ServiceAccount.Annotations == nil {
			a.ServiceAccount.Annotations = map[string]string{}
		}
		a.ServiceAccount.Annotations[key] = tree.Text(v)
	}
}

// elsewhere is what a site in another namespace does not find there.
func (m *mapping) elsewhere() {
	if m.site.Namespace == m.of.Namespace {
		return
	}
	m.todo("namespace "+m.site.Namespace, "copy there the Secrets that the spec names: those of today are in %s", m.of.Namespace)
	if s := m.spec().Athens.Storage; s != nil && s.Disk != nil && s.Disk.ClaimRef != nil {
		m.leave("claim "+s.Disk.ClaimRef.Name, "is in the namespace %s, and no pod of another one mounts it: import without --namespace, or leave claimRef out and copy the modules", m.of.Namespace)
	}
	if name := m.spec().Athens.ServiceAccount.Name; name != "" {
		m.leave("ServiceAccount "+name, "a cloud trusts it in the namespace %s: let it trust the one in %s too", m.of.Namespace, m.site.Namespace)
	}
}

// pullSecrets are those of the pods, which without any get those of their
// ServiceAccount.
func (r *running) pullSecrets() []*yaml.Node {
	own := tree.Items(r.pod, "imagePullSecrets")
	if len(own) == 0 && r.account != nil {
		own = tree.Items(r.account.node, "imagePullSecrets")
	}
	return own
}

// isNote reports whether an annotation is one that tools write for themselves.
func isNote(key string) bool {
	prefix, _, _ := strings.Cut(key, "/")
	switch prefix {
	case "kubectl.kubernetes.io", "deployment.kubernetes.io", "meta.helm.sh", "checksum", "pulumi.com", "kapp.k14s.io", "kubernetes.io", "autoscaling.alpha.kubernetes.io", "pv.kubernetes.io", "volume.kubernetes.io", "volume.beta.kubernetes.io":
		return key != "kubernetes.io/ingress.class"
	}
	return strings.HasSuffix(prefix, "argocd.argoproj.io") || strings.HasSuffix(prefix, "fluxcd.io") || prefix == "helm.sh" || prefix == "config.kubernetes.io" || strings.HasPrefix(prefix, "internal.config.kubernetes.io")
}

// image is Athens' own, and then its tag is its version, or another owner's.
func (m *mapping) image() {
	image := tree.Text(m.container, "image")
	repository, tag := splitImage(image)
	a := &m.spec().Athens
	own := strings.TrimPrefix(repository, "docker.io/") == "gomods/athens"
	switch {
	case releases.MayBeAthens(tag), own && semver.IsValid(tag): // too old to be known is said by a rule
		a.Version = unless(tag, v1alpha1.AthensVersion)
	default:
		m.todo("image", "%s does not say which release of Athens is in it: write it to spec.athens.version", image)
	}
	if a.Version == "" && tag == v1alpha1.AthensVersion {
		a.Version = tag // so that a newer program keeps it
	}
	if !own || a.Version == "" || strings.Contains(image, "@") {
		a.Image = image
	}
}

// replicas is their number, or the span of an autoscaler.
func (m *mapping) replicas() {
	a := &m.spec().Athens
	least, most := m.scale()
	if least > 1 {
		a.Replicas = least
	}
	if most > least {
		a.Autoscaling = &v1alpha1.AthensAutoscaling{MaxReplicas: most}
	}
}

// scale is the fewest and the most replicas, which are the same without an
// autoscaler.
func (r *running) scale() (least, most int32) {
	spec := tree.Get(r.of.node, "spec")
	least = number(tree.Text(spec, "replicas"), 1)
	if scaler := r.autoscaler(); scaler != nil {
		least = number(tree.Text(scaler, "spec", "minReplicas"), 1)
		return least, number(tree.Text(scaler, "spec", "maxReplicas"), least)
	}
	return least, least
}

// autoscaler of the workload; nil if there is none.
func (r *running) autoscaler() *yaml.Node {
	for _, o := range r.objects {
		target := tree.Get(o.node, "spec", "scaleTargetRef")
		if o.Kind == "HorizontalPodAutoscaler" && o.Namespace == r.of.Namespace && tree.Text(target, "name") == r.of.Name && tree.Text(target, "kind") == r.of.Kind {
			return o.node
		}
	}
	return nil
}

func number(s string, otherwise int32) int32 {
	if n, err := strconv.ParseInt(s, 10, 32); err == nil {
		return int32(n)
	}
	return otherwise
}

// into reads a node as a type of Kubernetes.
func into(n *yaml.Node, out any) error {
	value, err := krm.Value(n)
	if err != nil {
		return err
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, out)
}
