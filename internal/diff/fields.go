package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// fields reports what nothing else spoke of, field by field.
func (c *comparison) fields() {
	for i := range c.pairs {
		p := &c.pairs[i]
		for j := range p.leaves {
			l := &p.leaves[j]
			if l.used || c.follows(p, l) {
				continue
			}
			if rule, found := ruleOf(p, l.path); found {
				c.field(Monitoring, p, rule, "changes")
				continue
			}
			change := p.field(l.path, said(p, l))
			change.Warning, change.key = opens(p.id.Kind, l), l.key()
			c.add(group(p, l.path), change)
		}
	}
}

// implied fields follow from others: the version from an image, the hash from
// a ConfigMap.
func implied(path string) bool {
	return strings.HasSuffix(path, versionLabel) || strings.HasSuffix(path, configHash)
}

const (
	versionLabel = `["app.kubernetes.io/version"]`
	configHash   = `["` + generators.ConfigHashAnnotation + `"]`
)

// follows says whether what an implied field follows from is printed.
func (c *comparison) follows(p *pair, l *leaf) bool {
	switch {
	case strings.HasSuffix(l.path, versionLabel):
		return c.differs(func(p *pair, image *leaf) bool {
			return strings.HasSuffix(image.path, ".image") &&
				strings.HasSuffix(tree.Text(image.old), ":"+tree.Text(l.old)) && strings.HasSuffix(tree.Text(image.now), ":"+tree.Text(l.now))
		})
	case strings.HasSuffix(l.path, configHash):
		return p.restarts || c.differs(func(p *pair, _ *leaf) bool { return p.id.Kind == "ConfigMap" })
	}
	return false
}

func (c *comparison) differs(how func(*pair, *leaf) bool) bool {
	for i := range c.pairs {
		for j := range c.pairs[i].leaves {
			if how(&c.pairs[i], &c.pairs[i].leaves[j]) {
				return true
			}
		}
	}
	return false
}

// said is the change of a field; what is secret, or a whole dashboard, is not
// printed.
func said(p *pair, l *leaf) string {
	if p.id.Kind == "Secret" || monitors(p.old) && strings.Contains(tree.Text(l.old), "\n") && l.now != nil {
		return "changes"
	}
	return l.text()
}

// opens says whether a field lets more in than before.
func opens(kind string, l *leaf) bool {
	switch {
	case kind == "Service" && l.path == "spec.type":
		return tree.Text(l.now) == "LoadBalancer" || tree.Text(l.now) == "NodePort"
	case kind == "PeerAuthentication" && strings.HasSuffix(l.path, "mode"):
		return tree.Text(l.now) != "STRICT"
	case kind == "Sidecar" && strings.HasSuffix(l.path, "outboundTrafficPolicy.mode"):
		return tree.Text(l.now) != "REGISTRY_ONLY"
	case kind == "Namespace" && strings.HasSuffix(l.path, `["pod-security.kubernetes.io/enforce"]`):
		return level(tree.Text(l.now)) < level(tree.Text(l.old))
	}
	return false
}

// level is how much a pod security level refuses: none at all is privileged.
func level(name string) int {
	return slices.Index([]string{"baseline", "restricted"}, name)
}

// group that a field belongs to.
func group(p *pair, path string) string {
	kind := p.id.Kind
	switch {
	case strings.HasSuffix(p.id.Group, ".azure.com"):
		return Azure
	case monitors(p.old):
		return Monitoring
	}
	if strings.HasPrefix(path, "metadata.") && kind != "ServiceAccount" && kind != "Namespace" {
		return Other
	}
	switch kind {
	case "VirtualService":
		if strings.HasPrefix(path, "spec.http") {
			return Routes
		}
		return Exposure
	case "DestinationRule":
		return Routes
	case "Service", "Gateway", "Ingress", "PeerAuthentication", "AuthorizationPolicy", "NetworkPolicy", "Sidecar", "ServiceEntry", "Namespace":
		return Exposure
	case "HorizontalPodAutoscaler", "PodDisruptionBudget", "ScaledObject":
		return Capacity
	case "PersistentVolumeClaim":
		return Data
	case "ServiceAccount":
		return Identities
	case "ConfigMap":
		return Programs
	case "Deployment", "StatefulSet", "DaemonSet", "CronJob":
		return ofProgram(path)
	}
	return Other
}

// monitors says whether an object is read by those who watch the site: scrapes,
// rules, and files of rules and dashboards.
func monitors(o *Object) bool {
	return strings.HasSuffix(o.Group, "monitoring.coreos.com") || o.Kind == "ConfigMap" && o.program() == generators.SiteWide
}

// ruleOf is the path of the alert or the record that a field belongs to: an
// expression says little where it is cut, and fills a page where it is not.
func ruleOf(p *pair, path string) (string, bool) {
	steps := tree.Parse(path)
	if i := slices.Index(steps, "rules"); p.id.Kind == "PrometheusRule" && i >= 0 && i+1 < len(steps) {
		return steps[:i+2].String(), true
	}
	return "", false
}

func ofProgram(path string) string {
	for _, part := range []struct{ text, group string }{
		{".resources.", Capacity}, {"sizeLimit", Capacity}, {"spec.strategy", Capacity},
		{"serviceAccountName", Identities}, {".image", Programs}, {".env", Programs}, {".args", Programs},
		{"spec.schedule", Programs}, {"spec.suspend", Programs},
	} {
		if strings.Contains(path, part.text) {
			return part.group
		}
	}
	return Other
}

// field is a change of a field. Its path is a question that why answers.
func (p *pair) field(path, how string) Change {
	question := p.id.Title() + "." + path
	return Change{Text: question + " " + how, Path: question}
}

// field notes a change of a field.
func (c *comparison) field(group string, p *pair, path, how string) { c.add(group, p.field(path, how)) }

// inShort is a path without what every path has.
func inShort(path string) string {
	path = strings.TrimPrefix(path, "spec.")
	path = strings.TrimPrefix(path, "jobTemplate.spec.")
	path = strings.TrimPrefix(path, "template.")
	path = strings.TrimPrefix(path, "spec.")
	for _, list := range []string{"containers[", "initContainers["} {
		if rest, found := strings.CutPrefix(path, list); found {
			name, inside, _ := strings.Cut(rest, "]")
			path = cmp.Or(strings.TrimPrefix(inside, "."), "container "+name)
		}
	}
	for _, list := range []string{"env[", "args["} {
		if rest, found := strings.CutPrefix(path, list); found {
			path = strings.TrimSuffix(rest, "]")
		}
	}
	return path
}
