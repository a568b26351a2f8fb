package check

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/diff"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	workloads "github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// NotCompared is a warning about a site, and how many of its objects have other names
// than its AthensSite renders.
const NotCompared = "%s: %d objects have other names than the AthensSite renders, so their fields are not compared with it (AK811)"

// watched is a field whose change has a consequence for requests, callers, data or
// pods.
type watched struct {
	// kinds of objects, separated by blanks; ofPods for the pods of workloads, whose
	// fields the path begins at.
	kinds string
	// path of the field, and of all that is in it. A step may be * for any, or end in
	// * for any that begins so.
	path string
	// then is the consequence; empty for none, which ends the search.
	then string
	// changed says that only the items that the spec renders count, not other ones.
	changed bool
}

const ofPods = "pods"

// watchedFields is the table of consequences; the first row that fits counts. What
// operators patch without one is not in it: replicas, resources, labels, annotations,
// images, scheduling, variables and volumes of their own.
func watchedFields() []watched {
	const (
		refuses = "other requests are allowed or refused"
		reaches = "pods reach other hosts, or no longer those that they need"
		drains  = "requests may be cut off when a pod stops"
		rights  = "the pods have other rights"
		enrol   = "the pods may have no sidecar, and then no policy of the mesh restricts their callers"
		gets    = "the program gets other settings than the spec has"
		rollout = "a rollout may take pods away before others replace them"
	)
	return []watched{
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
		{kinds: "Service", path: "spec", then: "the Service has other pods, ports or clients"},
		{kinds: "Service", path: `metadata.annotations["networking.istio.io/*"]`, then: "the mesh treats the Service in another way"},
		{kinds: "PodDisruptionBudget", path: "spec", then: "maintenance of nodes is blocked, or takes more pods at a time"},
		{kinds: "HorizontalPodAutoscaler ScaledObject", path: "spec.scaleTargetRef", then: "the autoscaler sets the pods of another workload"},
		{kinds: "HorizontalPodAutoscaler", path: "spec.metrics.*.containerResource.container", then: "the autoscaler reads another container"},
		{kinds: "ConfigMap", path: "data", then: gets},
		{kinds: "PersistentVolumeClaim", path: "spec.accessModes", then: "the API server refuses the claim, or pods cannot write to it"},
		{kinds: "ServiceAccount", path: "automountServiceAccountToken", then: rights},
		{kinds: "Namespace", path: `metadata.labels["istio*"]`, then: enrol},
		{kinds: "Namespace", path: `metadata.labels["pod-security.kubernetes.io/*"]`, then: "pods are admitted by another standard"},

		{kinds: "CronJob", path: "spec.jobTemplate.spec.activeDeadlineSeconds", then: "the crawler stops after another time"},
		{kinds: "CronJob", path: "spec.suspend", then: "the crawler warms no new versions"},
		{kinds: "CronJob", path: "spec.concurrencyPolicy", then: "two crawls may run at a time"},
		{kinds: "CronJob", path: "spec.schedule", then: "the crawler runs at other times"},
		{kinds: "CronJob", path: "spec.timeZone", then: "the crawler runs at other times"},
		{kinds: "Deployment", path: "spec.strategy", then: rollout},
		{kinds: "Deployment", path: "spec.minReadySeconds", then: rollout},
		{kinds: "Deployment", path: "spec.paused", then: "a change of its pods is not rolled out"},

		{kinds: ofPods, path: `metadata.labels["athens.gomods.io/*"]`, then: "Services and policies select other pods"},
		{kinds: ofPods, path: `metadata.labels["*istio.io/*"]`, then: enrol},
		{kinds: ofPods, path: `metadata.annotations["sidecar.istio.io/proxy*"]`},
		{kinds: ofPods, path: `metadata.annotations["*istio.io/*"]`, then: "the sidecar takes other connections, or starts and stops in another order"},
		{kinds: ofPods, path: "spec.terminationGracePeriodSeconds", then: drains},
		{kinds: ofPods, path: "spec.containers.*.lifecycle", then: drains},
		{kinds: ofPods, path: "spec.containers.*.*Probe", then: "pods get requests before they can answer, or are restarted while they work"},
		{kinds: ofPods, path: "spec.containers.*.ports", then: "Services and policies name another port than the program has"},
		{kinds: ofPods, path: "spec.containers.*.env", then: gets, changed: true},
		{kinds: ofPods, path: "spec.containers.*.args", then: gets},
		{kinds: ofPods, path: "spec.containers.*.command", then: gets},
		{kinds: ofPods, path: "spec.containers.*.volumeMounts", then: "the program misses files, or may write where it could not", changed: true},
		{kinds: ofPods, path: "spec.volumes.*.*.sizeLimit"},
		{kinds: ofPods, path: "spec.volumes", then: "the program misses files, or they are elsewhere", changed: true},
		{kinds: ofPods, path: "spec.containers.*.securityContext", then: rights},
		{kinds: ofPods, path: "spec.securityContext", then: rights},
		{kinds: ofPods, path: "spec.host*", then: rights},
		{kinds: ofPods, path: "spec.automountServiceAccountToken", then: rights},
		{kinds: ofPods, path: "spec.serviceAccountName", then: "policies of the mesh refuse the pods, or allow them more"},
		{kinds: ofPods, path: "spec.restartPolicy", then: "failed pods are replaced in another way"},
		{kinds: ofPods, path: "spec.topologySpreadConstraints.*.labelSelector", then: "the pods are not spread over zones and nodes"},
		{kinds: ofPods, path: "spec.dns*", then: "the pods find other hosts, or none"},
	}
}

// consequence of a difference; empty if it has none that this package knows.
func consequence(d *diff.Drift, template tree.Path) string {
	for _, w := range watchedFields() {
		path := d.Path
		if w.kinds == ofPods {
			if template == nil || !path.Below(template) {
				continue
			}
			path = path[len(template):]
		} else if !slices.Contains(strings.Fields(w.kinds), d.ID.Kind) {
			continue
		}
		if field := tree.Parse(w.path); within(path, field) {
			if w.changed && d.Added && len(path) <= len(field)+1 {
				break
			}
			return w.then
		}
	}
	return d.Opens
}

// within says whether a path leads into a field, or around it.
func within(path, field tree.Path) bool {
	for i, step := range field[:min(len(path), len(field))] {
		if !fits(step, path[i]) {
			return false
		}
	}
	return len(path) >= len(field)
}

// fits says whether a step is one of those that a pattern means: * is any text.
func fits(pattern, step string) bool {
	before, after, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == step
	}
	if !strings.HasPrefix(step, before) {
		return false
	}
	middle, rest, more := strings.Cut(after, "*")
	if more {
		return strings.Contains(step[len(before):], middle) && rest == ""
	}
	return strings.HasSuffix(step[len(before):], after)
}

// drifts adds the fields in which the manifests of a site differ from what its spec
// renders to, where that has a consequence.
func (s *Site) drifts(of *manifests.Site, spec *v1alpha1.AthensSite) {
	var rendered, there []*yaml.Node
	names := map[krm.ID]bool{}
	for _, o := range of.Own {
		there, names[o.ID] = append(there, o.Node), true
	}
	for _, made := range krm.Make(spec) {
		if rendered = append(rendered, made.Node()); !names[made.ID] {
			s.NotCompared++
		}
	}
	s.NotCompared -= len(of.Missing(spec)) // each is a finding of its own
	found, err := diff.Drifts(rendered, there)
	if err != nil {
		return // an object that cannot be read is among the findings already
	}
	before := len(s.Findings)
	for i := range found {
		d := &found[i]
		o := of.Own[slices.IndexFunc(of.Own, func(o *manifests.Object) bool { return o.ID == d.ID })]
		_, template, _ := workloads.Template(o.Node)
		if then := consequence(d, template); then != "" {
			f := fault(drifted, &manifests.Fault{Object: o, File: o.File, Path: d.Path, Message: "differs from what the spec renders to (" + d.Text + "): " + then})
			f.Site = s.Name
			s.Findings = append(s.Findings, f)
		}
	}
	if len(s.Findings) == before && s.NotCompared == 0 {
		s.Passed = append(s.Passed, drifted)
	}
}
