package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Tiers of Azure Front Door.
const (
	// FrontDoorStandard has caching, rules and custom firewall rules.
	FrontDoorStandard = "Standard"
	// FrontDoorPremium adds Private Link and Microsoft's firewall rules.
	FrontDoorPremium = "Premium"
)

// Modes of a web application firewall.
const (
	// FirewallPrevention blocks what a rule matches.
	FirewallPrevention = "Prevention"
	// FirewallDetection only logs it.
	FirewallDetection = "Detection"
)

// NoFrontDoor is the ID of no Front Door: with it nothing but health probes
// comes through.
const NoFrontDoor = "00000000-0000-0000-0000-000000000000"

// FrontDoor is an Azure Front Door profile whose origin is the site's gateway.
type FrontDoor struct {
	// ID of the profile, which Front Door sends as X-Azure-FDID; requests
	// without it are denied. Required, a UUID. With provision it can be left
	// out until the profile exists: until then the site answers no client.
	// +optional
	ID string `json:"id,omitempty"`

	// OriginTimeout is how long Front Door waits for the gateway, 16s to 240s.
	// Default: 240s.
	// +optional
	OriginTimeout *metav1.Duration `json:"originTimeout,omitempty"`

	// OriginHost is the DNS name of the gateway itself: Front Door connects to
	// it and checks the gateway's certificate against it. The gateway serves it
	// in addition to spec.host. With provision required, in each region.
	// Default: none. Example: goproxy-westeurope.example.com
	// +optional
	OriginHost string `json:"originHost,omitempty"`

	// LoadBalancer gives the gateway's pods a Service of their own that only
	// Front Door reaches. Default: none, the gateway's own Service, which its
	// owner must close to other clients (docs/howto/front-door.md).
	// +optional
	LoadBalancer *FrontDoorLoadBalancer `json:"loadBalancer,omitempty"`

	// Cache lets Front Door cache the files of a version: .info, .mod and .zip.
	// Default: none, every request reaches the gateway.
	// +optional
	Cache *FrontDoorCache `json:"cache,omitempty"`

	// Provision creates the Front Door itself, as objects of Azure Service
	// Operator v2. Default: none, it already exists.
	// +optional
	Provision *FrontDoorProvision `json:"provision,omitempty"`
}

// FrontDoorLoadBalancer is a load balancer that only Front Door reaches;
// exactly one key. It needs the cloud provider of AKS.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:MaxProperties=1
type FrontDoorLoadBalancer struct {
	// ServiceTag is a public address whose network security group admits only
	// the service tag AzureFrontDoor.Backend: the Front Doors of all Azure
	// customers, of which X-Azure-FDID admits one.
	// +optional
	ServiceTag *Empty `json:"serviceTag,omitempty"`
	// PrivateLink is an address inside the network, reached through a private
	// link service. Front Door must be Premium, and its connection must be
	// approved once by hand.
	// +optional
	PrivateLink *PrivateLink `json:"privateLink,omitempty"`
}

// PrivateLink is an Azure private link service before a load balancer.
type PrivateLink struct {
	// ResourceID that the service gets; its last part is its name, its group
	// one that the cluster's identity may write to. Required. Example:
	// /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/privateLinkServices/goproxy
	ResourceID string `json:"resourceID"`
	// Location is the Azure region in which Front Door creates its end of the
	// link: the nearest to the cluster of those that athens-kfn explain AK313
	// lists. Required. Example: westeurope
	Location string `json:"location"`
}

// FrontDoorCache lets Front Door keep the files of a version.
type FrontDoorCache struct {
	// MaxAge is how long it may keep them, at least 60s. They never change.
	// Default: 8760h, a year.
	// +optional
	MaxAge *metav1.Duration `json:"maxAge,omitempty"`
}

// FrontDoorProvision makes a Front Door: a profile with an endpoint, the
// site's host as custom domain with a certificate that Front Door manages, an
// origin for each region, and a route that leads to them.
type FrontDoorProvision struct {
	// ResourceGroup of the profile. Required.
	ResourceGroup AzureResourceGroup `json:"resourceGroup"`

	// Region names the region whose manifests hold these objects: a Front Door is
	// one, however many regions the site has. A site that is rendered without
	// a region holds them too. Required where the site has regions.
	// Default: none.
	// +optional
	Region string `json:"region,omitempty"`

	// SKU is the tier. Default: Standard; Premium with a private link or
	// managed firewall rules.
	// +kubebuilder:validation:Enum=Standard;Premium
	// +optional
	SKU string `json:"sku,omitempty"`

	// Profile is its name: 2 to 90 letters, digits and hyphens.
	// Default: <metadata.name>.
	// +optional
	Profile string `json:"profile,omitempty"`

	// Endpoint is the name of the endpoint, the first part of its host under
	// azurefd.net: 2 to 46 letters, digits and hyphens.
	// Default: <metadata.name>.
	// +optional
	Endpoint string `json:"endpoint,omitempty"`

	// Firewall is a web application firewall in front of the site. Default: none.
	// +optional
	Firewall *Firewall `json:"firewall,omitempty"`
}

// Firewall is a web application firewall. It admits GET and HEAD alone.
type Firewall struct {
	// Mode blocks (Prevention) or only logs (Detection). Default: Prevention.
	// +kubebuilder:validation:Enum=Prevention;Detection
	// +optional
	Mode string `json:"mode,omitempty"`
	// ManagedRules adds Microsoft's default rule set, which needs Premium.
	// They are meant for web pages: try them with mode Detection first.
	// Default: false.
	// +optional
	ManagedRules bool `json:"managedRules,omitempty"`
}

// AzureResourceGroup is a resource group: one that is made (name, location),
// or one that is there already (resourceID).
//
// +kubebuilder:validation:ExactlyOneOf=name;resourceID
type AzureResourceGroup struct {
	// Name of a group that the site creates, 1 to 90 characters. It stays when
	// its object is deleted.
	// +optional
	Name string `json:"name,omitempty"`
	// Location of the group that the site creates, an Azure region. Default: the
	// name of the region whose manifests hold it.
	// +optional
	Location string `json:"location,omitempty"`
	// ResourceID of an existing group. Example:
	// /subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/goproxy
	// +optional
	ResourceID string `json:"resourceID,omitempty"`
}

// Tools that make Azure resources.
const (
	// ToolServiceOperator is Azure Service Operator v2.
	ToolServiceOperator = "ServiceOperator"
	// ToolTerraform is Terraform with the provider azurerm.
	ToolTerraform = "Terraform"
)

// Azure sets the Azure resources that the site runs on.
type Azure struct {
	// Cloud is the one that the resources are in, those that exist too: Public,
	// USGovernment or China (operated by 21Vianet). It decides the hosts of
	// Cosmos DB and which regions there are. Athens asks for blobs in Public
	// only, so storage.azureBlob needs that. Azure Service Operator and Terraform
	// have settings of their own for it. Default: Public.
	// +kubebuilder:validation:Enum=Public;USGovernment;China
	// +optional
	Cloud string `json:"cloud,omitempty"`

	// Tool creates what provision here and in edge.frontDoor sets.
	// ServiceOperator puts objects of Azure Service Operator v2 into the
	// manifests; Terraform leaves it to `athens-kfn terraform`.
	// Default: ServiceOperator.
	// +kubebuilder:validation:Enum=ServiceOperator;Terraform
	// +optional
	Tool string `json:"tool,omitempty"`

	// Provision creates what the spec refers to, as objects of Azure Service
	// Operator v2. They are detached when they are deleted: removing them from
	// the manifests never deletes modules. Default: none, it already exists.
	// +optional
	Provision *AzureProvision `json:"provision,omitempty"`
}

// AzureProvision makes Azure resources for a site, or for each of its regions.
type AzureProvision struct {
	// ResourceGroup of the resources. Required.
	ResourceGroup AzureResourceGroup `json:"resourceGroup"`
	// Location of the resources, an Azure region. Default: that of the
	// resource group.
	// +optional
	Location string `json:"location,omitempty"`
	// Storage creates what athens.storage names: the account and the container of
	// azureBlob, with its identity, or the Cosmos DB account and the database of
	// mongo.cosmos. The operator writes the key, or the connection string, into
	// the Secret that athens.storage refers to. Default: none.
	// +optional
	Storage *AzureStorage `json:"storage,omitempty"`
	// Cluster creates an AKS cluster with the Istio add-on. Default: none.
	// +optional
	Cluster *AzureCluster `json:"cluster,omitempty"`
}

// AzureStorage makes the storage of a site.
type AzureStorage struct {
	// Region names the one region whose manifests hold the storage, where regions
	// share it. Default: none, each region creates its own.
	// +optional
	Region string `json:"region,omitempty"`
	// Replication of a blob account. Default: ZRS.
	// +kubebuilder:validation:Enum=LRS;ZRS;GRS;GZRS
	// +optional
	Replication string `json:"replication,omitempty"`
	// MaxThroughput of a Cosmos DB database in request units per second, to
	// which it scales automatically: a multiple of 1000. Default: 4000.
	// +kubebuilder:validation:Minimum=1
	// +optional
	MaxThroughput int32 `json:"maxThroughput,omitempty"`
	// PublicNetworkAccess of the account, in Azure's own words. Disabled leaves
	// it to private endpoints, which the network's owner creates together with
	// their DNS zone; the account's hosts stay the same. NetworkPolicies close
	// private addresses unless egress.mode is Listed in a mesh, or egress.allow
	// has the subnet of the endpoint. Default: Enabled.
	// +kubebuilder:validation:Enum=Enabled;Disabled
	// +optional
	PublicNetworkAccess string `json:"publicNetworkAccess,omitempty"`
}

// Whether an account has a public endpoint, in Azure's own words.
const (
	// PublicAccessEnabled is one that every network reaches.
	PublicAccessEnabled = "Enabled"
	// PublicAccessDisabled leaves private endpoints.
	PublicAccessDisabled = "Disabled"
)

// Mechanisms by which the AKS add-on redirects the traffic of pods, in Azure's
// own words.
const (
	// RedirectionCNI is Istio's CNI plugin.
	RedirectionCNI = "CNIChaining"
	// RedirectionInit is an init container that only the pod security level
	// privileged admits.
	RedirectionInit = "InitContainers"
)

// AzureCluster is an AKS cluster with the Istio add-on, whose revision is
// mesh.revision, and its external gateway.
type AzureCluster struct {
	// Name of the cluster and its DNS prefix: 1 to 54 letters, digits and hyphens.
	// Default: <metadata.name>, or <metadata.name>-<region>.
	// +optional
	Name string `json:"name,omitempty"`
	// VMSize of its nodes. Default: Standard_D4s_v5.
	// +optional
	VMSize string `json:"vmSize,omitempty"`
	// Nodes is how many there are. Default: 3, one in each zone.
	// +kubebuilder:validation:Minimum=1
	// +optional
	Nodes int32 `json:"nodes,omitempty"`
	// ProxyRedirectionMechanism is how the cluster's add-on redirects the
	// traffic of pods: CNIChaining, Istio's CNI plugin, or InitContainers,
	// which need namespace.podSecurity privileged. Neither Azure Service
	// Operator nor Terraform's azurerm can set it: new installations of
	// asm-1-30 and later begin with CNIChaining, those of asm-1-25 to asm-1-29
	// with InitContainers, until az aks mesh proxy-redirection-mechanism
	// changes it (learn.microsoft.com/azure/aks/istio-cni). Required in a mesh,
	// unless namespace.podSecurity is privileged. Default: none.
	// +kubebuilder:validation:Enum=CNIChaining;InitContainers
	// +optional
	ProxyRedirectionMechanism string `json:"proxyRedirectionMechanism,omitempty"`
}
