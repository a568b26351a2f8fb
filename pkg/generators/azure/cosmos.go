package azure

import (
	"fmt"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

var (
	databaseAccount = kind{"documentdb.azure.com", "v1api20240815", "DatabaseAccount"}
	mongoDatabase   = kind{"documentdb.azure.com", "v1api20240815", "MongodbDatabase"}
)

// MongoVersion is the newest that Cosmos DB speaks and the operator knows;
// Athens wants 4.2 or later.
const MongoVersion = "7.0"

type databaseAccountSpec struct {
	AzureName                string            `json:"azureName"`
	Owner                    owner             `json:"owner"`
	Location                 string            `json:"location"`
	Kind                     string            `json:"kind"`
	DatabaseAccountOfferType string            `json:"databaseAccountOfferType"`
	Capabilities             []sku             `json:"capabilities"`
	APIProperties            apiProperties     `json:"apiProperties"`
	ConsistencyPolicy        consistencyPolicy `json:"consistencyPolicy"`
	Locations                []cosmosLocation  `json:"locations"`
	EnableAutomaticFailover  bool              `json:"enableAutomaticFailover"`
	MinimalTLSVersion        string            `json:"minimalTlsVersion"`
	PublicNetworkAccess      string            `json:"publicNetworkAccess"`
	OperatorSpec             operatorSpec      `json:"operatorSpec"`
}

type apiProperties struct {
	ServerVersion string `json:"serverVersion"`
}

type consistencyPolicy struct {
	DefaultConsistencyLevel string `json:"defaultConsistencyLevel"`
}

type cosmosLocation struct {
	LocationName     string `json:"locationName"`
	FailoverPriority int    `json:"failoverPriority"`
}

type mongoDatabaseSpec struct {
	AzureName string          `json:"azureName"`
	Owner     owner           `json:"owner"`
	Resource  mongoResource   `json:"resource"`
	Options   databaseOptions `json:"options"`
}

type mongoResource struct {
	ID string `json:"id"`
}

type databaseOptions struct {
	AutoscaleSettings autoscaleSettings `json:"autoscaleSettings"`
}

type autoscaleSettings struct {
	MaxThroughput int32 `json:"maxThroughput"`
}

// CosmosCapabilities are those of the account. The second makes the server try
// again what exceeds its throughput, for up to 60 s, instead of answering with
// error 16500, of which Athens makes a 500
// (learn.microsoft.com/azure/cosmos-db/mongodb/prevent-rate-limiting-errors).
func CosmosCapabilities() []string { return []string{"EnableMongo", "DisableRateLimitingResponses"} }

func capabilities() (out []sku) {
	for _, name := range CosmosCapabilities() {
		out = append(out, sku{name})
	}
	return out
}

// CosmosLocations are the regions of a site's Cosmos DB account, the one that
// writes first.
func CosmosLocations(site *v1alpha1.AthensSite) []string {
	if regions := site.Spec.Athens.Storage.Mongo.Cosmos.Regions; len(regions) > 0 {
		return regions
	}
	return []string{site.Spec.Azure.Provision.Location}
}

// cosmos makes the account and the database that athens.storage.mongo names,
// and the connection string in the Secret that Athens reads.
func cosmos(site *v1alpha1.AthensSite, m *v1alpha1.Mongo) []generators.Object {
	p, account := site.Spec.Azure.Provision, m.Cosmos.Account
	spec := databaseAccountSpec{
		AzureName:                account,
		Owner:                    inGroup(&p.ResourceGroup),
		Location:                 p.Location,
		Kind:                     "MongoDB",
		DatabaseAccountOfferType: "Standard",
		Capabilities:             capabilities(),
		APIProperties:            apiProperties{MongoVersion},
		ConsistencyPolicy:        consistencyPolicy{"Session"},
		MinimalTLSVersion:        "Tls12",
		PublicNetworkAccess:      p.Storage.PublicNetworkAccess,
	}
	for i, location := range CosmosLocations(site) {
		spec.Locations = append(spec.Locations, cosmosLocation{location, i})
	}
	spec.EnableAutomaticFailover = len(spec.Locations) > 1
	// A key is base64, of which three characters have another meaning in a URL.
	spec.OperatorSpec.SecretExpressions = []expression{{
		Name: m.URL.SecretRef.Name,
		Key:  m.URL.SecretRef.Key,
		Value: fmt.Sprintf(`"mongodb://%[1]s:" + secret.primaryMasterKey.replace("+", "%%2B").replace("/", "%%2F").replace("=", "%%3D")`+
			` + "@%[1]s%[2]s:10255/?ssl=true&replicaSet=globaldb&retrywrites=false&maxIdleTimeMS=120000&appName=@%[1]s@"`, account, site.Spec.Azure.In().CosmosDomain),
	}}
	return []generators.Object{
		kept(of(site, databaseAccount, account, spec)),
		kept(of(site, mongoDatabase, account+"-"+m.Database, mongoDatabaseSpec{
			AzureName: m.Database,
			Owner:     in(account),
			Resource:  mongoResource{m.Database},
			Options:   databaseOptions{autoscaleSettings{p.Storage.MaxThroughput}},
		})),
	}
}
