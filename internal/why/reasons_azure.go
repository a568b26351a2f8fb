package why

// azureRules are about the Azure resources of a site. Sources: the comments of
// package azure, and what Azure documents as Front Door's own defaults.
var azureRules = []rule{
	{"AfdOriginGroup", "spec.healthProbeSettings", "The gateway answers /healthz without an ID and routes it to pods that are ready, so Front Door skips a region whose storage is down. Each of its more than a hundred locations probes at this interval."},
	{"AfdOriginGroup", "spec.loadBalancingSettings", "Front Door's own defaults: the nearest healthy region gets the requests, and regions within 50ms of it share them."},
	{"AfdOriginGroup", "spec", "No session affinity: any region can answer any request."},
	{"AfdOrigin", "spec.enforceCertificateNameCheck", "The certificate of the gateway is checked against its own host."},
	{"AfdOrigin", "spec.originHostHeader", "Requests carry the host of the site, by which the gateway routes them."},
	{"AfdOrigin", "spec", "All gateways have the same priority and weight; the nearest one gets the requests."},
	{"AfdCustomDomain", "spec.tlsSettings", "Azure makes and renews the certificate; every go command speaks TLS 1.2 or later."},
	{"Rule RuleSet", "spec", "A route caches nothing on its own; the rule enables the cache only for the files of a version. Cache-Control, which Athens' sidecar sets, decides how long; an answer without it is not from Athens and is cached for one second."},
	{"Route", "spec", "Only HTTPS, on both sides, and only for spec.host. The gateway decides about the path."},
	{"WebApplicationFirewallPolicy", "spec", "go commands send only GET and HEAD; Front Door refuses every other method."},
	{"SecurityPolicy", "spec", "The firewall applies to every path of spec.host."},
	{"Profile AfdEndpoint AfdCustomDomain", "spec.operatorSpec", "The operator writes values that only Azure knows into a ConfigMap, one for each resource: it writes only to a ConfigMap that a single resource owns."},
	{"Profile AfdEndpoint", "spec", "A Front Door is global, not in a region."},
	{"ResourceGroup StorageAccount StorageAccountsBlobService StorageAccountsBlobServicesContainer DatabaseAccount MongodbDatabase ManagedCluster UserAssignedIdentity RoleAssignment", "metadata.annotations", "When the object is deleted, the resource and its content stay: deleting a manifest must not delete the modules."},
	{"StorageAccount", "spec", "Modules are read often (hot tier), over HTTPS with TLS 1.2 or later, and only with a key."},
	{"StorageAccountsBlobServicesContainer", "spec", "No anonymous access: clients read modules only through the site."},
	{"ManagedCluster", "spec.serviceMeshProfile", "The add-on installs Istio and the gateway of the site."},
	{"ManagedCluster", "spec.networkProfile", "Cilium enforces the site's NetworkPolicies; with an overlay, pods use no addresses of the virtual network."},
	{"ManagedCluster", "spec.agentPoolProfiles", "Nodes in three zones, so that the loss of one leaves two."},
	{"ManagedCluster", "spec", "The minimum for a cluster of its own, with Azure's SLA for the control plane."},
	{"DatabaseAccount", "spec", "Athens speaks MongoDB's protocol, and reads what it has just written."},
	{"UserAssignedIdentity", "spec", "The identity that the spec names; the operator writes its IDs into a ConfigMap."},
	{"RoleAssignment", "spec", "Storage Blob Data Contributor, only on this storage account: Athens reads, writes and lists."},
	{"EnvoyFilter", "spec", "Athens sends no Cache-Control, and Front Door would then cache errors and names such as @latest for days. Athens' sidecar sees the answer, so it allows caching a version's files for a year and forbids caching everything else."},
}
