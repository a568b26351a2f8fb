package diff

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// fixed are fields that the API server lets nobody change.
func fixed(kind, path string) bool {
	switch kind {
	case "Deployment", "StatefulSet", "DaemonSet":
		return strings.HasPrefix(path, "spec.selector") || strings.HasPrefix(path, "spec.volumeClaimTemplates")
	case "Job":
		return strings.HasPrefix(path, "spec.template") || strings.HasPrefix(path, "spec.selector")
	case "Service":
		return path == "spec.clusterIP"
	case "RoleBinding", "ClusterRoleBinding":
		return strings.HasPrefix(path, "roleRef")
	}
	return false
}

// restarts says which pods are replaced, and which objects cannot be changed.
func (c *comparison) restarts() {
	for i := range c.pairs {
		p := &c.pairs[i]
		var causes []string
		for j := range p.leaves {
			l := &p.leaves[j]
			if fixed(p.id.Kind, l.path) {
				l.used = true
				c.warned(Restarts, p, l, ": this field cannot be changed: delete the %s, and apply it again", p.id.Kind)
			}
			if cause, inside := strings.CutPrefix(l.path, "spec.template."); inside && !implied(l.path) {
				causes = append(causes, cause)
			}
			if p.id.Kind == "Namespace" && isInjection(l.path) {
				l.used = true
				c.warned(Restarts, p, l, ": pods take their sidecar when they start, so restart those that nothing else restarts")
			}
		}
		if p.id.Kind != "CronJob" && !tree.Equal(tree.Get(p.old.tree, "spec", "template"), tree.Get(p.now.tree, "spec", "template")) {
			c.note(Restarts, "%s: %s (%s)", p.old.title(), how(p.now), some(allInShort(causes)))
			p.restarts = true
		}
	}
}

// allInShort are the fields of a pod template without their paths.
func allInShort(paths []string) (out []string) {
	for _, path := range paths {
		name := inShort(path)
		if strings.HasPrefix(name, "metadata.") {
			name = tree.Parse(name).Last()
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if len(out) == 0 {
		return []string{"its configuration"}
	}
	return out
}

// how a workload replaces its pods.
func how(o *Object) string {
	if tree.Text(o.tree, "spec", "strategy", "type") == "Recreate" {
		return "its pod stops before the new one starts, so it is away for a while"
	}
	return "its pods are replaced, one after another"
}

func isInjection(path string) bool {
	return strings.Contains(path, "istio.io/rev") || strings.Contains(path, "istio-injection")
}
