package mesh

// egressEdits are edits of ServiceEntries, Sidecars and Telemetries.
var egressEdits = []fault{
	put("entry: HTTP protocol", seObj, "spec ports 0 protocol", "HTTP"),
	put("entry: another port", seObj, "spec ports 0 number", 8443),
	put("entry: no resolution", seObj, "spec resolution", "NONE"),
	put("entry: in the mesh", seObj, "spec location", "MESH_INTERNAL"),
	put("entry: any namespace", seObj, "spec exportTo", texts("*")),
	plus("entry: one host more", seObj, "spec hosts", "evil.example.net"),
	cut("entry: no mirror", seObj, "spec hosts mirror.example.com"),
	put("entry: static endpoints", seObj, "spec endpoints", []any{m{"address": "10.0.0.1"}}),
	cut("sidecar athens: no site", sideA, "spec egress 0 hosts ./*"),
	plus("sidecar athens: any namespace", sideA, "spec egress 0 hosts", "*/*"),
	put("sidecar athens: a captured ingress", sideA, "spec ingress", []any{m{"port": m{"number": 3001, "protocol": "HTTP", "name": "http"}, "defaultEndpoint": "127.0.0.1:3001"}}),
	put("sidecar athens: capture none", sideA, "spec egress 0 captureMode", "NONE"),
	cut("sidecar default: no policy", "Sidecar default", "spec outboundTrafficPolicy"),
	put("telemetry: sampling 100", "Telemetry goproxy-telemetry", "spec tracing 0 randomSamplingPercentage", 100),
	put("telemetry: no spans", "Telemetry goproxy-telemetry", "spec tracing 0 disableSpanReporting", true),
	put("telemetry gateway: selects nothing", "Telemetry goproxy.goproxy-gateway", "spec selector matchLabels istio", "gw"),
}
