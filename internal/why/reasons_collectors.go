package why

// collectorRules are about collectors of traces and logs. Sources: the comments
// of package generators, and the collector's own advice.
var collectorRules = []rule{
	{"OpenTelemetryCollector/logs", "spec.mode", "Logs lie on the node of the pod that wrote them."},
	{"OpenTelemetryCollector/logs", "spec.podSecurityContext", "The runtime writes logs as root, for root's group to read (0640). The collector is another user, and a member of that group."},
	{"OpenTelemetryCollector/logs", "spec.securityContext", "The collector reads files and sends them on; it needs no privilege for that."},
	{"OpenTelemetryCollector/logs", "spec.config.receivers", "Envoy and Athens say the same in different words: both are read as JSON, and lines about a request get module, version and result."},
	{"OpenTelemetryCollector", "spec.mode", "Traces come over the network, so that one Deployment is enough."},
	{"OpenTelemetryCollector", "spec.config.processors", "The collector refuses what it has no memory for instead of running out of it, and sends in batches."},
	{"OpenTelemetryCollector", "spec.config.service", "What comes in is held to the memory first, then sent in batches."},
}
