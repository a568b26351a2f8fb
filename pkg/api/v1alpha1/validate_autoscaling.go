package v1alpha1

import "github.com/gomods/athens-kfn/pkg/releases"

// autoscaling checks what decides the number of Athens' replicas.
func (r *rules) autoscaling() {
	const path = "spec.athens.autoscaling"
	a := r.spec.Athens.Autoscaling
	if a == nil {
		return
	}
	r.maxReplicas("spec.athens", a.MaxReplicas, r.spec.Athens.Replicas)
	if k := a.KEDA; k != nil {
		at := child(path, "keda")
		r.check(child(at, "serverAddress"), httpURL(k.ServerAddress))
		r.atLeastOne(child(at, "requestsInFlight"), k.RequestsInFlight)
		if ref := k.TriggerAuthenticationRef; ref != nil {
			r.check(at+".triggerAuthenticationRef.name", dnsName(ref.Name))
		}
		if r.spec.Mesh.Mode == MeshNone && !r.spec.Athens.Has(releases.OpenCensus) && r.sound("spec.mesh.mode", "spec.athens.version") {
			r.add(at, "needs the duration of requests, which neither a mesh (mesh.mode is None) nor Athens %s counts; write podsMetric, or leave autoscaling out", r.spec.Athens.Version)
		}
	}
	if p := a.PodsMetric; p != nil {
		at := child(path, "podsMetric")
		r.check(child(at, "name"), word(p.Name, "_:.-", "the name of a metric", "http_requests_in_flight"))
		if p.AverageValue == nil || p.AverageValue.Sign() <= 0 {
			r.add(child(at, "averageValue"), "is required, and more than 0; write the target for one pod, as in 20")
		}
	}
}

// maxReplicas checks the bounds of a program's autoscaler.
func (r *rules) maxReplicas(program string, most, least int32) {
	path := program + ".autoscaling.maxReplicas"
	if !r.sound(child(program, "replicas")) {
		return
	}
	enough := max(3, 3*least)
	switch {
	case most == 0:
		r.add(path, "is required; write the most replicas that may run, as in %d", enough)
	case most <= least:
		r.add(path, "is %d, but replicas, the fewest that run, is %d; write more than that, as in %d, or leave autoscaling out for a number that is fixed", most, least, enough)
	default:
		r.replicas(path, most)
	}
}
