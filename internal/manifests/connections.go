package manifests

import (
	"fmt"
	"slices"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Ports that every pod needs outside: of DNS, and of istiod where there is a sidecar.
const (
	dnsPort    = "53"
	istiodPort = "15012"
)

// Connections are those that the site needs and its NetworkPolicies refuse: from a pod
// to a Service that its arguments or variables name, from the gateway to the Services
// of the routes, and from every pod to DNS and to istiod.
func (s *Site) Connections() (out []Fault) {
	r := s.Reach()
	refused := func(by []krm.ID, format string, args ...any) {
		if len(by) == 0 {
			return
		}
		last := by[len(by)-1] // the first is the one that denies everything
		o := s.find(last.Group, last.Kind, last.Namespace, last.Name)
		message := fmt.Sprintf(format, args...)
		if !slices.ContainsFunc(out, func(f Fault) bool { return f.Object == o && f.Message == message }) {
			out = append(out, Fault{o, o.File, nil, message})
		}
	}
	for _, p := range s.own() {
		who := strings.ToLower(p.Kind) + "/" + p.Name
		for _, name := range []struct{ port, of string }{{dnsPort, "DNS"}, {istiodPort, "istiod"}} {
			if name.port == dnsPort || s.Meshed() {
				refused(r.shuts(p, networkingv1.PolicyTypeEgress, func(policy *networkingv1.NetworkPolicy) bool {
					return slices.ContainsFunc(policy.Spec.Egress, func(rule networkingv1.NetworkPolicyEgressRule) bool { return p.covers(rule.Ports, name.port) })
				}), "refuses the connections of %s to %s, port %s: add an egress rule", who, name.of, name.port)
			}
		}
		from := Peer{Namespace: p.Namespace, Labels: p.labels}
		for _, service := range s.calls(p) {
			target := targetPort(service, firstPort(service))
			for _, to := range r.behind(service) {
				refused(r.refuses(to, target, from), "refuses the connections of %s to %s, port %s: add an ingress rule for its labels and that port", who, service, target)
				refused(r.keeps(p, to, target), "refuses the connections of %s to %s, port %s: add an egress rule to its pods and that port", who, service, target)
			}
		}
	}
	w := s.World.Site().Spec.Gateway.Workload()
	if !s.Meshed() || w.Namespace == "" {
		return out
	}
	for _, service := range s.routed() {
		target := targetPort(service, firstPort(service))
		for _, to := range r.behind(service) {
			refused(r.refuses(to, target, Peer{Namespace: w.Namespace, Labels: w.Labels}),
				"refuses the connections of the gateway in %s to %s, port %s: add an ingress rule for its labels and that port", w.Namespace, service, target)
		}
	}
	return out
}

func firstPort(service *Object) string {
	for _, port := range tree.Items(service.Node, "spec", "ports") {
		return tree.Text(port, "port")
	}
	return ""
}

// keeps are the NetworkPolicies that let a pod open no connection to a port of another.
func (r *Reach) keeps(from, to *pod, target string) []krm.ID {
	peer := Peer{Namespace: to.Namespace, Labels: to.labels}
	return r.shuts(from, networkingv1.PolicyTypeEgress, func(policy *networkingv1.NetworkPolicy) bool {
		return slices.ContainsFunc(policy.Spec.Egress, func(rule networkingv1.NetworkPolicyEgressRule) bool {
			return to.covers(rule.Ports, target) && (len(rule.To) == 0 || slices.ContainsFunc(rule.To, func(p networkingv1.NetworkPolicyPeer) bool {
				return peer.is(p, policy.Namespace)
			}))
		})
	})
}

// calls are the site's own Services that arguments and variables of a pod name.
func (s *Site) calls(p *pod) (out []*Object) {
	for _, c := range pods.Containers(p.template) {
		var values []string
		for _, arg := range tree.Items(c, "args") {
			values = append(values, tree.Text(arg))
		}
		for _, e := range tree.Items(c, "env") {
			values = append(values, tree.Text(e, "value"))
		}
		for _, m := range inCluster().FindAllStringSubmatch(strings.Join(values, "\n"), -1) {
			out = s.withService(out, m[1], m[2])
		}
	}
	return out
}

// routed are the site's own Services that its routes name.
func (s *Site) routed() (out []*Object) {
	for _, o := range s.Own {
		if o.Group != "networking.istio.io" || o.Kind != "VirtualService" {
			continue
		}
		for _, http := range tree.Items(o.Node, "spec", "http") {
			for _, route := range tree.Items(http, "route") {
				name, namespace, _ := strings.Cut(short(tree.Text(route, "destination", "host"), o.Namespace), ".")
				out = s.withService(out, name, namespace)
			}
		}
	}
	return out
}

func (s *Site) withService(all []*Object, name, namespace string) []*Object {
	o := s.find("", "Service", namespace, name)
	if o == nil || o.owner() != s.Owner || slices.Contains(all, o) {
		return all
	}
	return append(all, o)
}
