package v1alpha1

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/gomods/athens-kfn/pkg/gateways"
	"github.com/gomods/athens-kfn/pkg/problem"
)

// gateway checks how clients reach the site.
func (r *rules) gateway() {
	const path = "spec.gateway"
	g := &r.spec.Gateway
	r.mapKeys(path+".annotations", g.Annotations)
	r.certificate(path+".tls", g.TLS, r.site.Name+"-tls")
	r.additionalHosts()
	r.clients(path, g)
	if i := g.Ingress; i != nil {
		r.optional(path+".ingress.className", i.ClassName, dnsName)
	}
	if s := g.Service; s != nil && s.Type == string(corev1.ServiceTypeNodePort) {
		r.add(path+".service.type", "NodePort opens a port of every node that is not the 80 which clients use; write LoadBalancer, or gateway.ingress instead of service")
	} else if s != nil {
		r.enum(path+".service.type", s.Type, ServiceLoadBalancer)
	}
	if r.spec.Mesh.Mode == MeshNone {
		return
	}
	if g.Service != nil && r.sound("spec.mesh.mode") {
		r.add(path+".service", "bypasses the mesh's gateway, its policies and mutual TLS: remove it, or write mesh.mode: None")
	}
	if g.Ingress != nil && r.sound("spec.mesh.mode") {
		r.add(path+".ingress", "bypasses the mesh's gateway, its policies and mutual TLS: remove it, or write mesh.mode: None")
	}
	if g.Istio.GatewayRef != nil {
		r.gatewayRef(path, g)
	}
	r.gatewayWorkload(path, g)
	r.https(path, g)
	r.routeTimeouts()
}

// gatewayRef checks a site on a Gateway that exists.
func (r *rules) gatewayRef(path string, g *Gateway) {
	ref, at := g.Istio.GatewayRef, path+".istio.gatewayRef"
	r.required(at+".namespace", ref.Namespace, "the namespace of the Gateway, as in istio-ingress", dnsLabel)
	r.required(at+".name", ref.Name, "the name of the Gateway, as in shared", dnsName)
}

// gatewayWorkload checks the pods of the mesh's gateway.
func (r *rules) gatewayWorkload(path string, g *Gateway) {
	w, at := &g.Istio.Workload, path+".istio.workload"
	labels := at + ".labels"
	r.mapKeys(labels, w.Labels)
	for _, k := range sortedKeys(w.Labels) {
		if v := w.Labels[k]; len(validation.IsValidLabelValue(v)) > 0 {
			r.add(child(labels, k), "%q is not the value of a label; write the label that the gateway's pods carry, as in istio: ingressgateway", v)
		}
	}
	if ref := g.Istio.GatewayRef; ref == nil || w.Namespace != ref.Namespace { // the default
		r.optional(at+".namespace", w.Namespace, dnsLabel)
	}
	r.optional(at+".serviceAccountName", w.ServiceAccountName, dnsName)
	r.gatewayPort(at+".port", w.Port)
	r.gatewayPort(at+".targetPort", w.TargetPort)
	if found, ok := gateways.Find(r.spec.Mesh.AddOn(), w.Namespace, w.Labels, w.ServiceAccountName); g.Internal && ok && found.Reach == gateways.Internet {
		r.add(path+".internal", "is true, but %s has a public address: leave it out, or choose another gateway by its labels", found.By)
	}
	r.knownPods(at, g)
}

// knownPods asks for what Default could not fill in, because the rest means none
// of the known installations: a guess would refuse every request.
func (r *rules) knownPods(path string, g *Gateway) {
	w, ref := &g.Istio.Workload, g.Istio.GatewayRef
	missing := ""
	switch {
	case w.ServiceAccountName == "":
		missing = "serviceAccountName"
	case len(w.Labels) == 0:
		missing = "labels"
	case w.Namespace == "":
		missing = "namespace"
	}
	unsound := func(p problem.Problem) bool {
		return problem.Within(p.Path, path) || problem.Within(p.Path, "spec.gateway.istio.gatewayRef")
	}
	if missing == "" || !r.sound("spec.gateway.istio", "spec.mesh.mode") || slices.ContainsFunc(r.problems, unsound) {
		return
	}
	const why = "is required: the site admits its gateway by namespace, labels and serviceAccountName of the pods, and what is written is none of the known installations: write all three"
	switch {
	case ref != nil && len(w.Labels) == 0:
		r.add(child(path, missing), why+", the labels as %s prints them, the rest as %s does", gateways.ObjectCommand(ref.Namespace, ref.Name, "jsonpath={.spec.selector}"), gateways.Command("", nil))
	case ref != nil && ref.Namespace == w.Namespace:
		// The Gateway's namespace need not be that of the pods.
		r.add(child(path, missing), why+" as this prints them for the gateway's pods: %s", gateways.Command("", w.Labels))
	default:
		r.add(child(path, missing), why+" as this prints them for the gateway's pods: %s", gateways.Command(w.Namespace, w.Labels))
	}
}

// Ports of a gateway's pods that are Istio's own: metrics, health and Envoy's
// administration (istio.io, Application Requirements: Ports used by Istio).
const firstIstioPort, lastIstioPort = 15000, 15099

func (r *rules) gatewayPort(path string, port int32) {
	if firstIstioPort <= port && port <= lastIstioPort {
		r.add(path, "%d is one of the ports that Istio keeps for itself, %d to %d: write the one on which the gateway serves HTTPS, as in 8443", port, firstIstioPort, lastIstioPort)
		return
	}
	r.port(path, port)
}
