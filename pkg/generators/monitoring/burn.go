package monitoring

import (
	"fmt"
	"maps"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Names of the recorded series, as level:metric:operations.
const (
	errorRatio = "athens_site:sli_error:ratio_rate"
	errorCount = "athens_site:sli_error:increase"
)

// leastErrors keeps one failure in a quiet night from waking an operator.
const leastErrors = 10

// burn is a pair of windows: an alert needs both to burn so fast, the long one
// so that it matters and the short one so that it ends soon after. Factors and
// windows are those of the Site Reliability Workbook, chapter 5, table 5-8, for
// 30 days: 2 % of the budget in an hour, 5 % in six hours, 10 % in three days.
// https://sre.google/workbook/alerting-on-slos/
type burn struct{ long, short, factor string }

var (
	fastBurns = []burn{{"1h", "5m", "14.4"}, {"6h", "30m", "6"}}
	slowBurns = []burn{{"3d", "6h", "1"}}
)

// recordings are the share of errors in each window and, for the long ones,
// their number.
func recordings(site *v1alpha1.AthensSite, i indicator) []alertRule {
	labels := siteLabels(site)
	labels["slo"] = i.name
	var out []alertRule
	for _, window := range []string{"5m", "30m", "1h", "6h", "3d"} {
		out = append(out, alertRule{
			Record: errorRatio + window,
			Expr:   i.bad("rate", window) + " / " + i.all("rate", window),
			Labels: labels,
		})
	}
	for _, window := range []string{"1h", "6h", "3d"} {
		out = append(out, alertRule{Record: errorCount + window, Expr: i.bad("increase", window), Labels: labels})
	}
	return out
}

// burnAlerts say that the error budget will be gone before its 30 days are.
func burnAlerts(site *v1alpha1.AthensSite, i indicator) []alertRule {
	severity := warning
	if i.pages {
		severity = critical
	}
	const description = "{{ $value | humanizePercentage }} of the requests in the last %s were %s; the objective is %s."
	return []alertRule{
		alert(site, severity, "the "+i.name+" error budget burns fast.",
			fmt.Sprintf(description, "hours", i.wrong, i.target)+" At this rate the budget of 30 days is used up in days.", alertRule{
				Alert: i.alert + "Burn",
				Expr:  conditions(site, i, fastBurns),
			}),
		alert(site, warning, "the "+i.name+" error budget burns steadily.",
			fmt.Sprintf(description, "three days", i.wrong, i.target)+" At this rate the budget does not last 30 days.", alertRule{
				Alert: i.alert + "SlowBurn",
				Expr:  conditions(site, i, slowBurns),
			}),
	}
}

func conditions(site *v1alpha1.AthensSite, i indicator, burns []burn) string {
	of := "{" + is("site", generators.Owner(site)) + "," + is("slo", i.name) + "}"
	var out []string
	for _, b := range burns {
		limit := " > " + b.factor + " * " + i.budget()
		out = append(out, "("+strings.Join([]string{
			errorRatio + b.long + of + limit,
			errorRatio + b.short + of + limit,
			fmt.Sprintf("%s%s%s >= %d", errorCount, b.long, of, leastErrors),
		}, " and ")+")")
	}
	return strings.Join(out, "\nor ")
}

// alert completes an alert with what all of them have. Its summary begins with
// the site, as people say it; text and description may be templates. Its labels and annotations
// are templates, the labels of a recording are not.
func alert(site *v1alpha1.AthensSite, severity, text, description string, r alertRule) alertRule {
	r.Labels = siteLabels(site)
	r.Labels["severity"] = severity
	for name, value := range r.Labels {
		r.Labels[name] = quote.PrometheusTemplate(value)
	}
	r.Annotations = map[string]string{
		"summary":     quote.PrometheusTemplate(title(site)) + ": " + text,
		"description": description,
	}
	if page := site.Spec.Metrics.RunbookURL; page != "" {
		r.Annotations["runbook_url"] = quote.PrometheusTemplate(page) + "#" + quote.Anchor(r.Alert)
	}
	return r
}

// siteLabels say whose series and alerts these are. Alertmanager's
// configuration in a namespace sees alerts with its label.
func siteLabels(site *v1alpha1.AthensSite) map[string]string {
	out := map[string]string{"site": generators.Owner(site), "namespace": site.Namespace}
	if site.Spec.Region != "" {
		maps.Copy(out, map[string]string{"region": site.Spec.Region})
	}
	return out
}

// title of the site, as people say it.
func title(site *v1alpha1.AthensSite) string {
	if site.Spec.Region != "" {
		return site.Name + " in " + site.Spec.Region
	}
	return site.Name
}
