package v1alpha1

import (
	"slices"
	"strings"
)

// obeyed are keys of labels or annotations that a program acts on, by domain (and
// what is below one) or as a whole, and what to write instead of inheriting one.
type obeyed struct {
	by, instead   string
	domains, keys []string
}

// obeyedKeys are those of clouds, controllers and tools, from their documentation;
// the first that has a key counts. A key that no program reads is the owner's.
var obeyedKeys = []obeyed{
	{by: "AWS", instead: "write athens.serviceAccount.annotations", domains: []string{"eks.amazonaws.com", "iam.amazonaws.com"}},
	{by: "Google Cloud", instead: "write athens.serviceAccount.annotations", domains: []string{"iam.gke.io"}},
	{by: "Azure", instead: "write athens.serviceAccount.annotations or athens.pods.labels", domains: []string{"azure.workload.identity"}, keys: []string{"aadpodidbinding"}},
	{by: "Azure Service Operator", instead: "remove it", domains: []string{"serviceoperator.azure.com"}},

	{by: "the mesh", instead: "write the field of mesh or gateway that it is for, or remove it", domains: []string{"istio.io"}, keys: []string{"istio-injection"}},
	{by: "another mesh", instead: "remove it", domains: []string{"linkerd.io", "consul.hashicorp.com", "kuma.io", "openservicemesh.io"}},
	{by: "Cilium or Calico", instead: "remove it", domains: []string{"cilium.io", "projectcalico.org"}},

	{by: "a load balancer", instead: "write gateway.annotations",
		domains: []string{"metallb.io", "metallb.universe.tf", "purelb.io", "kube-vip.io", "cloud.google.com", "networking.gke.io", "service.beta.kubernetes.io", "oci.oraclecloud.com"}},
	{by: "an ingress controller", instead: "write gateway.annotations",
		domains: []string{"haproxy.org", "haproxy.com", "haproxy-ingress.github.io", "konghq.com", "nginx.org", "nginx.com", "projectcontour.io", "ingress.kubernetes.io", "getambassador.io"}},
	{by: "external-dns", instead: "write gateway.annotations", domains: []string{"external-dns.alpha.kubernetes.io"}},
	{by: "cert-manager", instead: "write gateway.tls.issuerRef, or gateway.annotations", domains: []string{"cert-manager.io"}},

	{by: "OpenShift", instead: "write pods.nodeSelector or gateway.annotations, whichever it is for, or remove it", domains: []string{"openshift.io"}},
	{by: "Kueue", instead: "write pods.labels", domains: []string{"kueue.x-k8s.io"}},
	{by: "Kubernetes, for pods of its own controllers", instead: "remove it", keys: []string{"controller-revision-hash", "pod-template-generation"}},
	{by: "Grafana's sidecar", instead: "write metrics.dashboard.labels", keys: []string{"grafana_dashboard", "grafana_datasource", "grafana_folder"}},
	{by: "a tool that copies Secrets and ConfigMaps to other namespaces", instead: "remove it", domains: []string{"mittwald.de", "reflector.v1.k8s.emberstack.com"}},
	{by: "Velero", instead: "write pods.annotations for volumes, or Velero's own Backup", domains: []string{"velero.io"}},

	{by: "Helm or what deploys the site", instead: "remove it", domains: []string{"helm.sh", "argoproj.io", "fluxcd.io"}},
	{by: "KEDA", instead: "remove it", domains: []string{"keda.sh"}},
	{by: "the site", instead: "remove it", domains: []string{"gomods.io"}},
	{by: "Kubernetes or one of its controllers", instead: "write it in the field of the object that it is for, or remove it", domains: []string{"kubernetes.io", "k8s.io", "x-k8s.io"}},
}

// IdentityAnnotations bind a ServiceAccount to an identity of a cloud.
func IdentityAnnotations() []string {
	return []string{IRSAAnnotation, WorkloadIdentityAnnotation, "azure.workload.identity/client-id", "azure.workload.identity/tenant-id"}
}

// inheritedKey is why a key must not be on every object of the site; empty if it
// may.
func inheritedKey(key string) string {
	domain, _, found := strings.Cut(key, "/")
	for _, o := range obeyedKeys {
		if slices.Contains(o.keys, key) || found && ofDomain(domain, o.domains...) {
			return "is a key that " + o.by + " obeys, and not all objects are meant; " + o.instead
		}
	}
	return ""
}

// PodLabel is why a key must not be a label of the site's pods; empty if it may.
func PodLabel(key string) string {
	switch domain, _, found := strings.Cut(key, "/"); {
	case !found && slices.Contains([]string{"pod-template-hash", "controller-revision-hash", "controller-uid", "job-name", "istio", "istio-injection"}, key),
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

// anotherMesh is an annotation by which a mesh other than Istio takes pods.
func anotherMesh(key string) bool {
	domain, _, _ := strings.Cut(key, "/")
	return ofDomain(domain, "linkerd.io", "consul.hashicorp.com", "kuma.io", "openservicemesh.io")
}

// ofDomain says whether a domain is one of some or below one.
func ofDomain(domain string, of ...string) bool {
	return slices.ContainsFunc(of, func(d string) bool { return domain == d || strings.HasSuffix(domain, "."+d) })
}
