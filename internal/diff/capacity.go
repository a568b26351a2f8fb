package diff

import "cmp"

// capacity compares how many pods each program may have.
func capacity(old, now []Object) (out []finding) {
	for _, o := range ofKind(old, "Deployment") {
		for _, n := range ofKind(now, "Deployment") {
			if o.ID != n.ID {
				continue
			}
			if a, b := replicas(old, &o), replicas(now, &n); a != b {
				out = append(out, note(Capacity, short(&o)+": replicas "+a+" → "+b))
			}
		}
	}
	return out
}

// replicas of a Deployment: its own number, or its autoscaler's bounds.
func replicas(objects []Object, deployment *Object) string {
	for _, h := range ofKind(objects, "HorizontalPodAutoscaler") {
		ref := mapping(at(h.tree, "spec", "scaleTargetRef"))
		if h.Namespace == deployment.Namespace && str(ref["kind"]) == "Deployment" && str(ref["name"]) == deployment.Name {
			return cmp.Or(str(at(h.tree, "spec", "minReplicas")), "1") + " to " + str(at(h.tree, "spec", "maxReplicas"))
		}
	}
	return cmp.Or(str(at(deployment.tree, "spec", "replicas")), "1")
}

// short is the program of an object, or its kind and name.
func short(o *Object) string {
	if program := o.program(); o.pod() != nil && program != "" {
		return program
	}
	return o.title()
}
