package generators

import (
	"crypto/sha256"
	"encoding/hex"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Certificate is cert-manager's, cert-manager.io/v1.
type Certificate = Custom[certificateSpec]

type certificateSpec struct {
	SecretName string             `json:"secretName"`
	DNSNames   []string           `json:"dnsNames"`
	IssuerRef  v1alpha1.IssuerRef `json:"issuerRef"`
}

// ServedCertificate is one that the way into the site ends TLS with.
type ServedCertificate struct {
	// Secret that it is in.
	Secret types.NamespacedName
	// Hosts that it is for.
	Hosts []string
	// Issuer of cert-manager; nil where others provide the Secret.
	Issuer *v1alpha1.IssuerRef
	// Key tells it from those of the site's other hosts, and has no dots.
	Key string
}

// ServedCertificates are those of the site's hosts: the one of gateway.tls, and
// those that additional hosts have of their own. There are none where the Gateway
// is another's, and none for plain HTTP.
func ServedCertificates(site *v1alpha1.AthensSite) (out []ServedCertificate) {
	g := &site.Spec.Gateway
	if g.Ref() != nil || !Meshed(site) && g.Ingress == nil {
		return nil
	}
	namespace := site.Namespace
	if Meshed(site) {
		namespace = g.Workload().Namespace
	}
	add := func(key string, tls *v1alpha1.GatewayTLS, hosts ...string) {
		c := ServedCertificate{types.NamespacedName{Namespace: namespace, Name: tls.SecretName}, hosts, tls.IssuerRef, site.Name + key}
		switch {
		case c.Issuer == nil:
		case Meshed(site):
			// In a namespace that sites share, a name that they could choose would
			// let one overwrite another's certificate.
			c.Secret.Name = SharedName(site, "tls"+key)
		default:
			c.Secret.Name = Name(site, "tls"+key)
		}
		out = append(out, c)
	}
	if g.TLS != nil {
		hosts := []string{site.Spec.Host}
		for _, h := range site.Spec.AdditionalHosts {
			if h.TLS == nil {
				hosts = append(hosts, h.Host)
			}
		}
		// A Front Door names this one in the TLS handshake, while its requests
		// carry the site's.
		if fd := site.Spec.Edge.FrontDoor; fd != nil && fd.OriginHost != "" {
			hosts = append(hosts, fd.OriginHost)
		}
		add("", g.TLS, hosts...)
	}
	for _, h := range site.Spec.AdditionalHosts {
		if h.TLS != nil {
			sum := sha256.Sum256([]byte(h.Host))
			add("-"+hex.EncodeToString(sum[:4]), h.TLS, h.Host)
		}
	}
	return out
}

// Certificates make cert-manager fill the Secrets of certificates with an issuer.
func Certificates(site *v1alpha1.AthensSite) (out []Object) {
	for _, c := range ServedCertificates(site) {
		if c.Issuer == nil {
			continue
		}
		out = append(out, &Certificate{
			TypeMeta:   Type("cert-manager.io/v1", "Certificate"),
			ObjectMeta: metav1.ObjectMeta{Name: c.Secret.Name, Namespace: c.Secret.Namespace, Labels: Labels(site, SiteWide)},
			Spec:       certificateSpec{c.Secret.Name, c.Hosts, *c.Issuer},
		})
	}
	return out
}
