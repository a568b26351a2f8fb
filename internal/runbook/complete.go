package runbook

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// complete makes the objects of others tell what the page reads of them: one that
// is missing, or that others changed so that it does not, is described as the spec
// renders it, and the reader is told.
func (b *book) complete() {
	rendered := site.Objects(b.Site)
	b.objects = slices.DeleteFunc(slices.Clone(b.objects), func(o generators.Object) bool {
		what := silent(o)
		if what != "" {
			b.unknown = append(b.unknown, resource(o)+" "+o.GetName()+": "+what+", so the page describes it as the AthensSite renders it")
		}
		return what != ""
	})
	for _, r := range rendered {
		program := told(r)
		if program == "" || slices.ContainsFunc(b.objects, func(o generators.Object) bool { return told(o) == program }) {
			continue
		}
		b.objects = append(b.objects, r)
	}
}

// told is the program, or the Service of one, that an object tells the page about;
// empty for others.
func told(o generators.Object) string {
	switch o := o.(type) {
	case *appsv1.Deployment, *batchv1.CronJob:
		return o.GetLabels()[nameLabel]
	case *corev1.Service:
		return "Service of " + o.Labels[nameLabel] + " in " + o.Namespace
	}
	return ""
}

// silent is what an object does not tell that the page reads; empty for nothing.
func silent(o generators.Object) string {
	switch o := o.(type) {
	case *appsv1.Deployment:
		c := newWorkload(o.Name, o.Labels[nameLabel], o.Spec.Template.Spec).Container
		switch {
		case !slices.Contains([]string{generators.Athens, generators.Lathens}, o.Labels[nameLabel]):
			return "" // none of the site's programs
		case c.Name == "":
			return "no container has the program's name"
		case len(c.Ports) == 0:
			return "its container has no port"
		case !plain(c.LivenessProbe) || !plain(c.ReadinessProbe):
			return "its probes are not HTTP requests of a plain path"
		}
	case *corev1.Service:
		if len(o.Spec.Ports) == 0 {
			return "it has no port"
		}
	}
	return ""
}

// plain says whether a probe asks for a path that needs no quotes in a shell.
func plain(p *corev1.Probe) bool {
	return p != nil && p.HTTPGet != nil && quote.Shell(p.HTTPGet.Path) == p.HTTPGet.Path
}
