package manifests

import (
	istionetworking "istio.io/client-go/pkg/apis/networking/v1"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Destinations are the Services of which the mesh notices no failing pod, or whose
// fallback is not in use, by their DestinationRules.
func (s *Site) Destinations() (out []Fault) {
	for _, o := range s.Own {
		if o.Group != "" || o.Kind != "Service" || !s.Meshed() || tree.Get(o.Node, "spec", "selector") == nil {
			continue
		}
		ranks := map[string]bool{}
		for _, p := range s.in(o.Namespace, labels.SelectorFromSet(labelsIn(tree.Get(o.Node, "spec", "selector")))) {
			ranks[p.labels[generators.ListLabel]] = true
		}
		if len(ranks) > 0 {
			out = append(out, s.destination(o, len(ranks) > 1)...)
		}
	}
	return out
}

// destination judges the DestinationRule of a Service.
func (s *Site) destination(service *Object, fallback bool) (out []Fault) {
	rule := s.destinationRule(service)
	if rule == nil {
		return []Fault{{service, service.File, nil, "no DestinationRule is about it, so pods that fail stay in use: add one with outlierDetection"}}
	}
	policy := rule.Typed.(*istionetworking.DestinationRule).Spec.GetTrafficPolicy()
	path := tree.Path{"spec", "trafficPolicy"}
	if policy.GetOutlierDetection() == nil {
		out = append(out, Fault{rule, rule.File, path.With("outlierDetection"), "is not set, so pods that fail stay in use: set it"})
	}
	locality := policy.GetLoadBalancer().GetLocalityLbSetting()
	off := locality.GetEnabled() != nil && !locality.GetEnabled().GetValue()
	if fallback && (len(locality.GetFailoverPriority()) == 0 || off) {
		out = append(out, Fault{rule, rule.File, path.With("loadBalancer").With("localityLbSetting").With("failoverPriority"), "is not in use, so the fallback gets its share of all requests: set it to " + generators.ListLabel + "=" + generators.ListCache})
	}
	return out
}

// destinationRule that is about a Service; nil for none.
func (s *Site) destinationRule(service *Object) *Object {
	for _, o := range s.Objects {
		if rule, is := o.Typed.(*istionetworking.DestinationRule); is && short(rule.Spec.GetHost(), o.Namespace) == service.Name+"."+service.Namespace {
			return o
		}
	}
	return nil
}
