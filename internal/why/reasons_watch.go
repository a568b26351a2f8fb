package why

// watchRules are about what watches a site. Sources: the comments of package
// monitoring, and the Site Reliability Workbook.
var watchRules = []rule{
	{"ScaledObject", "spec.triggers", "Athens waits for upstream most of the time, so requests in flight show overload sooner than CPU does; CPU of the program's own container is the second measure."},
	{"ScaledObject", "spec.advanced", "Builds come in bursts, and every pod that stops ends downloads: it scales down after ten minutes, by one pod a minute."},
	{"ScaledObject", "spec.scaleTargetRef", "The Deployment whose replicas it decides."},
	{"PodMonitor", "spec", "All pods of the site have one port of the same name. In a mesh the sidecar's port beside it is scraped: strict mTLS closes the program's own port to Prometheus, and the sidecar serves the program's metrics with Envoy's, for reading only."},
	{"PrometheusRule", "spec", "An alert needs two windows to burn the error budget: the long one makes it significant, the short one makes it end soon after the cause. Factors and windows are those of the Site Reliability Workbook, table 5-8. Each of the other alerts names one cause."},
}
