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
			Why:     "With one pod, every upgrade, node drain and crash stops all builds until the next pod is ready. If only one node at a time can mount the disk (ReadWriteOnce), the old pod must also stop before the new one starts.",
			Cure:    "Set athens.replicas to 2 or more, with storage that replicas can share. If that storage has no lock of its own, set athens.singleFlight too.",
			Example: `athens: {replicas: 1}`,
			when:    func(w *World) bool { return w.Athens.Storage.Memory == nil && w.Athens.Autoscaling == nil },
			find: func(w *World, add add) {
				if w.Athens.Replicas > 1 {
					return
				}
				if d := w.Athens.Storage.Disk; d != nil && d.AccessMode == "ReadWriteOnce" {
					add("spec.athens.replicas", "is 1, and only one node can mount the disk (ReadWriteOnce): every upgrade and every node drain stops all builds")
					return
				}
				add("spec.athens.replicas", "is 1: every node drain and every crash stops all builds")
			},
		},
		{
			Code: "AK402", Severity: Warning,
			Fault:   "the autoscaler may leave a single pod of Athens",
			Title:   "the autoscaler keeps more than one pod of Athens",
			Why:     "When there is little load, the autoscaler scales down to replicas. With 1, draining that pod's node stops all builds. The PodDisruptionBudget does not prevent it.",
			Cure:    "Set athens.replicas to 2 or more.",
			Example: `athens: {replicas: 1, autoscaling: {maxReplicas: 10}}`,
			when:    func(w *World) bool { return w.Athens.Autoscaling != nil },
			find: says("spec.athens.replicas", "is 1: when there is little load, one node drain stops all builds",
				func(w *World) bool { return w.Athens.Replicas < 2 }),
		},
		{
			Code: "AK403", Severity: Warning,
			Fault:   "a single lathens pod makes every list slow when it restarts",
			Title:   "lathens survives the loss of a pod",
			Why:     "The cache is lost with the only pod of lathens. Athens then answers every list, and asks upstream for each. Without a mesh, no pod answers until the next one is ready.",
			Cure:    "Set lathens.replicas to 2 or more, or leave it out.",
			Example: `lathens: {replicas: 1}`,
			// Where Athens has a single pod, the loss of a pod stops builds anyway.
			when: func(w *World) bool {
				return *w.Lathens.Enabled && (w.Athens.Replicas > 1 || w.Athens.Autoscaling != nil)
			},
			find: func(w *World, add add) {
				switch {
				case w.Lathens.Replicas > 1:
				case generators.HasList(w.Site):
					add("spec.lathens.replicas", "is 1: every node drain empties the cache, and Athens must answer all lists")
				default:
					add("spec.lathens.replicas", "is 1, and without a mesh no other pod answers in its place")
				}
			},
		},
		{
			Code: "AK404", Severity: Error,
			Fault:   "the autoscaler cannot measure the load of a pod",
			Title:   "the autoscaler can measure the load of a pod",
			Why:     "The HorizontalPodAutoscaler compares the CPU that a container uses with its CPU request. Without a request, the number of pods never changes, and the autoscaler reports FailedGetContainerResourceMetric.",
			Cure:    "Set resources.requests.cpu, or leave resources out.",
			Example: `athens: {autoscaling: {maxReplicas: 10}, resources: {requests: {memory: 2Gi}, limits: {memory: 2Gi, ephemeral-storage: 6Gi}}}`,
			Cured:   `athens: {autoscaling: {maxReplicas: 10}, resources: {requests: {cpu: 500m, memory: 2Gi}, limits: {memory: 2Gi, ephemeral-storage: 6Gi}}}`,
			when:    func(w *World) bool { return len(scaled(w)) > 0 },
			find: func(w *World, add add) {
				for _, c := range scaled(w) {
					if c.Resources.Requests.Cpu().IsZero() && c.Resources.Limits.Cpu().IsZero() {
						add("spec."+c.Name+".resources.requests.cpu", "is not set, so the autoscaler of %s cannot measure load", c.object)
					}
				}
			},
		},
		{
			Code: "AK405", Severity: Warning,
			Fault:   "a container requests no memory",
			Title:   "every container requests the memory that it needs",
			Why:     "Kubernetes schedules a pod that requests 0 memory on any node, however full. A node that runs out of memory kills such a pod first.",
			Cure:    "Leave resources.requests.memory out, or set it to the memory that the container needs.",
			Example: `athens: {resources: {requests: {cpu: 500m, memory: "0"}, limits: {ephemeral-storage: 6Gi}}}`,
			Cured:   `athens: {autoscaling: {maxReplicas: 10}, resources: {requests: {cpu: 500m, memory: 2Gi}, limits: {ephemeral-storage: 6Gi}}}`,
			find: func(w *World, add add) {
				for _, c := range containers(w) {
					if c.Resources.Requests.Memory().IsZero() {
						add("spec."+c.Name+".resources.requests.memory", "is 0: a node that runs out of memory kills this pod first")
					}
				}
			},
		},
		{
			Code: "AK406", Severity: Warning,
			Fault:   "Athens has too little memory for its go commands",
			Title:   "Athens has enough memory for its go commands",
			Why:     "Athens runs up to goGetWorkers go commands, and each uses up to 256Mi. Athens itself needs another 256Mi. A container over its limit is killed, and so is one over its request on a node without memory left: all its downloads fail.",
			Cure:    "Set athens.resources.limits.memory and requests.memory to at least (goGetWorkers + 1) × 256Mi, lower goGetWorkers, or leave resources out.",
			Example: `athens: {resources: {requests: {cpu: 500m, memory: 512Mi}, limits: {memory: 512Mi, ephemeral-storage: 6Gi}}}`,
			Cured:   `athens: {resources: {requests: {cpu: 500m, memory: 1536Mi}, limits: {memory: 1536Mi, ephemeral-storage: 6Gi}}}`,
			find: func(w *World, add add) {
				needs := 256 * mebi * (int64(w.Athens.GoGetWorkers) + 1)
				short := func(path string, list corev1.ResourceList) bool {
					q, set := list[corev1.ResourceMemory]
					if set = set && !q.IsZero() && q.Value() < needs; set {
						add(path, "%s is less than %d concurrent go commands (athens.goGetWorkers) can use, %dMi", q.String(), w.Athens.GoGetWorkers, needs/mebi)
					}
					return set
				}
				if r := w.Athens.Resources; !short("spec.athens.resources.limits.memory", r.Limits) {
					short("spec.athens.resources.requests.memory", r.Requests) // a node that has no more ends the pod
				}
			},
		},
		{
			Code: "AK407", Severity: Warning,
			Fault:   "/tmp is too small for downloads, or larger than the node allows",
			Title:   "/tmp fits downloads and the node",
			Why:     "A download unpacks up to ten times the zip's size in /tmp, about 1Gi for each of goGetWorkers. With a smaller limit, the pod is evicted during a download. Without a limit, one download can fill the disk of the node, which other pods share.",
			Cure:    "Set athens.resources.limits.ephemeral-storage to (goGetWorkers + 1) × 1Gi, or leave resources out. Where nodes have less disk, set athens.workVolume.ephemeral.",
			Example: `athens: {autoscaling: {maxReplicas: 10}, resources: {requests: {cpu: 500m, memory: 2Gi}, limits: {memory: 2Gi}}}`,
			Cured:   `athens: {autoscaling: {maxReplicas: 10}, resources: {requests: {cpu: 500m, memory: 2Gi}, limits: {memory: 2Gi, ephemeral-storage: 6Gi}}}`,
			find: func(w *World, add add) {
				const path = "spec.athens.resources.limits.ephemeral-storage"
				limit, set := w.Athens.Resources.Limits[corev1.ResourceEphemeralStorage]
				needs := int64(w.Athens.GoGetWorkers) * gibi
				switch e := w.Athens.WorkVolume.Ephemeral; {
				case e != nil && e.Size.Value() < needs:
					add("spec.athens.workVolume.ephemeral.size", "%s is less than %d concurrent downloads (athens.goGetWorkers) can use, %dGi", e.Size.String(), w.Athens.GoGetWorkers, needs/gibi)
				case e != nil: // the limit is of HOME and the logs
				case !set:
					add(path, "is not set: one download can fill the node's disk")
				case limit.Value() < needs:
					add(path, "%s is less than %d concurrent downloads (athens.goGetWorkers) can use, %dGi", limit.String(), w.Athens.GoGetWorkers, needs/gibi)
				}
			},
		},
		{
			Code: "AK408", Severity: Warning,
			Fault: "crathens may occupy all workers of Athens",
			Title: "crathens leaves workers of Athens free for clients",
			Why:   "Each version that crathens requests occupies one of Athens' download workers until it is stored. If crathens may use all of them, clients wait for minutes.",
			Cure:  "Set crathens.concurrency to less than athens.goGetWorkers, or increase athens.goGetWorkers.",
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
					add("spec.crathens.concurrency", "%d can occupy all %d download workers of an Athens pod (athens.goGetWorkers)", c, w.Athens.GoGetWorkers)
				}
			},
		},
		{
			Code: "AK409", Severity: Warning,
			Fault:   "crathens does not run",
			Title:   "crathens runs",
			Why:     "A suspended crawler warms nothing: the first build that needs a new version waits for its download.",
			Cure:    "Remove crathens.suspend, or set crathens.enabled: false if the site does not need a crawler.",
			Example: `crathens: {suspend: true}`,
			when:    func(w *World) bool { return *w.Crathens.Enabled },
			find: says("spec.crathens.suspend", "is true: no run starts, and no version is warmed",
				func(w *World) bool { return w.Crathens.Suspend }),
		},
		{
			Code: "AK410", Severity: Warning,
			Fault:   "crathens has no modules to warm",
			Title:   "crathens has modules to warm",
			Why:     "crathens warms the versions of a list that Athens has not stored. A site without an upstream lists only stored versions, so crathens never finds any.",
			Cure:    "Set crathens.enabled: false, or set another networkMode and a proxy.",
			Example: `athens: {networkMode: Offline}`,
			Beside:  []string{"AK609"},
			when:    func(w *World) bool { return *w.Crathens.Enabled },
			find: func(w *World, add add) {
				switch {
				case w.Athens.NetworkMode == v1alpha1.NetworkOffline:
					add("spec.athens.networkMode", "is Offline: lists contain only stored versions, so crathens finds nothing")
				case w.Athens.Upstream.Proxies()[0].URL == v1alpha1.ProxyOff && len(w.Athens.Private.Patterns) == 0:
					add("spec.athens.upstream.goproxy", "is off: lists contain only stored versions, so crathens finds nothing")
				}
			},
		},
		{
			Code: "AK411", Severity: Warning,
			Fault: "the first build that needs a version fails",
			Title: "the first build that needs a version succeeds",
			Why:   "In download mode Async, Athens answers 404 for a version that it has not stored, and stores it afterwards. A go command without another proxy in GOPROXY fails, and succeeds later.",
			Cure:  "Set download.mode: Sync, or have clients add a second proxy to GOPROXY.",
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
				const said = "is Async: the first request for a version gets a 404"
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
