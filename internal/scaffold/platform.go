package scaffold

import "github.com/gomods/athens-kfn/pkg/problem"

import "github.com/gomods/athens-kfn/pkg/releases"

type platform struct {
	name, about string
	// host that is offered where the user names none.
	host string
	// meshed says that Istio is there.
	meshed bool
	// small is a machine for trying out.
	small bool
	// yaml ends the spec.
	yaml string
	// accepts are the warnings of check that a site on it accepts, if it has them.
	accepts []acceptance
	// hints are what the cluster must have.
	hints []string
}

type acceptance struct{ code, reason string }

// onePod is for a storage that brings no lock, which a second pod would need.
var onePod = acceptance{"AK401", "one pod serves this site, and builds wait while it restarts"}

// platforms in the order in which they are offered.
var platforms = []platform{
	{
		name: "generic", about: "a cluster with Istio and its stock ingress gateway", meshed: true, accepts: []acceptance{onePod},
		hints: []string{"Istio " + releases.IstioOldest + " or later, with the ingress gateway that istioctl installs in istio-system; for another gateway, set gateway.istio: " + problem.Page("howto/gateway.md")},
	},
	{
		name: "aks", about: "Azure Kubernetes Service with its Istio add-on", meshed: true, accepts: []acceptance{onePod},
		yaml: `
mesh:
  revision: asm-1-30  # Replace: az aks show -g GROUP -n CLUSTER --query serviceMeshProfile.istio.revisions
# Behind an Azure Front Door; az afd profile show -g GROUP --profile-name NAME --query frontDoorId:
# edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555}}`,
		hints: []string{"the Istio add-on with its external ingress gateway: az aks mesh enable-ingress-gateway -g GROUP -n CLUSTER --ingress-gateway-type external"},
	},
	{
		name: "kind", about: "a laptop's cluster without Istio", host: "goproxy.localtest.me", small: true,
		yaml: `
lathens: {replicas: 1}
mesh: {mode: None}
gateway:
  ingress: {className: nginx}
  annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "300"}`,
		accepts: []acceptance{
			{"AK401", "this cluster has one node"},
			{"AK503", "this cluster has one user"},
			{"AK504", "only this machine and its network are clients"},
		},
		hints: []string{"an ingress controller of class nginx on port 80 of this machine: https://kind.sigs.k8s.io/docs/user/ingress"},
	},
}
