package diff

import (
	"cmp"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

func capacity(old, now []Object) (out []Change) {
	was, is := scaled(old), scaled(now)
	news := map[krm.ID]Object{}
	for _, n := range ofKind(now, "Deployment") {
		news[n.ID] = n
	}
	for _, o := range ofKind(old, "Deployment") {
		n, ok := news[o.ID]
		a, b := replicas(was, &o), replicas(is, &n)
		if !ok || a == b {
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
	return out
}

// scaled are the bounds of autoscalers, by the namespace and name of their Deployment.
func scaled(objects []Object) map[[2]string]string {
	out := map[[2]string]string{}
	for _, scaler := range []struct{ kind, min, max string }{
		{"HorizontalPodAutoscaler", "minReplicas", "maxReplicas"},
		{"ScaledObject", "minReplicaCount", "maxReplicaCount"},
	} {
		for _, s := range ofKind(objects, scaler.kind) {
			ref := tree.Get(s.tree, "spec", "scaleTargetRef")
			deployment := [2]string{s.Namespace, tree.Text(ref, "name")}
			if _, had := out[deployment]; !had && tree.Text(ref, "kind") == "Deployment" {
				out[deployment] = cmp.Or(tree.Text(s.tree, "spec", scaler.min), "1") + " to " + tree.Text(s.tree, "spec", scaler.max)
			}
		}
	}
	return out
}

// replicas of a Deployment: its autoscaler's bounds, or its own number.
func replicas(scaled map[[2]string]string, deployment *Object) string {
	return cmp.Or(scaled[[2]string{deployment.Namespace, deployment.Name}], tree.Text(deployment.tree, "spec", "replicas"), "1")
}

// short is the program of an object, or its kind and name.
func short(o *Object) string {
	if program := o.program(); o.pod() != nil && program != "" {
		return program
	}
	return o.title()
}
