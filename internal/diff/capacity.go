package diff

import (
	"cmp"

	"github.com/gomods/athens-kfn/pkg/tree"
)

func capacity(old, now []Object) (out []Change) {
	for _, o := range ofKind(old, "Deployment") {
		for _, n := range ofKind(now, "Deployment") {
			if o.ID != n.ID {
				continue
			}
			a, b := replicas(old, &o), replicas(now, &n)
			if a == b {
				continue
			}
			text := short(&o) + ": replicas " + a + " → " + b
			if was := tree.Text(o.tree, "spec", "replicas"); was == "" || was == "1" || tree.Get(n.tree, "spec", "replicas") != nil {
				out = append(out, change(replicasChange, text))
				continue
			}
			// kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale,
			// "Migrating Deployments and StatefulSets to horizontal autoscaling".
			out = append(out, change(replicasFall, text+": without its number the Deployment falls to one pod until the autoscaler acts. Remove the number from what kubectl applied last before you apply: kubectl -n "+
				o.Namespace+" apply edit-last-applied deployment/"+o.Name+", and remove spec.replicas"))
		}
	}
	return out
}

// replicas of a Deployment: its own number, or its autoscaler's bounds.
func replicas(objects []Object, deployment *Object) string {
	for _, scaler := range []struct{ kind, min, max string }{
		{"HorizontalPodAutoscaler", "minReplicas", "maxReplicas"},
		{"ScaledObject", "minReplicaCount", "maxReplicaCount"},
	} {
		for _, s := range ofKind(objects, scaler.kind) {
			ref := tree.Get(s.tree, "spec", "scaleTargetRef")
			if s.Namespace == deployment.Namespace && tree.Text(ref, "kind") == "Deployment" && tree.Text(ref, "name") == deployment.Name {
				return cmp.Or(tree.Text(s.tree, "spec", scaler.min), "1") + " to " + tree.Text(s.tree, "spec", scaler.max)
			}
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
