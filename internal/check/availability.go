package check

import (
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

const (
	mebi = 1 << 20
	gibi = 1 << 30
)

func availabilityRules() []Rule {
	return []Rule{
		{
			Code: "AK401", Severity: Warning,
			Fault:   "a single Athens pod stops every build when it restarts",
			Title:   "Athens survives the loss of a pod",
			Why:     "With one pod every upgrade, every drain of a node and every crash stops all builds until the next pod is ready. On a disk that one node at a time can mount (ReadWriteOnce), the old pod even has to stop before the new one starts.",
			Cure:    "Write athens.replicas: 2 or more, with a storage that replicas share and, where it brings none, a lock (athens.singleFlight).",
			Example: `athens: {replicas: 1}`,
			when:    func(w *World) bool { return w.Athens.Storage.Memory == nil && w.Athens.Autoscaling == nil },
			find: func(w *World, add add) {
				if w.Athens.Replicas > 1 {
					return
				}
				if d := w.Athens.Storage.Disk; d != nil && d.AccessMode == "ReadWriteOnce" {
					add("spec.athens.replicas", "is 1, on a disk of one node (ReadWriteOnce): every upgrade and every drain stops all builds")
					return
				}
				add("spec.athens.replicas", "is 1: every drain of its node and every crash stops all builds")
			},
		},
		{
			Code: "AK402", Severity: Warning,
			Fault:   "the autoscaler may leave a single pod of Athens",
			Title:   "the autoscaler keeps more than one pod of Athens",
			Why:     "At night the autoscaler goes down to replicas. With 1, a drain of that pod's node stops all builds; the PodDisruptionBudget lets it pass, because it could not help either.",
			Cure:    "Write athens.replicas: 2 or more.",
			Example: `athens: {replicas: 1, autoscaling: {maxReplicas: 10}}`,
			when:    func(w *World) bool { return w.Athens.Autoscaling != nil },
			find: says("spec.athens.replicas", "is 1: in quiet hours one drain stops all builds",
				func(w *World) bool { return w.Athens.Replicas < 2 }),
		},
		{
			Code: "AK403", Severity: Warning,
			Fault:   "a single lathens pod makes every list slow when it restarts",
			Title:   "lathens survives the loss of a pod",
			Why:     "When the only pod of lathens goes, its cache goes with it: lists are asked of Athens, which asks upstream for each. Without a mesh nobody answers at all until the next pod is ready.",
			Cure:    "Write lathens.replicas: 2 or more, or leave it out.",
			Example: `lathens: {replicas: 1}`,
			// Where Athens has a single pod, the loss of a pod stops builds anyway.
			when: func(w *World) bool {
				return *w.Lathens.Enabled && (w.Athens.Replicas > 1 || w.Athens.Autoscaling != nil)
			},
			find: func(w *World, add add) {
				switch {
				case w.Lathens.Replicas > 1:
				case generators.HasList(w.Site):
					add("spec.lathens.replicas", "is 1: every drain of its node empties the cache, and Athens takes all lists")
				default:
					add("spec.lathens.replicas", "is 1, and without a mesh nobody answers in its place")
				}
			},
		},
		{
			Code: "AK404", Severity: Error,
			Fault:   "the autoscaler cannot see the load of a pod",
			Title:   "the autoscaler can see the load of a pod",
			Why:     "The HorizontalPodAutoscaler compares a container's CPU with what it asks for. A container that asks for none is never busy: the number of pods stays where it is, and the autoscaler reports FailedGetContainerResourceMetric.",
			Cure:    "Write resources.requests.cpu, or leave resources out.",
			Example: `athens: {autoscaling: {maxReplicas: 10}, resources: {requests: {memory: 2Gi}, limits: {memory: 2Gi, ephemeral-storage: 6Gi}}}`,
			Cured:   `athens: {autoscaling: {maxReplicas: 10}, resources: {requests: {cpu: 500m, memory: 2Gi}, limits: {memory: 2Gi, ephemeral-storage: 6Gi}}}`,
			when:    func(w *World) bool { return len(scaled(w)) > 0 },
			find: func(w *World, add add) {
				for _, c := range scaled(w) {
					if c.Resources.Requests.Cpu().IsZero() && c.Resources.Limits.Cpu().IsZero() {
						add("spec."+c.Name+".resources.requests.cpu", "is left out, so the autoscaler of %s never sees a busy pod", c.object)
					}
				}
			},
		},
		{
			Code: "AK405", Severity: Warning,
			Fault:   "a container requests no memory",
			Title:   "every container requests the memory that it needs",
			Why:     "A pod that asks for 0 of memory is put on any node, however full, and is the first one that a full node kills.",
			Cure:    "Leave resources.requests.memory out, or write what the container needs.",
			Example: `athens: {resources: {requests: {cpu: 500m, memory: "0"}, limits: {ephemeral-storage: 6Gi}}}`,
			Cured:   `athens: {autoscaling: {maxReplicas: 10}, resources: {requests: {cpu: 500m, memory: 2Gi}, limits: {ephemeral-storage: 6Gi}}}`,
			find: func(w *World, add add) {
				for _, c := range containers(w) {
					if c.Resources.Requests.Memory().IsZero() {
						add("spec."+c.Name+".resources.requests.memory", "is 0: a full node kills this pod first")
					}
				}
			},
		},
		{
			Code: "AK406", Severity: Warning,
			Fault:   "Athens has too little memory for its go commands",
			Title:   "Athens has enough memory for its go commands",
			Why:     "Each of goGetWorkers go commands takes up to 256Mi, and Athens itself as much again. A container over its limit is killed, and every download in it fails.",
			Cure:    "Write athens.resources.limits.memory of (goGetWorkers + 1) × 256Mi, fewer goGetWorkers, or leave resources out.",
			Example: `athens: {resources: {requests: {cpu: 500m, memory: 512Mi}, limits: {memory: 512Mi, ephemeral-storage: 6Gi}}}`,
			Cured:   `athens: {resources: {requests: {cpu: 500m, memory: 1536Mi}, limits: {memory: 1536Mi, ephemeral-storage: 6Gi}}}`,
			find: func(w *World, add add) {
				limit, set := w.Athens.Resources.Limits[corev1.ResourceMemory]
				if needs := 256 * mebi * (int64(w.Athens.GoGetWorkers) + 1); set && limit.Value() < needs {
					add("spec.athens.resources.limits.memory", "%s is less than %d go commands at once may take (athens.goGetWorkers), %dMi", limit.String(), w.Athens.GoGetWorkers, needs/mebi)
				}
			},
		},
		{
			Code: "AK407", Severity: Warning,
			Fault:   "/tmp is too small for downloads, or larger than the node allows",
			Title:   "/tmp fits downloads and the node",
			Why:     "A download unpacks up to ten times the zip's size in /tmp, about 1Gi for each of goGetWorkers. With a smaller limit the pod is evicted in the midst of it; with none, one download can fill the node's disk for everybody.",
			Cure:    "Write athens.resources.limits.ephemeral-storage of (goGetWorkers + 1) × 1Gi, or leave resources out.",
			Example: `athens: {autoscaling: {maxReplicas: 10}, resources: {requests: {cpu: 500m, memory: 2Gi}, limits: {memory: 2Gi}}}`,
			Cured:   `athens: {autoscaling: {maxReplicas: 10}, resources: {requests: {cpu: 500m, memory: 2Gi}, limits: {memory: 2Gi, ephemeral-storage: 6Gi}}}`,
			find: func(w *World, add add) {
				const path = "spec.athens.resources.limits.ephemeral-storage"
				limit, set := w.Athens.Resources.Limits[corev1.ResourceEphemeralStorage]
				needs := int64(w.Athens.GoGetWorkers) * gibi
				switch {
				case !set:
					add(path, "is left out: one download can fill its node's disk")
				case limit.Value() < needs:
					add(path, "%s is less than %d downloads at once may take (athens.goGetWorkers), %dGi", limit.String(), w.Athens.GoGetWorkers, needs/gibi)
				}
			},
		},
		{
			Code: "AK408", Severity: Warning,
			Fault: "crathens may use all workers of Athens",
			Title: "crathens leaves workers of Athens to clients",
			Why:   "Each version that crathens asks for takes one of Athens' download workers until it is stored. If it may take all of them, people wait behind the crawler for minutes.",
			Cure:  "Write crathens.concurrency less than athens.goGetWorkers, or more goGetWorkers.",
			Example: `
athens: {goGetWorkers: 1, replicas: 2}
crathens: {concurrency: 1}
`,
			Cured: `
athens: {goGetWorkers: 5, replicas: 2}
crathens: {concurrency: 1}
`,
			when: func(w *World) bool { return *w.Crathens.Enabled },
			find: func(w *World, add add) {
				// A connection to a Service stays with one pod, so it is one
				// pod's workers that the crawler may take.
				if c := w.Crathens.Concurrency; c >= w.Athens.GoGetWorkers {
					add("spec.crathens.concurrency", "%d may take all %d download workers of a pod of Athens (athens.goGetWorkers)", c, w.Athens.GoGetWorkers)
				}
			},
		},
		{
			Code: "AK409", Severity: Warning,
			Fault:   "crathens does not run",
			Title:   "crathens runs",
			Why:     "A crawler that was stopped for a while and forgotten warms nothing: the first build that needs a new version waits for its download.",
			Cure:    "Take crathens.suspend out, or write crathens.enabled: false if nothing is to be warmed.",
			Example: `crathens: {suspend: true}`,
			when:    func(w *World) bool { return *w.Crathens.Enabled },
			find: says("spec.crathens.suspend", "is true: no run starts, and nothing is warmed",
				func(w *World) bool { return w.Crathens.Suspend }),
		},
		{
			Code: "AK410", Severity: Warning,
			Fault:   "crathens has nothing to find",
			Title:   "crathens has modules to warm",
			Why:     "crathens warms versions that a list names and Athens does not hold. A site that asks nobody upstream lists what it holds, so there is never one.",
			Cure:    "Write crathens.enabled: false, or another networkMode and a proxy.",
			Example: `athens: {networkMode: Offline}`,
			when:    func(w *World) bool { return *w.Crathens.Enabled },
			find: func(w *World, add add) {
				switch {
				case w.Athens.NetworkMode == v1alpha1.NetworkOffline:
					add("spec.athens.networkMode", "is Offline: lists hold what is stored, and crathens runs for nothing")
				case w.Athens.Upstream.Proxies()[0].URL == v1alpha1.ProxyOff && len(w.Athens.Private.Patterns) == 0:
					add("spec.athens.upstream.goproxy", "is off: nothing new is ever listed, and crathens runs for nothing")
				}
			},
		},
		{
			Code: "AK411", Severity: Warning,
			Fault: "the first build that needs a version fails",
			Title: "the first build that needs a version succeeds",
			Why:   "With download mode Async Athens answers 404 for a version that it does not hold, and stores it afterwards. A go command without another proxy behind this one fails, and works when it is run again.",
			Cure:  "Write download.mode: Sync, or tell clients to write a second proxy behind this one in GOPROXY.",
			Example: `
athens:
  replicas: 1
  storage: {azureBlob: null, disk: {size: 50Gi}}
  download: {mode: Async}`,
			Cured: `
athens:
  replicas: 1
  storage: {azureBlob: null, disk: {size: 50Gi}}
  download: {mode: Sync}`,
			Beside: []string{"AK401"},
			find: func(w *World, add add) {
				const said = "is Async: whoever asks first gets a 404"
				if w.Athens.Download.Mode == v1alpha1.DownloadAsync {
					add("spec.athens.download.mode", said)
				}
				for i := range w.Athens.Download.Rules {
					if w.Athens.Download.Rules[i].Mode == v1alpha1.DownloadAsync {
						add(item("spec.athens.download.rules", i)+".mode", said)
					}
				}
			},
		},
	}
}

// container is one of a site's programs.
type container struct {
	corev1.Container
	// object is the name of its Deployment or CronJob.
	object string
}

// containers are the site's own, each named as the spec's part that it runs.
func containers(w *World) (out []container) {
	for _, o := range w.Objects {
		switch o := o.(type) {
		case *appsv1.Deployment:
			out = append(out, container{o.Spec.Template.Spec.Containers[0], o.Name})
		case *batchv1.CronJob:
			out = append(out, container{o.Spec.JobTemplate.Spec.Template.Spec.Containers[0], o.Name})
		}
	}
	return out
}

// scaled are the containers whose number an autoscaler decides: each of them
// looks at CPU, KEDA's too.
func scaled(w *World) (out []container) {
	for _, c := range containers(w) {
		if c.Name == generators.Athens && w.Athens.Autoscaling != nil || c.Name == generators.Lathens && w.Lathens.Autoscaling != nil {
			out = append(out, c)
		}
	}
	return out
}

// listedWorks says whether a site would be sound with egress mode Listed.
func listedWorks(w *World) bool {
	s := *w.Site
	s.Spec.Egress.Mode = v1alpha1.EgressListed
	return len(s.Validate(nil)) == 0
}
