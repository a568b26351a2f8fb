package mesh

// serviceEdits are edits of Services.
var serviceEdits = []fault{
	put("service athens: headless", "Service goproxy-athens", "spec clusterIP", "None"),
	put("service athens: load balancer", "Service goproxy-athens", "spec type", "LoadBalancer"),
	put("service athens: node port", "Service goproxy-athens", "spec type", "NodePort"),
	put("service list: not ready", "Service goproxy-list", "spec publishNotReadyAddresses", true),
	put("service athens: session affinity", "Service goproxy-athens", "spec sessionAffinity", "ClientIP"),
	put("service athens: internal traffic local", "Service goproxy-athens", "spec internalTrafficPolicy", "Local"),
	put("service athens: trafficDistribution", "Service goproxy-athens", "spec trafficDistribution", "PreferClose"),
	put("service athens: selector of the name only", "Service goproxy-athens", "spec selector", m{"app.kubernetes.io/name": "athens-proxy"}),
	put("service athens: exported nowhere", "Service goproxy-athens", "metadata annotations networking.istio.io/exportTo", "."),
	put("service athens: port 8080", "Service goproxy-athens", "spec ports 0 port", 8080),
	plus("service athens: external IP", "Service goproxy-athens", "spec externalIPs", "203.0.113.7"),
	put("service list: target 3000", "Service goproxy-list", "spec ports 0 targetPort", 8080),
}
