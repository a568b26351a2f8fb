package why

// azureRules are about the Azure resources of a site. Sources: the comments of
// package azure, and what Azure documents as Front Door's own defaults.
var azureRules = []rule{
	{"AfdOriginGroup", "spec.healthProbeSettings", "/healthz is open at the gateway without an ID and leads to pods that are ready, so a region whose storage is gone is passed over. The interval is that of each edge location, of which there are more than a hundred."},
	{"AfdOriginGroup", "spec.loadBalancingSettings", "Front Door's own defaults: the nearest region that is well wins, and those within 50ms of it share its requests."},
	{"AfdOriginGroup", "spec", "No client is bound to a region: any of them can answer any request."},
	{"AfdOrigin", "spec.enforceCertificateNameCheck", "The certificate of the gateway is checked against its own host."},
	{"AfdOrigin", "spec.originHostHeader", "Requests carry the host of the site, by which the gateway routes them."},
	{"AfdOrigin", "spec", "All gateways are equal; the nearest one wins."},
	{"AfdCustomDomain", "spec.tlsSettings", "Azure makes and renews the certificate; every go command speaks TLS 1.2 or later."},
	{"Rule RuleSet", "spec", "A route keeps nothing by itself; the rule turns the cache on for the files of a version alone. Cache-Control, which Athens' sidecar sets, decides how long; what comes without it was not answered by Athens and is kept for one second."},
	{"Route", "spec", "HTTPS alone, on both sides, and by spec.host alone: whatever the path, the gateway decides."},
	{"WebApplicationFirewallPolicy", "spec", "GET and HEAD are all that go commands send; everything else is refused at the edge."},
	{"SecurityPolicy", "spec", "The firewall stands before every path of spec.host."},
	{"Profile AfdEndpoint AfdCustomDomain", "spec.operatorSpec", "What only Azure knows comes back in a ConfigMap, one for each resource: the operator writes only to those that one resource owns."},
	{"Profile AfdEndpoint", "spec", "A Front Door lies in no region."},
	{"ResourceGroup StorageAccount StorageAccountsBlobService StorageAccountsBlobServicesContainer DatabaseAccount MongodbDatabase ManagedCluster UserAssignedIdentity RoleAssignment", "metadata.annotations", "When the object goes, the resource and what is in it stay: a deleted manifest must not take the modules along."},
	{"StorageAccount", "spec", "Modules are read often, by HTTPS with TLS 1.2 or later, and never by anybody who has no key."},
	{"StorageAccountsBlobServicesContainer", "spec", "Nobody reads modules past the site."},
	{"ManagedCluster", "spec.serviceMeshProfile", "The add-on brings Istio, and the gateway that the site is reached through."},
	{"ManagedCluster", "spec.networkProfile", "Cilium enforces the site's NetworkPolicies; an overlay takes no addresses of the network for pods."},
	{"ManagedCluster", "spec.agentPoolProfiles", "Nodes in three zones, so that the loss of one leaves two."},
	{"ManagedCluster", "spec", "What a cluster of its own needs at least, with Azure's promise for the control plane."},
	{"DatabaseAccount", "spec", "Athens speaks MongoDB's protocol, and reads what it has just written."},
	{"UserAssignedIdentity", "spec", "The identity that the spec names; what only Azure knows of it comes back in a ConfigMap."},
	{"RoleAssignment", "spec", "Storage Blob Data Contributor, on this storage account alone: Athens reads, writes and lists."},
	{"EnvoyFilter", "spec", "Athens says nothing about caching files, and a Front Door would keep errors and moving names for days. Its sidecar knows the answer, so it says that a version's files may be kept for a year and nothing else at all."},
}
