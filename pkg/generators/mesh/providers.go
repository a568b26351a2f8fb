package mesh

import (
	"slices"

	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	telemetryv1 "istio.io/client-go/pkg/apis/telemetry/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Provider is an extension provider of the mesh config.
type Provider struct {
	// Name as the mesh config has it.
	Name string
	// For is what it is used for, in words.
	For string
}

// Providers are the extension providers that Telemetry objects and policies name and an
// operator must write, each once; Istio brings v1alpha1.StdoutProvider.
func Providers(objects []generators.Object) (out []Provider) {
	add := func(name, use string) {
		if name != "" && name != v1alpha1.StdoutProvider && !slices.ContainsFunc(out, func(p Provider) bool { return p.Name == name }) {
			out = append(out, Provider{name, use})
		}
	}
	for _, t := range generators.OfType[*telemetryv1.Telemetry](objects) {
		for _, tracing := range t.Spec.GetTracing() {
			for _, p := range tracing.GetProviders() {
				add(p.GetName(), "traces")
			}
		}
		for _, logs := range t.Spec.GetAccessLogging() {
			for _, p := range logs.GetProviders() {
				add(p.GetName(), "access logs")
			}
		}
	}
	for _, p := range generators.OfType[*securityv1.AuthorizationPolicy](objects) {
		add(p.Spec.GetProvider().GetName(), "authorization: an envoyExtAuthzGrpc or envoyExtAuthzHttp")
	}
	return out
}
