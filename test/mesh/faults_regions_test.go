package mesh

// regionFaults are faults of a site whose catalog other regions read.
var regionFaults = []fault{
	set("every client reads the catalog", func(o objects) {
		delete(o.policy("regions-to-athens").List("rules")[0].List("from")[0].Map("source"), "remoteIpBlocks")
	}),
	set("another region may post", func(o objects) { o.operation("regions-to-athens")["methods"] = texts("GET", "POST") }),
	set("another region reads the index too", func(o objects) { delete(o.operation("regions-to-athens"), "paths") }),
	set("other addresses are let through", func(o objects) {
		o.policy("regions-to-athens").List("rules")[0].List("from")[0].Map("source")["remoteIpBlocks"] = texts("198.51.100.0/24")
	}),
	set("the addresses are those of the connection", func(o objects) {
		source := o.policy("regions-to-athens").List("rules")[0].List("from")[0].Map("source")
		source["ipBlocks"] = source["remoteIpBlocks"]
		delete(source, "remoteIpBlocks")
	}),
	set("the Front Door's policy stops other regions", func(o objects) { o.operation("front-door")["notPaths"] = texts("/healthz") }),
	{"no route leads to the catalog", func(o objects) objects {
		o.route("catalog")["match"] = []any{map[string]any{"uri": map[string]any{"exact": "/catalogue"}}}
		return o
	}},
	{"crathens has the companions' Sidecar", func(o objects) objects { return o.without("Sidecar", "goproxy-crathens") }},
	{"the other region is not registered", func(o objects) objects { return o.without("ServiceEntry", "goproxy-crathens") }},
	set("crathens reaches any host", func(o objects) {
		o.get("Sidecar", "goproxy-crathens").Map("spec")["outboundTrafficPolicy"] = map[string]any{"mode": "ALLOW_ANY"}
	}),
}
