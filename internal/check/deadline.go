package check

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/gomods/athens-kfn/internal/deadlines"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/span"
)

const (
	// firstDownload is what the first request of an ordinary large module
	// takes: a clone, a zip, and its store.
	firstDownload = 60 * time.Second
	// drainLimit is what Kubernetes' cluster autoscaler grants a pod at most
	// (--max-graceful-termination-sec).
	drainLimit = 600 * time.Second
)

func deadlineRules() []Rule {
	return []Rule{
		{
			Code: "AK201", Severity: Warning,
			Fault:   "the gateway gives up before a first download is done",
			Title:   "the gateway waits for a first download",
			Why:     "The first .info of a version does the whole download: a clone of the repository, the zip, the store. For large modules this takes minutes. The gateway answers 504 when its time is over, and the build fails, though Athens goes on and the next try works.",
			Cure:    "Write gateway.timeouts.module, and edge.frontDoor.originTimeout before it, of 120s or more, or leave them out.",
			Example: `gateway: {timeouts: {module: 20s}}`,
			when:    generatorsMeshed,
			find: cutOff("module", firstDownload, "the first download of a large module takes",
				func(w *World) time.Duration { return w.Gateway.Timeouts.Module.Duration }),
		},
		{
			Code: "AK202", Severity: Warning,
			Fault:   "Athens has too little time to ask upstream",
			Title:   "Athens has enough time to ask upstream",
			Why:     "athens.timeouts.request ends each go list and each call to the storage. A repository with many tags needs ten seconds and more for its list; with less it can never be listed.",
			Cure:    "Write athens.timeouts.request of 30s or more, or leave it out.",
			Example: `athens: {timeouts: {request: 5s}}`,
			find: below("spec.athens.timeouts.request", 15*time.Second, "%s ends the lists of large repositories each time",
				func(w *World) time.Duration { return w.Athens.Timeouts.Request.Duration }),
		},
		{
			Code: "AK203", Severity: Warning,
			Fault:   "Athens stops a store while its caller still waits",
			Title:   "Athens may store for as long as its caller waits",
			Why:     "athens.timeouts.stash ends the download and store of a version. If the caller would still be waiting, slow modules fail that could have been had, and fail again at each try.",
			Cure:    "Write athens.timeouts.stash longer than gateway.timeouts.module, or leave it out (" + span.Seconds(companions.AthensStash) + ").",
			Example: `athens: {timeouts: {stash: 120s}}`,
			when:    func(w *World) bool { return knowsStash(w) && generatorsMeshed(w) },
			find: func(w *World, add add) {
				if stash, module := w.Athens.Timeouts.Stash.Duration, w.Gateway.Timeouts.Module.Duration; stash < module {
					add("spec.athens.timeouts.stash", "%s ends a download while its caller still waits (gateway.timeouts.module, %s)",
						span.Deadline(stash), span.Deadline(module))
				}
			},
		},
		{
			Code: "AK204", Severity: Warning,
			Fault:   "crathens stops waiting before Athens has stored",
			Title:   "crathens waits until Athens has stored",
			Why:     "crathens gives one version " + span.Seconds(companions.CrathensTimeout) + ". What Athens stores for longer counts as failed, though it succeeds, and the run ends with exit code 1.",
			Cure:    "Write athens.timeouts.stash of " + span.Seconds(companions.AthensStash) + " or less, or leave it out.",
			Example: `athens: {timeouts: {stash: 1200s}}`,
			when:    func(w *World) bool { return *w.Crathens.Enabled && knowsStash(w) },
			find: above("spec.athens.timeouts.stash", companions.CrathensTimeout, "%s is longer than crathens waits for one version, "+span.Deadline(companions.CrathensTimeout),
				func(w *World) time.Duration { return w.Athens.Timeouts.Stash.Duration }),
		},
		{
			Code: "AK205", Severity: Warning,
			Fault:   "runs of crathens overlap their schedule",
			Title:   "a run of crathens ends before the next one is due",
			Why:     "Runs never overlap: one that is still at work when the next is due makes Kubernetes leave that one out. The schedule then is not the one that was written.",
			Cure:    "Write crathens.deadline shorter than the time between two runs, or a schedule with more time between them.",
			Example: `crathens: {schedule: "17 * * * *"}`,
			Cured:   `crathens: {schedule: "17 * * * *", deadline: 50m}`,
			when:    func(w *World) bool { return *w.Crathens.Enabled },
			find: func(w *World, add add) {
				if gap := interval(w.Crathens.Schedule); gap > 0 && w.Crathens.Deadline.Duration > gap {
					add("spec.crathens.deadline", "%s is longer than the time between two runs, %s (%s): some are left out",
						span.Deadline(w.Crathens.Deadline.Duration), span.Deadline(gap), w.Crathens.Schedule)
				}
			},
		},
		{
			Code: "AK206", Severity: Warning,
			Fault:   "a pod that stops cuts off requests",
			Title:   "a pod that stops finishes its requests",
			Why:     "Zips of large modules take a client half a minute and more. What is under way when the time is over breaks off, at every rollout and every drain of a node.",
			Cure:    "Write athens.timeouts.shutdown of 60s or more, or leave it out.",
			Example: `athens: {timeouts: {shutdown: 5s}}`,
			find: below("spec.athens.timeouts.shutdown", 30*time.Second, "%s cuts off the downloads of clients at every rollout",
				func(w *World) time.Duration { return w.Athens.Timeouts.Shutdown.Duration }),
		},
		{
			Code: "AK207", Severity: Warning,
			Fault:   "a pod takes longer to stop than a node drain allows",
			Title:   "a pod stops within the time of a node drain",
			Why:     "The pod's grace period is athens.timeouts.shutdown and " + span.Seconds(companions.GracePeriod(0)) + ". The cluster autoscaler grants " + span.Seconds(drainLimit) + " at most, whatever the pod asks for, and an upgrade of the nodes waits for every pod in turn.",
			Cure:    "Write athens.timeouts.shutdown of at most " + span.Seconds(drainLimit-companions.GracePeriod(0)) + ".",
			Example: `athens: {timeouts: {shutdown: 1800s}}`,
			find: above("spec.athens.timeouts.shutdown", drainLimit, "makes a grace period of %s, more than the cluster autoscaler grants, "+span.Deadline(drainLimit),
				func(w *World) time.Duration { return companions.GracePeriod(w.Athens.Timeouts.Shutdown.Duration) }),
		},
		{
			Code: "AK208", Severity: Warning,
			Fault:   "a list has too little time for all tries",
			Title:   "a list has time for all tries",
			Why:     "With lathens.spread ByModule a list has a try for each replica of lathens that may have died, and two more. The tries share gateway.timeouts.list, and lathens answers 500 a second before a try ends. Athens asks the version control system for a list; that takes seconds for a large repository.",
			Cure:    "Leave gateway.timeouts.list out, or write at least 6s for each replica and two more; or write lathens.spread: ByLoad.",
			Example: `gateway: {timeouts: {list: 12s}}`,
			when:    func(w *World) bool { return generators.HasList(w.Site) },
			find: func(w *World, add add) {
				const least = 5 * time.Second
				if l := w.Lathens; l.Spread == v1alpha1.SpreadByModule && w.ListTries() <= l.MaxReplicas()+1 {
					add("spec.gateway.timeouts.list", "fits %d tries, too few for %d replicas of lathens that may die at once, and Athens", w.ListTries(), l.MaxReplicas())
				}
				if d := generators.LathensDeadline(w.Site); d < least {
					add("spec.gateway.timeouts.list", "leaves lathens %s for a list, in each of %d tries", span.Deadline(d), w.ListTries())
				}
			},
		},
		{
			Code: "AK209", Severity: Warning,
			Fault: "the Ingress controller may give up before a first download is done",
			Title: "the Ingress controller waits for a first download",
			Why:   "Ingress controllers end a request after a time of their own, often 60s (NGINX: proxy-read-timeout). The first .info of a large module takes longer, and the client gets a 504.",
			Cure:  `Write the controller's annotation into spec.gateway.annotations, as in nginx.ingress.kubernetes.io/proxy-read-timeout: "300".`,
			Example: plainExample + `
gateway: {ingress: {className: nginx}, tls: {secretName: goproxy-tls}}`,
			Cured:  ingressExample,
			Beside: []string{"AK503"},
			when:   func(w *World) bool { return w.Gateway.Ingress != nil },
			find: func(w *World, add add) {
				for _, key := range slices.Sorted(maps.Keys(w.Gateway.Annotations)) {
					if strings.Contains(strings.ToLower(key), "timeout") {
						return
					}
				}
				add("spec.gateway.annotations", "sets no timeout, so the controller's own holds, often 60s")
			},
		},
		{
			Code: "AK210", Severity: Warning,
			Fault:   "the gateway gives up before a checksum database answers",
			Title:   "the gateway waits for a checksum database",
			Why:     "A checksum database fetches a module that it meets for the first time before it answers; sum.golang.org has taken " + span.Deadline(deadlines.SlowLookup) + ". The gateway answers 504 when its time is over. The go command neither tries again nor asks elsewhere, so the build fails.",
			Cure:    "Write gateway.timeouts.sumDB, and edge.frontDoor.originTimeout before it, of 120s or more, or leave them out.",
			Example: `gateway: {timeouts: {sumDB: 30s}}`,
			when:    generatorsMeshed,
			find: cutOff("sumDB", deadlines.SlowLookup, "a checksum database has taken for a new module, "+span.Deadline(deadlines.SlowLookup),
				func(w *World) time.Duration { return w.Gateway.Timeouts.SumDB.Duration }),
		},
	}
}

// cutOff reports a timeout of the gateway that is less than what it waits for
// takes, at the field that decides it.
func cutOff(name string, least time.Duration, takes string, of func(*World) time.Duration) func(*World, add) {
	return func(w *World, add add) {
		field := "spec.gateway.timeouts." + name
		if fd := w.Edge.FrontDoor; fd != nil && fd.OriginTimeout.Duration == of(w) {
			field = "spec.edge.frontDoor.originTimeout"
		}
		below(field, least, "%s is less than "+takes, of)(w, add)
	}
}

// interval is the shortest time between two runs of a schedule that validation
// has read. A year is walked from a fixed day on: this package has no clock.
func interval(schedule string) time.Duration {
	s, err := cron.ParseStandard(schedule)
	if err != nil {
		return 0
	}
	const runs = 400 // a daily schedule for a year, a busy one for days
	at := s.Next(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC))
	var least time.Duration
	for range runs {
		next := s.Next(at)
		if next.IsZero() {
			break
		}
		if gap := next.Sub(at); least == 0 || gap < least {
			least = gap
		}
		at = next
	}
	return least
}

func generatorsMeshed(w *World) bool { return generators.Meshed(w.Site) }
