package why

// accessRules are about allowed callers and egress.
var accessRules = []rule{
	{"PeerAuthentication", "metadata.name", "By convention Istio's namespace-wide policies are called default: of two in one namespace the older one applies."},
	{"PeerAuthentication", "spec", "Every pod of the namespace refuses plain text, so that every caller has an identity."},
	{"AuthorizationPolicy/deny-all", "spec", "A policy that allows nothing: a request that no other policy allows is denied."},
	{"AuthorizationPolicy/front-door", "spec.rules[*].to[*].operation.notPaths", "/healthz stays open: Front Door's health probes need not carry its ID."},
	{"AuthorizationPolicy/front-door", "spec", "The gateway itself refuses requests that did not come through this Front Door, before they reach the site. Host and port keep the policy from the other sites of a shared gateway."},
	{"AuthorizationPolicy/ext-authz", "spec.rules[*].to[*].operation.notPaths", "/healthz stays open for health probes; the catalog, where other regions read it, has clients of its own."},
	{"AuthorizationPolicy/ext-authz", "spec", "The gateway asks before any request reaches the site. Host and port keep the policy from the other sites of a shared gateway."},
	{"RequestAuthentication", "spec.selector", "The pods of the site, not the gateway: there it would refuse the tokens of other hosts, whose issuers it does not know."},
	{"RequestAuthentication", "spec.jwtRules[*].audiences", "Those of all entries of the issuer; the policies of the programs hold each entry to its own."},
	{"RequestAuthentication", "spec.jwtRules[*].fromHeaders", "Only the header that the go command sends: Istio would look for tokens in the query too, and URLs are logged."},
	{"RequestAuthentication", "spec.jwtRules", "The issuers whose tokens the site admits. A token is removed after it is verified, so that lathens may keep the answer for others."},
	{"AuthorizationPolicy/gateway-to-athens", "spec.rules[*].to[*].operation.paths", "Only the paths that go commands ask for: no client outside reaches /catalog, /index or /metrics. Lists and checksums too, because Athens is the fallback of the list Service."},
	{"AuthorizationPolicy/crathens-to-athens", "spec.rules[*].to[*].operation.paths", "The paths of a crawl: the catalog, lists, @latest, .info, and .mod for what a module retracts. No other client reads the catalog."},
	{"AuthorizationPolicy/regions-to-athens", "spec", "The crathens of other regions read the catalog, and nothing else. They are identified by the client addresses that the gateway reports; no other caller's report is trusted."},
	{"AuthorizationPolicy/lathens-to-athens", "spec.rules[*].to[*].operation.paths", "lathens asks Athens only for what it caches: lists and checksums."},
	{"AuthorizationPolicy", "spec.rules[*].to[*].operation.paths", "lathens answers only lists and checksums. A path pattern may have a star only at its beginning or end, and does not match the query."},
	{"AuthorizationPolicy", "spec.rules[*].to[*].operation.methods", "The methods of go commands; Athens answers HEAD on zips."},
	{"AuthorizationPolicy", "spec.rules[*].when", "What must hold besides: the ID of the Front Door that a request came through, checked again behind the gateway, and the claims of the client's token."},
	{"AuthorizationPolicy", "spec.rules[*].from", "The mesh identity of the caller, in the full form that every release of Istio reads, and with gateway.clients the addresses and the issuer of an entry."},
	{"AuthorizationPolicy", "spec.selector", "The pods of the program that is called."},
	{"AuthorizationPolicy", "spec.action", "Everything is denied by default; each policy allows one caller."},

	{"Sidecar/default", "metadata.name", "A Sidecar without a selector is the default of its namespace."},
	{"Sidecar", "spec.outboundTrafficPolicy", "Nothing leaves the mesh, except what Athens needs."},
	{"Sidecar", "spec.egress", "The part of the mesh that these pods see: their own namespace, the control plane, and the trace collector. ./* is everything of this namespace, including Athens' ServiceEntries for hosts outside."},
	{"Sidecar/crathens", "spec.workloadSelector", "crathens, and no other companion, may reach the site whose catalog it reads."},
	{"Sidecar", "spec.workloadSelector", "Only Athens may reach hosts outside the mesh."},
	{"ServiceEntry", "spec.exportTo", "The hosts are registered only for this namespace."},
	{"ServiceEntry", "spec.addresses", "The address of the cloud's metadata service, from which Athens gets the identity that its storage needs. It has no name, so the entry matches the address."},
	{"ServiceEntry", "spec.hosts", "Hosts that Athens needs. The go command checks what it downloads against the database of athens.upstream.goEnv.GOSUMDB, sum.golang.org by default, so that host is among them unless GOSUMDB is off."},
	{"ServiceEntry", "spec.location", "The hosts are outside the mesh: no mTLS is tried with them."},
	{"ServiceEntry", "spec.ports", "The protocol and port that the hosts are reached by."},
	{"ServiceEntry", "spec.resolution", "DNS: Envoy resolves the name itself and ignores the address that the client chose. Servers of raw TCP that share a port cannot be distinguished; there each connection goes to the address that the client chose (NONE)."},

	{"NetworkPolicy/deny-all", "spec", "Selects every pod of the namespace and allows nothing: a connection that no other policy allows is dropped."},
	{"NetworkPolicy", "spec.podSelector", "The pods of the program."},
	{"NetworkPolicy", "spec.policyTypes", "Both directions are closed except for the listed connections."},
	{"NetworkPolicy", "spec.ingress[*].from[*].namespaceSelector", "Prometheus may scrape from any namespace."},
	{"NetworkPolicy", "spec.ingress", "The callers of this program: those that the mesh's policies allow, on the pods' own ports, and Prometheus on the ports of the sidecar."},
	{"NetworkPolicy", "spec.egress[*].to[*].ipBlock.except", "Excludes the metadata services of clouds: a module must not make Athens fetch the node's identity. Excludes private addresses too where no mesh holds the program to the hosts of the spec: egress.allow opens ranges of them."},
	{"NetworkPolicy", "spec.egress", "The callees of this program: DNS (also NodeLocal DNSCache), in a mesh the control plane (15012), the program that it calls, and for Athens the hosts that the spec names. Policies cannot match host names: a name opens its port to the internet, in egress mode Open as 443, 80 and 22 are; a Service of the cluster opens the pods of its namespace; addresses and ranges open themselves."},
}

// commonRules are about what all objects have.
var commonRules = []rule{
	{"", "apiVersion", "The newest version of this API that every supported release serves."},
	{"", "kind", "The type of the object."},
	{"", "**.labels[\"athens.gomods.io/site\"]", "The site that the object belongs to, as <namespace>.<name>. The next run replaces or removes the objects with this label, and every selector has it, because Argo CD may overwrite app.kubernetes.io/instance."},
	{"", "**.labels[\"athens.gomods.io/serves-list\"]", "On every pod that can answer lists; the list Service selects it."},
	{"", "**.labels[\"athens.gomods.io/list\"]", "Distinguishes the pods of the list Service: cache before origin."},
	{"", "**.labels[\"app.kubernetes.io/managed-by\"]", "Marks the object as generated by this program, which may then replace and remove it."},
	{"", "**.labels", "The labels that Kubernetes recommends: the program and the application."},
	{"", "metadata.name", "Names begin with metadata.name, so that sites do not collide, and end in the program."},
	{"", "metadata.namespace", "The site's own namespace, or that of the gateway's pods for objects that apply to them."},
}
