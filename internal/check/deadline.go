package check

import (
	"maps"
	"slices"
	"strings"
	"time"

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
			Why:     "The first .info of a version includes the whole download: cloning the repository, creating the zip, storing it. For large modules, this takes minutes. At its timeout, the gateway answers 504 and the build fails, although Athens continues and a later try succeeds.",
			Cure:    "Set gateway.timeouts.module, and edge.frontDoor.originTimeout in front of it, to 120s or more, or leave them out.",
			Example: `gateway: {timeouts: {module: 20s}}`,
			when:    generatorsMeshed,
			find: cutOff("module", firstDownload, "the first download of a large module takes",
				func(w *World) time.Duration { return w.Gateway.Timeouts.Module.Duration }),
		},
		{
			Code: "AK202", Severity: Warning,
			Fault:   "Athens has too little time to ask upstream",
			Title:   "Athens has enough time to ask upstream",
			Why:     "athens.timeouts.request limits each go list and each call to the storage. A repository with many tags needs ten seconds or more for its list. With a shorter timeout, its list always fails.",
			Cure:    "Set athens.timeouts.request to 30s or more, or leave it out.",
			Example: `athens: {timeouts: {request: 5s}}`,
			find: below("spec.athens.timeouts.request", 15*time.Second, "%s is too short for the lists of large repositories",
				func(w *World) time.Duration { return w.Athens.Timeouts.Request.Duration }),
		},
		{
			Code: "AK203", Severity: Warning,
			Fault:   "Athens stops a store while its caller still waits",
			Title:   "Athens may store for as long as its caller waits",
			Why:     "athens.timeouts.stash limits the download and store of a version. If it is shorter than the time that the caller waits, slow modules fail at each try, although there was time to store them.",
			Cure:    "Set athens.timeouts.stash to more than gateway.timeouts.module, or leave it out (" + span.Seconds(companions.AthensStash) + ").",
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
			Fault:   "crathens gives up before Athens has stored a version",
			Title:   "crathens waits until Athens has stored a version",
			Why:     "crathens waits " + span.Seconds(companions.CrathensTimeout) + " for one version. If storing it takes longer, crathens counts it as failed although Athens stores it, and the run ends with exit code 1.",
			Cure:    "Set athens.timeouts.stash to " + span.Seconds(companions.AthensStash) + " or less, or leave it out.",
			Example: `athens: {timeouts: {stash: 1200s}}`,
			when:    func(w *World) bool { return *w.Crathens.Enabled && knowsStash(w) },
			find: above("spec.athens.timeouts.stash", companions.CrathensTimeout, "%s is longer than crathens waits for one version, "+span.Deadline(companions.CrathensTimeout),
				func(w *World) time.Duration { return w.Athens.Timeouts.Stash.Duration }),
		},
		{
			Code: "AK205", Severity: Warning,
			Fault:   "a run of crathens may not end before the next one is due",
			Title:   "a run of crathens ends before the next one is due",
			Why:     "Runs never overlap: if a run is still active when the next one is due, Kubernetes skips the next one. crathens then runs less often than scheduled.",
			Cure:    "Set crathens.deadline to less than the time between two runs, or schedule the runs further apart.",
			Example: `crathens: {schedule: "17 * * * *"}`,
			Cured:   `crathens: {schedule: "17 * * * *", deadline: 50m}`,
			when:    func(w *World) bool { return *w.Crathens.Enabled },
			find: func(w *World, add add) {
				if gap, _ := v1alpha1.Pauses(w.Crathens.Schedule); gap > 0 && w.Crathens.Deadline.Duration > gap {
					add("spec.crathens.deadline", "%s is longer than the time between two runs, %s (%s): Kubernetes skips some runs",
						span.Deadline(w.Crathens.Deadline.Duration), span.Deadline(gap), w.Crathens.Schedule)
				}
			},
		},
		{
			Code: "AK206", Severity: Warning,
			Fault:   "a pod that stops cuts off requests",
			Title:   "a pod that stops finishes its requests",
			Why:     "Downloading the zip of a large module takes a client half a minute or more. At every rollout and every node drain, downloads that take longer than this timeout are cut off.",
			Cure:    "Set athens.timeouts.shutdown to 60s or more, or leave it out.",
			Example: `athens: {timeouts: {shutdown: 5s}}`,
			find: below("spec.athens.timeouts.shutdown", 30*time.Second, "%s cuts off the downloads of clients at every rollout",
				func(w *World) time.Duration { return w.Athens.Timeouts.Shutdown.Duration }),
		},
		{
			Code: "AK207", Severity: Warning,
			Fault:   "a pod takes longer to stop than a node drain allows",
			Title:   "a pod stops within the time of a node drain",
			Why:     "The pod's grace period is athens.timeouts.shutdown plus " + span.Seconds(companions.GracePeriod(0)) + ". The cluster autoscaler waits for at most " + span.Seconds(drainLimit) + ", and an upgrade of the nodes waits for each pod in turn.",
			Cure:    "Set athens.timeouts.shutdown to at most " + span.Seconds(drainLimit-companions.GracePeriod(0)) + ".",
			Example: `athens: {timeouts: {shutdown: 1800s}}`,
			find: above("spec.athens.timeouts.shutdown", drainLimit, "makes a grace period of %s, longer than the cluster autoscaler waits, "+span.Deadline(drainLimit),
				func(w *World) time.Duration { return companions.GracePeriod(w.Athens.Timeouts.Shutdown.Duration) }),
		},
		{
			Code: "AK208", Severity: Warning,
			Fault:   "a list has too little time for all tries",
			Title:   "a list has time for all tries",
			Why:     "With lathens.spread ByModule, a list has one try for each replica of lathens, and two more. With ByLoad, it has three tries. The tries share gateway.timeouts.list, and lathens answers 500 a second before a try ends. For a large repository, Athens needs several seconds to get a list.",
			Cure:    "Leave gateway.timeouts.list out, or set it to at least 18s with lathens.spread ByLoad, and with ByModule to at least 6s for each replica, plus 12s.",
			Example: `gateway: {timeouts: {list: 12s}}`,
			when:    func(w *World) bool { return generators.HasList(w.Site) },
			find: func(w *World, add add) {
				const least = 5 * time.Second
				if l := w.Lathens; l.Spread == v1alpha1.SpreadByModule && w.ListTries() <= l.MaxReplicas()+1 {
					add("spec.gateway.timeouts.list", "leaves time for %d tries, too few if all %d replicas of lathens fail together and Athens must answer", w.ListTries(), l.MaxReplicas())
				}
				if d := generators.LathensDeadline(w.Site); d < least {
					add("spec.gateway.timeouts.list", "leaves lathens only %s for a list, in each of %d tries", span.Deadline(d), w.ListTries())
				}
			},
		},
		{
			Code: "AK209", Severity: Warning,
			Fault: "the Ingress controller may give up before a first download is done",
			Title: "the Ingress controller waits for a first download",
			Why:   "Ingress controllers have their own timeout, often 60s (NGINX: proxy-read-timeout). The first .info of a large module takes longer, and the client gets a 504.",
			Cure:  `Set the controller's annotation in spec.gateway.annotations, for example nginx.ingress.kubernetes.io/proxy-read-timeout: "300".`,
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
				add("spec.gateway.annotations", "sets no timeout, so the controller's default applies, often 60s")
			},
		},
		{
			Code: "AK210", Severity: Warning,
			Fault:   "the gateway gives up before a checksum database answers",
			Title:   "the gateway waits for a checksum database",
			Why:     "A checksum database fetches a module that is new to it before it answers. sum.golang.org has taken " + span.Deadline(deadlines.SlowLookup) + ". At its timeout, the gateway answers 504. The go command does not try again or ask another server, so the build fails.",
			Cure:    "Set gateway.timeouts.sumDB, and edge.frontDoor.originTimeout in front of it, to 120s or more, or leave them out.",
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

func generatorsMeshed(w *World) bool { return generators.Meshed(w.Site) }
