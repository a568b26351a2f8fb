package generators

import (
	"maps"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/span"
)

// LathensBase is lathens' ServiceAccount and, outside a mesh, its Service.
// Inside one it is only ever reached through the list Service.
func LathensBase(site *v1alpha1.AthensSite) []Object {
	if !*site.Spec.Lathens.Enabled {
		return nil
	}
	out := []Object{serviceAccount(site, Lathens)}
	if !HasList(site) {
		out = append(out, service(site, Lathens))
	}
	return out
}

// LathensWorkload is lathens' Deployment with, where replicas ask for them,
// its HorizontalPodAutoscaler and PodDisruptionBudget.
func LathensWorkload(site *v1alpha1.AthensSite) []Object {
	l := &site.Spec.Lathens
	if !*l.Enabled {
		return nil
	}
	r := replicas{l.Replicas, l.MaxReplicas()}
	template := podTemplate(site, Lathens, r, corev1.Container{
		Name:           Lathens,
		Image:          l.Image,
		Args:           lathensArgs(site),
		Env:            append([]corev1.EnvVar{memoryGoal(l.Memory(), l.Resources)}, companionTracing(site)...),
		Ports:          containerPorts(LathensPort),
		Resources:      *l.Resources,
		LivenessProbe:  livenessProbe(),
		ReadinessProbe: readinessProbe(),
		Lifecycle:      preStop(),
	})
	maps.Copy(template.Labels, listLabels(site, ListCache))
	annotate(&template, metricsAnnotations(LathensPort))
	template.Spec.TerminationGracePeriodSeconds = new(gracePeriod(companions.LathensDrain))
	d := deployment(site, Lathens, r, template)
	d.Spec.MinReadySeconds = int32(companions.LathensPause(l.TTL.Duration, r.min).Seconds())
	return slices.Concat(
		[]Object{d},
		autoscale(site, Lathens, r),
	)
}

// lathensArgs are the flags of cmd/lathens; max-bytes is a plain number of
// bytes.
func lathensArgs(site *v1alpha1.AthensSite) []string {
	l := &site.Spec.Lathens
	args := []string{
		"--upstream=" + URL(site, Athens),
		"--listen=:" + strconv.Itoa(LathensPort),
		"--ttl=" + span.Short(l.TTL.Duration),
		"--stale-if-error=" + span.Short(l.StaleIfError.Duration),
		"--stale-while-revalidate=" + span.Short(l.StaleWhileRevalidate.Duration),
		"--negative-ttl=" + span.Short(l.NegativeTTL.Duration),
		"--max-bytes=" + strconv.FormatInt(l.MaxBytes.Value(), 10),
		"--max-upstream=" + number(l.MaxUpstream),
		"--max-waiting=" + number(l.MaxWaiting),
	}
	if HasList(site) {
		args = append(args, "--upstream-timeout="+span.Short(LathensDeadline(site)),
			"--sumdb-timeout="+span.Short(LathensSumDBDeadline(site)))
	}
	return args
}
