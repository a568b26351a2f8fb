package v1alpha1

import "k8s.io/apimachinery/pkg/util/validation"

// additionalHosts checks the further names of the site.
func (r *rules) additionalHosts() {
	const path = "spec.additionalHosts"
	fd := r.spec.Edge.FrontDoor
	var names []string
	for i, h := range r.spec.AdditionalHosts {
		at := item(path, i)
		names = append(names, h.Host)
		r.certificate(child(at, "tls"), h.TLS, h.Host+"-tls")
		if h.TLS != nil && r.spec.Gateway.Ref() != nil {
			r.add(child(at, "tls"), "has no meaning with gateway.istio.gatewayRef, because it belongs to the Gateway that exists: remove one of the two")
		}
		if at = child(at, "host"); !r.check(at, siteHost(h.Host, r.spec.ClusterDomain)) {
			continue
		}
		switch {
		case h.Host == r.spec.Host:
			r.add(at, "%q is spec.host already: remove the entry", h.Host)
		case fd != nil && h.Host == fd.OriginHost:
			r.add(at, "%q is the name by which Front Door reaches the gateway (edge.frontDoor.originHost): remove the entry", h.Host)
		}
	}
	r.unique(path, names)
	if len(names) > 0 && fd != nil && fd.Provision != nil {
		r.add(path, "Front Door is made for spec.host alone (edge.frontDoor.provision): remove the list, or write the id of a Front Door that exists, and add its custom domains there")
	}
}

// certificate checks one that the gateway serves.
func (r *rules) certificate(path string, t *GatewayTLS, byDefault string) {
	if t == nil {
		return
	}
	if t.SecretName != byDefault {
		r.optional(child(path, "secretName"), t.SecretName, dnsName)
	}
	if i, at := t.IssuerRef, child(path, "issuerRef"); i != nil {
		r.required(child(at, "name"), i.Name, "the name of a ClusterIssuer, as in letsencrypt", dnsName)
		if !isKind(i.Kind) {
			r.add(child(at, "kind"), "%q is not a kind; write that of the issuer, as in ClusterIssuer or Issuer", i.Kind)
		}
		r.optional(child(at, "group"), i.Group, dnsName)
	}
}

// isKind says whether a text can be the kind of an object.
func isKind(s string) bool {
	return s != "" && len(s) <= validation.DNS1035LabelMaxLength && s[0] >= 'A' && s[0] <= 'Z' && inSet(s, alphabet+digits)
}
