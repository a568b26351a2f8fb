package why

import "github.com/gomods/athens-kfn/internal/krm"

// purposes say what objects are for. The first that covers an object counts.
var purposes = []rule{
	{objects: "Namespace", text: "The namespace of the site: its labels let Istio inject and set the pod security level."},
	{objects: "Certificate", text: "Makes cert-manager get a certificate of the site's hosts, and renew it."},
	{objects: "Gateway", text: "Opens the site's hosts on the ingress gateway's pods, with TLS."},
	{objects: "VirtualService", text: "Routes each class of requests at the gateway: lists and checksums to lathens, everything else to Athens."},
	{objects: "Ingress", text: "The ingress of the site without a mesh."},
	{objects: "Service/gateway", text: "The load balancer through which clients reach the site without a mesh."},
	{objects: "Service/front-door", text: "The load balancer through which Front Door reaches the gateway's pods."},
	{objects: "Service/list", text: "The backend of lists and checksums: the pods of lathens and, as a fallback, those of Athens."},
	{objects: "Service/lathens", text: "The address of lathens without a mesh."},
	{objects: "Service/athens", text: "The address of Athens inside the cluster."},
	{objects: "DestinationRule/list", text: "Spreads lists and checksums over the replicas of lathens, and over those of Athens when lathens is down."},
	{objects: "DestinationRule/athens", text: "Spreads requests over Athens' replicas, and bounds the requests of one gateway pod."},
	{objects: "ServiceAccount", text: "The identity of the program in the mesh and in the cloud."},
	{objects: "Deployment/athens", text: "Runs Athens, the module store."},
	{objects: "Deployment/lathens", text: "Runs lathens, the cache of version lists and checksums."},
	{objects: "CronJob", text: "Runs crathens, which makes Athens store new versions before a client asks for them."},
	{objects: "HorizontalPodAutoscaler", text: "Decides the number of replicas by their load."},
	{objects: "ScaledObject", text: "Makes KEDA decide the number of replicas by the requests in flight."},
	{objects: "PodMonitor", text: "Tells the Prometheus Operator which pods to scrape."},
	{objects: "PrometheusRule", text: "Records the site's service level, and alerts when it is at risk."},
	{objects: "PodDisruptionBudget", text: "Prevents a drain of nodes from evicting all replicas at the same time."},
	{objects: "PersistentVolumeClaim", text: "The volume that modules are kept on."},
	{objects: "ExternalSecret", text: "Makes the External Secrets Operator fill a Secret that the pods refer to."},
	{objects: "SecretProviderClass", text: "Makes the Secrets Store CSI driver fill the Secrets that this program's pods refer to."},
	{objects: "ConfigMap/rules", text: "The site's recording rules and alerts, as a file that Prometheus reads."},
	{objects: "ConfigMap/crathens", text: "The module paths that crathens warms in addition to those of the catalog."},
	{objects: "ConfigMap", text: "The files that Athens reads: its filter, and its download modes by module."},
	{objects: "PeerAuthentication", text: "Makes every pod of the namespace refuse plain text."},
	{objects: "AuthorizationPolicy/deny-all", text: "Denies every request in the namespace that no other policy allows."},
	{objects: "AuthorizationPolicy/front-door", text: "Refuses requests at the gateway that did not come through the site's Azure Front Door."},
	{objects: "AuthorizationPolicy/ext-authz", text: "Makes the gateway ask the external authorizer about the site's requests."},
	{objects: "RequestAuthentication", text: "Makes the sidecars of the site verify the tokens of clients, and remove them."},
	{objects: "AuthorizationPolicy/gateway-to-athens", text: "Lets the ingress gateway send the requests of go commands to Athens."},
	{objects: "AuthorizationPolicy/gateway-to-lathens", text: "Lets the ingress gateway ask lathens for lists and checksums."},
	{objects: "AuthorizationPolicy/lathens-to-athens", text: "Lets lathens ask Athens for lists and checksums."},
	{objects: "AuthorizationPolicy/crathens-to-athens", text: "Lets crathens read Athens' catalog and warm versions."},
	{objects: "AuthorizationPolicy/regions-to-athens", text: "Lets the crathens of other regions read Athens' catalog."},
	{objects: "ServiceEntry", text: "Registers hosts outside the mesh that Athens needs."},
	{objects: "Sidecar/default", text: "Blocks egress from the mesh for every pod of the namespace."},
	{objects: "Sidecar/athens", text: "Allows Athens the hosts that it needs outside the mesh and in other namespaces."},
	{objects: "Sidecar/crathens", text: "Allows crathens the site whose catalog it reads."},
	{objects: "EnvoyFilter/failover", text: "Makes the gateway send lists to other pods as soon as a pod of lathens is ejected, not a second later."},
	{objects: "EnvoyFilter/behind-front-door", text: "Makes the site's sidecars take the addresses of clients from Front Door."},
	{objects: "EnvoyFilter", text: "Makes Athens' sidecar mark the answers that Front Door may cache."},
	{objects: "ResourceGroup", text: "A resource group of the site's Azure resources."},
	{objects: "Profile", text: "The Front Door itself. The operator writes its ID into a ConfigMap."},
	{objects: "AfdEndpoint", text: "The host that spec.host must be an alias (CNAME) of; the operator writes it into a ConfigMap."},
	{objects: "AfdCustomDomain", text: "spec.host at the Front Door, with its certificate."},
	{objects: "AfdOriginGroup", text: "The gateways of the site, and how the Front Door chooses among them."},
	{objects: "AfdOrigin", text: "One gateway that the Front Door sends requests to."},
	{objects: "RuleSet", text: "Holds the rule that lets Front Door cache files."},
	{objects: "Rule", text: "Lets Front Door cache the files of a version, which never change."},
	{objects: "Route", text: "Routes every request for spec.host to the gateways."},
	{objects: "WebApplicationFirewallPolicy", text: "The firewall of the Front Door."},
	{objects: "SecurityPolicy", text: "Applies the firewall to spec.host."},
	{objects: "StorageAccount", text: "The storage account that modules are kept in. The operator writes its key into the Secret that Athens reads."},
	{objects: "StorageAccountsBlobService", text: "The blob service of the storage account."},
	{objects: "StorageAccountsBlobServicesContainer", text: "The container that modules are kept in."},
	{objects: "UserAssignedIdentity", text: "The identity with which the nodes reach the storage account."},
	{objects: "RoleAssignment", text: "Lets the identity read and write the storage account."},
	{objects: "DatabaseAccount", text: "The Cosmos DB account that modules are kept in."},
	{objects: "MongodbDatabase", text: "The database of the account."},
	{objects: "ManagedCluster", text: "The AKS cluster of the region, with its Istio add-on."},
	{objects: "OpenTelemetryCollector/logs", text: "Makes the OpenTelemetry Operator read the logs of the site's pods on every node."},
	{objects: "OpenTelemetryCollector", text: "Makes the OpenTelemetry Operator run the collector of the site's traces."},
	{objects: "Telemetry", text: "Traces requests, and writes access logs."},
	{objects: "NetworkPolicy/deny-all", text: "Drops every connection in the namespace that no other policy allows."},
	{objects: "NetworkPolicy", text: "Allows the connections that the program takes and makes, as the mesh's policies do."},
}

func purpose(id krm.ID) string {
	for _, p := range purposes {
		if p.covers(id) {
			return p.text
		}
	}
	return ""
}
