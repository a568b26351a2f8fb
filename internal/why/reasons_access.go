package why

// accessRules are about who may call whom, and what may leave the site.
var accessRules = []rule{
	{"PeerAuthentication", "metadata.name", "Istio's namespace-wide policies are called default by custom: of two in one namespace the older one would decide."},
	{"PeerAuthentication", "spec", "Every pod of the namespace refuses plain text, so that every caller has an identity."},
	{"AuthorizationPolicy/deny-all", "spec", "A policy that allows nothing to nobody: what no other policy allows is denied."},
	{"AuthorizationPolicy/front-door", "spec.rules[*].to[*].operation.notPaths", "/healthz stays open: Front Door's health probes may not carry its id."},
	{"AuthorizationPolicy/front-door", "spec", "The gateway itself refuses what did not come through this Front Door, before any of it reaches the site. Host and port keep the rule off the other sites of a shared gateway."},
	{"AuthorizationPolicy/gateway-to-athens", "spec.rules[*].to[*].operation.paths", "What go commands ask for, and no more: nobody outside reaches /catalog, /index or /metrics. Lists too, because Athens stands behind the list Service."},
	{"AuthorizationPolicy/crathens-to-athens", "spec.rules[*].to[*].operation.paths", "What a crawl asks for: the catalog, lists, @latest and .info. Nobody else reads the catalog."},
	{"AuthorizationPolicy/regions-to-athens", "spec", "The crathens of other regions read the catalog, and nothing else. They are known by the addresses that the gateway saw: only the gateway is believed about them."},
	{"AuthorizationPolicy/lathens-to-athens", "spec.rules[*].to[*].operation.paths", "lathens asks Athens for lists, and for nothing else."},
	{"AuthorizationPolicy", "spec.rules[*].to[*].operation.paths", "Lists are all that lathens answers. A star stands only at the beginning or the end, and the query does not count."},
	{"AuthorizationPolicy", "spec.rules[*].to[*].operation.methods", "What go commands do; Athens answers HEAD on zips."},
	{"AuthorizationPolicy", "spec.rules[*].when", "The header carries the id of the Front Door that a request came through; here it is asked for once more, behind the gateway."},
	{"AuthorizationPolicy", "spec.rules[*].from", "The mesh identity of the caller, written in full, as every release of Istio reads it."},
	{"AuthorizationPolicy", "spec.selector", "The pods of the program that is called."},
	{"AuthorizationPolicy", "spec.action", "Everything is denied first, then one way at a time is allowed."},

	{"Sidecar/default", "metadata.name", "The Sidecar of a namespace that names no pods is its default."},
	{"Sidecar", "spec.outboundTrafficPolicy", "Nothing leaves the mesh, except what Athens needs."},
	{"Sidecar", "spec.egress", "What these pods see of the mesh: their own namespace, the control plane, and the collector of traces. ./* is everything of this namespace, Athens' entries for the outside too."},
	{"Sidecar/crathens", "spec.workloadSelector", "crathens, and no other companion, may reach the site whose catalog it reads."},
	{"Sidecar", "spec.workloadSelector", "Athens alone may reach what lies outside."},
	{"ServiceEntry", "spec.exportTo", "The hosts are registered for this namespace alone."},
	{"ServiceEntry", "spec.addresses", "The address that the cloud gives identities by, which Athens asks for the one that its storage needs. It has no name, so the entry is found by the address."},
	{"ServiceEntry", "spec.hosts", "Hosts that Athens needs. The go command checks what it downloads against the database of athens.upstream.goEnv.GOSUMDB, sum.golang.org by default, so that host is among them unless GOSUMDB is off."},
	{"ServiceEntry", "spec.location", "The hosts are outside the mesh: no mTLS is tried with them."},
	{"ServiceEntry", "spec.ports", "The protocol and port that the hosts are reached by."},
	{"ServiceEntry", "spec.resolution", "DNS: a connection goes where the name leads, not where the client says it does. Servers of raw TCP that share a port cannot be told apart; there each connection goes where it was sent (NONE)."},

	{"NetworkPolicy/deny-all", "spec", "Every pod of the namespace is selected and none is allowed anything: what no other policy allows is dropped."},
	{"NetworkPolicy", "spec.podSelector", "The pods of the program."},
	{"NetworkPolicy", "spec.policyTypes", "Both directions are closed, and opened for what is listed."},
	{"NetworkPolicy", "spec.ingress[*].from[*].namespaceSelector", "Prometheus is let in from wherever it runs."},
	{"NetworkPolicy", "spec.ingress", "Who calls this program: the same that the mesh's policies allow, by the pods' own ports, and Prometheus on the ports of the sidecar."},
	{"NetworkPolicy", "spec.egress[*].to[*].ipBlock.except", "The addresses at which clouds give identities are left out: a module must not make Athens ask for the node's. So are private addresses where no mesh holds the program to the hosts of the spec: egress.allow opens ranges of them."},
	{"NetworkPolicy", "spec.egress", "What this program calls: DNS (also NodeLocal DNSCache), in a mesh the control plane (15012), the program it asks, and for Athens what the spec names. Policies know no host names: a name opens its port to the internet, in egress mode Open as 443, 80 and 22 are; a Service of the cluster opens the pods of its namespace; addresses and ranges open themselves."},
}

// commonRules are about what all objects have.
var commonRules = []rule{
	{"", "apiVersion", "The newest version of this API that every supported release serves."},
	{"", "kind", "What the object is."},
	{"", "**.labels[\"athens.gomods.io/site\"]", "Says whose object it is, as <namespace>.<name>. The next run replaces or removes what carries it, and every selector has it: Argo CD may overwrite app.kubernetes.io/instance."},
	{"", "**.labels[\"athens.gomods.io/serves-list\"]", "On every pod that can answer lists: the list Service selects it."},
	{"", "**.labels[\"athens.gomods.io/list\"]", "Tells the pods behind the list Service apart: cache before origin."},
	{"", "**.labels[\"app.kubernetes.io/managed-by\"]", "Says that this program made the object, so that it may replace and remove it."},
	{"", "**.labels", "The labels that Kubernetes recommends: which program of which application it is."},
	{"", "metadata.name", "Names begin with metadata.name, so that sites do not collide, and end in the program."},
	{"", "metadata.namespace", "The site's own namespace, or that of the gateway's pods for what belongs beside them."},
}
