package monitoring

import (
	"fmt"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// health answers at a glance whether anyone must act: what is down, and how much of
// the error budgets is left.
func health(site *v1alpha1.AthensSite) (out []dashboardPanel) {
	one := steps("red", from(1, "green"))
	out = append(out, stat("Athens", "Available replicas. Without any, builds get no modules.", "none", available(site, generators.Athens), one))
	if *site.Spec.Lathens.Enabled {
		out = append(out, stat("lathens", "Available replicas. Without any, Athens answers lists at a higher cost.", "none",
			available(site, generators.Lathens), steps("orange", from(1, "green"))))
	}
	if site.Spec.Metrics.Operator != v1alpha1.OperatorAzureManaged && *site.Spec.Metrics.Rules.Enabled { // Azure has no series of them
		out = append(out, stat("Alerts", "Alerts of this site that fire.", "none",
			orZero("count("+selector("ALERTS", is("site", generators.Owner(site)), is("alertstate", "firing"))+")"), steps("green", from(1, "red"))))
	}
	if i := availability(site); i != nil {
		budget, _ := i.target.Fraction()
		p := stat("Answered", "Share of requests in the time shown that were not answered with 5xx.", "percentunit",
			"1 - "+i.bad("increase", "$__range")+" / "+i.all("increase", "$__range"), steps("red", from(budget, "green")))
		p.FieldConfig.Defaults.Decimals = new(3)
		out = append(out, p, stat("Requests", "In a second, over five minutes.", "reqps", i.all("rate", "5m"), steps("blue")))
	}
	if *site.Spec.Crathens.Enabled {
		out = append(out, stat("Warmed", "Time since crathens last succeeded.", "s", "time() - ("+lastWarmed(site)+")",
			steps("green", from(float64(warmedWithin(site)), "orange"))))
	}
	return append(out, budgetLeft(site)...)
}

// budgetLeft is one gauge for each objective, and none without any.
func budgetLeft(site *v1alpha1.AthensSite) (out []dashboardPanel) {
	var targets []panelTarget
	for _, i := range indicators(site) {
		targets = append(targets, target(fmt.Sprintf("%s (%s)", i.name, i.target),
			"1 - "+i.bad("increase", "$__range")+" / "+i.all("increase", "$__range")+" / "+i.budget()))
	}
	if len(targets) == 0 {
		return nil
	}
	return []dashboardPanel{gauge("Error budget left",
		"Share of the error budgets that the errors in the time shown leave. Show 30 days to see the whole budget.",
		steps("red", from(0.25, "orange"), from(0.5, "green")), targets...)}
}
