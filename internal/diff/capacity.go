package diff

import "strings"

// capacity compares how many pods each program may have.
func (c *comparison) capacity() {
	for _, o := range ofKind(c.old, "Deployment") {
		for _, n := range ofKind(c.now, "Deployment") {
			if o.ID != n.ID {
				continue
			}
			if a, b := replicas(c.old, &o), replicas(c.now, &n); a != b {
				c.note(Capacity, "%s: replicas %s → %s", short(&o), a, b)
			}
		}
	}
	c.use("Deployment", func(l *leaf) bool { return l.path == "spec.replicas" })
	c.use("HorizontalPodAutoscaler", func(l *leaf) bool { return strings.HasSuffix(l.path, "Replicas") })
}

// replicas of a Deployment: its own number, or its autoscaler's bounds.
func replicas(objects []Object, deployment *Object) string {
	for _, h := range ofKind(objects, "HorizontalPodAutoscaler") {
		ref := mapping(at(h.tree, "spec", "scaleTargetRef"))
		if h.Namespace == deployment.Namespace && str(ref["kind"]) == "Deployment" && str(ref["name"]) == deployment.Name {
			return or(str(at(h.tree, "spec", "minReplicas")), "1") + " to " + str(at(h.tree, "spec", "maxReplicas"))
		}
	}
	return or(str(at(deployment.tree, "spec", "replicas")), "1")
}

// short is the program of an object, or its kind and name.
func short(o *Object) string {
	if program := o.program(); o.pod() != nil && program != "" {
		return program
	}
	return o.title()
}
