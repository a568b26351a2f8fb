package monitoring

import (
	"fmt"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// leastLookups are what a ratio of cache hits must be made of to mean anything.
const leastLookups = 100

// healthAlerts name one cause each, where the error budgets only say that
// something is wrong. Those on Deployments, pods and CronJobs need
// kube-state-metrics.
func healthAlerts(site *v1alpha1.AthensSite) []alertRule {
	out := []alertRule{metricsMissing(site), athensDown(site), storageUnready(site)}
	if *site.Spec.Lathens.Enabled {
		out = append(out, lathensDown(site), lathensHitRatio(site))
	}
	if countsFetches(site) {
		out = append(out, athensHitRatio(site))
		if generators.HasList(site) {
			out = append(out, errorsWithoutFetch(site))
		}
	}
	if c := &site.Spec.Crathens; *c.Enabled && !c.Suspend {
		out = append(out, crathensStale(site))
	}
	return out
}

// metricsMissing: without them every other alert would stay silent.
func metricsMissing(site *v1alpha1.AthensSite) alertRule {
	expr := "absent(" + selector("up", inNamespace(site)) + " == 1)"
	if measuredAtGateway(site) {
		expr += "\nor absent(" + selector("istio_requests_total", is("reporter", "source"),
			is("source_workload_namespace", site.Spec.Gateway.Workload().Namespace)) + ")"
	}
	return alert(site, warning, "Prometheus reads no metrics.",
		"The metrics that the alerts read are missing, so none of them can fire.", alertRule{
			Alert: "AthensMetricsMissing", Expr: expr, For: "15m",
		})
}

func athensDown(site *v1alpha1.AthensSite) alertRule {
	return alert(site, critical, "no Athens is available.",
		"No replica of Athens is available: builds get no modules, only lists from lathens' cache.", alertRule{
			Alert: "AthensDown", Expr: available(site, generators.Athens) + " == 0", For: "5m",
		})
}

// storageUnready: /readyz lists from storage, and nothing else makes a running
// Athens unready.
func storageUnready(site *v1alpha1.AthensSite) alertRule {
	containers := func(metric string) string {
		return "sum(" + selector(metric, inNamespace(site), is("container", generators.Athens)) + ")"
	}
	return alert(site, warning, "Athens runs but cannot reach its storage.",
		"{{ $value }} replica(s) of Athens run without being ready: /readyz cannot list the storage.", alertRule{
			Alert: "AthensStorageUnready",
			Expr:  containers("kube_pod_container_status_running") + " - " + containers("kube_pod_container_status_ready") + " > 0",
			For:   "10m",
		})
}

// lathensDown is no outage: Athens answers lists meanwhile.
func lathensDown(site *v1alpha1.AthensSite) alertRule {
	fallback := "Athens answers lists itself, at a much higher cost."
	if !generators.HasList(site) {
		fallback = "Clients of lathens get no answer."
	}
	return alert(site, warning, "no lathens is available.",
		"No replica of lathens is available. "+fallback, alertRule{
			Alert: "LathensDown", Expr: available(site, generators.Lathens) + " == 0", For: "5m",
		})
}

// available replicas, summed over instances of kube-state-metrics.
func available(site *v1alpha1.AthensSite, program string) string {
	return "max(" + selector("kube_deployment_status_replicas_available",
		inNamespace(site), is("deployment", generators.Name(site, program))) + ")"
}

func lathensHitRatio(site *v1alpha1.AthensSite) alertRule {
	return hitRatio(site, "LathensCacheHitRatioLow",
		selector("lathens_requests_total", inNamespace(site), like("result", "hit|stale|negative")),
		selector("lathens_requests_total", inNamespace(site), isNot("result", "bypass")),
		"lists and checksums that lathens was asked for were in its cache")
}

// athensHitRatio leaves .info out: crathens asks for what Athens does not hold,
// and that is no fault.
func athensHitRatio(site *v1alpha1.AthensSite) alertRule {
	kinds := like("cache_type", "gomod|zip")
	return hitRatio(site, "AthensCacheHitRatioLow",
		selector("proxy_cache_lookup_total", inNamespace(site), kinds, is("cache_result", "hit")),
		selector("proxy_cache_lookup_total", inNamespace(site), kinds),
		"files that Athens was asked for (.mod and .zip) were in its storage")
}

func hitRatio(site *v1alpha1.AthensSite, name, hits, lookups, what string) alertRule {
	promised := site.Spec.Metrics.SLO.CacheHitRatio
	least, _ := promised.Fraction()
	return alert(site, warning, "few requests are answered from the cache.",
		fmt.Sprintf("{{ $value | humanizePercentage }} of the %s in the last six hours; it should be %s.", what, promised), alertRule{
			Alert: name,
			Expr: fmt.Sprintf("%s / %s < %s\nand %s >= %d",
				orZero(sum("rate", hits, "6h")), sum("rate", lookups, "6h"), decimal(least),
				sum("increase", lookups, "6h"), leastLookups),
			For: "30m",
		})
}

// errorsWithoutFetch is what can be seen of a lock or a storage that fails:
// Athens has no metric for either. Lists are left out, because their errors are
// upstream's and not counted as fetches.
func errorsWithoutFetch(site *v1alpha1.AthensSite) alertRule {
	errors := selector("istio_requests_total", is("reporter", "destination"),
		is("destination_workload_namespace", site.Namespace),
		is("destination_workload", generators.Name(site, generators.Athens)),
		isNot("source_principal", "spiffe://"+generators.AccountPrincipal(site, generators.Lathens)),
		like("response_code", "5.."))
	failed := selector("proxy_upstream_fetch_total", inNamespace(site), is("fetch_result", "failure"))
	return alert(site, critical, "Athens fails before it asks upstream.",
		"{{ $value | humanize }} requests in 15 minutes were answered with 5xx, and no fetch failed: the lock or the storage fails.", alertRule{
			Alert: "AthensLockOrStorageErrors",
			Expr: fmt.Sprintf("%s >= %d\nunless %s > 0",
				sum("increase", errors, "15m"), leastErrors, sum("increase", failed, "15m")),
			For: "10m",
		})
}

// crathensStale counts from the CronJob's birth until it first succeeds.
func crathensStale(site *v1alpha1.AthensSite) alertRule {
	return alert(site, warning, "new versions are not warmed.",
		"The last successful run of crathens was {{ $value | humanizeDuration }} ago: the first client of a new version waits for its download.", alertRule{
			Alert: "CrathensStale",
			Expr:  fmt.Sprintf("time() - (%s) > %d", lastWarmed(site), warmedWithin(site)),
			For:   "10m",
		})
}

// warmedWithin is the longest time since the last successful run, in seconds.
func warmedWithin(site *v1alpha1.AthensSite) int64 {
	return int64(site.Spec.Metrics.SLO.WarmedWithin.Seconds())
}

// lastWarmed is when crathens last succeeded or, until it first does, when its
// CronJob was made. Azure's managed Prometheus keeps no metric of CronJobs by
// default (minimal ingestion profile), but those of Jobs, of which the last
// successful one stays: there it is that Job's start or, without one, the start of
// a Job that was there so long ago that one had to succeed since.
func lastWarmed(site *v1alpha1.AthensSite) string {
	name := generators.Name(site, generators.Crathens)
	if site.Spec.Metrics.Operator == v1alpha1.OperatorAzureManaged {
		jobs := []string{inNamespace(site), like("job_name", name+"-[0-9]+")}
		started := selector("kube_job_status_start_time", jobs...)
		return fmt.Sprintf("max(%s and on (job_name) %s > 0) or max(%s offset %ds)",
			started, selector("kube_job_status_succeeded", jobs...), started, warmedWithin(site))
	}
	job := []string{inNamespace(site), is("cronjob", name)}
	return "max(" + selector("kube_cronjob_status_last_successful_time", job...) + ") or max(" + selector("kube_cronjob_created", job...) + ")"
}
