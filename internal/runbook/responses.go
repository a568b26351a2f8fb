package runbook

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/span"
)

// Response is what to do when an alert fires; empty for one that this page does
// not know.
func (b *book) Response(alert string) step {
	spec := &b.Site.Spec
	failed := b.Complaints("15m", "20")
	switch alert {
	case "AthensAvailabilityBurn":
		return step{"Clients get 5xx now." + b.first("AthensDown", "AthensStorageUnready", "AthensLockOrStorageErrors") + " Otherwise upstream fails: see " + link(modulesMissing) + ".", failed}
	case "AthensAvailabilitySlowBurn":
		return step{"A few requests have failed for days. Find the modules in Athens' log: often one upstream host fails.", b.Complaints("72h", "50")}
	case "AthensListLatencyBurn":
		return step{"Lists are slow now: the cache of lathens is full, or Athens is slow to answer it. Raise " + b.cacheFields() + ", or see " + link(downloadsSlow) + ".",
			b.K() + " top pods --containers -l " + b.SiteLabel() + "\n" + b.logs(generators.Lathens) + " --since=15m | tail -20"}
	case "AthensListLatencySlowBurn":
		return step{"Lists have been slow for days. Compare the misses of lathens with its hits, and raise " + b.cacheFields() + ".", ""}
	case "AthensColdFetchBurn":
		return step{"Fetches from upstream are slow now: upstream is slow, or fetches wait for one of the " + number(spec.Athens.GoGetWorkers) + " workers of a pod. See " + link(downloadsSlow) + ".", ""}
	case "AthensColdFetchSlowBurn":
		text := "Fetches have been slow for days."
		if spec.Athens.AsksDirect() {
			text += " A proxy in `spec.athens.upstream.goproxy` is faster than `direct`."
		}
		return step{text + " If fetches wait for workers, see " + link(downloadsSlow) + ".", ""}
	case "AthensMetricsMissing":
		return b.metricsMissing()
	case "AthensDown":
		text := "No Athens pod is available: builds get no modules."
		if b.Lathens != nil {
			text = "No Athens pod is available: builds get no modules, only the lists that lathens knows."
		}
		return step{text + " If pods run without being ready, see " + link(podsNotReady) + ". Otherwise see " + link(podsDoNotStart) + ".", b.K() + " get deployment,pods -l " + b.pods(generators.Athens)}
	case "AthensStorageUnready":
		return step{"Athens runs, but cannot list its storage. Check the account of the storage, Athens' credentials, and whether `spec.egress` allows the host. See " + link(podsNotReady) + "." + b.storageNote(), b.storageCheck()}
	case "LathensDown":
		return step{"No lathens pod is available. " + b.withoutLathens() + " See " + link(podsDoNotStart) + ".", b.K() + " get deployment,pods -l " + b.pods(generators.Lathens)}
	case "LathensCacheHitRatioLow":
		return step{"Most lists expire before a client asks for them again. Raise " + b.cacheFields() + ".", ""}
	case "AthensCacheHitRatioLow":
		text := "Builds wait for upstream. Check whether the storage lost modules"
		if b.Crathens != nil {
			text += ", and whether crathens warms the modules that builds use (see " + link(crathensFails) + ")"
		}
		return step{text + "." + b.storageNote(), b.storageCheck()}
	case "AthensLockOrStorageErrors":
		lock := "the storage"
		if spec.Athens.SingleFlight != nil {
			lock = "the lock (`spec.athens.singleFlight`) or the storage"
		}
		return step{"Requests fail before Athens fetches anything, because " + lock + " does not answer. Athens' log names which. The alert fires only if no fetch fails, because Athens counts neither error.", failed}
	case "CrathensStale":
		return step{"No run of crathens has succeeded for " + span.Short(spec.Metrics.SLO.WarmedWithin.Duration) + ". See " + link(crathensFails) + ". If runs stop after " + span.Short(spec.Crathens.Deadline.Duration) + ", raise `spec.crathens.deadline` or `spec.crathens.ratePerSecond`.",
			b.K() + " get jobs -l " + b.pods(generators.Crathens) + "\n" + b.logs(generators.Crathens) + " --tail=40"}
	}
	return step{}
}

// Complaints are the last lines of Athens' log that need a reader.
func (b *book) Complaints(since, lines string) string {
	return b.LogsAthens() + " --since=" + since + ` | grep -iE '"level":"(warning|warn|error|fatal)"' | tail -` + lines
}

// first names the alerts of the site that explain another one.
func (b *book) first(alerts ...string) string {
	var out []string
	for _, a := range alerts {
		if b.ships(a) {
			out = append(out, link(a))
		}
	}
	return " If one of these alerts fires too, start there: " + strings.Join(out, ", ") + "."
}

// cacheFields are the fields that make lathens keep more.
func (b *book) cacheFields() string {
	l := &b.Site.Spec.Lathens
	return "`spec.lathens.ttl` (now " + span.Short(l.TTL.Duration) + "), or `spec.lathens.maxBytes` (now " + l.MaxBytes.String() + ") if the cache is full"
}

func (b *book) metricsMissing() step {
	m := b.Site.Spec.Metrics
	text := "Prometheus has no metrics of this site, so no other alert can fire. Check that "
	commands := b.K() + " get pods -o wide -l " + b.SiteLabel()
	switch m.Operator {
	case v1alpha1.OperatorNone:
		text += "Prometheus scrapes pods by their `prometheus.io/scrape` annotation"
	default:
		text += "Prometheus selects the PodMonitor (`spec.metrics.labels`)"
		for _, o := range b.objects {
			if o.GetObjectKind().GroupVersionKind().Kind == "PodMonitor" {
				commands = b.K() + " get " + resource(o) + " --show-labels\n" + commands
			}
		}
	}
	text += ", and that it reaches the pods"
	if b.Meshed {
		text += " on port 15020"
	}
	text += " (`spec.metrics.namespace`)."
	if m.SLO.MeasuredAt == v1alpha1.MeasureGateway {
		text += " It must scrape the pods of the gateway too (`spec.metrics.slo.measuredAt: Gateway`)."
	}
	return step{text, commands}
}
