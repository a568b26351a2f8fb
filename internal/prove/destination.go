package prove

import (
	"fmt"
	"slices"
	"strings"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// policy that DestinationRules give a client for a destination, and the subset
// that it names; nil for none. The client's namespace comes first, then the
// Service's, then the root namespace.
func (w *World) policy(from client, to destination, port *corev1.ServicePort) (*v1alpha3.TrafficPolicy, *v1alpha3.Subset, verdict) {
	if !from.envoy {
		return nil, nil, truth(true)
	}
	found, known := w.destinationRules(from, to.host)
	var policy *v1alpha3.TrafficPolicy
	var of *networkingv1.DestinationRule
	var subset *v1alpha3.Subset
	for i, d := range found {
		known = all(known, read(d, "", &d.Spec))
		if policy == nil && d.Spec.GetTrafficPolicy() != nil {
			policy, of = d.Spec.GetTrafficPolicy(), d
		}
		for _, s := range d.Spec.GetSubsets() {
			if s.GetName() == to.subset && to.subset != "" && subset == nil {
				subset, known = s, all(known, read(d, "subsets", s))
			}
		}
		if i > 0 && !older(found[0], d) && d.Spec.GetTrafficPolicy() != nil && found[0].Spec.GetTrafficPolicy() != nil {
			known = all(known, unsure(title(found[0])+" and "+title(d)+" both are about "+to.host+", and which is older is not known"))
		}
	}
	if len(found) > 0 && of == nil {
		of = found[0]
	}
	policy, _ = w.atPort(policy, port, of, &known)
	if own := subset.GetTrafficPolicy(); own != nil {
		own, whole := w.atPort(own, port, of, &known)
		policy = merge(policy, own, whole)
	}
	w.readPolicy(of, policy, &known)
	return policy, subset, known
}

// atPort is a policy as it is for a port: settings of a port replace those of
// all ports as a whole.
func (w *World) atPort(p *v1alpha3.TrafficPolicy, port *corev1.ServicePort, of *networkingv1.DestinationRule, known *verdict) (policy *v1alpha3.TrafficPolicy, whole bool) {
	if p == nil {
		return nil, false
	}
	*known = all(*known, read(of, "trafficPolicy", p))
	for _, s := range p.GetPortLevelSettings() {
		if s.GetPort().GetNumber() == uint32(port.Port) {
			*known = all(*known, read(of, "trafficPolicy.portLevelSettings", s))
			return &v1alpha3.TrafficPolicy{LoadBalancer: s.GetLoadBalancer(), OutlierDetection: s.GetOutlierDetection(), Tls: s.GetTls()}, true
		}
	}
	return p, false
}

// merge is a policy with what a subset says instead.
func merge(base, own *v1alpha3.TrafficPolicy, whole bool) *v1alpha3.TrafficPolicy {
	if base == nil || whole {
		return own
	}
	out := &v1alpha3.TrafficPolicy{LoadBalancer: base.GetLoadBalancer(), OutlierDetection: base.GetOutlierDetection(), Tls: base.GetTls()}
	if own.GetLoadBalancer() != nil {
		out.LoadBalancer = own.GetLoadBalancer()
	}
	if own.GetOutlierDetection() != nil {
		out.OutlierDetection = own.GetOutlierDetection()
	}
	if own.GetTls() != nil {
		out.Tls = own.GetTls()
	}
	return out
}

// readPolicy notes what of a policy is not read.
func (w *World) readPolicy(of *networkingv1.DestinationRule, p *v1alpha3.TrafficPolicy, known *verdict) {
	if p == nil {
		return
	}
	balancer := p.GetLoadBalancer()
	*known = all(*known, read(of, "trafficPolicy.loadBalancer", balancer),
		read(of, "trafficPolicy.loadBalancer.localityLbSetting", balancer.GetLocalityLbSetting()),
		read(of, "trafficPolicy.outlierDetection", p.GetOutlierDetection()), read(of, "trafficPolicy.tls", p.GetTls()))
	if balancer.GetSimple() == v1alpha3.LoadBalancerSettings_PASSTHROUGH {
		*known = all(*known, unsure(uses(of, "trafficPolicy.loadBalancer.simple: PASSTHROUGH")))
	}
}

// destinationRules of the closest host for a client, the oldest first.
func (w *World) destinationRules(from client, host string) ([]*networkingv1.DestinationRule, verdict) {
	service, root := w.service(host), w.site.Spec.Mesh.RootNamespace
	namespaces := []string{from.namespace}
	if service != nil {
		namespaces = append(namespaces, service.Namespace)
	}
	for i, ns := range append(namespaces, root) {
		best, found := "", []*networkingv1.DestinationRule(nil)
		for _, d := range w.rules {
			if d.Namespace != ns || !visible(d.Spec.GetExportTo(), ns, from.namespace) {
				continue
			}
			// A client of the root namespace finds there first what no other namespace sees
			// (istiod's push_context.go, destinationRule).
			if i == 0 && ns == root && !isPrivate(d) {
				continue
			}
			h := strings.ToLower(fqdn(d.Spec.GetHost(), d.Namespace, w.site.Spec.ClusterDomain))
			switch {
			case !covers(h, host):
			case h == best:
				found = append(found, d)
			case closer(h, best):
				best, found = h, []*networkingv1.DestinationRule{d}
			}
		}
		if len(found) == 0 {
			continue
		}
		return w.selected(from, found)
	}
	return nil, truth(true)
}

// isPrivate says whether only clients of its own namespace see a DestinationRule.
func isPrivate(d *networkingv1.DestinationRule) bool {
	to := d.Spec.GetExportTo()
	return d.Spec.GetWorkloadSelector() != nil || len(to) > 0 && !slices.ContainsFunc(to, func(ns string) bool { return ns != "." && ns != d.Namespace })
}

// selected are those of DestinationRules that are about a client: the ones that
// select it, or else those that select no pods.
func (w *World) selected(from client, found []*networkingv1.DestinationRule) (out []*networkingv1.DestinationRule, known verdict) {
	known = truth(true)
	var general []*networkingv1.DestinationRule
	for _, d := range found {
		selector := d.Spec.GetWorkloadSelector()
		switch {
		case selector == nil:
			general = append(general, d)
		case d.Namespace != from.namespace:
		case labels.SelectorFromSet(selector.GetMatchLabels()).Matches(from.labels):
			known = all(known, read(d, "workloadSelector", selector))
			out = append(out, d)
		case from.namespace == w.site.Spec.Gateway.Workload().Namespace:
			known = all(known, unsure(uses(d, "workloadSelector, and not all labels of the gateway's pods are known")))
		}
	}
	if len(out) == 0 {
		out = general
	}
	return out, known
}

// service of a host; nil for none.
func (w *World) service(host string) *corev1.Service {
	w.namedOnce.Do(func() {
		w.named = make(map[string]*corev1.Service, len(w.services))
		for _, s := range slices.Backward(w.services) {
			w.named[w.hostOf(s)] = s
		}
	})
	return w.named[host]
}

func (w *World) hostOf(s *corev1.Service) string {
	return s.Name + "." + s.Namespace + ".svc." + w.site.Spec.ClusterDomain
}

// absent says why a Service that is not among the objects may be there all the
// same: the site's namespace is known, others are not.
func (w *World) absent(host string) verdict {
	name, _, _ := strings.Cut(host, ".")
	if host == name+"."+w.site.Namespace+".svc."+w.site.Spec.ClusterDomain {
		return truth(true)
	}
	return unsure("no Service among the objects has the host " + host)
}

// servicePort is a port of a Service, and whether it speaks HTTP to the mesh.
func servicePort(s *corev1.Service, number uint32) (*corev1.ServicePort, verdict) {
	if number == 0 && len(s.Spec.Ports) == 1 {
		number = uint32(s.Spec.Ports[0].Port)
	}
	for i := range s.Spec.Ports {
		p := &s.Spec.Ports[i]
		if uint32(p.Port) != number {
			continue
		}
		speaks, _, _ := strings.Cut(p.Name, "-")
		if p.AppProtocol != nil {
			speaks = *p.AppProtocol
		}
		switch strings.ToLower(speaks) {
		case "tcp", "tls", "https", "udp", "mongo", "redis", "mysql", "grpc", "http2", "h2c", "kubernetes.io/h2c", "wss", "kubernetes.io/wss":
			return p, unsure(fmt.Sprintf("%s declares that its port %d speaks %s", title(s), p.Port, speaks))
		}
		if p.Protocol != "" && p.Protocol != corev1.ProtocolTCP {
			return p, unsure(fmt.Sprintf("%s uses ports.protocol: %s", title(s), p.Protocol))
		}
		return p, truth(true)
	}
	return nil, truth(true)
}

// plainService says whether a Service picks its pods by labels, and shows
// itself to a client.
func (w *World) plainService(s *corev1.Service, from client) verdict {
	switch exported, there := s.Annotations["networking.istio.io/exportTo"]; {
	case there && from.envoy && !visible(strings.Split(exported, ","), s.Namespace, from.namespace):
		return unsure(uses(s, "the annotation networking.istio.io/exportTo: "+exported))
	case s.Spec.Type == corev1.ServiceTypeExternalName:
		return unsure(uses(s, "externalName"))
	case len(s.Spec.Selector) == 0:
		return unsure(title(s) + " has no selector: its pods are not among the objects")
	}
	for _, e := range w.entries {
		if from.envoy && slices.ContainsFunc(e.Spec.GetHosts(), func(h string) bool { return strings.EqualFold(h, w.hostOf(s)) }) {
			return unsure(title(e) + " has the host of " + title(s))
		}
	}
	return truth(true)
}
