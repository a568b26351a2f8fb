package namespaces

import (
	"path"
	"testing"
)

// TestReserved: namespaces of each part of a cluster are reserved, and names
// that teams give are not.
func TestReserved(t *testing.T) {
	for _, name := range []string{
		"default", "kube-system", "kube-public", "kube-node-lease", "kubernetes-dashboard",
		"istio-system", "istio-ingress", "istio-egress", "istio-operator", "aks-istio-system", "aks-istio-ingress", "aks-istio-egress",
		"argocd", "argo-rollouts", "flux-system", "cert-manager", "gatekeeper-system", "kyverno", "external-secrets", "vault",
		"azure-arc", "azureserviceoperator-system", "app-routing-system", "gke-managed-system", "gmp-public", "amazon-cloudwatch",
		"openshift-ingress", "openshift", "cattle-fleet-system", "calico-system", "tigera-operator", "cilium-secrets",
		"metallb-system", "ingress-nginx", "keda", "knative-serving", "monitoring", "observability", "prometheus",
		"falco", "velero", "local-path-storage", "rook-ceph", "longhorn-system", "capi-system", "crossplane-system", "linkerd",
		"jenkins", "gitlab-runner", "gitlab-agent-prod", "harbor",
	} {
		if whose, ok := Reserved(name); !ok || whose == "" {
			t.Errorf("%s is not reserved", name)
		}
	}
	for _, name := range []string{"goproxy", "team-m", "go-modules", "athens", "platform", "edge", "systems", "argonauts", "kubes", "goproxy-argocd", ""} {
		if whose, ok := Reserved(name); ok {
			t.Errorf("%s belongs to %s", name, whose)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, r := range reserved {
		if r.whose == "" || len(r.patterns) == 0 {
			t.Errorf("an entry without words: %+v", r)
		}
		for _, p := range r.patterns {
			if _, err := path.Match(p, ""); err != nil {
				t.Errorf("%s: %v", p, err)
			}
		}
	}
	for _, c := range Collectors() {
		if _, ok := Reserved(c); !ok || !Collects(c) {
			t.Errorf("a site may take %s, where collectors run", c)
		}
	}
}
