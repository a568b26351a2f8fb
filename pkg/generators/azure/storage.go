package azure

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

var (
	storageAccount = kind{"storage.azure.com", "v1api20230101", "StorageAccount"}
	blobService    = kind{"storage.azure.com", "v1api20230101", "StorageAccountsBlobService"}
	blobContainer  = kind{"storage.azure.com", "v1api20230101", "StorageAccountsBlobServicesContainer"}
	identity       = kind{"managedidentity.azure.com", "v1api20230131", "UserAssignedIdentity"}
	roleAssignment = kind{"authorization.azure.com", "v1api20220401", "RoleAssignment"}
)

// blobContributor is Azure's own role Storage Blob Data Contributor, which is
// the same in every tenant.
const blobContributor = "/providers/Microsoft.Authorization/roleDefinitions/ba92f5b4-2d11-453d-a403-e96b0029c9fe"

type storageAccountSpec struct {
	AzureName                string              `json:"azureName"`
	Owner                    owner               `json:"owner"`
	Location                 string              `json:"location"`
	Kind                     string              `json:"kind"`
	SKU                      sku                 `json:"sku"`
	AccessTier               string              `json:"accessTier"`
	AllowBlobPublicAccess    bool                `json:"allowBlobPublicAccess"`
	AllowSharedKeyAccess     bool                `json:"allowSharedKeyAccess"`
	MinimumTLSVersion        string              `json:"minimumTlsVersion"`
	PublicNetworkAccess      string              `json:"publicNetworkAccess"`
	SupportsHTTPSTrafficOnly bool                `json:"supportsHttpsTrafficOnly"`
	OperatorSpec             *storageAccountTold `json:"operatorSpec,omitempty"`
}

type storageAccountTold struct {
	Secrets struct {
		Key1 destination `json:"key1"`
	} `json:"secrets"`
}

// destination is where the operator writes one value.
type destination struct {
	Name string `json:"name"`
	Key  string `json:"key"`
}

type blobServiceSpec struct {
	Owner owner `json:"owner"`
}

type blobContainerSpec struct {
	AzureName    string `json:"azureName"`
	Owner        owner  `json:"owner"`
	PublicAccess string `json:"publicAccess"`
}

type identitySpec struct {
	AzureName    string       `json:"azureName"`
	Owner        owner        `json:"owner"`
	Location     string       `json:"location"`
	OperatorSpec identityTold `json:"operatorSpec"`
}

type identityTold struct {
	ConfigMaps struct {
		PrincipalID destination `json:"principalId"`
	} `json:"configMaps"`
}

type roleAssignmentSpec struct {
	Owner                   target      `json:"owner"`
	PrincipalIDFromConfig   destination `json:"principalIdFromConfig"`
	PrincipalType           string      `json:"principalType"`
	RoleDefinitionReference target      `json:"roleDefinitionReference"`
}

// MakesStorage says whether the storage belongs to these manifests.
func MakesStorage(site *v1alpha1.AthensSite) bool {
	p := site.Spec.Azure.Provision
	return p != nil && p.Storage != nil && (p.Storage.Region == "" || site.Spec.Region == "" || site.Spec.Region == p.Storage.Region)
}

// blob makes the account and the container that athens.storage.azureBlob
// names, and what Athens shows at their door: the account's key in the Secret
// that it reads, or an identity with a role.
func blob(site *v1alpha1.AthensSite, b *v1alpha1.AzureBlob) []generators.Object {
	p := site.Spec.Azure.Provision
	account := storageAccountSpec{
		AzureName:                b.Account,
		Owner:                    inGroup(&p.ResourceGroup),
		Location:                 p.Location,
		Kind:                     "StorageV2",
		SKU:                      sku{"Standard_" + p.Storage.Replication},
		AccessTier:               "Hot",
		AllowSharedKeyAccess:     b.Credentials.SecretRef != nil,
		MinimumTLSVersion:        "TLS1_2",
		PublicNetworkAccess:      p.Storage.PublicNetworkAccess,
		SupportsHTTPSTrafficOnly: true,
	}
	if s := b.Credentials.SecretRef; s != nil {
		account.OperatorSpec = &storageAccountTold{}
		account.OperatorSpec.Secrets.Key1 = destination{s.Name, s.Key}
	}
	out := []generators.Object{
		kept(of(site, storageAccount, b.Account, account)),
		kept(of(site, blobService, b.Account, blobServiceSpec{Owner: in(b.Account)})),
		kept(of(site, blobContainer, b.Account+"-"+b.Container, blobContainerSpec{
			AzureName: b.Container, Owner: in(b.Account), PublicAccess: "None",
		})),
	}
	if id := b.Credentials.ManagedIdentity; id != nil {
		out = append(out, access(site, b.Account, id.ResourceID)...)
	}
	return out
}

// access makes an identity that may read and write an account's blobs. The
// nodes get it by hand: Athens asks their metadata service for it.
func access(site *v1alpha1.AthensSite, account, resourceID string) []generators.Object {
	// /subscriptions/ID/resourceGroups/GROUP/providers/…/NAME
	parts := strings.Split(resourceID, "/")
	p := site.Spec.Azure.Provision
	group := owner{ARMID: strings.Join(parts[:5], "/")}
	if strings.EqualFold(parts[4], p.ResourceGroup.Name) {
		group = inGroup(&p.ResourceGroup)
	}
	name := generators.Name(site, "identity")
	told := destination{name, "principalId"}
	spec := identitySpec{AzureName: parts[len(parts)-1], Owner: group, Location: p.Location}
	spec.OperatorSpec.ConfigMaps.PrincipalID = told
	return []generators.Object{
		kept(of(site, identity, name, spec)),
		kept(of(site, roleAssignment, generators.Name(site, "blobs"), roleAssignmentSpec{
			Owner:                   target{Group: storageAccount.group, Kind: storageAccount.name, Name: account},
			PrincipalIDFromConfig:   told,
			PrincipalType:           "ServicePrincipal",
			RoleDefinitionReference: target{ARMID: blobContributor},
		})),
	}
}
