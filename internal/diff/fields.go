package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// fields reports what nothing else spoke of, field by field, and each field
// that opens or weakens something.
func (c *comparison) fields() {
	for i := range c.pairs {
		p := &c.pairs[i]
		for j := range p.leaves {
			l := &p.leaves[j]
			if l.used {
				continue
			}
			if opened := about(p.opened, l); len(opened) > 0 {
				c.field(opened[0].code, p, l, joinedWords(opened))
				continue
			}
			if c.follows(p, l) {
				continue
			}
			if rule, found := ruleOf(p, l.path); found {
				c.add(p.field(ruleChanges, rule, "changes"))
				continue
			}
			c.field(codeOf(p, l.path), p, l, "")
		}
		for _, o := range p.opened {
			if !o.printed {
				c.add(p.field(o.code, o.at.String(), "changes: "+o.words))
			}
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

// codeOf a field that no kind of its own is about: its group's.
func codeOf(p *pair, path string) string {
	kind := p.id.Kind
	switch {
	case strings.HasSuffix(p.id.Group, ".azure.com"):
		return azureField
	case monitors(p.old):
		return monitoringField
	}
	if strings.HasPrefix(path, "metadata.") && kind != "ServiceAccount" && kind != "Namespace" {
		return anyField
	}
	switch kind {
	case "VirtualService":
		if strings.HasPrefix(path, "spec.http") {
			return routeField
		}
		return exposureField
	case "DestinationRule":
		return routeField
	case "Service", "Gateway", "Ingress", "PeerAuthentication", "AuthorizationPolicy", "NetworkPolicy", "Sidecar", "ServiceEntry", "Namespace":
		return exposureField
	case "HorizontalPodAutoscaler", "PodDisruptionBudget", "ScaledObject":
		return capacityField
	case "PersistentVolumeClaim":
		return dataField
	case "ServiceAccount":
		return identityField
	case "ConfigMap":
		return programField
	case "Deployment", "StatefulSet", "DaemonSet", "CronJob":
		return ofProgram(path)
	}
	return anyField
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
	for _, part := range []struct{ text, code string }{
		{".resources.", capacityField}, {"sizeLimit", capacityField}, {"spec.strategy", capacityField},
		{".image", imageField}, {".env", programField}, {".args", programField},
		{"spec.schedule", programField}, {"spec.suspend", programField},
	} {
		if strings.Contains(path, part.text) {
			return part.code
		}
	}
	return anyField
}

// field is a change of a field. Its path is a question that why answers.
func (p *pair) field(code, path, how string) Change {
	change := change(code, p.id.Title()+"."+path+" "+how)
	change.Path = p.id.Title() + "." + path
	return change
}

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
