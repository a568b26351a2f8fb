package diff

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// fixed says what to do about a field that the API server makes immutable;
// empty for others.
func fixed(o *Object, path string) string {
	again := "delete the " + o.Kind + ", and apply it again"
	for _, f := range [...]struct{ kinds, path, instead string }{
		{"Deployment StatefulSet DaemonSet Job", "spec.selector", again},
		{"StatefulSet", "spec.volumeClaimTemplates", again},
		{"StatefulSet", "spec.serviceName", again},
		{"Job", "spec.template", again},
		{"Service", "spec.clusterIP", again},
		{"Service", "spec.loadBalancerClass", again},
		{"RoleBinding ClusterRoleBinding", "roleRef", again},
		{"ConfigMap Secret", "immutable", again},
		{"StorageClass", "provisioner", again},
		{"StorageClass", "parameters", again},
	} {
		if slices.Contains(strings.Fields(f.kinds), o.Kind) && strings.HasPrefix(path, f.path) {
			return f.instead
		}
	}
	// azure.github.io/azure-service-operator, "AzureName and Owner cannot be
	// changed": deleting the object deletes what is in Azure.
	if strings.HasSuffix(o.Group, ".azure.com") && (path == "spec.azureName" || path == "spec.location" || strings.HasPrefix(path, "spec.owner")) {
		return "generate another resource under another name, move the content of this one, and then delete it"
	}
	return ""
}

// restarts says which pods are replaced, and which objects cannot be changed.
func (c *comparison) restarts() {
	for i := range c.pairs {
		p := &c.pairs[i]
		var causes []string
		for j := range p.leaves {
			l := &p.leaves[j]
			if instead := fixed(p.old, l.path); instead != "" {
				l.used = true
				c.field(fieldFixed, p, l, "this field cannot be changed: "+instead)
			}
			if cause, inside := strings.CutPrefix(l.path, "spec.template."); inside && !implied(l.path) {
				causes = append(causes, cause)
			}
			if p.id.Kind == "Namespace" && isInjection(l.path) {
				l.used = true
				c.field(sidecarsKept, p, l, "sidecars are injected when pods start, so restart the pods that nothing else restarts")
			}
		}
		if p.id.Kind != "CronJob" && !tree.Equal(tree.Get(p.old.tree, "spec", "template"), tree.Get(p.now.tree, "spec", "template")) {
			code, how := how(p.now)
			c.note(code, "%s: %s (%s)", p.old.title(), how, some(allInShort(causes)))
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
func how(o *Object) (code, text string) {
	if tree.Text(o.tree, "spec", "strategy", "type") != "Recreate" {
		return podsReplaced, "its pods are replaced, one after another"
	}
	text = "its pod stops before the new one starts"
	if o.program() == generators.Athens {
		text += ", so Athens serves no modules for a while: apply it at a quiet time"
	}
	return podsAway, text
}

func isInjection(path string) bool {
	return strings.Contains(path, "istio.io/rev") || strings.Contains(path, "istio-injection")
}
