package secrets

import (
	"slices"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/azure"
)

// Maker is a controller that writes Secrets because of an object of the site.
type Maker string

// The makers.
const (
	// NoController means that a person makes the Secret, or a tool of theirs.
	NoController Maker = ""
	// ExternalSecrets is the External Secrets Operator.
	ExternalSecrets Maker = "the External Secrets Operator"
	// KeyVault is the Secrets Store CSI driver with an Azure Key Vault.
	KeyVault Maker = "the Secrets Store CSI driver"
	// ServiceOperator is Azure Service Operator, which makes the account too.
	ServiceOperator Maker = "Azure Service Operator"
	// CertManager is cert-manager.
	CertManager Maker = "cert-manager"
)

// Made is a Secret of the site's namespace that a controller writes.
type Made struct {
	generators.SecretUse
	By Maker
}

// MadeBy are the Secrets that controllers write because of a site's objects.
func MadeBy(objects []generators.Object) (out []Made) {
	for _, o := range objects {
		switch o := o.(type) {
		case *generators.ExternalSecret:
			use := generators.SecretUse{Name: o.Spec.Target.Name}
			for _, d := range o.Spec.Data {
				use.Keys = append(use.Keys, d.SecretKey)
			}
			out = append(out, Made{use, ExternalSecrets})
		case *generators.SecretProviderClass:
			for _, s := range o.Spec.SecretObjects {
				use := generators.SecretUse{Name: s.SecretName}
				for _, d := range s.Data {
					use.Keys = append(use.Keys, d.Key)
				}
				out = append(out, Made{use, KeyVault})
			}
		default:
			for _, use := range azure.SecretsOf(o) {
				out = append(out, Made{use, ServiceOperator})
			}
		}
	}
	return out
}

// makerOf is the controller that writes all these keys of a Secret of the
// site's namespace.
func makerOf(made []Made, name string, keys []string) Maker {
	for _, m := range made {
		if m.Name == name && !slices.ContainsFunc(keys, func(k string) bool { return !slices.Contains(m.Keys, k) }) {
			return m.By
		}
	}
	return NoController
}
