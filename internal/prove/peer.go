package prove

import (
	"istio.io/api/networking/v1alpha3"
	"istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// authenticate says with which identity a request arrives; false if the pod
// takes no such connection.
func (w *World) authenticate(a *arrival, policy *v1alpha3.TrafficPolicy) bool {
	mode, known := w.mode(a)
	a.doubt(known)
	tls := policy.GetTls()
	speaks := a.from.envoy
	switch {
	case !speaks:
	case tls == nil: // by itself, where the pod takes it
		speaks = mode != v1beta1.PeerAuthentication_MutualTLS_DISABLE
	case tls.GetMode() == v1alpha3.ClientTLSSettings_SIMPLE, tls.GetMode() == v1alpha3.ClientTLSSettings_MUTUAL:
		a.doubt(unsure("a DestinationRule has callers speak TLS of their own to " + a.By))
		speaks = false
	default:
		speaks = tls.GetMode() == v1alpha3.ClientTLSSettings_ISTIO_MUTUAL
	}
	if speaks {
		a.principal = w.principal(a.As)
	}
	switch {
	case !speaks && mode == v1beta1.PeerAuthentication_MutualTLS_STRICT:
		a.refuse("%s takes nothing but mTLS", a.By)
		return false
	case speaks && mode == v1beta1.PeerAuthentication_MutualTLS_DISABLE:
		a.refuse("%s takes no mTLS", a.By)
		return false
	}
	return true
}

// mode of mTLS at a port of a pod: the workload's, the namespace's, the mesh's,
// or PERMISSIVE; UNSET leaves it to the next.
func (w *World) mode(a *arrival) (mode v1beta1.PeerAuthentication_MutualTLS_Mode, known verdict) {
	var mesh, namespace, workload *securityv1.PeerAuthentication
	known = truth(true)
	first := func(at **securityv1.PeerAuthentication, p *securityv1.PeerAuthentication) {
		switch {
		case *at == nil:
			*at = p
		case !older(*at, p):
			known = all(known, unsure(title(*at)+" and "+title(p)+" are about the same pods, and which is older is not known"))
		}
	}
	root := w.site.Spec.Mesh.RootNamespace
	for _, p := range w.peers {
		selector := p.Spec.GetSelector()
		switch {
		case p.Namespace != a.namespace && p.Namespace != root:
		case len(selector.GetMatchLabels()) == 0 && p.Namespace == root:
			first(&mesh, p)
		case len(selector.GetMatchLabels()) == 0:
			first(&namespace, p)
		case p.Namespace != root && labels.SelectorFromSet(selector.GetMatchLabels()).Matches(a.labels):
			first(&workload, p)
		}
	}
	mode = v1beta1.PeerAuthentication_MutualTLS_PERMISSIVE
	take := func(p *securityv1.PeerAuthentication, m *v1beta1.PeerAuthentication_MutualTLS) {
		if p == nil || m.GetMode() == v1beta1.PeerAuthentication_MutualTLS_UNSET {
			return
		}
		mode = m.GetMode()
		if _, there := v1beta1.PeerAuthentication_MutualTLS_Mode_name[int32(mode)]; !there {
			known = all(known, unsure(uses(p, "mtls.mode: "+mode.String())))
		}
	}
	for _, p := range []*securityv1.PeerAuthentication{mesh, namespace, workload} {
		if p != nil {
			known = all(known, read(p, "", &p.Spec), read(p, "selector", p.Spec.GetSelector()), read(p, "mtls", p.Spec.GetMtls()))
			take(p, p.Spec.GetMtls())
		}
	}
	if workload != nil {
		at := workload.Spec.GetPortLevelMtls()[uint32(a.port)]
		known = all(known, read(workload, "portLevelMtls", at))
		take(workload, at)
	}
	return mode, known
}
