package why

// collectorRules are about collectors of traces and logs. Sources: the comments
// of package generators, and the collector's own advice.
var collectorRules = []rule{
	{"OpenTelemetryCollector/logs", "spec.mode", "Logs are on the node of the pod that wrote them."},
	{"OpenTelemetryCollector/logs", "spec.podSecurityContext", "The runtime writes logs as root, for root's group to read (0640). The collector is another user, and a member of that group."},
	{"OpenTelemetryCollector/logs", "spec.securityContext", "The collector reads files and sends them on; it needs no privilege for that."},
	{"OpenTelemetryCollector/logs", "spec.config.receivers", "Envoy and Athens log the same facts under different keys: both are parsed as JSON, and lines about a request get module, version and result."},
	{"OpenTelemetryCollector/logs", "spec.config.extensions", "The collector remembers how far it has read each file, so that a restart of its container loses and repeats no line."},
	{"OpenTelemetryCollector/logs", "spec.volumes[positions]", "Where the collector remembers how far it has read each file."},
	{"OpenTelemetryCollector/logs", "spec.volumes[logs]", "The nodes' logs, for reading only."},
	{"OpenTelemetryCollector", "spec.resources", "A tenth of a core, and memory that memory_limiter takes its share of: without a limit it would be the node's."},
	{"OpenTelemetryCollector", "spec.mode", "Traces arrive over the network, so one Deployment is enough."},
	{"OpenTelemetryCollector", "spec.config.processors", "The collector refuses data when its memory is short instead of being killed, and sends in batches."},
	{"OpenTelemetryCollector", "spec.config.service", "The memory limit is checked first, then data is sent in batches."},
}
