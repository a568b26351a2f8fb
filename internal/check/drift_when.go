package check

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/gomods/athens-kfn/pkg/generators"
	workloads "github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// is says for which new values a row speaks.
func is(values ...string) func(*field) bool {
	return func(f *field) bool { return f.now != nil && slices.Contains(values, tree.Text(f.now)) }
}

// ordered is another order of what has names.
func ordered(f *field) bool { return f.of.Order }

// more is a number that grows.
func more(f *field) bool {
	old, err := strconv.Atoi(tree.Text(f.old))
	if f.old == nil && f.path.Last() == "initialDelaySeconds" {
		old, err = 0, nil
	}
	now, wrong := strconv.Atoi(tree.Text(f.now))
	return err == nil && wrong == nil && now > old
}

// fallsBelow is a number that falls below a bound. A number that is gone is the default of
// the API server, which is lower.
func fallsBelow(bound int) func(*field) bool {
	return func(f *field) bool {
		old, err := strconv.Atoi(tree.Text(f.old))
		now, wrong := strconv.Atoi(tree.Text(f.now))
		gone := f.now == nil && (f.path.Last() != "replicas" || !f.scaled)
		return err == nil && old >= bound && (gone || wrong == nil && now < bound)
	}
}

// lower is a quantity that falls.
func lower(f *field) bool {
	old, err := resource.ParseQuantity(tree.Text(f.old))
	now, wrong := resource.ParseQuantity(tree.Text(f.now))
	return err == nil && wrong == nil && now.Cmp(old) < 0
}

// onOneNode is more than one pod with a disk that one node can mount.
func onOneNode(f *field) bool {
	now, err := strconv.Atoi(tree.Text(f.now))
	if err != nil || now < 2 {
		return false
	}
	for _, v := range tree.Items(f.object.Node, "spec", "template", "spec", "volumes") {
		claim := tree.Text(v, "persistentVolumeClaim", "claimName")
		for _, o := range f.rendered {
			modes := tree.Items(o, "spec", "accessModes")
			if claim != "" && tree.Text(o, "kind") == "PersistentVolumeClaim" && tree.Text(o, "metadata", "name") == claim && len(modes) > 0 &&
				!slices.ContainsFunc(modes, func(m *yaml.Node) bool { return m.Value == "ReadWriteMany" }) {
				return true
			}
		}
	}
	return false
}

// systemFiles are folders of the images that their programs need.
var systemFiles = []string{"/bin", "/etc", "/etc/ssl", "/etc/ssl/certs", "/lib", "/lib64", "/sbin", "/usr", "/usr/bin", "/usr/lib"}

// hides is an added mount over a folder of the system, or in a disk on which the program
// keeps files.
func hides(f *field) bool {
	if !added(f) || f.path.Last() != "mountPath" {
		return false
	}
	at := path.Clean(tree.Text(f.now))
	for _, m := range tree.Items(tree.At(f.object.Node, f.path[:len(f.path)-3]), "volumeMounts") {
		for _, v := range tree.Items(f.template, "spec", "volumes") {
			disk := tree.Text(v, "name") == tree.Text(m, "name") && tree.Get(v, "persistentVolumeClaim") != nil
			if disk && strings.HasPrefix(at, path.Clean(tree.Text(m, "mountPath"))+"/") {
				return true
			}
		}
	}
	return at == "/" || slices.Contains(systemFiles, at)
}

// depth at which the object differs, in its pods.
func (f *field) depth() int { return len(f.of.Path) - len(f.path) + len(f.pod) }

// Depths of what is in a list of pods, and in one of containers.
const (
	podItem       = 3
	containerItem = 5
)

// added is a whole item, or a whole list, that the spec does not render.
func added(f *field) bool {
	item := podItem
	if f.pod[1] != "volumes" {
		item = containerItem
	}
	return f.of.Added && f.depth() <= item
}

func addedContainer(f *field) bool { return f.of.Added && f.depth() <= podItem }

// unread is an added variable that no program of the site reads, or that only changes how
// much of a node it uses.
func unread(f *field) bool {
	if !added(f) || len(f.pod) < containerItem {
		return false
	}
	name := f.pod[:containerItem].Last()
	if slices.Contains([]string{"GOGC", "GOMAXPROCS", "GOMEMLIMIT", "GOTRACEBACK", "OTEL_RESOURCE_ATTRIBUTES", "TZ"}, name) {
		return true
	}
	for _, prefix := range []string{"ATHENS_", "AWS_", "AZURE_", "GIT_", "GOOGLE_", "LD_", "OTEL_", "SSL_CERT_", "XDG_"} {
		if strings.HasPrefix(name, prefix) {
			return false
		}
	}
	return len(releases.Lookup(name)) == 0 && name != "NETRC"
}

// samePort is an added container that listens on a port of another one, or has its name.
func samePort(f *field) bool {
	if !addedContainer(f) {
		return false
	}
	for at, c := range workloads.Containers(f.template) {
		if at[1] != "containers" || tree.ItemNamed(tree.Text(c, "name")) == f.pod[2] {
			continue
		}
		for _, port := range tree.Items(c, "ports") {
			if name := tree.Text(port, "name"); name != "" && tree.ItemNamed(name) == f.pod[len(f.pod)-2] {
				return true
			}
			if f.path.Last() == "containerPort" && tree.Text(port, "containerPort") == tree.Text(f.now) {
				return true
			}
		}
	}
	return false
}

// istioContainer is one that istioctl kube-inject adds, with Istio's own image.
func istioContainer(f *field) bool {
	if !addedContainer(f) || len(f.pod) < podItem {
		return false
	}
	image := tree.Text(tree.At(f.template, f.pod[:podItem]), "image")
	name, _, _ := strings.Cut(image[strings.LastIndexByte(image, '/')+1:], ":")
	return name == "proxyv2" && slices.Contains([]string{"istio-init", "istio-proxy", "istio-validation"}, f.pod[:podItem].Last())
}

// probedByIstio is a probe that istioctl kube-inject sends to the sidecar, which asks the
// program.
func probedByIstio(f *field) bool {
	get := tree.At(f.object.Node, f.path[:len(f.path)-1])
	return strings.HasPrefix(tree.Text(get, "path"), "/app-health/") && tree.Text(get, "port") == "15020"
}

// otherTag is an image of another version; a mirror, a digest and a build of a mirror's
// own (v0.18.0-corp.1) are none.
func otherTag(f *field) bool {
	tag := func(n *yaml.Node) (tag string, pinned bool) {
		image, _, pinned := strings.Cut(tree.Text(n), "@")
		_, tag, _ = strings.Cut(image[strings.LastIndexByte(image, '/')+1:], ":")
		return tag, pinned
	}
	old, _ := tag(f.old)
	now, pinned := tag(f.now)
	if f.now == nil || old == "" || now == "" {
		return f.now == nil || !pinned && old != now
	}
	return now != old && !strings.HasPrefix(now, old+"-")
}

// stricter is a restriction of a container or a pod that takes nothing from the program.
func stricter(f *field) bool {
	text, same := tree.Text(f.now), func(key string) bool {
		return f.now != nil && f.pod[1] != "securityContext" && tree.Equal(f.now, tree.Get(f.template, "spec", "securityContext", key))
	}
	switch last := f.path.Last(); last {
	case "runAsNonRoot", "readOnlyRootFilesystem":
		return text == "true"
	case "privileged", "allowPrivilegeEscalation":
		return text == "false"
	case "runAsUser", "runAsGroup":
		return same(last)
	case "type":
		return text == "RuntimeDefault"
	case "seccompProfile", "appArmorProfile":
		return tree.Text(f.now, "type") == "RuntimeDefault"
	case "fsGroupChangePolicy":
		return true
	case "add", "supplementalGroups":
		return len(tree.Items(f.now)) == 0
	case "drop":
		return slices.ContainsFunc(tree.Items(f.now), func(n *yaml.Node) bool { return n.Value == "ALL" })
	}
	return false
}

// quietLabel is a label of pods that Istio names or places them by, or that its injection adds.
func quietLabel(f *field) bool {
	switch key := f.path.Last(); key {
	case "security.istio.io/tlsMode":
		return is("istio")(f)
	case "sidecar.istio.io/inject":
		return is("true")(f) && generators.Meshed(f.spec)
	default:
		return strings.HasPrefix(key, "service.istio.io/") || strings.HasPrefix(key, "topology.istio.io/")
	}
}

// quietAnnotation is one about the sidecar's logs, metrics, image and resources, or that
// its injection adds.
func quietAnnotation(f *field) bool {
	switch key := f.path.Last(); key {
	case "sidecar.istio.io/inject", "sidecar.istio.io/rewriteAppHTTPProbers":
		return is("true")(f)
	case "istio.io/rev", "prometheus.istio.io/merge-metrics", "proxy.istio.io/overrides", "sidecar.istio.io/agentLogLevel", "sidecar.istio.io/componentLogLevel",
		"sidecar.istio.io/enableCoreDump", "sidecar.istio.io/extraStatTags", "sidecar.istio.io/logLevel", "sidecar.istio.io/status":
		return true
	default:
		return strings.HasPrefix(key, "sidecar.istio.io/proxy") || strings.HasPrefix(key, "sidecar.istio.io/stats") || strings.HasPrefix(key, "sidecar.istio.io/userVolume")
	}
}

func secondMesh(f *field) bool {
	return generators.Meshed(f.spec) && is("enabled", "ingress")(f)
}

// aliasInUse is a name of a host that the manifests mention, or any name where Athens
// fetches modules from the hosts in their paths.
func aliasInUse(f *field) bool {
	if f.now == nil {
		return false
	}
	if f.spec.Spec.Athens.AsksDirect() {
		return true
	}
	for host := range scalars(f.now) {
		for _, o := range f.rendered {
			for text := range scalars(o) {
				if strings.Contains(host, ".") && strings.Contains(text, host) || text == host {
					return true
				}
			}
		}
	}
	return false
}

// scalars in a node, without keys.
func scalars(n *yaml.Node) func(yield func(string) bool) {
	var walk func(n *yaml.Node, yield func(string) bool) bool
	walk = func(n *yaml.Node, yield func(string) bool) bool {
		if n.Kind == yaml.ScalarNode {
			return yield(n.Value)
		}
		for i, inner := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 0 {
				continue
			}
			if !walk(inner, yield) {
				return false
			}
		}
		return true
	}
	return func(yield func(string) bool) { walk(n, yield) }
}

// selectsTheSame says whether the field is a label that a selector asks for in addition,
// and that all pods of the site have, as kustomize's labels with includeSelectors adds it.
func (f *field) selectsTheSame() bool {
	path := slices.Clone(f.path)
	selector := func(step string) bool {
		return slices.Contains([]string{"selector", "podSelector", "labelSelector", "workloadSelector"}, step)
	}
	i := slices.IndexFunc(path, selector)
	if i < 0 || f.old != nil || f.now == nil || f.object.Kind == "Gateway" || len(f.templates) == 0 || f.object.Namespace != f.namespace {
		return false
	}
	key := path[len(path)-1]
	if between := path[i+1 : len(path)-1]; len(between) > 1 || len(between) == 1 && between[0] != "matchLabels" && between[0] != "labels" || i+1 == len(path) {
		return false
	}
	if tree.Has(tree.At(f.object.Node, path[:i]), "namespaceSelector") {
		return false
	}
	selects := false
	for _, template := range f.templates {
		labels := tree.Get(template, "metadata", "labels")
		if tree.Text(labels, key) != tree.Text(f.now) {
			return false
		}
		all := true
		for k, v := range tree.Entries(tree.At(f.object.Node, path[:len(path)-1])) {
			all = all && tree.Text(labels, k) == tree.Text(v)
		}
		selects = selects || all
	}
	return selects
}
