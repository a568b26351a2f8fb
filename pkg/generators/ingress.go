package generators

import (
	"maps"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// SiteIngress leads into a site outside a mesh: to lathens, which passes on
// what it does not cache, or to Athens. It opens every path, /catalog and
// /index too: which ones to close is up to the controller's annotations.
func SiteIngress(site *v1alpha1.AthensSite) []Object {
	g := &site.Spec.Gateway
	if g.Ingress == nil || Meshed(site) {
		return nil
	}
	front := frontProgram(site)
	object := &networkingv1.Ingress{
		TypeMeta:   Type("networking.k8s.io/v1", "Ingress"),
		ObjectMeta: Meta(site, Name(site, "ingress"), SiteWide),
	}
	for _, host := range site.Spec.Hosts() {
		object.Spec.Rules = append(object.Spec.Rules, networkingv1.IngressRule{
			Host: host,
			IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{
				Paths: []networkingv1.HTTPIngressPath{{
					Path:     "/",
					PathType: new(networkingv1.PathTypePrefix),
					Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
						Name: Name(site, front),
						Port: networkingv1.ServiceBackendPort{Name: PortName},
					}},
				}},
			}},
		})
	}
	object.Annotations = maps.Clone(g.Annotations)
	if class := g.Ingress.ClassName; class != "" {
		object.Spec.IngressClassName = &class
	}
	for _, c := range ServedCertificates(site) {
		object.Spec.TLS = append(object.Spec.TLS, networkingv1.IngressTLS{Hosts: c.Hosts, SecretName: c.Secret.Name})
	}
	return []Object{object}
}

// frontProgram is who answers clients outside a mesh.
func frontProgram(site *v1alpha1.AthensSite) string {
	if *site.Spec.Lathens.Enabled {
		return Lathens
	}
	return Athens
}
