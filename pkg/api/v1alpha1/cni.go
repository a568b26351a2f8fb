package v1alpha1

import (
	"fmt"
	"path"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// NeedsCNIPlugin says whether the site's pods start only where Istio runs its
// CNI plugin: without it Istio injects an init container that no pod security
// level below privileged admits. The level of a namespace that the site does
// not make is not known here, so it counts as one of those.
func (site *AthensSite) NeedsCNIPlugin() bool {
	n := &site.Spec.Namespace
	return site.Spec.Mesh.Mode == MeshSidecar && (!*n.Create || n.PodSecurity != PodSecurityPrivileged)
}

// CNICommand is the command that turns on Istio's CNI plugin: for the AKS add-on
// the one of azure-cli 2.86 and later (learn.microsoft.com/azure/aks/istio-cni),
// with the names of the cluster that the site makes; for any other Istio the one
// of istio.io/latest/docs/setup/additional-setup/pod-security-admission.
func (site *AthensSite) CNICommand() string {
	if !strings.HasPrefix(site.Spec.Mesh.Revision, AKSRevisionPrefix) {
		return "istioctl install --set components.cni.enabled=true"
	}
	group, cluster := "", ""
	if p := site.Spec.Azure.Provision; p != nil && p.Cluster != nil {
		group, cluster = p.ResourceGroup.Name, p.Cluster.Name
		if group == "" {
			group = path.Base(p.ResourceGroup.ResourceID)
		}
	}
	return fmt.Sprintf("az aks mesh proxy-redirection-mechanism --resource-group %s --name %s --mechanism %s",
		shellWord(group, "GROUP"), shellWord(cluster, "CLUSTER"), RedirectionCNI)
}

// shellWord is a name that a shell reads as it is, or else what stands for it.
func shellWord(s, other string) string {
	if quote.Shell(s) != s {
		return other
	}
	return s
}
