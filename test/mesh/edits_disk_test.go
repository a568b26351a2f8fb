package mesh

// diskEdits are edits of examples/minimal: a disk, and an EnvoyFilter of the gateway.
var diskEdits = []fault{
	put("strategy rolls", depA, "spec strategy", m{"type": "RollingUpdate"}),
	put("two replicas on one disk", depA, "spec replicas", 2),
	put("claim of another name", depA, podA+"volumes storage persistentVolumeClaim claimName", "goproxy-data"),
	put("the claim may be pruned", "PersistentVolumeClaim goproxy-athens", "metadata annotations", m{}),
	put("access mode", "PersistentVolumeClaim goproxy-athens", "spec accessModes", texts("ReadOnlyMany")),
	put("claim size 1Mi", "PersistentVolumeClaim goproxy-athens", "spec resources requests storage", "1Mi"),
	put("emptyDir instead of the claim", depA, podA+"volumes storage", m{"name": "storage", "emptyDir": m{}}),
	put("root path", depA, contA+"env ATHENS_DISK_STORAGE_ROOT value", "/data"),
	cut("no fsGroup", depA, podA+"securityContext fsGroup"),
	put("read-only mount", depA, contA+"volumeMounts storage readOnly", true),
	put("failover filter priority", "EnvoyFilter goproxy.goproxy-failover", "spec priority", -10),
	put("failover window 5s", "EnvoyFilter goproxy.goproxy-failover", "spec configPatches 0 patch value common_lb_config update_merge_window", "5s"),
	put("socket option", "EnvoyFilter goproxy.goproxy-failover", "spec configPatches 1 patch value upstream_bind_config socket_options", []any{}),
	put("failover applies to listeners", "EnvoyFilter goproxy.goproxy-failover", "spec configPatches 0 applyTo", "LISTENER"),
	put("failover selector", "EnvoyFilter goproxy.goproxy-failover", "spec workloadSelector labels istio", "gw"),
}
