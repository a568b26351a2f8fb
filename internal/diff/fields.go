package diff

import (
	"strings"
)

// fields reports what nothing else spoke of, field by field.
func (c *comparison) fields() {
	for i := range c.pairs {
		p := &c.pairs[i]
		for j := range p.leaves {
			l := &p.leaves[j]
			if l.used {
				continue
			}
			c.add(group(p.id.Kind, l.path), Change{
				Text:    short(p.old) + ": " + field(l.path) + " " + said(p.id.Kind, l),
				Warning: opens(p.id.Kind, l),
			})
		}
	}
}

// said is the change of a field; what is secret is not printed.
func said(kind string, l *leaf) string {
	if kind == "Secret" {
		return "changes"
	}
	return l.text()
}

// opens says whether a field lets more in than before.
func opens(kind string, l *leaf) bool {
	switch {
	case kind == "Service" && l.path == "spec.type":
		return str(l.now) == "LoadBalancer" || str(l.now) == "NodePort"
	case kind == "PeerAuthentication" && strings.HasSuffix(l.path, "mode"):
		return str(l.now) != "STRICT"
	}
	return false
}

// group that a field belongs to.
func group(kind, path string) string {
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
	case "Service", "Gateway", "Ingress", "PeerAuthentication", "Sidecar", "ServiceEntry", "Namespace":
		return Exposure
	case "HorizontalPodAutoscaler", "PodDisruptionBudget":
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

func ofProgram(path string) string {
	for _, part := range []struct{ text, group string }{
		{".resources.", Capacity}, {"sizeLimit", Capacity}, {"spec.strategy", Capacity},
		{"serviceAccountName", Identities}, {".image", Programs}, {".env.", Programs}, {".args", Programs},
		{"spec.schedule", Programs}, {"spec.suspend", Programs},
	} {
		if strings.Contains(path, part.text) {
			return part.group
		}
	}
	return Other
}

// field is a path without what every path has.
func field(path string) string {
	path = strings.TrimPrefix(path, "spec.")
	path = strings.TrimPrefix(path, "jobTemplate.spec.")
	path = strings.TrimPrefix(path, "template.")
	path = strings.TrimPrefix(path, "spec.")
	for _, list := range []string{"containers[", "initContainers["} {
		if rest, found := strings.CutPrefix(path, list); found {
			_, path, _ = strings.Cut(rest, "]")
			path = strings.TrimPrefix(path, ".")
		}
	}
	path = strings.TrimPrefix(path, "env.")
	if rest, found := strings.CutPrefix(path, "args[--"); found {
		path = "--" + strings.TrimSuffix(rest, "]")
	}
	return or(path, "the container")
}
