package cluster

import (
	"fmt"
	"slices"

	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// Pod is a running pod.
type Pod struct {
	Namespace, Name, Account, IP, Zone string
	Labels, Annotations                map[string]string
	// Program is the app.kubernetes.io/name of a site's pod; of others it is the
	// name of their workload.
	Program string
	// Meshed pods have an Envoy in front of them.
	Meshed bool
	// Gateway pods are an Envoy and nothing else.
	Gateway bool
	// Ports that the containers name.
	Ports map[string]int
	// Args and Env of the program. What Env takes from elsewhere is not in it.
	Args, Env []string
}

func (p *Pod) String() string { return p.Namespace + "/" + p.Name }

// Annotations that decide about a pod's Envoy. Gateways are injected too, with
// a template of their own.
const (
	templates   = "inject.istio.io/templates"
	injectLabel = "sidecar.istio.io/inject"
)

// addPods starts the pods of Deployments and one of each CronJob, spread over
// the zones.
func (c *Cluster) addPods() {
	n := 0
	for _, o := range slices.Clone(c.Objects) {
		template := o.Map("spec", "template")
		if o.Kind() == "CronJob" {
			template = o.Map("spec", "jobTemplate", "spec", "template")
		}
		if template == nil {
			continue
		}
		for i := range c.replicas(o) {
			pod := c.pod(o, template, i)
			pod.IP = address(c.pods, n)
			n++
			if c.trouble.Gone != nil && c.trouble.Gone(pod) {
				continue
			}
			c.Pods = append(c.Pods, pod)
			c.Objects = append(c.Objects, pod.object(template))
		}
	}
}

// replicas of a workload: its own number, or the least of its autoscaler.
func (c *Cluster) replicas(o manifest.Object) int {
	if n, ok := o.Int("spec", "replicas"); ok {
		return n
	}
	for _, hpa := range c.Objects {
		ref := hpa.Map("spec", "scaleTargetRef")
		if hpa.Namespace() == o.Namespace() && ref.Kind() == o.Kind() && ref.Text("name") == o.Name() {
			if n, ok := hpa.Int("spec", "minReplicas"); ok {
				return n
			}
			n, _ := hpa.Int("spec", "minReplicaCount") // KEDA's
			return n
		}
	}
	return 1
}

func (c *Cluster) pod(workload, template manifest.Object, i int) *Pod {
	p := &Pod{
		Namespace:   workload.Namespace(),
		Name:        fmt.Sprintf("%s-%d", workload.Name(), i),
		Account:     template.Text("spec", "serviceAccountName"),
		Zone:        Zones[i%len(Zones)],
		Labels:      template.Labels("metadata", "labels"),
		Annotations: template.Labels("metadata", "annotations"),
		Program:     workload.Name(),
		Ports:       map[string]int{},
	}
	if p.Labels["athens.gomods.io/site"] != "" {
		p.Program = p.Labels["app.kubernetes.io/name"]
	}
	if p.Account == "" {
		p.Account = "default"
	}
	for _, container := range template.List("spec", "containers") {
		for _, port := range container.List("ports") {
			p.Ports[port.Text("name")], _ = port.Int("containerPort")
		}
	}
	if containers := template.List("spec", "containers"); len(containers) > 0 {
		args, _ := containers[0]["args"].([]any)
		for _, a := range args {
			p.Args = append(p.Args, fmt.Sprint(a))
		}
		for _, e := range containers[0].List("env") {
			if e["value"] != nil {
				p.Env = append(p.Env, fmt.Sprintf("%s=%v", e["name"], e["value"]))
			}
		}
	}
	p.Gateway = p.Annotations[templates] == "gateway"
	p.Meshed = p.Gateway || c.injected(p)
	if p.Meshed {
		// What the injector adds; istiod believes it.
		p.Labels["security.istio.io/tlsMode"] = "istio"
		p.Labels["service.istio.io/canonical-name"] = p.Program
		p.Labels["service.istio.io/canonical-revision"] = "latest"
	}
	return p
}

// injected says whether the injector would give the pod a sidecar.
func (c *Cluster) injected(p *Pod) bool {
	labels := manifest.Find(c.Objects, "Namespace", "", p.Namespace).Labels("metadata", "labels")
	switch p.Labels[injectLabel] + p.Annotations[injectLabel] {
	case "":
	case "true":
		return true
	default:
		return false
	}
	if labels["istio-injection"] != "" {
		return labels["istio-injection"] == "enabled"
	}
	return labels["istio.io/rev"] != "" && slices.Contains(Revisions, labels["istio.io/rev"])
}

// object is the pod as the API server has it.
func (p *Pod) object(template manifest.Object) manifest.Object {
	o := manifest.Clone([]manifest.Object{template})[0]
	o["apiVersion"], o["kind"] = "v1", "Pod"
	spec := o.Map("spec")
	spec["nodeName"] = nodeIn(p.Zone)
	spec["serviceAccountName"] = p.Account
	for _, container := range o.List("spec", "containers") {
		for _, port := range container.List("ports") {
			if port["protocol"] == nil {
				port["protocol"] = "TCP" // istiod finds a named port only with it
			}
		}
	}
	if p.Meshed && !p.Gateway {
		containers, _ := spec["containers"].([]any)
		spec["containers"] = append(containers, map[string]any{"name": "istio-proxy", "image": "istio/proxyv2:1.31.1"})
	}
	o["metadata"] = map[string]any{
		"name": p.Name, "namespace": p.Namespace,
		"labels": anyMap(p.Labels), "annotations": anyMap(p.Annotations),
	}
	o["status"] = map[string]any{
		"phase": "Running", "podIP": p.IP,
		"podIPs":     []any{map[string]any{"ip": p.IP}},
		"conditions": []any{map[string]any{"type": "Ready", "status": "True"}},
	}
	return o
}

func anyMap(in map[string]string) map[string]any {
	out := map[string]any{}
	for k, v := range in {
		out[k] = v
	}
	return out
}
