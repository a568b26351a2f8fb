package v1alpha1

import (
	"fmt"
	"path"

	"github.com/gomods/athens-kfn/pkg/gateways"
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

// CNICommand is how to turn on Istio's CNI plugin with the tool that installed
// Istio, which its gateway tells: one command or more, each marked by code, in a
// sentence. Of an Istio whose installer is not known it has the ways of istioctl
// and Helm (istio.io/latest/docs/setup/additional-setup/cni), since each breaks
// what the other has installed.
func (site *AthensSite) CNICommand(code func(string) string) string {
	m, w := &site.Spec.Mesh, site.Spec.Gateway.Workload()
	found, _ := gateways.Of(w.Namespace, w.Labels)
	switch {
	case m.AddOn() || found.Tool == gateways.AddOn:
		return code(site.aksCNICommand())
	case found.Tool == gateways.Istioctl:
		return code(m.istioctlCNI())
	case found.Tool == gateways.Helm:
		return m.helmCNI(code)
	}
	return code(m.istioctlCNI()) + ", or, if Helm installed Istio, " + m.helmCNI(code)
}

func (m *Mesh) istioctlCNI() string {
	command := "istioctl install --set components.cni.enabled=true"
	if r := m.ownRevision(); r != "" {
		command += " --revision " + quote.Shell(r)
	}
	return command
}

// helmCNI names istiod's release as Istio's pages do. Without --version both
// commands would take the newest charts.
func (m *Mesh) helmCNI(code func(string) string) string {
	where, release, revision := " -n "+quote.Shell(m.RootNamespace), "istiod", ""
	if r := m.ownRevision(); r != "" {
		release, revision = "istiod-"+r, " --set "+quote.Shell("revision="+r)
	}
	return code("helm install istio-cni istio/cni"+where+revision+" --wait") + ", then " +
		code("helm upgrade "+quote.Shell(release)+" istio/istiod"+where+" --reuse-values --set pilot.cni.enabled=true") +
		", both with the --version of your Istio"
}

// ownRevision is the revision that the control plane was installed with: none
// for "default", the name that Istio gives a control plane without one.
func (m *Mesh) ownRevision() string {
	if m.Revision == "default" {
		return ""
	}
	return m.Revision
}

// aksCNICommand is that of azure-cli 2.86 and later
// (learn.microsoft.com/azure/aks/istio-cni), with the names of the cluster that
// the site makes.
func (site *AthensSite) aksCNICommand() string {
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

// shellWord is a name that a shell reads as it is, or else what represents it.
func shellWord(s, other string) string {
	if quote.Shell(s) != s {
		return other
	}
	return s
}
