package mesh

import "github.com/gomods/athens-kfn/test/mesh/manifest"

// hashFaults are faults of a site whose lists are spread by module, in a mesh
// of its own.
var hashFaults = []fault{
	set("lists are not kept on one pod", func(o objects) { delete(o.traffic("list").Map("loadBalancer"), "consistentHash") }),
	{"the gateway collects ejections for a second", func(o objects) objects { return o.without("EnvoyFilter", "goproxy.goproxy-failover") }},
	set("the EnvoyFilter is for another Service", func(o objects) {
		o.failover().Map("match", "cluster")["service"] = athensHost
	}),
	set("the EnvoyFilter is for sidecars", func(o objects) { o.failover().Map("match")["context"] = "SIDECAR_OUTBOUND" }),
	set("the EnvoyFilter lies beside the site", func(o objects) {
		o.get("EnvoyFilter", "goproxy.goproxy-failover").Map("metadata")["namespace"] = "goproxy"
	}),
	set("a try too few for the replicas", func(o objects) { o.route("list").Map("retries")["attempts"] = 2 }),
	set("a list is retried on the pod that failed", func(o objects) { delete(o.route("list").Map("retries"), "retryIgnorePreviousHosts") }),
	set("a list is not retried when a sidecar finds no program", func(o objects) {
		o.route("list").Map("retries")["retryOn"] = "connect-failure,refused-stream,reset,unavailable,cancelled"
	}),
}

// failover is the patch of the gateway.
func (all objects) failover() manifest.Object {
	return all.get("EnvoyFilter", "goproxy.goproxy-failover").List("spec", "configPatches")[0]
}
