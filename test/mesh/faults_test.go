package mesh

import (
	"slices"

	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// objects of a site that a fault changes.
type objects []manifest.Object

// get is the object of a kind and name.
func (all objects) get(kind, name string) manifest.Object {
	i := slices.IndexFunc(all, func(o manifest.Object) bool { return o.Kind() == kind && o.Name() == name })
	return all[i]
}

// route of the VirtualService.
func (all objects) route(name string) manifest.Object {
	routes := all.get("VirtualService", "goproxy").List("spec", "http")
	i := slices.IndexFunc(routes, func(o manifest.Object) bool { return o.Text("name") == name })
	return routes[i]
}

func (all objects) destination(route string) manifest.Object {
	return all.route(route).List("route")[0].Map("destination")
}

func (all objects) policy(name string) manifest.Object {
	if name == "front-door" { // it is beside the gateway
		return all.get("AuthorizationPolicy", "goproxy.goproxy-"+name).Map("spec")
	}
	return all.get("AuthorizationPolicy", "goproxy-"+name).Map("spec")
}

// operation of the first rule of a policy.
func (all objects) operation(policy string) manifest.Object {
	return all.policy(policy).List("rules")[0].List("to")[0].Map("operation")
}

func (all objects) traffic(rule string) manifest.Object {
	return all.get("DestinationRule", "goproxy-"+rule).Map("spec", "trafficPolicy")
}

func (all objects) template(program string) manifest.Object {
	return all.get("Deployment", "goproxy-"+program).Map("spec", "template")
}

func (all objects) without(kind, name string) objects {
	return slices.DeleteFunc(all, func(o manifest.Object) bool { return o.Kind() == kind && o.Name() == name })
}

func (all objects) server() manifest.Object {
	return all.get("Gateway", "goproxy").List("spec", "servers")[0]
}

func (all objects) port(service string) manifest.Object {
	return all.get("Service", "goproxy-"+service).List("spec", "ports")[0]
}

func (all objects) with(o ...manifest.Object) objects { return append(all, o...) }

// copied is an object under another name.
func copied(o manifest.Object, name string) manifest.Object {
	c := manifest.Clone([]manifest.Object{o})[0]
	c.Map("metadata")["name"] = name
	return c
}

func texts(s ...any) []any { return s }

// fault is one mistake in the output for examples/production.
type fault struct {
	name string
	seed func(objects) objects
}

// set is a fault that changes fields in place.
func set(name string, change func(objects)) fault {
	return fault{name, func(all objects) objects { change(all); return all }}
}

const athensHost = "goproxy-athens.goproxy.svc.cluster.local"

var faults = []fault{
	// Routes.
	set("list goes to Athens", func(o objects) { o.destination("list")["host"] = athensHost }),
	set("list goes to a host that is not there", func(o objects) { o.destination("list")["host"] = "goproxy-lst.goproxy.svc.cluster.local" }),
	set("list goes to a short name of another namespace", func(o objects) { o.destination("list")["host"] = "goproxy-list.default" }),
	set("list goes to a port that is not there", func(o objects) { o.destination("list").Map("port")["number"] = 8080 }),
	set("zips go to the list Service", func(o objects) { o.destination("zip")["host"] = "goproxy-list.goproxy.svc.cluster.local" }),
	set("list without latest", func(o objects) { o.route("list").List("match")[0].Map("uri")["regex"] = "^/.+/@v/list$" }),
	set("list by suffix only, as if unanchored", func(o objects) { o.route("list").List("match")[0].Map("uri")["regex"] = "@v/list$" }),
	set("list does not take escapes", func(o objects) {
		o.route("list").List("match")[0].Map("uri")["regex"] = `^/[a-z0-9./-]+/(@v/list|@latest)$`
	}),
	set("module files by prefix", func(o objects) { o.route("module").List("match")[0]["uri"] = map[string]any{"prefix": "/"} }),
	set("a catch-all routes to Athens", func(o objects) {
		r := o.route("not-found")
		delete(r, "directResponse")
		r["route"] = o.route("zip")["route"]
	}),
	set("the catch-all comes first", func(o objects) {
		spec := o.get("VirtualService", "goproxy").Map("spec")
		http := spec["http"].([]any)
		spec["http"] = append([]any{http[len(http)-1]}, http[:len(http)-1]...)
	}),
	set("HEAD is refused", func(o objects) {
		o.route("other-methods").List("match")[0].Map("withoutHeaders", ":method")["regex"] = "^GET$"
	}),
	set("every method is taken", func(o objects) { o.route("other-methods").List("match")[0]["uri"] = map[string]any{"exact": "/none"} }),
	set("a zip has a timeout", func(o objects) { o.route("zip")["timeout"] = "15s" }),
	set("list has no timeout", func(o objects) { delete(o.route("list"), "timeout") }),
	set("info outlasts the Front Door", func(o objects) { o.route("module")["timeout"] = "600s" }),
	set("a timeout of 0s", func(o objects) { o.route("zip")["timeout"] = "0s" }),
	set("tries do not fit into the timeout", func(o objects) { o.route("list").Map("retries")["perTryTimeout"] = "31s" }),
	set("info is cut off after 10 s", func(o objects) { o.route("module").Map("retries")["perTryTimeout"] = "10s" }),
	set("retries of expensive requests", func(o objects) { o.route("module").Map("retries")["retryOn"] = "5xx" }),
	set("Istio's own retries", func(o objects) { delete(o.route("zip"), "retries") }),
	set("bound to a Gateway that is not there", func(o objects) {
		o.get("VirtualService", "goproxy").Map("spec")["gateways"] = texts("goproxy/gateway")
	}),
	set("bound to the mesh for Athens' own host: lathens calls itself", func(o objects) {
		spec := o.get("VirtualService", "goproxy").Map("spec")
		spec["gateways"] = texts("goproxy/goproxy", "mesh")
		spec["hosts"] = texts("goproxy.example.com", athensHost)
	}),
	set("routes are hidden from the gateway", func(o objects) { o.get("VirtualService", "goproxy").Map("spec")["exportTo"] = texts(".") }),
	set("routes of another host", func(o objects) {
		o.get("VirtualService", "goproxy").Map("spec")["hosts"] = texts("goproxy.example.org")
	}),

	// Services and pods.
	set("the port of Athens is called tcp", func(o objects) {
		p := o.port("athens")
		p["name"] = "tcp-http"
		delete(p, "appProtocol")
	}),
	set("Athens is declared as raw TCP", func(o objects) { o.port("athens")["appProtocol"] = "tcp" }),
	set("Athens is declared as HTTP/2", func(o objects) { o.port("athens")["appProtocol"] = "http2" }),
	set("the list Service has Athens' port number", func(o objects) { o.port("list")["targetPort"] = 3000 }),
	set("the list Service has a port name that no pod has", func(o objects) { o.port("list")["targetPort"] = "web" }),
	set("the list Service selects lathens only", func(o objects) {
		o.get("Service", "goproxy-list").Map("spec", "selector")["app.kubernetes.io/name"] = "lathens"
	}),
	set("lathens is not marked as the cache", func(o objects) {
		delete(o.template("lathens").Map("metadata", "labels"), "athens.gomods.io/list")
	}),
	set("Athens does not serve lists", func(o objects) {
		delete(o.template("athens").Map("metadata", "labels"), "athens.gomods.io/serves-list")
	}),
	set("Athens has no sidecar", func(o objects) {
		o.template("athens").Map("metadata", "labels")["sidecar.istio.io/inject"] = "false"
	}),
	set("the namespace is not injected", func(o objects) { delete(o.get("Namespace", "goproxy").Map("metadata", "labels"), "istio.io/rev") }),
	set("the namespace has a revision that is not there", func(o objects) {
		o.get("Namespace", "goproxy").Map("metadata", "labels")["istio.io/rev"] = "asm-1-3"
	}),
	set("the namespace has both labels", func(o objects) {
		o.get("Namespace", "goproxy").Map("metadata", "labels")["istio-injection"] = "enabled"
	}),
	set("probes are not rewritten", func(o objects) {
		o.template("athens").Map("metadata", "annotations")["sidecar.istio.io/rewriteAppHTTPProbers"] = "false"
	}),
	set("lathens runs as the default account", func(o objects) { delete(o.template("lathens").Map("spec"), "serviceAccountName") }),
	set("crathens runs as Athens", func(o objects) {
		o.get("CronJob", "goproxy-crathens").Map("spec", "jobTemplate", "spec", "template", "spec")["serviceAccountName"] = "goproxy-athens"
	}),

	// Destinations.
	set("mutual TLS is off towards Athens", func(o objects) { o.traffic("athens")["tls"] = map[string]any{"mode": "DISABLE"} }),
	set("TLS without a certificate towards lathens", func(o objects) { o.traffic("list")["tls"] = map[string]any{"mode": "SIMPLE"} }),
	set("the DestinationRule of the list is hidden from the gateway", func(o objects) {
		o.get("DestinationRule", "goproxy-list").Map("spec")["exportTo"] = texts(".")
	}),
	set("the DestinationRule of the list is for another host", func(o objects) {
		o.get("DestinationRule", "goproxy-list").Map("spec")["host"] = "goproxy-lathens.goproxy.svc.cluster.local"
	}),
	{"two DestinationRules for one host", func(o objects) objects {
		c := copied(o.get("DestinationRule", "goproxy-list"), "a-list")
		c.Map("spec", "trafficPolicy")["loadBalancer"] = map[string]any{"simple": "RANDOM"}
		return append(objects{c}, o...)
	}},
	set("no outlier detection, so no priorities", func(o objects) { delete(o.traffic("list"), "outlierDetection") }),
	set("few lathens pods may be ejected", func(o objects) { o.traffic("list").Map("outlierDetection")["maxEjectionPercent"] = 10 }),
	set("all of Athens may be ejected", func(o objects) { o.traffic("athens").Map("outlierDetection")["maxEjectionPercent"] = 100 }),
	set("failover by a value that no pod has", func(o objects) {
		o.traffic("list").Map("loadBalancer", "localityLbSetting")["failoverPriority"] = texts("topology.istio.io/cluster", "athens.gomods.io/list=cached")
	}),
	set("failover the wrong way round", func(o objects) {
		o.traffic("list").Map("loadBalancer", "localityLbSetting")["failoverPriority"] = texts("topology.istio.io/cluster", "athens.gomods.io/list=origin")
	}),
	set("no failover", func(o objects) { delete(o.traffic("list").Map("loadBalancer"), "localityLbSetting") }),
	set("failover is off", func(o objects) { o.traffic("list").Map("loadBalancer", "localityLbSetting")["enabled"] = false }),
	set("retries of lists stay with lathens", func(o objects) { delete(o.route("list").Map("retries"), "retryRemoteLocalities") }),
	set("a lathens is out after five errors", func(o objects) { o.traffic("list").Map("outlierDetection")["consecutiveGatewayErrors"] = 5 }),
	set("few lists are retried at one time", func(o objects) { o.traffic("list").Map("connectionPool", "http")["maxRetries"] = 32 }),
	set("Athens is spoken to in HTTP/2", func(o objects) { o.traffic("athens").Map("connectionPool", "http")["h2UpgradePolicy"] = "UPGRADE" }),
	set("port settings replace all others", func(o objects) {
		o.traffic("list")["portLevelSettings"] = []any{map[string]any{
			"port": map[string]any{"number": 80}, "connectionPool": map[string]any{"tcp": map[string]any{"maxConnections": 10}},
		}}
	}),

	// Ingress.
	set("the Gateway selects no pod", func(o objects) {
		o.get("Gateway", "goproxy").Map("spec", "selector")["istio"] = "ingressgateway-external"
	}),
	set("the Gateway has another port", func(o objects) { o.server().Map("port")["number"] = 444 }),
	set("the Gateway speaks plain HTTP", func(o objects) {
		o.server().Map("port")["protocol"] = "HTTP"
		delete(o.server(), "tls")
	}),
	set("the Gateway serves another host", func(o objects) { o.server()["hosts"] = texts("./goproxy.example.org") }),
	set("the Gateway takes hosts of another namespace", func(o objects) { o.server()["hosts"] = texts("default/goproxy.example.com") }),
	set("the certificate is not there", func(o objects) { o.server().Map("tls")["credentialName"] = "goproxy-cert" }),
	set("the Gateway wants client certificates", func(o objects) { o.server().Map("tls")["mode"] = "MUTUAL" }),
	set("the Gateway passes TLS through", func(o objects) { o.server()["tls"] = map[string]any{"mode": "PASSTHROUGH"} }),

	// Allowed callers.
	set("plain text is taken", func(o objects) { o.get("PeerAuthentication", "default").Map("spec", "mtls")["mode"] = "PERMISSIVE" }),
	set("mutual TLS is off", func(o objects) { o.get("PeerAuthentication", "default").Map("spec", "mtls")["mode"] = "DISABLE" }),
	{"no PeerAuthentication", func(o objects) objects { return o.without("PeerAuthentication", "default") }},
	{"nothing is denied by default", func(o objects) objects { return o.without("AuthorizationPolicy", "goproxy-deny-all") }},
	set("a policy of another gateway's account", func(o objects) {
		o.policy("gateway-to-athens").List("rules")[0].List("from")[0].Map("source")["principals"] =
			texts("cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account")
	}),
	set("a policy with a SPIFFE prefix", func(o objects) {
		o.policy("lathens-to-athens").List("rules")[0].List("from")[0].Map("source")["principals"] =
			texts("spiffe://cluster.local/ns/goproxy/sa/goproxy-lathens")
	}),
	set("a slash before a leading star", func(o objects) {
		o.operation("gateway-to-lathens")["paths"] = texts("/*/@v/list", "/*/@latest")
	}),
	set("a star in the middle of a path", func(o objects) {
		o.operation("lathens-to-athens")["paths"] = texts("/golang.org/*/@v/list", "/golang.org/*/@latest")
	}),
	set("lathens may ask for anything", func(o objects) { delete(o.operation("lathens-to-athens"), "paths") }),
	set("crathens may not read the catalog", func(o objects) {
		o.operation("crathens-to-athens")["paths"] = texts("*/@v/list", "*/@latest", "*.info", "*.mod")
	}),
	set("crathens may post", func(o objects) { o.operation("crathens-to-athens")["methods"] = texts("GET", "POST") }),
	set("the gateway may not use HEAD", func(o objects) { o.operation("gateway-to-athens")["methods"] = texts("GET") }),
	set("anyone may ask Athens", func(o objects) { delete(o.policy("gateway-to-athens").List("rules")[0], "from") }),
	set("a policy selects other pods", func(o objects) {
		o.policy("lathens-to-athens").Map("selector", "matchLabels")["app.kubernetes.io/name"] = "lathens"
	}),
	set("a policy denies instead", func(o objects) { o.policy("crathens-to-athens")["action"] = "DENY" }),
	{"no policy at the gateway", func(o objects) objects { return o.without("AuthorizationPolicy", "goproxy.goproxy-front-door") }},
	set("the gateway's policy lies beside the site", func(o objects) {
		o.get("AuthorizationPolicy", "goproxy.goproxy-front-door").Map("metadata")["namespace"] = "goproxy"
	}),
	set("the gateway's policy is for the Service's port", func(o objects) { o.operation("front-door")["ports"] = texts("443") }),
	set("the gateway's policy is for every site", func(o objects) { delete(o.operation("front-door"), "hosts") }),
	set("the gateway's policy forgets the host with a port", func(o objects) {
		o.operation("front-door")["hosts"] = texts("goproxy.example.com")
	}),
	set("the gateway's policy denies health probes", func(o objects) { delete(o.operation("front-door"), "notPaths") }),
	set("the gateway's policy opens more than health", func(o objects) { o.operation("front-door")["notPaths"] = texts("/healthz*", "/golang.org/*") }),
	set("the gateway's policy lets other Front Doors through", func(o objects) {
		o.policy("front-door").List("rules")[0].List("when")[0]["notValues"] = texts("*")
	}),
	set("Athens wants another Front Door", func(o objects) {
		o.policy("gateway-to-athens").List("rules")[0].List("when")[0]["values"] = texts("22222222-2222-3333-4444-555555555555")
	}),

	// The way out, and traces.
	set("everything may leave", func(o objects) {
		o.get("Sidecar", "default").Map("spec", "outboundTrafficPolicy")["mode"] = "ALLOW_ANY"
	}),
	set("Athens may reach anything", func(o objects) {
		o.get("Sidecar", "goproxy-athens").Map("spec", "outboundTrafficPolicy")["mode"] = "ALLOW_ANY"
	}),
	set("the Sidecar of Athens selects no pod", func(o objects) {
		o.get("Sidecar", "goproxy-athens").Map("spec", "workloadSelector", "labels")["app.kubernetes.io/name"] = "athena"
	}),
	set("the default Sidecar sees what Athens sees", func(o objects) {
		o.get("Sidecar", "default").List("spec", "egress")[0]["hosts"] = texts("./*", "aks-istio-system/*", "observability/*")
	}),
	set("the default Sidecar does not see the site", func(o objects) {
		o.get("Sidecar", "default").List("spec", "egress")[0]["hosts"] = texts("aks-istio-system/*", "observability/*")
	}),
	set("the Sidecar of Athens does not see the collector", func(o objects) {
		o.get("Sidecar", "goproxy-athens").List("spec", "egress")[0]["hosts"] = texts("./*", "aks-istio-system/*")
	}),
	set("the store is not registered", func(o objects) {
		o.get("ServiceEntry", "goproxy-egress-tls-443").Map("spec")["hosts"] = texts("mirror.example.com", "sum.example.com", "github.com")
	}),
	set("egress as raw TCP, which takes the port for every host", func(o objects) {
		p := o.get("ServiceEntry", "goproxy-egress-tls-443").List("spec", "ports")[0]
		p["protocol"], p["name"] = "TCP", "tcp-443"
	}),
	set("egress by a wildcard with DNS", func(o objects) {
		o.get("ServiceEntry", "goproxy-egress-tls-443").Map("spec")["hosts"] = texts("*.example.com")
	}),
	set("egress is registered for another namespace", func(o objects) {
		o.get("ServiceEntry", "goproxy-egress-tls-443").Map("spec")["exportTo"] = texts("shop")
	}),
	set("a provider of traces that the mesh does not have", func(o objects) {
		o.get("Telemetry", "goproxy-telemetry").List("spec", "tracing")[0].List("providers")[0]["name"] = "jaeger"
	}),
	{"the gateway is not traced", func(o objects) objects { return o.without("Telemetry", "goproxy.goproxy-gateway") }},
	{"a second Telemetry for the namespace", func(o objects) objects {
		return o.with(copied(o.get("Telemetry", "goproxy-telemetry"), "other"))
	}},
}
