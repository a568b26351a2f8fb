package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// part is one thing that an Athens has: a setting, a file, a number of its pods, a
// way in. Two Athens have the same part if it has the same key.
type part struct {
	key string
	// value without secrets.
	value string
	// written says that the value is written, and is not a default.
	written bool
	// matters says that Athens does not do its work, or not for the same clients,
	// without it.
	matters bool
}

// parts is the list of them that is being made.
type parts struct {
	*running
	list []part
	has  map[string]bool
	// moved are the settings whose value goes into a Secret.
	moved map[string]KeyRef
}

func (p *parts) add(key, value string, written, matters bool) {
	if !p.has[key] {
		p.has[key] = true
		p.list = append(p.list, part{key, quote.Shown(value), written, matters})
	}
}

// note is a part that does not decide whether Athens does its work.
func (p *parts) note(key, value string) { p.add(key, value, true, false) }

// partsOf are all parts of an Athens.
func partsOf(r *running, moved map[string]KeyRef) []part {
	p := &parts{running: r, has: map[string]bool{}, moved: moved}
	p.ways()
	p.settings()
	p.volumes()
	p.scaling()
	p.started()
	p.podParts()
	p.around()
	return p.list
}

// volumeKey is the part that says where disk storage keeps modules.
const volumeKey = "volume of the modules"

// scaling is how many pods there are.
func (p *parts) scaling() {
	least, most := p.scale()
	p.add("replicas", strconv.Itoa(int(least)), true, false)
	if most > least {
		p.add("replicas at most", strconv.Itoa(int(most)), true, false)
	}
	scaler := p.autoscaler()
	for _, metric := range tree.Items(scaler, "spec", "metrics") {
		for _, kind := range []string{"resource", "containerResource"} {
			if name := tree.Text(metric, kind, "name"); name != "" {
				p.note("autoscaling by "+name, targetOf(tree.Get(metric, kind, "target")))
			}
		}
		for _, kind := range []string{"pods", "object", "external"} {
			if name := tree.Text(metric, kind, "metric", "name"); name != "" {
				p.note("autoscaling by "+name, targetOf(tree.Get(metric, kind, "target")))
			}
		}
	}
	if percent := tree.Text(scaler, "spec", "targetCPUUtilizationPercentage"); percent != "" {
		p.note("autoscaling by cpu", percent+"%")
	}
	if tree.Get(scaler, "spec", "behavior") != nil {
		p.note("autoscaling behaviour", compact(tree.Get(scaler, "spec", "behavior")))
	}
	p.note("update strategy", p.strategy())
	for _, o := range p.objects {
		if o.Kind == "PodDisruptionBudget" && o.Namespace == p.of.Namespace && p.selected(tree.Get(o.node, "spec", "selector", "matchLabels")) {
			for _, field := range []string{"minAvailable", "maxUnavailable"} {
				if v := tree.Text(o.node, "spec", field); v != "" {
					p.note("disruption budget", field+" "+v)
				}
			}
		}
	}
}

func (p *parts) strategy() string {
	for _, field := range []string{"strategy", "updateStrategy"} {
		if kind := tree.Text(p.of.node, "spec", field, "type"); kind != "" {
			return kind
		}
	}
	return "RollingUpdate"
}

func targetOf(n *yaml.Node) string {
	if percent := tree.Text(n, "averageUtilization"); percent != "" {
		return percent + "%"
	}
	return tree.Text(n, "averageValue") + tree.Text(n, "value")
}

// started is what the container is started with.
func (p *parts) started() {
	repository, tag := splitImage(tree.Text(p.container, "image"))
	p.add("image", strings.TrimPrefix(repository, "docker.io/"), true, false)
	p.add("version", tag, true, false)
	for _, kind := range []string{"requests", "limits"} {
		var all []string
		for name, v := range tree.Entries(p.container, "resources", kind) {
			all = append(all, name+" "+tree.Text(v))
		}
		slices.Sort(all)
		p.add("resources "+kind, cmp.Or(strings.Join(all, ", "), "none"), len(all) > 0, false)
	}
	pod, own := tree.Get(p.pod, "securityContext"), tree.Get(p.container, "securityContext")
	for _, f := range []struct{ field, none string }{{"runAsUser", "the image's, which is root in Athens' own"}, {"runAsGroup", "the image's"}, {"fsGroup", "none"}} {
		v := cmp.Or(tree.Text(own, f.field), tree.Text(pod, f.field))
		p.add(f.field, cmp.Or(v, f.none), v != "", false)
	}
	for _, context := range []*yaml.Node{pod, own} {
		for key, v := range tree.Entries(context) {
			if !p.has[key] && v.Value != "false" || key == "allowPrivilegeEscalation" || key == "readOnlyRootFilesystem" || key == "runAsNonRoot" {
				p.note("securityContext "+key, compact(v))
			}
		}
	}
	p.note("terminationGracePeriodSeconds", cmp.Or(tree.Text(p.pod, "terminationGracePeriodSeconds"), "30"))
	for _, kind := range []string{"startupProbe", "livenessProbe", "readinessProbe"} {
		if n := tree.Get(p.container, kind); n != nil {
			p.note(kind, probe(n))
		}
	}
	for key, v := range tree.Entries(p.container, "lifecycle") {
		p.note("lifecycle "+key, compact(v))
	}
	for _, field := range []string{"command", "args"} {
		var rest []string
		items := tree.Items(p.container, field)
		for i := 0; i < len(items); i++ {
			arg := strings.TrimLeft(items[i].Value, "-")
			if name, _, both := strings.Cut(arg, "="); name == configFlag {
				if !both {
					i++
				}
				continue
			}
			rest = append(rest, quote.Shown(items[i].Value))
		}
		if len(rest) > 0 && !(len(rest) == 1 && (strings.HasSuffix(rest[0], "athens-proxy"))) {
			p.note(field, strings.Join(rest, " "))
		}
	}
	p.note("pull policy", cmp.Or(tree.Text(p.container, "imagePullPolicy"), "IfNotPresent"))
}

// probe is what the kubelet asks, and how often.
func probe(n *yaml.Node) string {
	ask := "a program"
	switch {
	case tree.Get(n, "httpGet") != nil:
		ask = "GET " + tree.Text(n, "httpGet", "path")
	case tree.Get(n, "tcpSocket") != nil:
		ask = "TCP"
	case tree.Get(n, "grpc") != nil:
		ask = "gRPC"
	}
	return fmt.Sprintf("%s every %ss, %ss each, %s failures, first after %ss", ask, cmp.Or(tree.Text(n, "periodSeconds"), "10"),
		cmp.Or(tree.Text(n, "timeoutSeconds"), "1"), cmp.Or(tree.Text(n, "failureThreshold"), "3"), cmp.Or(tree.Text(n, "initialDelaySeconds"), "0"))
}

// podParts is where the pods run, with which identity, and next to which pods.
func (p *parts) podParts() {
	if name := p.accountName(); name != "default" {
		p.note("service account", name)
	}
	for key, v := range tree.Entries(p.accountNotes()) {
		if !isNote(key) {
			p.add("service account annotation "+key, tree.Text(v), true, strings.Contains(key, "amazonaws.com") || strings.Contains(key, "gke.io") || strings.Contains(key, "azure"))
		}
	}
	for _, ref := range p.pullSecrets() {
		p.add("pull secret "+tree.Text(ref, "name"), "set", true, true)
	}
	p.others(p.pod)
	p.others(p.container)
	p.others(tree.Get(p.of.node, "spec"))
	if n := tree.Get(p.of.node, "spec", "strategy", "rollingUpdate"); n != nil && !usual(n, "maxSurge", "25%", "maxUnavailable", "25%") {
		p.note("rolling update", compact(n))
	}
	for key, v := range tree.Entries(p.of.node, "metadata", "annotations") {
		if !isNote(key) {
			p.note("annotation "+key, quote.Of(key, tree.Text(v)))
		}
	}
	for key, v := range tree.Entries(p.template, "metadata", "annotations") {
		if !isNote(key) {
			p.note("pod annotation "+key, quote.Of(key, tree.Text(v)))
		}
	}
	for key, v := range tree.Entries(p.template, "metadata", "labels") {
		if identity := strings.HasPrefix(key, "azure.workload.identity/"); identity || !p.named(key) {
			p.add("pod label "+key, tree.Text(v), true, identity)
		}
	}
	for _, c := range tree.Items(p.pod, "initContainers") {
		switch {
		case isProxy(c):
		case tree.Text(c, "restartPolicy") == "Always": // it runs as long as Athens does
			p.add("container "+tree.Text(c, "name"), tree.Text(c, "image"), true, true)
		default:
			p.note("init container "+tree.Text(c, "name"), tree.Text(c, "image"))
		}
	}
	for _, c := range tree.Items(p.pod, "containers") {
		if c != p.container && !isProxy(c) {
			p.add("container "+tree.Text(c, "name"), tree.Text(c, "image"), true, true)
		}
	}
}

// named reports whether a label only says what the pods are of.
func (r *running) named(key string) bool {
	prefix, _, found := strings.Cut(key, "/")
	return tree.Get(r.of.node, "spec", "selector", "matchLabels", key) != nil || found && (strings.HasSuffix(prefix, "kubernetes.io") || strings.HasSuffix(prefix, "helm.sh") || strings.HasSuffix(prefix, "gomods.io") || strings.HasSuffix(prefix, "istio.io")) ||
		slices.Contains([]string{"app", "chart", "release", "heritage", "component", "version", "pod-template-hash"}, key)
}

// isProxy reports whether a container is the mesh's own.
func isProxy(c *yaml.Node) bool {
	return strings.HasPrefix(tree.Text(c, "name"), "istio-")
}

// volumes are what is mounted. Files whose names are not known are one part.
func (p *parts) volumes() {
	for _, m := range p.mounts() {
		switch m.kind {
		case "Secret", "ConfigMap":
			p.add(m.place.String(), "mounted", true, m.kind == "Secret")
		case "PersistentVolumeClaim":
			p.add("claim "+m.name, cmp.Or(m.inside, "all of it"), true, true)
		case "emptyDir":
		default:
			p.add("volume at "+m.path, m.String(), true, true)
		}
	}
}

// compact is a node on one line, with its keys in order and without secrets, so that
// what means the same is the same text.
func compact(n *yaml.Node) string {
	n = tree.Clone(n)
	krm.Hide(n)
	var flow func(*yaml.Node)
	flow = func(n *yaml.Node) {
		n.Style, n.HeadComment, n.LineComment, n.FootComment = yaml.FlowStyle, "", "", ""
		if n.Kind == yaml.ScalarNode {
			n.Style = 0
		}
		if n.Kind == yaml.MappingNode {
			n.Content = sorted(n.Content)
		}
		for _, c := range n.Content {
			flow(c)
		}
	}
	flow(n)
	text, err := yaml.Marshal(n)
	if err != nil {
		return quote.Hidden
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// sorted are the keys of a mapping, each with its value, by the text of the key.
func sorted(content []*yaml.Node) (out []*yaml.Node) {
	pairs := slices.Collect(slices.Chunk(content, 2))
	slices.SortStableFunc(pairs, func(a, b []*yaml.Node) int { return strings.Compare(a[0].Value, b[0].Value) })
	return slices.Concat(pairs...)
}
