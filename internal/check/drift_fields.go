package check

import "github.com/gomods/athens-kfn/pkg/tree"

// watched is a field whose change has a consequence for requests, callers, data or
// pods, or certainly none.
type watched struct {
	// kinds of objects, separated by blanks; ofPods for the pods of workloads, whose
	// fields the path begins at.
	kinds string
	// path of the field, and of all that is in it. A step may hold * for any text.
	path string
	// then is the consequence; empty for none.
	then string
	// when says for which changes the row speaks; nil for all.
	when  func(*field) bool
	steps tree.Path
}

const (
	ofPods = "pods"
	// ifOpens is the consequence that diff knows of the change, if any.
	ifOpens = "as diff reports"
)

// watchedFields is the table of consequences; the first row that fits counts. What
// operators patch without one has no row: the number of pods above one, more resources,
// labels, annotations, mirrors of images, where pods run, variables that no program of
// the site reads, volumes and containers of their own.
func watchedFields() []watched {
	const (
		refuses = "other requests are allowed or refused"
		reaches = "pods reach other hosts, or no longer those that they need"
		drains  = "requests may be cut off when a pod stops"
		rights  = "the pods have other rights"
		enrol   = "the pods may have no sidecar, and then no policy of the mesh restricts their callers"
		gets    = "the program gets other settings than the spec has"
		rollout = "a rollout may take pods away before others replace them"
		single  = "a single pod is left, and requests fail while it is replaced"
		meshes  = "two meshes take the connections of the pods"
		system  = "no node of this system can run the images"
		version = "another version of the program may not know the settings that the spec renders"
		probes  = "pods get requests before they can answer, or are restarted while they work"
		files   = "the program misses files, or they are elsewhere"
		crawls  = "two crawls may run at a time"
		never   = "the crawler warms no new versions"
		istiod  = "an istiod of another revision reads it, or none"

		otherVolume = "the claim gets another volume, which may not be a file system or may have other data"

		waits = "the pods do not run, or get no requests, before another controller allows it"
	)
	rows := []watched{
		{kinds: "AuthorizationPolicy", path: `metadata.annotations["istio.io/dry-run"]`, then: "the policy is only logged, and other requests are allowed", when: is("true")},
		{kinds: "VirtualService DestinationRule Gateway AuthorizationPolicy RequestAuthentication PeerAuthentication Sidecar ServiceEntry EnvoyFilter Telemetry",
			path: `metadata.labels["istio.io/rev"]`, then: istiod},
		{kinds: "VirtualService", path: "spec.http.*.timeout", then: "requests have another deadline than the spec computes"},
		{kinds: "VirtualService", path: "spec.http.*.retries", then: "failed requests are retried in another way"},
		{kinds: "VirtualService", path: "spec.http.*.headers", then: "headers of requests or answers change"},
		{kinds: "VirtualService", path: "spec.http", then: "requests get other routes or answers"},
		{kinds: "VirtualService", path: "spec", then: "other hosts or gateways use the routes"},
		{kinds: "DestinationRule", path: "spec.trafficPolicy.outlierDetection", then: "failing pods stay in use, or working ones are left out"},
		{kinds: "DestinationRule", path: "spec.trafficPolicy.connectionPool", then: "requests meet other limits of connections, waiting and retries"},
		{kinds: "DestinationRule", path: "spec.trafficPolicy.loadBalancer", then: "requests are spread over pods and zones in another way"},
		{kinds: "DestinationRule", path: "spec", then: "connections to the Service have other settings"},
		{kinds: "Gateway", path: "spec", then: "the gateway serves other hosts, ports or TLS"},
		{kinds: "AuthorizationPolicy RequestAuthentication PeerAuthentication", path: "spec", then: refuses},
		{kinds: "Sidecar ServiceEntry", path: "spec", then: reaches},
		{kinds: "NetworkPolicy", path: "spec", then: "other connections are allowed or refused"},
		{kinds: "EnvoyFilter", path: "spec", then: "Envoy gets another configuration"},
		{kinds: "Telemetry", path: "spec", then: "other spans are sent"},

		{kinds: "Service", path: "spec.ipFamilyPolicy", when: is("PreferDualStack", "SingleStack")},
		// The DestinationRule decides for the mesh; without one, near pods answer as well.
		{kinds: "Service", path: "spec.trafficDistribution"},
		{kinds: "Service", path: "spec.ports", when: ordered},
		{kinds: "Service", path: "spec", then: "the Service has other pods, ports or clients"},
		{kinds: "Service", path: `metadata.annotations["networking.istio.io/*"]`, then: "the mesh treats the Service in another way"},
		{kinds: "PodDisruptionBudget", path: "spec", then: "maintenance of nodes is blocked, or takes more pods at a time"},
		{kinds: "HorizontalPodAutoscaler ScaledObject", path: "spec.scaleTargetRef", then: "the autoscaler sets the pods of another workload"},
		{kinds: "HorizontalPodAutoscaler", path: "spec.metrics.*.containerResource.container", then: "the autoscaler reads another container"},
		{kinds: "HorizontalPodAutoscaler", path: "spec.minReplicas", then: single, when: fallsBelow(2)},
		{kinds: "ScaledObject", path: "spec.minReplicaCount", then: single, when: fallsBelow(2)},
		{kinds: "ConfigMap", path: "data", then: gets},
		{kinds: "PersistentVolumeClaim", path: "spec.resources.requests.storage", then: "the modules may not fit", when: lower},
		{kinds: "PersistentVolumeClaim", path: "spec.volume*", then: otherVolume},
		{kinds: "PersistentVolumeClaim", path: "spec.selector", then: otherVolume},
		{kinds: "PersistentVolumeClaim", path: "spec.dataSource*", then: otherVolume},
		{kinds: "PersistentVolumeClaim", path: "spec.accessModes", then: "the API server refuses the claim, or pods cannot write to it"},
		{kinds: "ServiceAccount", path: "automountServiceAccountToken", when: is("false")},
		{kinds: "ServiceAccount", path: "automountServiceAccountToken", then: rights},
		{kinds: "Namespace", path: `metadata.labels["istio-discovery"]`},
		{kinds: "Namespace", path: `metadata.labels["istio*"]`, then: enrol},
		{kinds: "Namespace", path: `metadata.labels["pod-security.kubernetes.io/enforce*"]`, then: "pods are admitted by another standard"},
		{kinds: "Namespace", path: `metadata.annotations["linkerd.io/inject"]`, then: meshes, when: secondMesh},

		{kinds: "CronJob", path: "spec.jobTemplate.spec.activeDeadlineSeconds", then: "the crawler stops after another time"},
		{kinds: "CronJob", path: "spec.jobTemplate.spec.parallelism", then: crawls},
		{kinds: "CronJob", path: "spec.jobTemplate.spec.completions", then: crawls},
		{kinds: "CronJob", path: "spec.suspend", then: never},
		{kinds: "CronJob", path: "spec.jobTemplate.spec.suspend", then: never},
		{kinds: "CronJob", path: "spec.startingDeadlineSeconds", then: "the crawler may miss its time"},
		{kinds: "CronJob", path: "spec.concurrencyPolicy", then: crawls},
		{kinds: "CronJob", path: "spec.schedule", then: "the crawler runs at other times"},
		{kinds: "CronJob", path: "spec.timeZone", then: "the crawler runs at other times"},
		{kinds: "Deployment", path: "spec.replicas", then: single, when: fallsBelow(2)},
		{kinds: "Deployment", path: "spec.replicas", then: "pods on another node than the first cannot mount its disk", when: onOneNode},
		{kinds: "Deployment", path: "spec.strategy.rollingUpdate.maxSurge"}, // more or fewer new pods at a time
		{kinds: "Deployment", path: "spec.strategy", then: rollout},
		{kinds: "Deployment", path: "spec.minReadySeconds", when: more},
		{kinds: "Deployment", path: "spec.minReadySeconds", then: rollout},
		{kinds: "Deployment", path: "spec.paused", then: "a change of its pods is not rolled out"},

		{kinds: ofPods, path: `metadata.labels["athens.gomods.io/*"]`, then: "Services and policies select other pods"},
		{kinds: ofPods, path: `metadata.labels["*istio.io/*"]`, when: quietLabel},
		{kinds: ofPods, path: `metadata.labels["*istio.io/*"]`, then: enrol},
		{kinds: ofPods, path: `metadata.annotations["*istio.io/*"]`, when: quietAnnotation},
		{kinds: ofPods, path: `metadata.annotations["*istio.io/*"]`, then: "the sidecar takes other connections, or starts and stops in another order"},
		{kinds: ofPods, path: `metadata.annotations["linkerd.io/inject"]`, then: meshes, when: secondMesh},

		// Containers of operators.
		{kinds: ofPods, path: "spec.initContainers.*", when: istioContainer},
		{kinds: ofPods, path: "spec.initContainers.*", then: "the pods start only after it has ended, and it may change their files and network", when: addedContainer},
		{kinds: ofPods, path: "spec.containers.*.ports", then: "two containers of the pod have the same port", when: samePort},
		{kinds: ofPods, path: "spec.containers.*", then: ifOpens, when: addedContainer},
		// Those of the site.
		{kinds: ofPods, path: "spec.*ontainers.*.image", then: version, when: otherTag},
		{kinds: ofPods, path: "spec.*ontainers.*.image"},
		{kinds: ofPods, path: "spec.*ontainers.*.imagePullPolicy", then: "pods do not start on a node that lacks the image", when: is("Never")},
		{kinds: ofPods, path: "spec.*ontainers.*.imagePullPolicy"},
		{kinds: ofPods, path: "spec.*ontainers.*.resources.limits.memory", then: "the container may be killed, since the spec sizes what it keeps by a higher limit", when: lower},
		{kinds: ofPods, path: "spec.*ontainers.*.resources.limits.ephemeral-storage", then: "pods may be evicted, since the spec sizes their files by a higher limit", when: lower},
		{kinds: ofPods, path: "spec.*ontainers.*.resources"},
		{kinds: ofPods, path: "spec.*ontainers.*.termination*"},
		{kinds: ofPods, path: "spec.*ontainers.*.securityContext", when: stricter},
		{kinds: ofPods, path: "spec.initContainers", then: "the program starts without what runs before it"},
		{kinds: ofPods, path: "spec.containers.*.lifecycle", then: drains},
		{kinds: ofPods, path: "spec.containers.*.*Probe.httpGet", when: probedByIstio},
		{kinds: ofPods, path: "spec.containers.*.livenessProbe.*", when: more},
		{kinds: ofPods, path: "spec.containers.*.startupProbe.*", when: more},
		{kinds: ofPods, path: "spec.containers.*.*Probe", then: probes},
		{kinds: ofPods, path: "spec.containers.*.ports", when: ordered},
		{kinds: ofPods, path: "spec.containers.*.ports", then: "Services and policies name another port than the program has"},
		{kinds: ofPods, path: "spec.containers.*.envFrom", then: gets},
		{kinds: ofPods, path: "spec.containers.*.env", when: ordered},
		{kinds: ofPods, path: "spec.containers.*.env", then: ifOpens, when: unread},
		{kinds: ofPods, path: "spec.containers.*.env", then: gets},
		{kinds: ofPods, path: "spec.containers.*.args", when: ordered},
		{kinds: ofPods, path: "spec.containers.*.args", then: gets},
		{kinds: ofPods, path: "spec.containers.*.command", then: gets},
		{kinds: ofPods, path: "spec.containers.*.workingDir", then: gets},
		{kinds: ofPods, path: "spec.containers.*.volumeMounts", when: ordered},
		{kinds: ofPods, path: "spec.containers.*.volumeMounts", then: "the program finds other files there, and loses what it writes", when: hides},
		{kinds: ofPods, path: "spec.containers.*.volumeMounts", then: ifOpens, when: added},
		{kinds: ofPods, path: "spec.containers.*.volumeMounts", then: "the program misses files, or may write where it could not"},
		{kinds: ofPods, path: "spec.containers.*.securityContext", then: rights},
		{kinds: ofPods, path: "spec.containers", when: ordered},

		{kinds: ofPods, path: "spec.volumes.*.*.sizeLimit", then: "pods are evicted when their files reach a lower limit than that of the spec", when: lower},
		{kinds: ofPods, path: "spec.volumes.*.*.sizeLimit"},
		{kinds: ofPods, path: "spec.volumes", when: ordered},
		{kinds: ofPods, path: "spec.volumes", then: ifOpens, when: added},
		{kinds: ofPods, path: "spec.volumes", then: files},
		{kinds: ofPods, path: "spec.terminationGracePeriodSeconds", when: more},
		{kinds: ofPods, path: "spec.terminationGracePeriodSeconds", then: drains},
		{kinds: ofPods, path: "spec.activeDeadlineSeconds", then: "pods are stopped after this time"},
		{kinds: ofPods, path: "spec.readinessGates", then: waits},
		{kinds: ofPods, path: "spec.schedulingGates", then: waits},
		{kinds: ofPods, path: "spec.enableServiceLinks", then: gets},
		{kinds: ofPods, path: "spec.nodeName", then: "all pods run on one node"},
		{kinds: ofPods, path: `spec.nodeSelector["kubernetes.io/os"]`, when: is("linux")},
		{kinds: ofPods, path: `spec.nodeSelector["kubernetes.io/os"]`, then: system},
		{kinds: ofPods, path: "spec.os.name", when: is("linux")},
		{kinds: ofPods, path: "spec.os.name", then: system},
		{kinds: ofPods, path: "spec.schedulerName", when: is("default-scheduler")},
		{kinds: ofPods, path: "spec.schedulerName", then: waits},
		{kinds: ofPods, path: "spec.resourceClaims", then: waits},
		{kinds: ofPods, path: "spec.securityContext", when: stricter},
		{kinds: ofPods, path: "spec.securityContext", then: rights},
		{kinds: ofPods, path: "spec.shareProcessNamespace", when: is("false")},
		{kinds: ofPods, path: "spec.shareProcessNamespace", then: "containers of the pod see the files and variables of each other"},
		{kinds: ofPods, path: "spec.hostAliases", then: "the program finds another host under this name", when: aliasInUse},
		{kinds: ofPods, path: "spec.hostAliases"},
		{kinds: ofPods, path: "spec.hostname"},
		{kinds: ofPods, path: "spec.host*", when: is("false")},
		{kinds: ofPods, path: "spec.host*", then: rights},
		{kinds: ofPods, path: "spec.automountServiceAccountToken", when: is("false")},
		{kinds: ofPods, path: "spec.automountServiceAccountToken", then: rights},
		{kinds: ofPods, path: "spec.serviceAccountName", then: "policies of the mesh refuse the pods, or allow them more"},
		{kinds: ofPods, path: "spec.restartPolicy", then: "failed pods are replaced in another way"},
		{kinds: ofPods, path: "spec.topologySpreadConstraints.*.labelSelector", then: "the pods are not spread over zones and nodes"},
		{kinds: ofPods, path: "spec.dnsConfig.options"},
		{kinds: ofPods, path: "spec.dns*", then: "the pods find other hosts, or none"},
	}
	for i := range rows {
		rows[i].steps = tree.Parse(rows[i].path)
	}
	return rows
}
