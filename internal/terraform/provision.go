package terraform

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators/azure"
)

func (d *document) blob(site *v1alpha1.AthensSite, b *v1alpha1.AzureBlob) {
	p := site.Spec.Azure.Provision
	account := d.resource("storage_account", b.Account, block{
		{"name", b.Account},
		{"resource_group_name", groupName(&p.ResourceGroup)},
		{"location", p.Location},
		{"account_kind", "StorageV2"},
		{"account_tier", "Standard"},
		{"account_replication_type", p.Storage.Replication},
		{"access_tier", "Hot"},
		{"allow_nested_items_to_be_public", false},
		{"shared_access_key_enabled", b.Credentials.SecretRef != nil},
		{"min_tls_version", "TLS1_2"},
		public(site),
		{"https_traffic_only_enabled", true},
		keep(),
	})
	d.resource("storage_container", b.Account+"-"+b.Container, block{
		{"name", b.Container}, {"storage_account_id", account("id")}, {"container_access_type", "private"}, keep(),
	})
	if s := b.Credentials.SecretRef; s != nil {
		d.output(regional(site)+"-"+s.Name+"-"+s.Key, account("primary_access_key"), true)
	}
	id := b.Credentials.ManagedIdentity
	if id == nil {
		return
	}
	parts := strings.Split(id.ResourceID, "/")
	var group any = parts[4]
	if strings.EqualFold(parts[4], p.ResourceGroup.Name) {
		group = groupName(&p.ResourceGroup)
	}
	identity := d.resource("user_assigned_identity", regional(site), block{
		{"name", parts[len(parts)-1]}, {"resource_group_name", group}, {"location", p.Location},
	})
	d.resource("role_assignment", regional(site)+"-blobs", block{
		{"scope", account("id")},
		{"role_definition_name", "Storage Blob Data Contributor"},
		{"principal_id", identity("principal_id")},
		{"principal_type", "ServicePrincipal"},
	})
}

// public is whether an account has a public endpoint.
func public(site *v1alpha1.AthensSite) member {
	return member{"public_network_access_enabled", site.Spec.Azure.Provision.Storage.PublicNetworkAccess != v1alpha1.PublicAccessDisabled}
}

func (d *document) cosmos(site *v1alpha1.AthensSite, m *v1alpha1.Mongo) {
	p := site.Spec.Azure.Provision
	locations := azure.CosmosLocations(site)
	var geo []block
	for i, l := range locations {
		geo = append(geo, block{{"location", l}, {"failover_priority", i}})
	}
	var capabilities []block
	for _, name := range azure.CosmosCapabilities() {
		capabilities = append(capabilities, block{{"name", name}})
	}
	group := groupName(&p.ResourceGroup)
	account := d.resource("cosmosdb_account", m.Cosmos.Account, block{
		{"name", m.Cosmos.Account},
		{"resource_group_name", group},
		{"location", p.Location},
		{"offer_type", "Standard"},
		{"kind", "MongoDB"},
		{"mongo_server_version", azure.MongoVersion},
		{"capabilities", capabilities},
		{"consistency_policy", block{{"consistency_level", "Session"}}},
		{"geo_location", geo},
		{"automatic_failover_enabled", len(locations) > 1},
		{"minimal_tls_version", "Tls12"},
		public(site),
		keep(),
	})
	d.resource("cosmosdb_mongo_database", m.Cosmos.Account+"-"+m.Database, block{
		{"name", m.Database}, {"resource_group_name", group}, {"account_name", account("name")},
		{"autoscale_settings", block{{"max_throughput", p.Storage.MaxThroughput}}}, keep(),
	})
	s := m.URL.SecretRef
	d.output(regional(site)+"-"+s.Name+"-"+s.Key, account("primary_mongodb_connection_string"), true)
}

func (d *document) cluster(site *v1alpha1.AthensSite) {
	p := site.Spec.Azure.Provision
	c := p.Cluster
	d.resource("kubernetes_cluster", c.Name, block{
		{"name", c.Name},
		{"resource_group_name", groupName(&p.ResourceGroup)},
		{"location", p.Location},
		{"dns_prefix", c.Name},
		{"sku_tier", "Standard"},
		{"default_node_pool", block{
			{"name", "system"}, {"vm_size", c.VMSize}, {"node_count", c.Nodes}, {"os_sku", "AzureLinux"}, {"zones", azure.Zones()},
		}},
		{"node_provisioning_profile", block{{"mode", "Manual"}}},
		{"identity", block{{"type", "SystemAssigned"}}},
		{"network_profile", block{
			{"network_plugin", "azure"}, {"network_plugin_mode", "overlay"},
			{"network_data_plane", "cilium"}, {"network_policy", "cilium"},
		}},
		{"service_mesh_profile", block{
			{"mode", "Istio"}, {"revisions", []string{site.Spec.Mesh.Revision}}, {"external_ingress_gateway_enabled", true},
		}},
		keep(),
	})
}
