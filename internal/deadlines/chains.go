package deadlines

import (
	"fmt"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/span"
)

// list is `@v/list` and `@latest`.
func (c chains) list() Chain {
	out := Chain{Name: "list", About: "@v/list and @latest", Steps: append([]Step{client()}, c.edge()...)}
	gateway := c.gateway("list", "list", func(t *v1alpha1.RouteTimeouts) **metav1.Duration { return &t.List })
	if generators.HasList(c.site) {
		gateway[0].Note = fmt.Sprintf("%d tries of %s", c.site.Spec.ListTries(), span.Deadline(generators.ListTry(c.site)))
	}
	out.Steps = append(out.Steps, gateway...)
	if *c.site.Spec.Lathens.Enabled {
		out.Steps = append(out.Steps, Step{
			Name: "lathens, one list", Duration: LathensUpstream(c.site), Default: true, Detached: true,
			Note: "goes on for the next caller",
		})
	}
	out.Steps = append(out.Steps, c.athens("asks upstream"))
	return out
}

// module is `.info` and `.mod` of a version that Athens does not hold.
func (c chains) module() Chain {
	return Chain{Name: "module", About: ".info and .mod, the first time", Steps: slices.Concat(
		[]Step{client()}, c.edge(),
		c.gateway("module", "module", func(t *v1alpha1.RouteTimeouts) **metav1.Duration { return &t.Module }),
		[]Step{c.athens("asks storage and upstream")}, c.lock(), []Step{c.stash()},
	)}
}

// sumDB is a question to a checksum database, which Athens passes on.
func (c chains) sumDB() Chain {
	var lathens []Step
	if *c.site.Spec.Lathens.Enabled {
		lathens = []Step{{Name: "lathens, one checksum", Duration: lathensSumDB(c.site), Default: true, Detached: true, Note: "goes on for the next caller"}}
	}
	return Chain{Name: "sumdb", About: "checksums, which Athens passes on", Steps: slices.Concat(
		[]Step{client()}, c.edge(),
		c.gateway("sumdb", "sumDB", func(t *v1alpha1.RouteTimeouts) **metav1.Duration { return &t.SumDB }),
		lathens, []Step{
			{Name: "Athens, passing on", Default: true, Note: "no deadline of its own"},
			{Name: "checksum database", Default: true, Note: "has taken " + span.Deadline(SlowLookup) + " for a new module; a 504 is final for the go command"},
		},
	)}
}

// warm is what crathens asks for, past the gateway.
func (c chains) warm() Chain {
	run := c.step("crathens, a whole run", "spec.crathens.deadline", func(s *v1alpha1.AthensSite) **metav1.Duration {
		return &s.Spec.Crathens.Deadline
	})
	one := Step{Name: "crathens, one version", Duration: companions.CrathensTimeout, Default: true}
	return Chain{
		Name: "warm", About: ".info that crathens asks Athens for",
		Steps: slices.Concat([]Step{run, one}, c.lock(), []Step{c.stash()}),
	}
}

// stash is the store of a version, download included.
func (c chains) stash() Step {
	s := c.step("Athens, download and store", "spec.athens.timeouts.stash", func(s *v1alpha1.AthensSite) **metav1.Duration {
		return &s.Spec.Athens.Timeouts.Stash
	})
	s.Detached, s.Note = true, "goes on when the caller is gone"
	if !c.site.Spec.Athens.Has(releases.StashTimeout) {
		s = Step{Name: s.Name, Default: true, Note: "no deadline before Athens " + releases.Since(releases.StashTimeout)}
	}
	return s
}

// stop is what a pod of Athens has after it was told to go.
func (c chains) stop() Chain {
	pod := Step{Name: "pod, grace period", Default: true}
	wait := Step{Name: "before SIGTERM", Default: true, Note: "gateways and Services learn of it"}
	for _, d := range generators.OfType[*appsv1.Deployment](generators.AthensWorkload(c.site)) {
		spec := &d.Spec.Template.Spec
		pod.Duration = time.Duration(*spec.TerminationGracePeriodSeconds) * time.Second
		wait.Duration = time.Duration(spec.Containers[0].Lifecycle.PreStop.Sleep.Seconds) * time.Second
	}
	shutdown := c.step("Athens, running requests", "spec.athens.timeouts.shutdown", func(s *v1alpha1.AthensSite) **metav1.Duration {
		return &s.Spec.Athens.Timeouts.Shutdown
	})
	return Chain{Name: "stop", About: "a pod of Athens that is told to stop", Steps: []Step{pod, wait, shutdown}}
}
