package manifests

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Annotations that take connections of a pod past its sidecar. Without a sidecar no
// policy of the mesh is asked.
const (
	inject     = "sidecar.istio.io/inject"
	dataplane  = "istio.io/dataplane-mode"
	mode       = "sidecar.istio.io/interceptionMode"
	exclusions = "traffic.sidecar.istio.io/"
)

// Capture is what takes the connections of the site's pods past the mesh. Of what
// unknown lists it is not known whether it does.
func (s *Site) Capture() (out, unknown []Fault) {
	if !s.Meshed() {
		return nil, nil
	}
	for _, p := range s.own() {
		meta := p.path.With("metadata")
		fault := func(path tree.Path, message string) {
			out = append(out, Fault{p.Object, p.File, path, message})
		}
		for _, where := range []string{"labels", "annotations"} {
			if tree.Text(p.template, "metadata", where, inject) == "false" {
				fault(meta.With(where).With(inject), "is false, so the pods have no sidecar: remove it")
			}
		}
		if p.labels[dataplane] == "none" {
			fault(meta.With("labels").With(dataplane), "is none, so the pods are not in the mesh: remove it")
		}
		if tree.Text(p.template, "spec", "hostNetwork") == "true" {
			fault(p.path.With("spec").With("hostNetwork"), "is true, so the pods have no sidecar: remove it")
		}
		for key, v := range tree.Entries(p.template, "metadata", "annotations") {
			path, value := meta.With("annotations").With(key), tree.Text(v)
			switch {
			case key == mode && value != "REDIRECT" && value != "TPROXY":
				fault(path, "is "+strconv.Quote(value)+", so the sidecar takes no connection: remove it")
			case strings.HasPrefix(key, exclusions):
				if past, known := s.past(p, strings.TrimPrefix(key, exclusions), value); past != "" {
					fault(path, past)
				} else if !known {
					unknown = append(unknown, Fault{p.Object, p.File, path, "which connections this takes past the sidecar depends on addresses that no manifest has"})
				}
			}
		}
	}
	return append(out, s.namespaces()...), unknown
}

// past is why an annotation about traffic takes connections past the sidecar;
// empty if it does not.
func (s *Site) past(p *pod, key, value string) (why string, known bool) {
	listed := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
	all := slices.Contains(listed, "*")
	switch key {
	case "excludeInboundPorts", "includeInboundPorts":
		for _, port := range p.ports() {
			if out := slices.Contains(listed, port) || all; out == strings.HasPrefix(key, "exclude") {
				return "takes connections to port " + port + " past the sidecar, where no policy is asked: remove it", true
			}
		}
	case "excludeOutboundPorts", "includeOutboundPorts":
		for _, port := range s.servicePorts() {
			// Ports that are included are taken beside the ranges.
			if strings.HasPrefix(key, "exclude") && (all || slices.Contains(listed, port)) {
				return "takes connections to Services of the site on port " + port + " past the sidecar, without an identity: remove the port", true
			}
		}
	case "includeOutboundIPRanges", "excludeOutboundIPRanges":
		if len(listed) == 0 && strings.HasPrefix(key, "exclude") || all && strings.HasPrefix(key, "include") {
			return "", true
		}
		if all || len(listed) == 0 || slices.Contains(listed, "0.0.0.0/0") && strings.HasPrefix(key, "exclude") {
			return "takes all connections of the pod past the sidecar: remove it", true
		}
		return "", false
	default:
		return "", false
	}
	return "", true
}

// ports of the containers of a pod.
func (p *pod) ports() (out []string) {
	for _, c := range pods.Containers(p.template) {
		for _, port := range tree.Items(c, "ports") {
			if n := tree.Text(port, "containerPort"); tree.Text(c, "name") != "istio-proxy" && tree.Text(port, "name") == "http" {
				out = append(out, n)
			}
		}
	}
	return out
}

func (s *Site) servicePorts() (out []string) {
	for _, o := range s.Own {
		if o.Kind == "Service" && o.Group == "" {
			for _, port := range tree.Items(o.Node, "spec", "ports") {
				out = append(out, tree.Text(port, "port"))
			}
		}
	}
	return out
}

// namespaces of the site's pods that inject no sidecar. One that is not among the
// manifests is assumed to.
func (s *Site) namespaces() (out []Fault) {
	for _, o := range s.Objects {
		if o.Group != "" || o.Kind != "Namespace" || !slices.ContainsFunc(s.own(), func(p *pod) bool { return p.Namespace == o.Name }) {
			continue
		}
		labels := labelsIn(tree.Get(o.Node, "metadata", "labels"))
		injects := labels["istio-injection"] == "enabled" || labels["istio.io/rev"] != "" && labels["istio-injection"] != "disabled" || labels[dataplane] == "ambient"
		byPod := !slices.ContainsFunc(s.own(), func(p *pod) bool {
			return p.Namespace == o.Name && p.labels[inject] != "true" && p.labels["istio.io/rev"] == "" && !p.has("istio-proxy")
		})
		if !injects && (!byPod || labels["istio-injection"] == "disabled") {
			out = append(out, Fault{o, o.File, tree.Path{"metadata", "labels"}, "no label enrols the namespace in the mesh, so its pods have no sidecar: add istio-injection: enabled, or istio.io/rev"})
		}
	}
	return out
}

// has says whether a pod has a container of a name.
func (p *pod) has(name string) bool {
	for _, c := range pods.Containers(p.template) {
		if tree.Text(c, "name") == name {
			return true
		}
	}
	return false
}
