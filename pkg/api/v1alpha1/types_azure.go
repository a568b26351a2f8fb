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
	// without it are denied. Required, a UUID. With provision it may be left
	// out until the profile is there: the site is then closed to everybody.
	// +optional
	ID string `json:"id,omitempty"`

	// OriginTimeout is how long Front Door waits for the gateway, 16s to 240s.
	// Default: 240s.
	// +optional
	OriginTimeout *metav1.Duration `json:"originTimeout,omitempty"`

	// OriginHost is the DNS name that leads to the gateway itself: Front Door
	// connects to it and checks the gateway's certificate against it. The
	// gateway serves it beside spec.host. With provision required, in each
	// region. Default: none. Example: goproxy-westeurope.example.com
	// +optional
	OriginHost string `json:"originHost,omitempty"`

	// LoadBalancer gives the gateway's pods a Service of their own that only
	// Front Door reaches. Default: none, the gateway's own Service, which is
	// somebody else's to close (docs/howto/front-door.md).
	// +optional
	LoadBalancer *FrontDoorLoadBalancer `json:"loadBalancer,omitempty"`

	// Cache lets Front Door keep the files of a version: .info, .mod and .zip.
	// Default: none, every request comes to the gateway.
	// +optional
	Cache *FrontDoorCache `json:"cache,omitempty"`

	// Provision makes the Front Door itself, as objects of Azure Service
	// Operator v2. Default: none, it is there already.
	// +optional
	Provision *FrontDoorProvision `json:"provision,omitempty"`
}

// FrontDoorLoadBalancer is a load balancer that only Front Door reaches;
// exactly one key. It needs the cloud provider of AKS.
//
// +kubebuilder:validation:MaxProperties=1
type FrontDoorLoadBalancer struct {
	// ServiceTag is a public address whose network security group admits the
	// service tag AzureFrontDoor.Backend alone: every Front Door on earth, of
	// which X-Azure-FDID lets one through.
	// +optional
	ServiceTag *Empty `json:"serviceTag,omitempty"`
	// PrivateLink is an address inside the network, reached through a private
	// link service. Front Door must be Premium, and its connection is approved
	// by hand once.
	// +optional
	PrivateLink *PrivateLink `json:"privateLink,omitempty"`
}

// PrivateLink is an Azure private link service before a load balancer.
type PrivateLink struct {
	// ResourceID that the service gets; its last part is its name, its group
	// one that the cluster's identity may write to. Required. Example:
	// /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/privateLinkServices/goproxy
	ResourceID string `json:"resourceID"`
	// Location is its Azure region. Required. Example: westeurope
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

	// In names the region whose manifests hold these objects: a Front Door is
	// one, however many regions the site has. A site that is rendered without
	// a region holds them too. Default: the first region.
	// +optional
	In string `json:"in,omitempty"`

	// SKU is the tier. Default: Standard; Premium with a private link or
	// managed firewall rules.
	// +kubebuilder:validation:Enum=Standard;Premium
	// +optional
	SKU string `json:"sku,omitempty"`

	// Profile is its name: 1 to 260 letters, digits and hyphens.
	// Default: <metadata.name>.
	// +optional
	Profile string `json:"profile,omitempty"`

	// Endpoint is the name of the endpoint, the first part of its host under
	// azurefd.net: 2 to 46 letters, digits and hyphens.
	// Default: <metadata.name>.
	// +optional
	Endpoint string `json:"endpoint,omitempty"`

	// Firewall is a web application firewall before the site. Default: none.
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
	// They are made for web pages: try them with mode Detection first.
	// Default: false.
	// +optional
	ManagedRules bool `json:"managedRules,omitempty"`
}

// AzureResourceGroup is a resource group: one that is made (name, location),
// or one that is there already (resourceID).
type AzureResourceGroup struct {
	// Name of a group that the site makes, 1 to 90 characters. The group goes
	// when the site goes, with everything in it.
	// +optional
	Name string `json:"name,omitempty"`
	// Location of the group that the site makes, an Azure region. Default: the
	// name of the region whose manifests hold it.
	// +optional
	Location string `json:"location,omitempty"`
	// ResourceID of a group that is there already, and stays. Example:
	// /subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/goproxy
	// +optional
	ResourceID string `json:"resourceID,omitempty"`
}
