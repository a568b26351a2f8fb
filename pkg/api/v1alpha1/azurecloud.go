package v1alpha1

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// Clouds of Azure, as Microsoft keeps them apart.
const (
	// AzurePublic is the one that is open to every company.
	AzurePublic = "Public"
	// AzureUSGovernment is that of the public authorities of the United States.
	AzureUSGovernment = "USGovernment"
	// AzureChina is the one that 21Vianet operates.
	AzureChina = "China"
)

// CosmosPort is where Cosmos DB speaks MongoDB's protocol.
const CosmosPort = 10255

// AzureCloud is what differs from one cloud of Azure to another.
type AzureCloud struct {
	name string
	// CosmosDomain is what the hosts of Cosmos DB's API for MongoDB end in
	// (learn.microsoft.com/azure/private-link/private-endpoint-dns).
	CosmosDomain string
	// Vaults is what the driver of Key Vault calls the cloud, empty for its
	// default (azure.github.io/secrets-store-csi-driver-provider-azure).
	Vaults string
	// regions are what the names of its regions begin with; none for the
	// regions that begin with nothing else here
	// (learn.microsoft.com/azure/azure-government/documentation-government-get-started-connect-with-ps,
	// docs.azure.cn/articles/concept-azure-china-region).
	regions []string
}

var azureClouds = []AzureCloud{
	{AzurePublic, ".mongo.cosmos.azure.com", "", nil},
	{AzureUSGovernment, ".mongo.cosmos.azure.us", "AzureUSGovernmentCloud", []string{"usgov", "usdod"}},
	{AzureChina, ".mongo.cosmos.azure.cn", "AzureChinaCloud", []string{"china"}},
}

// In is the cloud that a site's Azure resources are in.
func (a *Azure) In() AzureCloud {
	i := slices.IndexFunc(azureClouds, func(c AzureCloud) bool { return c.name == a.Cloud })
	return azureClouds[max(0, i)] // a cloud that validation refuses is of no consequence
}

// CosmosAccount is the account that a host of Cosmos DB's API for MongoDB
// belongs to, and the cloud that it is in; empty for any other host.
func CosmosAccount(host string) (account, cloud string) {
	for _, c := range azureClouds {
		if account, is := strings.CutSuffix(host, c.CosmosDomain); is {
			return account, c.name
		}
	}
	return "", ""
}

// cloudOf is the cloud of Azure that a region is in.
func cloudOf(region string) string {
	for _, c := range azureClouds {
		if slices.ContainsFunc(c.regions, func(prefix string) bool { return strings.HasPrefix(region, prefix) }) {
			return c.name
		}
	}
	return AzurePublic
}

// azureRegion is a region of the cloud that the spec names.
func (r *rules) azureRegion(s string) string {
	if s == "" || !inSet(s, lowers+digits) {
		return quote.Sprintf("%q is not how Azure writes a region in host names; write lower case letters and digits, as in westeurope", s)
	}
	cloud, in := r.spec.Azure.Cloud, cloudOf(s)
	if in != cloud && cloud == r.spec.Azure.In().name && r.sound("spec.azure.cloud") {
		return quote.Sprintf("%s is a region of Azure's cloud %s, and azure.cloud is %s; write azure: {cloud: %s}, or a region of %s", s, in, cloud, in, cloud)
	}
	return ""
}

// azureCloud checks the cloud against what it can do.
func (r *rules) azureCloud() {
	const path = "spec.azure.cloud"
	cloud := r.spec.Azure.Cloud
	if !r.enum(path, cloud, AzurePublic, AzureUSGovernment, AzureChina) {
		return
	}
	if r.spec.Athens.Storage.AzureBlob != nil && cloud != AzurePublic {
		r.add(path, "%s has blobs under another domain than .blob.core.windows.net, the only one that Athens asks; write athens.storage with mongo.cosmos, or a storage that is not Azure's", cloud)
	}
	if fd := r.spec.Edge.FrontDoor; fd != nil && fd.Provision != nil && cloud == AzureChina {
		r.add(path, "China has no certificates that Front Door manages, and edge.frontDoor.provision makes one; create the Front Door with a certificate of your own, write its edge.frontDoor.id, and remove provision")
	}
}
