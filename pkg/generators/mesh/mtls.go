package mesh

import (
	"istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// MTLS makes every pod of the namespace refuse plain text. It is called
// default, as Istio's namespace-wide policies are by custom: two of them in
// one namespace would be decided by their age.
func MTLS(site *v1alpha1.AthensSite) []generators.Object {
	if !generators.Meshed(site) {
		return nil
	}
	return []generators.Object{&securityv1.PeerAuthentication{
		TypeMeta:   generators.Type(securityAPI, "PeerAuthentication"),
		ObjectMeta: generators.Meta(site, "default", generators.SiteWide),
		Spec: v1beta1.PeerAuthentication{
			Mtls: &v1beta1.PeerAuthentication_MutualTLS{Mode: v1beta1.PeerAuthentication_MutualTLS_STRICT},
		},
	}}
}
