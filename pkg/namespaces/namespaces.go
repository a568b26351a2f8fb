// Package namespaces is the table of well-known namespaces: those of the
// cluster, its mesh, its operators and its agents, in which no site is placed,
// and those in which collectors of telemetry usually run.
package namespaces

import "path"

// reserved namespaces by who has them, as patterns of path.Match. A site denies
// by default what its namespace is asked, sets its Pod Security and its
// injection, and would do so to what runs there.
var reserved = []struct {
	// whose completes "NAMESPACE belongs to …".
	whose    string
	patterns []string
}{
	// Kubernetes reserves the prefix kube- for its own.
	{"Kubernetes", []string{"kube-*", "kubernetes-*"}},
	{"every manifest that names no namespace", []string{"default"}},
	{"the mesh", []string{"istio-*", "linkerd", "linkerd-*", "consul", "consul-*", "kuma-*", "spire", "spire-*"}},
	{"AKS and its add-ons", []string{"aks-*", "azure-*", "azureserviceoperator-*", "app-routing-*", "dataprotection-*"}},
	{"GKE and its add-ons", []string{"gke-*", "gmp-*", "asm-*", "anthos-*", "cnrm-*", "config-management-*", "composer-*"}},
	{"EKS and its add-ons", []string{"amazon-*", "aws-*", "eks-*", "karpenter"}},
	{"OpenShift", []string{"openshift", "openshift-*", "redhat-*"}},
	{"Rancher", []string{"cattle-*", "rancher-*", "fleet-*"}},
	// They apply manifests with the rights of the cluster.
	{"the tools that deploy to the cluster", []string{"argo", "argo-*", "argocd", "argocd-*", "flux", "flux-*", "tekton-*", "crossplane", "crossplane-*", "upbound-*", "olm", "operators", "jenkins", "gitlab", "gitlab-runner", "gitlab-agent", "gitlab-agent-*", "arc-runners", "arc-systems"}},
	{"the registry of the cluster", []string{"harbor", "harbor-*"}},
	// They admit, change or certify what all others apply.
	{"admission and certificates", []string{"cert-manager", "cert-manager-*", "gatekeeper", "kyverno", "kyverno-*", "trust-manager"}},
	{"secrets of the cluster", []string{"external-secrets", "external-secrets-*", "sealed-secrets", "vault", "vault-*", "csi-*", "secrets-store-*"}},
	{"the network of the cluster", []string{"calico-*", "tigera-*", "cilium", "cilium-*", "metallb", "ingress", "ingress-*", "nginx-ingress", "nginx-gateway", "traefik", "traefik-*", "contour", "projectcontour", "haproxy-*", "kong", "envoy-gateway", "external-dns", "antrea"}},
	{"autoscaling", []string{"keda", "keda-*", "knative-*", "vpa"}},
	{"monitoring", append(collectors, "prometheus", "prometheus-*", "grafana", "grafana-*", "loki", "tempo", "mimir", "thanos", "jaeger", "elastic", "datadog", "datadog-*", "newrelic", "dynatrace", "splunk")},
	{"security of the cluster", []string{"falco", "stackrox", "rhacs-*", "neuvector", "twistlock", "sysdig-*", "trivy-*", "teleport", "teleport-*", "velero"}},
	{"storage of the cluster", []string{"local-path-storage", "rook-ceph", "rook-*", "portworx", "longhorn-*"}},
	// What kubebuilder and Operator SDK scaffold, so most operators run there.
	{"an operator of the cluster, by its name", []string{"*-system", "*-operator", "*-operators"}},
}

// collectors are namespaces that the pages of collectors and their operators
// use for nothing but telemetry.
var collectors = []string{"monitoring", "observability", "opentelemetry", "telemetry", "tracing", "logging"}

// Reserved says whose a namespace is, if no site may be placed there: "the
// mesh" of istio-system. The namespace of a mesh of another name is not known
// here.
func Reserved(namespace string) (whose string, ok bool) {
	for _, r := range reserved {
		if Match(r.patterns, namespace) {
			return r.whose, true
		}
	}
	return "", false
}

// Collects says whether a namespace is one in which collectors of telemetry
// usually run.
func Collects(namespace string) bool { return Match(collectors, namespace) }

// Collectors are the namespaces that Collects knows.
func Collectors() []string { return append([]string(nil), collectors...) }

// Match says whether a name fits one of some patterns: * is any part of a name,
// ? any character, [a-z] one of several. A pattern that is malformed fits
// nothing.
func Match(patterns []string, name string) bool {
	for _, p := range patterns {
		if ok, err := path.Match(p, name); ok && err == nil {
			return true
		}
	}
	return false
}
