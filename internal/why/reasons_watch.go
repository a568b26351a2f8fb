package why

// watchRules are about what watches a site. Sources: the comments of package
// monitoring, and the Site Reliability Workbook.
var watchRules = []rule{
	{"ScaledObject", "spec.triggers", "Athens waits for others most of the time, so requests in flight say sooner than CPU that it needs help; CPU is the second measure, of the program's own container."},
	{"ScaledObject", "spec.advanced", "Builds come in bursts, and every pod that leaves ends downloads: it shrinks after ten minutes, and by one pod a minute."},
	{"ScaledObject", "spec.scaleTargetRef", "The Deployment whose replicas it decides."},
	{"PodMonitor", "spec", "All pods of the site have one port of the same name. In a mesh the sidecar's port beside it is scraped: strict mTLS closes the program's own port to Prometheus, and the sidecar serves the program's metrics with Envoy's, for reading only."},
	{"PrometheusRule", "spec", "An alert needs two windows to burn the error budget: the long one so that it matters, the short one so that it ends soon after. Factors and windows are those of the Site Reliability Workbook, table 5-8. The others name one cause each."},
}
