package monitoring

import (
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// rateWindow is Grafana's: as long as the scrapes and the screen need.
const rateWindow = "$__rate_interval"

// rows in the order in which one looks: is it well, is it fast, do the caches
// help, and what are the pods doing. What cannot be counted is left out.
func rows(site *v1alpha1.AthensSite) []row {
	traffic := []dashboardPanel{burnRate(site)}
	if generators.Meshed(site) {
		traffic = append(traffic, latencies(site), requestsByClass(site), requestsByCode(site))
	}
	var lathens, athens, crathens []dashboardPanel
	if *site.Spec.Lathens.Enabled {
		lathens = []dashboardPanel{lathensAnswers(site), lathensUpstream(site), lathensMemory(site)}
	}
	if countsFetches(site) {
		athens = []dashboardPanel{athensLookups(site), fetches(site), fetchTime(site)}
	}
	if *site.Spec.Crathens.Enabled {
		crathens = []dashboardPanel{warming(site), sinceWarmed(site)}
	}
	return []row{
		{"Is it healthy?", health(site)},
		{"Requests", traffic},
		{"lathens", lathens},
		{"Athens", athens},
		{"crathens", crathens},
		{"Pods", []dashboardPanel{replicas(site), memory(site), restarts(site)}},
	}
}

// by sums a rate by labels.
func by(labels, selector string) string {
	return "sum by (" + labels + ") (rate(" + selector + "[" + rateWindow + "]))"
}

func quantile(q, selector string) string {
	return "histogram_quantile(" + q + ", " + by("le", selector) + ")"
}

func burnRate(site *v1alpha1.AthensSite) dashboardPanel {
	var targets []panelTarget
	for _, i := range indicators(site) {
		targets = append(targets, target(i.name, i.bad("rate", "1h")+" / "+i.all("rate", "1h")+" / "+i.budget()))
	}
	return graph("Burn rate", "How fast the error budgets burn, over an hour: at 1 they last exactly 30 days, at 14.4 two days.", "none", targets...).
		with(steps("green", from(1, "orange"), from(14.4, "red")))
}

// requestsByClass tells lists from all else by who answers.
func requestsByClass(site *v1alpha1.AthensSite) dashboardPanel {
	label := "destination_workload"
	if measuredAtGateway(site) {
		label = "destination_service_name"
	}
	return graph("Requests by class", "lathens and its Service answer lists; Athens .info, .mod, .zip and sumdb, and lists when lathens is down.", "reqps",
		target("{{"+label+"}}", by(label, userRequests(site, "istio_requests_total"))))
}

func requestsByCode(site *v1alpha1.AthensSite) dashboardPanel {
	return graph("Requests by status", "The answers to users. 404 and 410 make the go command ask its next proxy.", "reqps",
		target("{{response_code}}", by("response_code", userRequests(site, "istio_requests_total"))))
}

func latencies(site *v1alpha1.AthensSite) dashboardPanel {
	const metric = "istio_request_duration_milliseconds_bucket"
	all := userRequests(site, metric)
	targets := []panelTarget{target("all, half", quantile("0.5", all)), target("all, 99 %", quantile("0.99", all))}
	if generators.HasList(site) {
		lists := userRequests(site, metric, ofLists(site))
		targets = append(targets, target("lists, half", quantile("0.5", lists)), target("lists, 99 %", quantile("0.99", lists)))
	}
	return graph("Time to answer", "The first request for a version waits for its download.", "ms", targets...)
}

func lathensAnswers(site *v1alpha1.AthensSite) dashboardPanel {
	return graph("lathens: answers", "hit, negative and stale come from the cache; miss is asked from Athens; bypass is passed on.", "reqps",
		target("{{result}}", by("result", selector("lathens_requests_total", inNamespace(site)))),
		target("stale: {{reason}}", by("reason", selector("lathens_stale_served_total", inNamespace(site)))))
}

func lathensUpstream(site *v1alpha1.AthensSite) dashboardPanel {
	const metric = "lathens_upstream_duration_seconds_bucket"
	return graph("lathens: asking Athens", "How long Athens takes for a list or a checksum that is not cached.", "s",
		target("half", quantile("0.5", selector(metric, inNamespace(site)))),
		target("99 %", quantile("0.99", selector(metric, inNamespace(site)))))
}

func lathensMemory(site *v1alpha1.AthensSite) dashboardPanel {
	return graph("lathens: cache", "Memory of cached lists and checksums in each replica, and its limit.", "bytes",
		target("{{pod}}", selector("lathens_cache_bytes", inNamespace(site))),
		target("bound", "max("+selector("lathens_cache_max_bytes", inNamespace(site))+")"))
}

func athensLookups(site *v1alpha1.AthensSite) dashboardPanel {
	return graph("Athens: lookups in storage", "A miss asks upstream. Misses of .info include those of crathens.", "reqps",
		target("{{cache_type}} {{cache_result}}", by("cache_type, cache_result", selector("proxy_cache_lookup_total", inNamespace(site)))))
}

func fetches(site *v1alpha1.AthensSite) dashboardPanel {
	return graph("Athens: fetches from upstream", "A failure is often a version that does not exist.", "ops",
		target("{{fetch_result}}", by("fetch_result", selector("proxy_upstream_fetch_total", inNamespace(site)))))
}

func fetchTime(site *v1alpha1.AthensSite) dashboardPanel {
	fetched := selector("proxy_upstream_fetch_duration_seconds_bucket", inNamespace(site), is("fetch_result", "success"))
	return graph("Athens: time of a fetch", "How long the first client of a version waits. Longer than 30s shows as 30s.", "s",
		target("half", quantile("0.5", fetched)), target("99 %", quantile("0.99", fetched)))
}

// replicas that are not ready while they run do not reach their storage.
func replicas(site *v1alpha1.AthensSite) dashboardPanel {
	return graph("Replicas", "An Athens pod that runs without being ready does not reach its storage.", "none",
		target("{{container}} running", "sum by (container) ("+programs(site, "kube_pod_container_status_running")+")"),
		target("{{container}} ready", "sum by (container) ("+programs(site, "kube_pod_container_status_ready")+")"))
}

func warming(site *v1alpha1.AthensSite) dashboardPanel {
	return graph("crathens: this run", "Versions that Athens did not hold, versions that it stored for crathens, and failures.", "none",
		target("new", "max("+selector("crathens_versions_new_total", inNamespace(site))+")"),
		target("warmed", "max("+selector("crathens_versions_warmed_total", inNamespace(site))+")"),
		target("failed", "max("+selector("crathens_failures_total", inNamespace(site))+")"))
}

func sinceWarmed(site *v1alpha1.AthensSite) dashboardPanel {
	return graph("crathens: last successful run", "Time since the last successful run.", "s",
		target("ago", "time() - ("+lastWarmed(site)+")")).
		with(steps("green", from(float64(warmedWithin(site)), "red")))
}

func memory(site *v1alpha1.AthensSite) dashboardPanel {
	return graph("Memory", "The memory of Athens grows with the go commands that it runs.", "bytes",
		target("{{pod}}", "sum by (pod) ("+programs(site, "container_memory_working_set_bytes")+")"))
}

func restarts(site *v1alpha1.AthensSite) dashboardPanel {
	return graph("Restarts", "In the last hour.", "none",
		target("{{pod}}", "sum by (pod) (increase("+programs(site, "kube_pod_container_status_restarts_total")+"[1h]))"))
}

// programs are the containers of the site's own programs, without sidecars.
func programs(site *v1alpha1.AthensSite, metric string) string {
	return selector(metric, inNamespace(site), like("container", "athens|lathens|crathens"))
}
