package manifests

import (
	"fmt"
	"slices"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Connections are those that every pod of the site needs outside and its NetworkPolicies
// refuse: to DNS and to istiod. prove judges those between the programs.
func (s *Site) Connections() (out []Fault) {
	r := s.Reach()
	refused := func(p *pod, of string, ports ...int32) {
		by := r.shuts(p, networkingv1.PolicyTypeEgress, func(policy *networkingv1.NetworkPolicy) bool {
			return slices.ContainsFunc(policy.Spec.Egress, func(rule networkingv1.NetworkPolicyEgressRule) bool {
				return len(rule.Ports) == 0 || slices.ContainsFunc(rule.Ports, func(open networkingv1.NetworkPolicyPort) bool {
					return slices.ContainsFunc(ports, func(port int32) bool { return opens(&open, port) })
				})
			})
		})
		if len(by) == 0 {
			return
		}
		last := by[len(by)-1] // the first is the one that denies everything
		o := s.find(last.Group, last.Kind, last.Namespace, last.Name)
		out = append(out, Fault{o, o.File, nil, fmt.Sprintf("refuses the connections of %s/%s to %s, port %d: add an egress rule", strings.ToLower(p.Kind), p.Name, of, ports[0])})
	}
	for _, p := range s.own() {
		// A policy is about the port of the pod, which need not be that of its Service.
		refused(p, "DNS", 53, 5353)
		if s.Meshed() {
			refused(p, "istiod", 15012)
		}
	}
	return out
}

// opens says whether a port of a rule may be a number, in any protocol. A name is of
// pods that are not known.
func opens(open *networkingv1.NetworkPolicyPort, number int32) bool {
	switch {
	case open.Port == nil || open.Port.Type == intstr.String:
		return true
	case open.EndPort != nil:
		return open.Port.IntVal <= number && number <= *open.EndPort
	}
	return open.Port.IntVal == number
}
