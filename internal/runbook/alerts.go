package runbook

import (
	"fmt"
	"slices"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/monitoring"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// ships reports that an alert is one of the site's.
func (b *book) ships(alert string) bool {
	return slices.ContainsFunc(b.Alerts, func(a monitoring.Alert) bool { return a.Name == alert })
}

// fires is a sentence about an alert; empty where the site does not ship it.
func (b *book) fires(alert string) string {
	if !b.ships(alert) {
		return ""
	}
	return " The alert " + link(alert) + " fires."
}

// watch is an expression that no alert of a site covers.
type watch struct {
	What, Expression, Do string
}

// Watches are expressions of metrics that this site's programs, kube-state-metrics
// and the kubelet have. Texts among the arguments of an expression are written as
// strings of PromQL.
func (b *book) Watches() []watch {
	a := &b.Site.Spec.Athens
	var out []watch
	add := func(what, do, expression string, args ...any) {
		for i, v := range args {
			if s, ok := v.(string); ok {
				args[i] = quote.PromQL(s)
			}
		}
		out = append(out, watch{what, fmt.Sprintf(expression, args...), do})
	}
	if b.Lathens != nil {
		l := &b.Site.Spec.Lathens
		add("lathens serves stale lists", "Clients get answers for "+b.Stale()+". See "+link(modulesMissing)+" and "+link(podsNotReady),
			`sum(rate(lathens_stale_served_total{namespace=%s,reason="failed"}[10m])) > 0`, b.Namespace)
		add("Lists wait for Athens", "Athens is slow. See "+link(downloadsSlow),
			`max(lathens_upstream_in_flight{namespace=%s}) >= %d`, b.Namespace, l.MaxUpstream)
		add("The cache of lathens is full", "Raise `spec.lathens.maxBytes` (now "+l.MaxBytes.String()+")",
			`max(lathens_cache_bytes{namespace=%[1]s} / lathens_cache_max_bytes{namespace=%[1]s}) > 0.95`, b.Namespace)
	}
	add("Containers restart", "See "+link(podsKilled)+" and "+link(podsDoNotStart),
		`sum by (pod, container) (increase(kube_pod_container_status_restarts_total{namespace=%s}[1h])) > 2`, b.Namespace)
	if s := b.scaler(); s != nil {
		name := s.Name
		if s.keda() {
			name = "keda-hpa-" + name // KEDA creates it
		}
		add("Athens has all the pods that it may have", "See "+link(scale),
			`kube_horizontalpodautoscaler_status_current_replicas{namespace=%[1]s,horizontalpodautoscaler=%[2]s} >= kube_horizontalpodautoscaler_spec_max_replicas{namespace=%[1]s,horizontalpodautoscaler=%[2]s}`, b.Namespace, name)
	}
	if claim, _ := b.Athens.claim(); claim != "" && a.Storage.Disk != nil {
		add("The volume fills up", "See "+link(podsNotReady),
			`kubelet_volume_stats_available_bytes{namespace=%[1]s,persistentvolumeclaim=%[2]s} / kubelet_volume_stats_capacity_bytes{namespace=%[1]s,persistentvolumeclaim=%[2]s} < 0.15`, b.Namespace, claim)
	}
	return out
}

func (b *book) withoutLathens() string {
	switch {
	case b.List:
		return "This is not an outage: Athens answers lists itself, which costs it more CPU."
	case b.ingress() != nil:
		return "This is an outage: the Ingress routes to lathens."
	}
	name := generators.Lathens
	if s := b.service(generators.Lathens); s != nil {
		name = s.Name
	}
	return "This is an outage for clients of the Service " + quote.CodeSpan(name) + "."
}
