package importer

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/tree"
)

func newMapping(r *running, name, namespace string) *mapping {
	m := &mapping{running: r, site: &v1alpha1.AthensSite{}, moved: map[string]KeyRef{}, why: map[string]string{}, used: map[place]bool{}, carried: map[string]bool{}}
	m.site.APIVersion, m.site.Kind = v1alpha1.APIVersion, v1alpha1.Kind
	m.site.Name, m.site.Namespace = name, namespace
	return m
}

// placeholders are what a required field gets so that the rest can be rendered.
var placeholders = map[string]*yaml.Node{
	"spec.host": tree.String("athens.example.com"), "metadata.name": tree.String("athens"), "metadata.namespace": tree.String("athens"),
	"spec.athens.storage.mongo.hosts": tree.List(tree.String("mongo.example.com:27017")),
}

// soundSite is the site without the fields that break a rule, so that the rest of it
// can be rendered and compared, and the paths of what was removed or exchanged. Nil
// if there is none.
func soundSite(node *yaml.Node) (site *v1alpha1.AthensSite, gone []string) {
	const rounds = 8
	for range rounds {
		list := &krm.ResourceList{Items: []*yaml.Node{node}}
		sites := list.Load()
		if !list.Results.Failed() && len(sites) == 1 {
			return sites[0], gone
		}
		node = tree.Clone(node)
		for _, r := range list.Results {
			if r.Severity == krm.Error {
				gone = append(gone, drop(node, r.Field))
			}
		}
	}
	return nil, nil
}

// broken has a line for each rule that the site breaks.
func broken(problems krm.Results) (out []Line) {
	for _, r := range problems {
		if r.Severity == krm.Error && !slices.ContainsFunc(out, func(l Line) bool { return l.Key == r.Field }) {
			out = append(out, Line{Verdict: YoursToDo, Key: r.Field, Text: "breaks a rule, and what it sets is not compared: " + r.Message, Matters: true})
		}
	}
	return out
}

// drop takes the field of a problem out, or what it is missing in, and returns the
// path of that.
func drop(node *yaml.Node, field string) string {
	path := tree.Parse(field)
	if value := placeholders[field]; value != nil {
		tree.Set(node, path, value)
		return field
	}
	for len(path) > 1 && tree.At(node, path) == nil {
		path = path[:len(path)-1]
	}
	if len(path) > 1 {
		tree.Set(node, path, nil)
	}
	return path.String()
}

// owners are the fields that parts are in which are no settings, by the beginning of
// their keys.
var owners = []struct{ key, field string }{
	{"host ", "host"}, {"certificate of", "host"}, {"ingress ", "gateway"}, {"version", "athens.version"}, {"version", "athens.image"}, {"image", "athens.image"},
	{"replicas at most", "athens.autoscaling"}, {"replicas", "athens.replicas"}, {"autoscaling", "athens.autoscaling"}, {"resources", "athens.resources"}, {"nodeSelector", "athens.pods"}, {"tolerations", "athens.pods"}, {"affinity", "athens.pods"},
	{"topologySpread", "athens.pods"}, {"priorityClassName", "athens.pods"}, {"runtimeClassName", "athens.pods"}, {"pod annotation ", "athens.pods"}, {"pod label ", "athens.pods"},
	{"disruption budget", "athens.replicas"}, {"update strategy", "athens.storage"}, {"volume ", "athens.storage"}, {"claim ", "athens.storage"},
	{"service account", "athens.serviceAccount"}, {"pull secret", "images"}, {"GOPRIVATE of", "athens.private"}, {"GONOSUMDB of", "athens.private"}, {"GOPROXY of", "athens.upstream"},
}

// inGone reports whether the field of a part, or one in it, breaks a rule.
func (m *mapping) inGone(key string, gone []string) bool {
	var fields []string
	if known := releases.Lookup(key); len(known) > 0 && known[0].Field != "" {
		fields = append(fields, known[0].Field)
	} else if _, variable := m.env.Get(key); variable {
		fields = append(fields, "athens.env")
	}
	for _, o := range owners {
		if strings.HasPrefix(key, o.key) {
			fields = append(fields, o.field)
		}
	}
	return slices.ContainsFunc(fields, func(field string) bool {
		return slices.ContainsFunc(gone, func(path string) bool {
			return strings.HasPrefix(path, "spec."+field) || strings.HasPrefix("spec."+field, path)
		})
	})
}

// compare renders the site and holds each part of what runs against it. What the
// lines so far leave out is not said again.
// Parts whose fields are gone from the site, because they break a rule, are not
// compared.
func (m *mapping) compare(site *v1alpha1.AthensSite, gone []string, said []Line) (out []Line) {
	made := krm.Make(site)
	var nodes []*yaml.Node
	for _, o := range made {
		nodes = append(nodes, o.Node())
		out = append(out, m.collision(o.ID)...)
	}
	objects, _ := objectsOf(nodes)
	rendered, err := runningIn(objects, generators.Name(site, generators.Athens), site.Namespace)
	if err != nil { // no site has none
		return append(out, Line{Verdict: LeftOut, Key: "comparison", Text: err.Error(), Matters: true})
	}
	has := map[string]part{}
	for _, p := range partsOf(rendered, nil) {
		has[p.key] = p
	}
	explained := map[string]bool{}
	for _, l := range said {
		explained[l.Key] = explained[l.Key] || l.Verdict == LeftOut
	}
	consumed := m.consumed()
	if m.spec().Gateway.Ref() != nil { // whose certificate stays
		consumed["certificate of "+m.spec().Host] = true
	}
	for _, p := range partsOf(m.running, m.moved) {
		is, there := has[p.key]
		why := m.why[p.key]
		switch {
		case explained[p.key]:
		case there && is.value == p.value, p.value == ignored, !there && p.value == "", consumed[p.key], !there && !p.written:
			out = append(out, Line{Verdict: Same, Key: p.key, Text: p.value})
		case m.inGone(p.key, gone):
		case there:
			text := p.value + " → " + is.value
			if why = cmp.Or(why, reason(p.key)); why != "" {
				text += ": " + why
			}
			out = append(out, Line{Verdict: Differs, Key: p.key, Text: text, Matters: p.matters && p.written})
		default:
			out = append(out, Line{Verdict: LeftOut, Key: p.key, Text: p.value + ": " + cmp.Or(why, advice(p)), Matters: p.matters})
		}
	}
	return out
}

// consumed are the files whose content is compared, and not that they are mounted.
func (m *mapping) consumed() map[string]bool {
	out := maps.Clone(m.carried)
	for at, used := range m.used {
		out[at.String()] = used
	}
	for _, s := range []setting{m.setting("ATHENS_FILTER_FILE"), m.setting("ATHENS_DOWNLOAD_MODE"), m.setting("ATHENS_NETRC_PATH"), m.setting("ATHENS_HGRC_PATH")} {
		at := m.at(strings.TrimPrefix(s.Value, "file:"))
		out[at.String()] = true
		// A Secret that is not among the objects is mounted with keys that are not known.
		out[place{kind: at.kind, name: at.name}.String()] = true
	}
	out[m.configFile.String()] = true
	out["ATHENS_GITHUB_TOKEN"] = len(m.spec().Athens.Private.Credentials) > 0 // git has it from there
	out[goKey("GONOSUMDB")] = true                                            // its patterns are in GOPRIVATE
	if m.spec().Trust != nil {
		for _, name := range []string{"SSL_CERT_FILE", "SSL_CERT_DIR", goKey("SSL_CERT_FILE"), goKey("GIT_SSL_CAINFO")} {
			out[name] = true // of which the site makes one file
		}
	}
	delete(out, place{}.String())
	return out
}

// collision notes an object that the site makes and that is there already.
func (m *mapping) collision(id krm.ID) []Line {
	for _, o := range m.objects {
		if o.ID == id && id.Kind != "Namespace" && id.Kind != "ServiceAccount" {
			return []Line{{Verdict: YoursToDo, Key: o.title(), Text: quote.Sprintf("the site makes an object of that name too, so that applying it changes what runs: choose another name with --name"), Matters: true}}
		}
	}
	return nil
}

const patch = "no field of the spec sets it: patch the Deployment, for example with kustomize"

// reasons say why a site has a part with another value, or not at all, and what to
// do, by the beginning of its key.
var reasons = []struct{ key, differs, leftOut string }{
	{"host ", "", "a site serves a name as a whole: write it to spec.additionalHosts if Athens may serve all of its paths, or let it redirect to spec.host"},
	{"certificate of", "make the Secret in the namespace of the gateway's pods, or write spec.gateway.tls.secretName", "write spec.gateway.tls.secretName"},
	{"ingress annotation", "", "the site is reached through the mesh's gateway: do the same there, or keep the Ingress with --mesh None"},
	{"ingress class", "", "the site is reached through the mesh's gateway; --mesh None keeps the Ingress"},
	{"service annotation", "", "the site's Services are of type ClusterIP and are not for clients: patch them, for example with kustomize"},
	{"Service ", "", "the site's Services are of type ClusterIP: clients come through the gateway under spec.host; with --mesh None, spec.gateway.service is a load balancer"},
	{"address in the cluster", "policies let only the gateway and the site's own programs in: pods in the cluster must use https:// and spec.host too", ""},
	{"NetworkPolicy ", "", "the site makes its own: the gateway and its own programs reach Athens, and spec.egress sets what Athens may reach: remove it with the Athens of today"},
	{"monitor ", "", "write spec.metrics, which makes a PodMonitor, a PrometheusRule and a dashboard"},
	{"replicas at most", "", "write spec.athens.autoscaling"},
	{"autoscaling by", "the site scales by the CPU that the container requests", "write spec.athens.autoscaling with keda or podsMetric, or leave it: memory follows the running downloads"},
	{"autoscaling behaviour", "the site scales down late, one pod a minute", ""},
	{"update strategy", "follows from the storage: Recreate for a volume of one node", ""},
	{"disruption budget", "the site lets a drain take one pod at a time", "it comes with the second replica"},
	{"resources ", "write spec.athens.resources, or leave it: the site derives it from its workers", ""},
	{"runAsUser", "every pod runs as the user 1000, and files of another user on the volume must be readable for the group 1000", ""},
	{"runAsGroup", "every pod runs as the group 1000", ""},
	{"fsGroup", "volumes get the group 1000", ""},
	{"securityContext fsGroupChangePolicy", "the owner of the files is changed only where it is another", ""},
	{"securityContext", "every pod satisfies the pod security level restricted", "every pod satisfies the pod security level restricted: patch the Deployment if that is not what it is for"},
	{"terminationGracePeriodSeconds", "follows from spec.athens.timeouts.shutdown", ""},
	{"startupProbe", "fits what Athens does at start", ""},
	{"livenessProbe", "fits what Athens does under load", ""},
	{"readinessProbe", "fits what Athens does under load", ""},
	{"lifecycle", "every pod waits ten seconds before it stops", patch},
	{"init container", "", "the site mounts files with the right mode: patch the Deployment if it does more"},
	{"affinity", "replicas of the site prefer nodes of their own, unless spec.athens.pods.affinity has podAntiAffinity", "write spec.athens.pods.affinity"},
	{"topologySpread", "without labelSelector it counts the site's own pods", "write spec.athens.pods.topologySpreadConstraints"},
	{"nodeSelector", "the site's images are of Linux", ""},
	{"pod annotation prometheus.io/", "the site serves metrics there", ""},
	{"pod annotation ", "", "no pod of a site may have it, because of what it does: see spec.pods.annotations"},
	{"pod label azure.workload.identity/", "", "Athens as released cannot use AKS Workload Identity: write spec.athens.storage.azureBlob.credentials"},
	{"pod label ", "", "no pod of a site may have it, because others find pods by it: see spec.pods.labels"},
	{"volume at /tmp", "", "write spec.athens.workVolume"},
	{"persistentVolumeClaimRetentionPolicy", "", "the site's claim stays when a site is removed: with whenDeleted: Delete, set it to Retain before you remove the StatefulSet"},
	{"rolling update", "the site's numbers lose no request in a rollout", "a volume of one node has none"},
	{"external IP ", "", "the site's Services are of type ClusterIP: clients come through the gateway under spec.host; with --mesh None, spec.gateway.service is a load balancer"},
	{"port ", "", "no pod of a site has a port of its node: clients come through the gateway under spec.host"},
	{"container ", "", "a site has no such container, and what it does for Athens is not known: patch the Deployment, for example with kustomize"},
	{"command", "", "the site starts the image's own entry point, which reaps what git leaves behind"},
	{"args", "", "the site starts the image's own arguments: write their settings to the spec"},
	{"service account annotation", "", "write spec.athens.serviceAccount.annotations"},
	{"service account", "write spec.athens.serviceAccount.name if something outside knows the name", ""},
	{"version", "", "write spec.athens.version"},
	{"claim ", "", "the site mounts one claim, at the root of the modules: copy what is needed, or patch the Deployment"},
	{volumeKey, "", "write spec.athens.storage.disk"},
	{"the key ", "", "no field of the spec mounts it: patch the Deployment, for example with kustomize"},
	{"the Secret ", "", "no field of the spec mounts all of it: patch the Deployment, for example with kustomize"},
	{besideKey, "", "a site does not have it, and its policies cover the whole namespace: move it to another one if Athens needs it"},
	{readKey, "", "keep it, and let it name the site's own objects"},
	{decidesKey, "", "the site makes its own policies: write the same as a policy beside them, or see docs/howto/gateway.md"},
	{"callers in the cluster", "the gateway and the site's own programs: pods in the cluster must use https:// and spec.host", ""},
	{"volume size", "write spec.athens.storage.disk.size", ""},
	{"volume class", "write spec.athens.storage.disk.storageClassName", ""},
	{"GOPRIVATE of", "spec.athens.private.patterns are both GOPRIVATE and ATHENS_GONOSUM_PATTERNS", ""},
	{"ATHENS_GONOSUM_PATTERNS", "spec.athens.private.patterns are both GOPRIVATE and ATHENS_GONOSUM_PATTERNS", ""},
	{"ATHENS_GOGET_WORKERS", "write spec.athens.goGetWorkers to keep it", ""},
	{"ATHENS_LOG_LEVEL", "write spec.athens.logLevel to keep it", ""},
}

func reason(key string) string {
	for _, r := range reasons {
		if strings.HasPrefix(key, r.key) {
			return r.differs
		}
	}
	return ownReason(key)
}

func advice(p part) string {
	for _, r := range reasons {
		if r.leftOut != "" && (strings.HasPrefix(p.key, r.key) || strings.HasPrefix(p.value, r.key)) {
			return r.leftOut
		}
	}
	return cmp.Or(ownReason(p.key), patch)
}

// ownReason is why a site must not set a setting, or which field does.
func ownReason(key string) string {
	known := releases.Lookup(key)
	switch {
	case len(known) == 0:
		return ""
	case known[0].Fixed != "":
		return known[0].Fixed
	case known[0].Field != "":
		return "write spec." + known[0].Field
	}
	return ""
}
