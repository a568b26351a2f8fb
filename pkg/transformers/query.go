package transformers

import (
	"regexp"
	"strings"
	"sync"
)

// matcher of a PromQL selector: a label, an operator and a value, whose quotes
// are escaped inside JSON.
var matcher = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`([a-z_]+)(!?=~?\\?")([^"\\]*)`)
})

// jobNumber is what a CronJob appends to its name for its Jobs, as a pattern.
const jobNumber = "-[0-9]+"

// spaceLabel is the label of an alert that has its namespace.
var spaceLabel = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^( +namespace: )([a-z0-9-]+)()$`)
})

// titleSpace is the title of a dashboard that names its namespace.
var titleSpace = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^( "title": "Go modules: )([a-z0-9-]+)(/)`)
})

// query rewrites what the selectors of PromQL name, by the labels of Istio and
// of kube-state-metrics.
func (f *fixer) query(s string) string {
	for _, form := range []*regexp.Regexp{spaceLabel(), titleSpace()} {
		s = form.ReplaceAllStringFunc(s, func(m string) string {
			p := form.FindStringSubmatch(m)
			return p[1] + f.space(p[2]) + p[3]
		})
	}
	return matcher().ReplaceAllStringFunc(s, func(m string) string {
		p := matcher().FindStringSubmatch(m)
		return p[1] + p[2] + f.labelled(p[1], p[3])
	})
}

// labelled is the value of a label now.
func (f *fixer) labelled(label, value string) string {
	group, kind := "", ""
	switch {
	case value == "":
		return value
	case label == "namespace" || strings.HasSuffix(label, "_namespace"):
		return f.space(value)
	case label == "source_principal" || label == "destination_principal":
		return f.principal(value)
	case label == "deployment" || label == "destination_workload" || label == "source_workload":
		group, kind = "apps", "Deployment"
	case label == "cronjob":
		group, kind = "batch", "CronJob"
	case label == "job_name": // of the Jobs of a CronJob
		if name, ofCronJob := strings.CutSuffix(value, jobNumber); ofCronJob {
			return f.labelled("cronjob", name) + jobNumber
		}
		return value
	case label == "destination_service_name":
		kind = "Service"
	default:
		return value
	}
	if o := f.one(group, kind, "", value); o != nil {
		return o.end().name
	}
	return value
}
