package monitoring

import (
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// indicator is what a service level is measured by: how many of the requests
// went wrong.
type indicator struct {
	// name is the label slo of its rules, alert begins the names of alerts.
	name, alert string
	// wrong says what bad requests are, for people.
	wrong string
	// pages says that a fast burn is critical: it pages an operator.
	pages  bool
	target v1alpha1.Percent
	// bad and all requests, by a function (rate, increase) over a window.
	bad, all func(function, window string) string
}

// budget is the share of requests that may go wrong.
func (i indicator) budget() string {
	f, _ := i.target.Fraction()
	return decimal(1 - f)
}

// indicators are those that this site's mesh and release of Athens can count.
func indicators(site *v1alpha1.AthensSite) []indicator {
	var out []indicator
	for _, i := range []*indicator{availability(site), listLatency(site), coldFetch(site)} {
		if i != nil {
			out = append(out, *i)
		}
	}
	return out
}

func availability(site *v1alpha1.AthensSite) *indicator {
	i := &indicator{
		name: "availability", alert: "AthensAvailability", wrong: "answered with 5xx",
		pages: true, target: site.Spec.Metrics.SLO.Availability,
	}
	all := userRequests(site, "istio_requests_total")
	bad := userRequests(site, "istio_requests_total", like("response_code", "5.."))
	if !generators.Meshed(site) {
		if !site.Spec.Athens.Has(releases.OpenCensus) {
			return nil
		}
		const metric = "proxy_opencensus_io_http_server_response_count_by_status_code"
		all = selector(metric, inNamespace(site))
		bad = selector(metric, inNamespace(site), like("http_status", "5.."))
	}
	i.all = func(function, window string) string { return sum(function, all, window) }
	i.bad = func(function, window string) string { return orZero(sum(function, bad, window)) }
	return i
}

// listLatency: no metric of Istio knows the path, but lathens, or its Service,
// is asked for lists and checksums alone.
func listLatency(site *v1alpha1.AthensSite) *indicator {
	if !generators.HasList(site) {
		return nil
	}
	slo := site.Spec.Metrics.SLO.ListLatency
	return latency(indicator{
		name: "list-latency", alert: "AthensListLatency", wrong: "slower than " + promText(slo),
		pages: true, target: slo.Target,
	}, userRequests(site, "istio_request_duration_milliseconds_count", ofLists(site)),
		userRequests(site, "istio_request_duration_milliseconds_bucket", ofLists(site),
			bucket(slo.Threshold.Seconds()*1000)))
}

// coldFetch: people and crathens alike wait for these.
func coldFetch(site *v1alpha1.AthensSite) *indicator {
	if !countsFetches(site) {
		return nil
	}
	slo := site.Spec.Metrics.SLO.ColdFetch
	const metric = "proxy_upstream_fetch_duration_seconds"
	fetched := is("fetch_result", "success")
	return latency(indicator{
		name: "cold-fetch", alert: "AthensColdFetch", wrong: "slower than " + promText(slo), target: slo.Target,
	}, selector(metric+"_count", inNamespace(site), fetched),
		selector(metric+"_bucket", inNamespace(site), fetched, bucket(slo.Threshold.Seconds())))
}

// latency completes an indicator with all requests and those fast enough.
func latency(i indicator, all, fast string) *indicator {
	i.all = func(function, window string) string { return sum(function, all, window) }
	i.bad = func(function, window string) string {
		return "(" + sum(function, all, window) + " - " + sum(function, fast, window) + ")"
	}
	return &i
}

func promText(l v1alpha1.LatencySLO) string { return l.Threshold.Duration.String() }

// userRequests are those that came through the ingress gateway: what lathens
// and crathens ask Athens is not a user's. A pod knows the gateway by its
// certificate; the gateway knows itself by its namespace.
func userRequests(site *v1alpha1.AthensSite, metric string, more ...string) string {
	g := site.Spec.Gateway.Workload()
	matchers := []string{
		is("reporter", "destination"),
		is("source_principal", "spiffe://"+generators.Principal(site, g.Namespace, g.ServiceAccountName)),
		is("destination_workload_namespace", site.Namespace),
	}
	if measuredAtGateway(site) {
		matchers = []string{
			is("reporter", "source"),
			is("source_workload_namespace", g.Namespace),
			is("destination_service_namespace", site.Namespace),
		}
	}
	return selector(metric, append(matchers, more...)...)
}

// ofLists matches requests for lists that lathens answers. The gateway counts
// Athens' answers too, when lathens is gone.
func ofLists(site *v1alpha1.AthensSite) string {
	if measuredAtGateway(site) {
		return is("destination_service_name", generators.Name(site, generators.List))
	}
	return is("destination_workload", generators.Name(site, generators.Lathens))
}

func measuredAtGateway(site *v1alpha1.AthensSite) bool {
	return site.Spec.Metrics.SLO.MeasuredAt == v1alpha1.MeasureGateway
}

// countsFetches says whether Athens' own metrics of fetches and of its cache
// can be read: with basic auth the sidecar is not let in.
func countsFetches(site *v1alpha1.AthensSite) bool {
	a := &site.Spec.Athens
	return a.Has(releases.FetchMetrics) && (a.BasicAuth == nil || !generators.Meshed(site))
}

func inNamespace(site *v1alpha1.AthensSite) string { return is("namespace", site.Namespace) }
