package azure

import (
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

var managedCluster = kind{"containerservice.azure.com", "v1api20240901", "ManagedCluster"}

// Zones are those that the nodes are spread over.
func Zones() []string { return []string{"1", "2", "3"} }

type managedClusterSpec struct {
	AzureName          string             `json:"azureName"`
	Owner              owner              `json:"owner"`
	Location           string             `json:"location"`
	SKU                clusterSKU         `json:"sku"`
	DNSPrefix          string             `json:"dnsPrefix"`
	Identity           clusterIdentity    `json:"identity"`
	AgentPoolProfiles  []agentPool        `json:"agentPoolProfiles"`
	NetworkProfile     networkProfile     `json:"networkProfile"`
	ServiceMeshProfile serviceMeshProfile `json:"serviceMeshProfile"`
}

type clusterSKU struct {
	Name string `json:"name"`
	Tier string `json:"tier"`
}

type clusterIdentity struct {
	Type string `json:"type"`
}

type agentPool struct {
	Name              string   `json:"name"`
	Mode              string   `json:"mode"`
	Count             int32    `json:"count"`
	VMSize            string   `json:"vmSize"`
	OSType            string   `json:"osType"`
	OSSKU             string   `json:"osSKU"`
	Type              string   `json:"type"`
	AvailabilityZones []string `json:"availabilityZones"`
}

type networkProfile struct {
	NetworkPlugin     string `json:"networkPlugin"`
	NetworkPluginMode string `json:"networkPluginMode"`
	NetworkDataplane  string `json:"networkDataplane"`
	NetworkPolicy     string `json:"networkPolicy"`
}

type serviceMeshProfile struct {
	Mode  string       `json:"mode"`
	Istio istioProfile `json:"istio"`
}

type istioProfile struct {
	Revisions  []string        `json:"revisions"`
	Components istioComponents `json:"components"`
}

type istioComponents struct {
	IngressGateways []istioGateway `json:"ingressGateways"`
}

type istioGateway struct {
	Mode    string `json:"mode"`
	Enabled bool   `json:"enabled"`
}

// cluster makes an AKS cluster with the Istio add-on. Cilium enforces the
// site's NetworkPolicies.
func cluster(site *v1alpha1.AthensSite) []generators.Object {
	p := site.Spec.Azure.Provision
	c := p.Cluster
	return []generators.Object{kept(of(site, managedCluster, c.Name, managedClusterSpec{
		AzureName: c.Name,
		Owner:     inGroup(&p.ResourceGroup),
		Location:  p.Location,
		SKU:       clusterSKU{"Base", "Standard"},
		DNSPrefix: c.Name,
		Identity:  clusterIdentity{"SystemAssigned"},
		AgentPoolProfiles: []agentPool{{
			Name: "system", Mode: "System", Count: c.Nodes, VMSize: c.VMSize,
			OSType: "Linux", OSSKU: "AzureLinux", Type: "VirtualMachineScaleSets", AvailabilityZones: Zones(),
		}},
		NetworkProfile: networkProfile{"azure", "overlay", "cilium", "cilium"},
		ServiceMeshProfile: serviceMeshProfile{Mode: "Istio", Istio: istioProfile{
			Revisions:  []string{site.Spec.Mesh.Revision},
			Components: istioComponents{[]istioGateway{{"External", true}}},
		}},
	}))}
}
