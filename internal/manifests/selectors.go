package manifests

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// picks is a field that selects pods of the object's namespace.
type picks struct {
	path tree.Path
	// plain says that the field is a map of labels, without matchLabels.
	plain bool
}

// pickers are the kinds with such a field.
var pickers = map[string]picks{
	"/Service":                                {tree.Path{"spec", "selector"}, true},
	"policy/PodDisruptionBudget":              {tree.Path{"spec", "selector"}, false},
	"networking.k8s.io/NetworkPolicy":         {tree.Path{"spec", "podSelector"}, false},
	"security.istio.io/AuthorizationPolicy":   {tree.Path{"spec", "selector"}, false},
	"security.istio.io/PeerAuthentication":    {tree.Path{"spec", "selector"}, false},
	"security.istio.io/RequestAuthentication": {tree.Path{"spec", "selector"}, false},
	"telemetry.istio.io/Telemetry":            {tree.Path{"spec", "selector"}, false},
	"extensions.istio.io/WasmPlugin":          {tree.Path{"spec", "selector"}, false},
	"networking.istio.io/Sidecar":             {tree.Path{"spec", "workloadSelector", "labels"}, true},
	"networking.istio.io/EnvoyFilter":         {tree.Path{"spec", "workloadSelector", "labels"}, true},
	"monitoring.coreos.com/PodMonitor":        {tree.Path{"spec", "selector"}, false},
	"azmonitoring.coreos.com/PodMonitor":      {tree.Path{"spec", "selector"}, false},
	"networking.istio.io/ServiceEntry":        {tree.Path{"spec", "workloadSelector", "labels"}, true},
	"cilium.io/CiliumNetworkPolicy":           {tree.Path{"spec", "endpointSelector"}, false},
	"apps/Deployment":                         {tree.Path{"spec", "selector"}, false},
	"apps/StatefulSet":                        {tree.Path{"spec", "selector"}, false},
	"apps/DaemonSet":                          {tree.Path{"spec", "selector"}, false},
}

// Selectors are the selectors of the site's objects that select nothing. In a
// namespace without a pod among the manifests there is nothing to compare with but, in
// that of the gateway, the labels that its pods are known by.
func (s *Site) Selectors() (out []Fault) {
	for _, o := range s.Own {
		p, picks := pickers[o.Group+"/"+o.Kind]
		at := tree.At(o.Node, p.path)
		if !picks || at == nil || len(at.Content) == 0 {
			continue
		}
		if !s.judged(o.Namespace) {
			out = append(out, s.beforeGateway(o, p)...)
			continue
		}
		if o.Kind == "Service" && tree.Text(o.Node, "spec", "type") == "ExternalName" {
			continue
		}
		which, err := selector(at, p.plain)
		switch {
		case err != nil:
			out = append(out, Fault{o, o.File, p.path, "cannot be read: " + err.Error()})
			continue
		case o.Group == "apps":
			if !which.Matches(labelsIn(tree.Get(o.Node, "spec", "template", "metadata", "labels"))) {
				out = append(out, Fault{o, o.File, p.path, which.String() + " does not select the object's own pods: correct the selector or the labels of the template"})
			}
			continue
		}
		pods := s.in(o.Namespace, which)
		if len(pods) == 0 {
			out = append(out, Fault{o, o.File, p.path, which.String() + " selects no pod in " + o.Namespace + ": correct it, or add the workload"})
		} else if o.Kind == "Service" {
			out = append(out, ports(o, pods)...)
		}
	}
	return append(out, s.subsets()...)
}

// beforeGateway is an object's selector that gateway pods are not known to match.
func (s *Site) beforeGateway(o *Object, p picks) []Fault {
	of := s.World.Site().Spec.Gateway.Workload()
	which, err := selector(tree.At(o.Node, p.path), p.plain)
	if err == nil && (o.Namespace != of.Namespace || len(of.Labels) == 0 || which.Matches(labels.Set(of.Labels))) {
		return nil
	}
	if err != nil {
		return []Fault{{o, o.File, p.path, "cannot be read: " + err.Error()}}
	}
	return []Fault{{o, o.File, p.path, which.String() + " selects labels that the gateway's pods are not known to have, besides " + labels.Set(of.Labels).String() + ": remove the others, or name them in gateway.istio.workload.labels"}}
}

func selector(n *yaml.Node, plain bool) (labels.Selector, error) {
	if plain {
		return labels.ValidatedSelectorFromSet(labelsIn(n))
	}
	return selectorOf(n)
}

// judged says whether the pods of a namespace are among the manifests.
func (s *Site) judged(namespace string) bool {
	if namespace == s.World.Site().Namespace {
		return true
	}
	return len(s.in(namespace, labels.Everything())) > 0
}

// ports are those of a Service that a pod behind it does not have.
func ports(o *Object, pods []*pod) (out []Fault) {
	for i, port := range tree.Items(o.Node, "spec", "ports") {
		target := tree.Text(port, "targetPort")
		if _, err := strconv.Atoi(target); err == nil || target == "" {
			continue
		}
		for _, p := range pods {
			if !p.names(target) {
				out = append(out, Fault{o, o.File, tree.Path{"spec", "ports", tree.Index(i), "targetPort"}, "the pods of " + p.String() + " have no port " + target + ": correct the name here or there"})
			}
		}
	}
	return out
}

// names says whether a container has a port of a name.
func (p *pod) names(port string) bool {
	for _, c := range pods.Containers(p.template) {
		for _, has := range tree.Items(c, "ports") {
			if tree.Text(has, "name") == port {
				return true
			}
		}
	}
	return false
}

// subsets of DestinationRules whose labels no pod of the Service has.
func (s *Site) subsets() (out []Fault) {
	for _, o := range s.Own {
		if o.Group != "networking.istio.io" || o.Kind != "DestinationRule" {
			continue
		}
		for i, subset := range tree.Items(o.Node, "spec", "subsets") {
			which := labels.SelectorFromSet(labelsIn(tree.Get(subset, "labels")))
			if s.judged(o.Namespace) && len(s.in(o.Namespace, which)) == 0 {
				out = append(out, Fault{o, o.File, tree.Path{"spec", "subsets", tree.Index(i), "labels"}, which.String() + " selects no pod in " + o.Namespace + ": correct it, or add the workload"})
			}
		}
	}
	return out
}
