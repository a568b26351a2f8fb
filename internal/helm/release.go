package helm

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/transformers"
	"github.com/gomods/athens-kfn/pkg/tree"
)

const storageType = "ATHENS_STORAGE_TYPE"

// release is the Athens in a chart's release.
type release struct {
	id                              krm.ID
	deployment, template, container *yaml.Node
	environment                     importer.Environment
}

// athensOf are the containers with the variable that says where modules are: the
// chart sets it in every release, and names its Deployment after the release.
func athensOf(items []*yaml.Node, namespace string) (found []release) {
	for _, item := range items {
		id := krm.IDOf(item)
		if id.Group != "apps" || id.Kind != "Deployment" {
			continue
		}
		template := tree.Get(item, "spec", "template")
		for _, c := range tree.Items(template, "spec", "containers") {
			e := importer.EnvironmentOf(c, namespace, items)
			if _, set := e.Get(storageType); set {
				found = append(found, release{id, item, template, c, e})
			}
		}
	}
	return found
}

// find the release's Athens; nil, with an error, if there is not one.
func (j *judgement) find(items []*yaml.Node) *release {
	found := athensOf(items, j.site.Namespace)
	if len(found) != 1 {
		j.fail("%d Deployments on stdin have a container with the variable %s, by which Athens is known: expected one, of the chart athens-proxy", len(found), storageType)
		return nil
	}
	if ns := found[0].id.Namespace; ns != "" && ns != j.site.Namespace {
		j.fail("metadata.namespace: the release's Athens is in %q and the site in %q: write the release's here", ns, j.site.Namespace)
		return nil
	}
	return &found[0]
}

// enrol makes the release's pods ones of the site. Pods and Jobs of the release,
// such as Helm's tests, get a sidecar that ends with them.
func (j *judgement) enrol(items []*yaml.Node) []transformers.Finding {
	found := athensOf(items, j.site.Namespace)
	athens := found[slices.IndexFunc(found, func(r release) bool { return r.id == j.release.id })] // which find has found
	var findings []transformers.Finding
	if generators.Meshed(j.site) {
		findings = transformers.Enrolment(j.enrolment(items, athens))(items)
		for _, f := range findings {
			if f.Wrong {
				return findings
			}
		}
		if ending := j.ending(items); len(ending.Spec.Workloads) > 0 {
			findings = append(findings, transformers.Enrolment(ending)(items)...)
		}
	}
	j.join(athens)
	return findings
}

// enrolment brings Athens into the mesh. Where the site's own pods hold the program
// until the sidecar is ready, these do too.
func (j *judgement) enrolment(items []*yaml.Node, athens release) *v1alpha1.MeshEnrolment {
	own := tree.Get(j.own, "spec", "template")
	drains := tree.Has(tree.Get(own, "metadata", "annotations"), proxyConfig)
	out := &v1alpha1.MeshEnrolment{Spec: v1alpha1.MeshEnrolmentSpec{
		Workloads: []v1alpha1.WorkloadSelector{{Kind: athens.id.Kind, Name: athens.id.Name, Namespace: athens.id.Namespace}},
		Revision:  j.site.Spec.Mesh.Revision,
		Drain:     v1alpha1.SidecarDrain{HoldApplicationUntilProxyStarts: &drains, ExitOnZeroActiveConnections: &drains},
		Strict:    true,
	}}
	for _, item := range items {
		if id := krm.IDOf(item); id.Group != "" || id.Kind != "Service" || id.Namespace != athens.id.Namespace || !selects(item, athens.template) {
			continue
		}
		for _, port := range tree.Items(item, "spec", "ports") {
			n, err := strconv.ParseInt(tree.Text(port, "port"), 10, 32)
			if protocol := tree.Text(port, "protocol"); err == nil && tree.Text(port, "appProtocol") == "" && (protocol == "" || protocol == "TCP") {
				out.Spec.Ports = append(out.Spec.Ports, v1alpha1.ServicePort{Service: tree.Text(item, "metadata", "name"), Port: intstr.FromInt32(int32(n)), AppProtocol: "http"})
			}
		}
	}
	return out
}

// selects says whether a Service selects pods.
func selects(service, template *yaml.Node) bool {
	any := false
	for key, v := range tree.Entries(service, "spec", "selector") {
		if tree.Text(template, "metadata", "labels", key) != v.Value {
			return false
		}
		any = true
	}
	return any
}

// ending enrols what runs to an end.
func (j *judgement) ending(items []*yaml.Node) *v1alpha1.MeshEnrolment {
	off := false
	out := &v1alpha1.MeshEnrolment{Spec: v1alpha1.MeshEnrolmentSpec{
		Revision: j.site.Spec.Mesh.Revision,
		Drain:    v1alpha1.SidecarDrain{HoldApplicationUntilProxyStarts: &off, ExitOnZeroActiveConnections: &off},
	}}
	for _, kind := range []string{"/Pod", "batch/Job", "batch/CronJob"} {
		for _, item := range items {
			if id := krm.IDOf(item); id.Group+"/"+id.Kind == kind {
				out.Spec.Workloads = append(out.Spec.Workloads, v1alpha1.WorkloadSelector{Kind: id.Kind, Namespace: id.Namespace, Name: id.Name})
			}
		}
	}
	return out
}

const proxyConfig = "proxy.istio.io/config"

// notShared are labels and annotations of the site's own pods that are not true
// of a release's, or that enrolment writes.
var notShared = map[string]bool{
	generators.ConfigHashAnnotation: true,
	proxyConfig:                     true,
	"app.kubernetes.io/instance":    true,
	"app.kubernetes.io/managed-by":  true,
	"app.kubernetes.io/version":     true,
}

// join lets the site's Services, policies and probes find the release's pods, and
// gives them at least the time to stop that its routes count on. A Service named
// athens would set ATHENS_PORT, which Athens takes for its own.
func (j *judgement) join(athens release) {
	own := tree.Get(j.own, "spec", "template")
	for _, table := range []string{"labels", "annotations"} {
		for name, v := range tree.Entries(own, "metadata", table) {
			if !notShared[name] {
				tree.Set(athens.template, tree.Path{"metadata", table, name}, v)
			}
		}
	}
	const grace = "terminationGracePeriodSeconds"
	needs, _ := strconv.Atoi(tree.Text(own, "spec", grace)) // error dropped: this program wrote it
	if has, err := strconv.Atoi(tree.Text(athens.template, "spec", grace)); err != nil || has < needs {
		tree.Set(athens.template, tree.Path{"spec", grace}, tree.Get(own, "spec", grace))
	}
	tree.Set(athens.template, tree.Path{"spec", "enableServiceLinks"}, tree.Scalar("!!bool", "false"))
	for _, c := range tree.Items(own, "spec", "containers") {
		joinPort(athens.container, tree.Items(c, "ports"))
		if !tree.Has(athens.container, "lifecycle") {
			tree.Put(athens.container, "lifecycle", tree.Get(c, "lifecycle"))
		}
	}
}

// joinPort gives Athens' port the name by which the site's Services know it; it has
// no other, as relabelled says.
func joinPort(container *yaml.Node, own []*yaml.Node) {
	for _, port := range own {
		at := tree.Path{"ports", "[" + tree.Text(port, "name") + "]"}
		for i, has := range tree.Items(container, "ports") {
			if tree.Text(has, "containerPort") == tree.Text(port, "containerPort") {
				at = tree.Path{"ports", tree.Index(i), "name"}
				port = tree.Get(port, "name")
				break
			}
		}
		tree.Set(container, at, port)
	}
}
