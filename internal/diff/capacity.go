package diff

import (
	"cmp"

	"github.com/gomods/athens-kfn/pkg/tree"
)

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
		ref := tree.Get(h.tree, "spec", "scaleTargetRef")
		if h.Namespace == deployment.Namespace && tree.Text(ref, "kind") == "Deployment" && tree.Text(ref, "name") == deployment.Name {
			return cmp.Or(tree.Text(h.tree, "spec", "minReplicas"), "1") + " to " + tree.Text(h.tree, "spec", "maxReplicas")
		}
	}
	return cmp.Or(tree.Text(deployment.tree, "spec", "replicas"), "1")
}

// short is the program of an object, or its kind and name.
func short(o *Object) string {
	if program := o.program(); o.pod() != nil && program != "" {
		return program
	}
	return o.title()
}
