package azure

import (
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// global is the location of what lies in no region.
const global = "Global"

// What a Front Door asks of its origins.
const (
	// SampleSize is how many of an origin's last probes are looked at: Front
	// Door's own default.
	SampleSize = 4
	// SuccessfulSamples of them must be well: Front Door's own default.
	SuccessfulSamples = 3
	// LatencySpread, in milliseconds, is how much slower than the nearest an
	// origin may be and still share its requests: Front Door's own default.
	LatencySpread = 50
	// ProbeInterval, in seconds, is that of each edge location, of which there
	// are more than a hundred.
	ProbeInterval = 60
	// ProbePath is open at the gateway without an ID, see package mesh. It
	// leads to pods that are ready, so a region whose storage is gone is
	// passed over.
	ProbePath = "/healthz"
	// Weight of an origin: all are equal, the nearest one wins.
	Weight = 1000
	// PrivateLinkMessage is what the owner of the private link service reads.
	PrivateLinkMessage = "athens-kfn: Front Door to the gateway of "
)

// SKU is a Front Door's tier as Azure writes it.
func SKU(fd *v1alpha1.FrontDoor) string { return fd.Provision.SKU + "_AzureFrontDoor" }

// FrontDoor makes the Front Door of a site and what leads through it. What
// only Azure knows comes back in ConfigMaps: <site>-front-door holds the ID that
// spec.edge.frontDoor.id wants, <site>-front-door-endpoint the host that
// spec.host is to be an alias of, and <site>-front-door-domain the token that
// proves that spec.host is ours.
func FrontDoor(site *v1alpha1.AthensSite) []generators.Object {
	if !MakesFrontDoor(site) {
		return nil
	}
	fd, name := site.Spec.Edge.FrontDoor, site.Name
	p := fd.Provision
	// The operator writes only to ConfigMaps that one resource owns.
	told := func(suffix, key, value string) operatorSpec {
		return operatorSpec{ConfigMapExpressions: []expression{{generators.Name(site, suffix), key, value}}}
	}
	out := []generators.Object{
		of(site, profile, name, profileSpec{
			AzureName:                    p.Profile,
			Owner:                        inGroup(&p.ResourceGroup),
			Location:                     global,
			SKU:                          sku{SKU(fd)},
			OriginResponseTimeoutSeconds: int64(fd.OriginTimeout.Seconds()),
			OperatorSpec:                 told("front-door", "id", "self.status.frontDoorId"),
		}),
		of(site, afdEndpoint, name, endpointSpec{
			AzureName:    p.Endpoint,
			Owner:        in(name),
			Location:     global,
			EnabledState: enabled,
			OperatorSpec: told("front-door-endpoint", "host", "self.status.hostName"),
		}),
		of(site, customDomain, name, customDomainSpec{
			Owner:        in(name),
			HostName:     site.Spec.Host,
			TLSSettings:  tlsSettings{CertificateType: "ManagedCertificate", MinimumTLSVersion: "TLS12"},
			OperatorSpec: told("front-door-domain", "validationToken", "self.status.validationProperties.validationToken"),
		}),
		of(site, afdOriginGroup, name, originGroupSpec{
			Owner: in(name),
			HealthProbeSettings: healthProbe{
				ProbePath: ProbePath, ProbeRequestType: "HEAD", ProbeProtocol: "Https", ProbeIntervalInSeconds: ProbeInterval,
			},
			LoadBalancingSettings: loadBalancing{
				SampleSize: SampleSize, SuccessfulSamplesRequired: SuccessfulSamples, AdditionalLatencyInMilliseconds: LatencySpread,
			},
			SessionAffinityState: disabled,
		}),
	}
	for _, o := range Origins(site) {
		out = append(out, origin(site, o))
	}
	out = append(out, edgeCache(site)...)
	out = append(out, of(site, route, name, routeSpec{
		Owner:               in(name),
		CustomDomains:       []reference{to(customDomain, name)},
		LinkToDefaultDomain: disabled,
		PatternsToMatch:     []string{"/*"},
		SupportedProtocols:  Protocols(site),
		HTTPSRedirect:       redirect(site),
		ForwardingProtocol:  "HttpsOnly",
		OriginGroup:         to(afdOriginGroup, name),
		RuleSets:            edgeCacheRules(site),
		EnabledState:        enabled,
	}))
	return append(out, firewall(site)...)
}

// Protocols are those that Front Door answers: plain HTTP only to redirect it.
func Protocols(site *v1alpha1.AthensSite) []string {
	if Redirects(site) {
		return []string{"Http", "Https"}
	}
	return []string{"Https"}
}

func redirect(site *v1alpha1.AthensSite) string {
	if Redirects(site) {
		return enabled
	}
	return disabled
}

// Redirects says whether Front Door answers plain HTTP with a redirect.
func Redirects(site *v1alpha1.AthensSite) bool {
	return site.Spec.Gateway.PlainHTTP == v1alpha1.PlainHTTPRedirect
}

// origin is one gateway. Its certificate is checked against its own host; the
// requests carry that of the site.
func origin(site *v1alpha1.AthensSite, o Origin) generators.Object {
	spec := originSpec{
		Owner:                       in(site.Name),
		HostName:                    o.Host,
		OriginHostHeader:            site.Spec.Host,
		HTTPSPort:                   o.Port,
		EnforceCertificateNameCheck: true,
		Priority:                    1,
		Weight:                      Weight,
		EnabledState:                enabled,
	}
	if l := o.PrivateLink; l != nil {
		spec.SharedPrivateLinkResource = &sharedPrivateLink{
			PrivateLink:         reference{target{ARMID: l.ResourceID}},
			PrivateLinkLocation: l.Location,
			RequestMessage:      PrivateLinkMessage + generators.Owner(site),
		}
	}
	return of(site, afdOrigin, generators.Name(site, o.Name), spec)
}
