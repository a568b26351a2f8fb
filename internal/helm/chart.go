package helm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// hostStandIn takes the place of a site's host while its objects are made, so
// that the host is found wherever it went, and nothing else that looks like
// it. It ends in .invalid (RFC 2606) and so resolves nowhere.
const hostStandIn = "helm-value-host.invalid"

// chartOf is the chart of a site: its manifests as templates, with the few
// values that can change without changing what objects there are.
func chartOf(site *v1alpha1.AthensSite, version string) (*chart.Chart, error) {
	templates, secrets, err := templates(site)
	if err != nil {
		return nil, err
	}
	schema, err := json.MarshalIndent(valuesSchema(site), "", "  ")
	if err != nil {
		return nil, err
	}
	return &chart.Chart{
		// Nothing is said of kubeVersion: a Helm that was built by go install
		// takes every cluster that it does not ask for Kubernetes 1.20.
		Metadata: &chart.Metadata{
			APIVersion: chart.APIVersionV2, Type: "application", Name: site.Name, Version: version,
			AppVersion:  site.Spec.Athens.Version,
			Description: fmt.Sprintf("The Go module proxy site %s in the namespace %s", site.Name, site.Namespace),
		},
		Raw:       []*chart.File{{Name: chartutil.ValuesfileName, Data: []byte(valuesYAML(site))}},
		Schema:    append(schema, '\n'),
		Templates: append([]*chart.File{{Name: "templates/NOTES.txt", Data: []byte(notes(site, secrets))}}, templates...),
	}, nil
}

// templates makes the site's objects and exchanges what the values decide. It
// also returns the Secrets that the objects refer to.
func templates(site *v1alpha1.AthensSite) (files []*chart.File, secrets []string, err error) {
	standIn := *site
	standIn.Spec.Host = hostStandIn
	for _, m := range krm.Make(&standIn) {
		node, id := m.Node(), m.ID
		secrets = append(secrets, secretsIn(node)...)
		var holes holes
		holes.dig(site, node)
		var text bytes.Buffer
		if err := krm.WriteStream(&text, node); err != nil {
			return nil, nil, err
		}
		out := holes.fill(text.String())
		if id.Kind == "Namespace" {
			out = "{{- if .Values.namespace.create }}\n" + out + "{{- end }}\n"
		}
		name := strings.ToLower(id.Kind + "_" + id.Name)
		if id.Namespace != site.Namespace && id.Namespace != "" {
			name = id.Namespace + "_" + name
		}
		files = append(files, &chart.File{Name: "templates/" + name + ".yaml", Data: []byte(out)})
	}
	slices.Sort(secrets)
	return files, slices.Compact(secrets), nil
}

// hole is a place in a manifest that a value fills.
type hole struct{ mark, action string }

type holes []hole

// dig marks the places in an object that values fill.
func (h *holes) dig(site *v1alpha1.AthensSite, obj *yaml.Node) {
	id := krm.IDOf(obj)
	for _, p := range programs(site) {
		if id.Name != generators.Name(site, p.name) {
			continue
		}
		values := ".Values." + p.name
		spec := tree.Get(obj, "spec")
		switch id.Kind {
		case "HorizontalPodAutoscaler":
			h.put(spec, "minReplicas", "{{ "+values+".replicas }}")
			h.put(spec, "maxReplicas", "{{ "+moreThanReplicas(p.name)+" }}")
		case "Deployment":
			if number, scales := p.choice(); number && !scales {
				h.put(spec, "replicas", "{{ "+values+".replicas }}")
			}
		}
		template, _, _ := pods.Template(obj)
		if template == nil {
			continue
		}
		for _, c := range pods.Containers(template) {
			if tree.Text(c, "name") == p.name {
				h.put(c, "image", "{{ "+values+".image | quote }}")
				if !p.shaping {
					h.put(c, "resources", p.granted(tree.Get(c, "resources")))
				}
			}
		}
		if p.name == generators.Athens {
			h.tmp(values+".resources", tree.Get(template, "spec"))
		}
	}
}

// tmp bounds Athens' /tmp by what its container may use, as the site does.
func (h *holes) tmp(resources string, pod *yaml.Node) {
	for _, v := range tree.Items(pod, "volumes") {
		if tree.Text(v, "name") != "tmp" {
			continue
		}
		limit := `get (` + resources + `.limits | default dict) "ephemeral-storage"`
		h.put(v, "emptyDir", `{{ if `+resources+` }}{{ with `+limit+` }}{{ dict "sizeLimit" . | toJson }}{{ else }}{}{{ end }}`+
			`{{ else }}`+flow(tree.Get(v, "emptyDir"))+`{{ end }}`)
	}
}

// put marks one key of a mapping.
func (h *holes) put(m *yaml.Node, key, action string) {
	mark := fmt.Sprintf("helm-value-%d.invalid", len(*h))
	tree.Put(m, key, tree.String(mark))
	*h = append(*h, hole{mark, action})
}

// fill exchanges the marks in a printed object. Whatever else in it looks like
// a template is the site's own text and stays text.
func (h holes) fill(text string) string {
	exchange := []string{"{{", `{{ "{{" }}`, hostStandIn, "{{ .Values.host }}"}
	for _, hole := range h {
		exchange = append(exchange, hole.mark, hole.action)
	}
	return strings.NewReplacer(exchange...).Replace(text)
}

// moreThanReplicas is an upper bound of replicas that makes an autoscaler.
func moreThanReplicas(program string) string {
	return fmt.Sprintf(`with .Values.%[1]s }}{{ if le (int .autoscaling.maxReplicas) (int .replicas) }}{{ fail "%[1]s.autoscaling.maxReplicas must be greater than %[1]s.replicas: for a number that never changes, change the site file and package again" }}{{ end }}{{ .autoscaling.maxReplicas }}{{ end`,
		program)
}

// granted are the resources of a container: those of the values with the memory
// that generators add, or the site's own if the values have none.
func (w workload) granted(own *yaml.Node) string {
	return fmt.Sprintf(`{{ $r := .Values.%[1]s.resources }}{{ $limit := dig "limits" "memory" "" $r }}`+
		`{{ if and (dig "requests" "memory" "" $r) (not $limit) }}{{ fail "%[1]s.resources.requests.memory needs %[1]s.resources.limits.memory: set both" }}{{ end }}`+
		`{{ $memory := dict "memory" ($limit | default %[2]q) }}`+
		`{{ if $r }}{{ merge (deepCopy $r) (dict "requests" $memory "limits" $memory) | toJson }}{{ else }}%[3]s{{ end }}`,
		w.name, w.memory.String(), flow(own))
}

// flow is a node as JSON, on one line.
func flow(n *yaml.Node) string {
	var v any
	if n.Decode(&v) != nil { // error dropped: this program has encoded it
		return "{}"
	}
	out, err := json.Marshal(v)
	if err != nil {
		return "{}"
	}
	return string(out)
}
