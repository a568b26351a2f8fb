package importer

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// run translates the values, one group after another.
func (im *importer) run(host, mesh string) {
	im.way(host, mesh)
	im.image()
	im.replicas()
	im.storage()
	im.singleFlight()
	im.upstream()
	im.private()
	im.move("goGetWorkers", "athens.goGetWorkers")
	im.move("resources", "athens.resources")
	im.move("configEnvVars", "athens.env")
	im.serviceAccount()
	for _, f := range fixed {
		im.say(f.Verdict, f.Key, f.Text)
	}
	im.rest()
}

// fixed are values whose fate does not depend on what they say.
var fixed = []Line{
	{Verdict: isDefault, Key: "image.runAsNonRoot", Text: "every pod runs as the user 1000, never as root"},
	{Verdict: isDefault, Key: "livenessProbe", Text: "the site's probes fit what Athens does at start and under load"},
	{Verdict: isDefault, Key: "readinessProbe", Text: "the site's probes fit what Athens does at start and under load"},
	{Verdict: isDefault, Key: "strategy", Text: "follows from the storage: Recreate for a volume of one node, else RollingUpdate"},
	{Verdict: isDefault, Key: "terminationGracePeriodSeconds", Text: "follows from spec.athens.timeouts.shutdown"},
	{Verdict: lost, Key: "securityContext", Text: "every pod runs as the user 1000 and satisfies the pod security level restricted"},
	{Verdict: lost, Key: "lifecycle", Text: "every pod waits ten seconds before it stops; for more patch the Deployment"},
	{Verdict: isDefault, Key: "podDisruptionBudget", Text: "comes with the second replica, and lets a drain take one pod at a time"},
	{Verdict: lost, Key: "affinity", Text: "replicas are spread over zones and nodes; for more patch the Deployment, for example with kustomize"},
	{Verdict: lost, Key: "service", Text: "the Services are of type ClusterIP with port 80; traffic enters through the gateway or the Ingress"},
	{Verdict: lost, Key: "priorityClassName", Text: "patch the Deployment, for example with kustomize"},
	{Verdict: lost, Key: "annotations", Text: "patch the Deployment, for example with kustomize"},
	{Verdict: lost, Key: "extraLabels", Text: "patch the objects, for example with kustomize"},
	{Verdict: lost, Key: "nodeSelector", Text: "patch the Deployment, for example with kustomize"},
	{Verdict: lost, Key: "tolerations", Text: "patch the Deployment, for example with kustomize"},
	{Verdict: lost, Key: "extraVolumes", Text: "patch the Deployment, for example with kustomize"},
	{Verdict: lost, Key: "extraVolumeMounts", Text: "patch the Deployment, for example with kustomize"},
	{Verdict: lost, Key: "extraInitContainers", Text: "patch the Deployment, for example with kustomize"},
	{Verdict: lost, Key: "initContainerImage", Text: "keys are mounted with the right mode, so there is no init container"},
	{Verdict: lost, Key: "initContainerSecurityContext", Text: "keys are mounted with the right mode, so there is no init container"},
	{Verdict: lost, Key: "initContainerResources", Text: "keys are mounted with the right mode, so there is no init container"},
	{Verdict: lost, Key: "jaeger", Text: "traces go to a collector: spec.tracing"},
	{Verdict: lost, Key: "tracing", Text: "traces go to a collector: spec.tracing"},
	{Verdict: lost, Key: "metrics", Text: "pods carry the prometheus.io annotations; add a ServiceMonitor yourself"},
	{Verdict: lost, Key: "nameOverride", Text: "objects are named after the site: --name"},
	{Verdict: lost, Key: "fullnameOverride", Text: "objects are named after the site: --name"},
}

// way is how go commands come in: the Ingress, or the mesh's gateway instead.
func (im *importer) way(host, mesh string) {
	first := map[string]any{}
	if hosts, ok := im.get("ingress.hosts").([]any); ok && len(hosts) > 0 {
		first, _ = hosts[0].(map[string]any)
		text := "spec.host, from the first of them"
		if len(hosts) > 1 {
			text += fmt.Sprintf("; a site has one host, so %d are left out", len(hosts)-1)
		}
		if host != "" {
			text = "spec.host is the value of --host"
		}
		im.say(translated, "ingress.hosts", text)
	}
	if host == "" {
		host, _ = first["host"].(string)
	}
	im.set("host", host) // an empty one is reported with all other problems
	secret := ""
	if tls, ok := im.get("ingress.tls").([]any); ok && len(tls) > 0 {
		entry, _ := tls[0].(map[string]any)
		secret, _ = entry["secretName"].(string)
	}
	if mesh == v1alpha1.MeshNone {
		im.set("mesh.mode", mesh)
		if !im.is("ingress.enabled") {
			im.say(lost, "ingress", "there is none: it is disabled")
			return
		}
		im.put("ingress.enabled", "gateway.ingress", map[string]any{})
		im.move("ingress.className", "gateway.ingress.className")
		im.move("ingress.annotations", "gateway.annotations")
		if secret != "" {
			im.put("ingress.tls", "gateway.tls.secretName", secret)
		}
		return
	}
	im.say(isDefault, "ingress.enabled", "traffic enters through the mesh's gateway; --mesh None keeps an Ingress")
	im.say(lost, "ingress.className", "traffic enters through the mesh's gateway; --mesh None keeps an Ingress")
	im.say(lost, "ingress.annotations", "traffic enters through the mesh's gateway; --mesh None keeps an Ingress")
	if secret != "" && im.is("ingress.enabled") {
		im.set("gateway.tls.secretName", secret)
		im.say(toDo, "ingress.tls", "spec.gateway.tls.secretName; copy the Secret "+secret+" into the gateway's namespace")
	}
}

var releaseTag = regexp.MustCompile(`^v\d+\.\d+\.\d+$`)

// image is Athens' own, and then its tag is its version, or another owner's.
func (im *importer) image() {
	registry, repository := or(im.text("image.registry"), "docker.io"), or(im.text("image.repository"), "gomods/athens")
	tag := im.text("image.tag")
	known := releaseTag.MatchString(tag)
	if known {
		im.set("athens.version", tag)
	}
	switch own := registry+"/"+repository == "docker.io/gomods/athens"; {
	case own && (known || tag == ""):
		im.say(isDefault, "image.registry", registry)
		im.say(isDefault, "image.repository", repository)
		im.say(translated, "image.tag", "spec.athens.version: "+or(tag, v1alpha1.AthensVersion))
	default:
		image := registry + "/" + repository + ":" + or(tag, v1alpha1.AthensVersion)
		im.set("athens.image", image)
		text := "spec.athens.image: " + image
		if !known {
			text += "; write the release inside it to spec.athens.version"
		}
		for _, key := range []string{"image.registry", "image.repository", "image.tag"} {
			im.say(translated, key, text)
		}
	}
	if policy := im.text("image.pullPolicy"); policy == "IfNotPresent" || policy == "" {
		im.say(isDefault, "image.pullPolicy", "IfNotPresent")
	} else {
		im.put("image.pullPolicy", "images.pullPolicy", policy)
	}
	if secrets, ok := im.get("image.pullSecrets").([]any); ok && len(secrets) > 0 {
		im.put("image.pullSecrets", "images.pullSecretRefs", secrets)
	}
}

// serviceAccount is Athens' own. One that the chart does not make has a name, or
// is the namespace's default.
func (im *importer) serviceAccount() {
	im.move("serviceAccount.name", "athens.serviceAccount.name")
	if !im.has("serviceAccount.create") || im.is("serviceAccount.create") {
		im.say(isDefault, "serviceAccount.create", "each program has a ServiceAccount of its own")
		im.move("serviceAccount.annotations", "athens.serviceAccount.annotations")
		return
	}
	im.say(lost, "serviceAccount.annotations", "the chart writes them on no object either, because it creates no ServiceAccount")
	im.put("serviceAccount.create", "athens.serviceAccount.create", false)
	if im.text("serviceAccount.name") == "" {
		im.put("serviceAccount.name", "athens.serviceAccount.name", "default")
	}
}

func (im *importer) replicas() {
	if !im.is("autoscaling.enabled") {
		im.move("replicaCount", "athens.replicas")
		im.say(isDefault, "autoscaling", "off, as in the values")
		return
	}
	im.say(isDefault, "replicaCount", "autoscaling decides")
	im.say(translated, "autoscaling.enabled", "spec.athens.autoscaling")
	im.set("athens.replicas", 1) // the chart's own
	im.move("autoscaling.minReplicas", "athens.replicas")
	if least := im.get("autoscaling.minReplicas"); least != nil && reflect.DeepEqual(least, im.get("autoscaling.maxReplicas")) {
		im.say(translated, "autoscaling.maxReplicas", "spec.athens.replicas, a number that is fixed")
	} else {
		im.set("athens.autoscaling.maxReplicas", 3) // the chart's own
		im.move("autoscaling.maxReplicas", "athens.autoscaling.maxReplicas")
	}
	im.say(isDefault, "autoscaling.targetCPUUtilizationPercentage", "70 percent of the Athens container's request")
	im.say(lost, "autoscaling.targetMemoryUtilizationPercentage", "memory depends on the running downloads, and does not fall with more replicas")
	im.say(isDefault, "autoscaling.behavior", "scales down late, by one pod a minute")
	im.say(lost, "autoscaling.apiVersionOverride", "only autoscaling/v2 exists")
}

// commaList splits what the chart takes as one string.
func commaList(s string) []any {
	var out []any
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func (im *importer) upstream() {
	if !im.is("upstreamProxy.enabled") {
		im.say(isDefault, "upstreamProxy", "off: modules come from their own repositories")
		return
	}
	im.say(translated, "upstreamProxy.enabled", "spec.athens.upstream.goproxy")
	if im.has("upstreamProxy.url") {
		im.put("upstreamProxy.url", "athens.upstream.goproxy", im.get("upstreamProxy.url"))
	}
}
