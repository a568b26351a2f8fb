package generators

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// ExternalSecret is the External Secrets Operator's, external-secrets.io/v1.
type ExternalSecret = Custom[externalSecretSpec]

// externalSecretSpec says which entries of a store become which Secret.
type externalSecretSpec struct {
	RefreshInterval *metav1.Duration     `json:"refreshInterval"`
	SecretStoreRef  secretStoreRef       `json:"secretStoreRef"`
	Target          externalSecretTarget `json:"target"`
	Data            []externalSecretData `json:"data"`
}

// secretStoreRef names the store.
type secretStoreRef struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// externalSecretTarget is the Secret.
type externalSecretTarget struct {
	Name string `json:"name"`
}

// externalSecretData is one key of it.
type externalSecretData struct {
	SecretKey string    `json:"secretKey"`
	RemoteRef remoteRef `json:"remoteRef"`
}

// remoteRef is an entry of the store.
type remoteRef struct {
	Key string `json:"key"`
}

// SecretSources make the Secrets of a site where a vault holds them.
func SecretSources(site *v1alpha1.AthensSite) []Object {
	switch s := &site.Spec.Secrets; {
	case s.ExternalSecrets != nil:
		return externalSecrets(site, s.ExternalSecrets)
	case s.KeyVault != nil:
		return append(providerClass(site, Athens), providerClass(site, Crathens)...)
	}
	return nil
}

func externalSecrets(site *v1alpha1.AthensSite, from *v1alpha1.ExternalSecrets) []Object {
	var out []Object
	entries := vaultOf(site)
	for _, secret := range fromVault(site, Secrets(site)) {
		spec := externalSecretSpec{
			RefreshInterval: from.RefreshInterval,
			SecretStoreRef:  secretStoreRef{Name: from.StoreRef.Name, Kind: from.StoreRef.Kind},
			Target:          externalSecretTarget{Name: secret.Name},
		}
		for _, key := range secret.Keys {
			spec.Data = append(spec.Data, externalSecretData{key, remoteRef{entries.name(secret.Name, key)}})
		}
		out = append(out, &ExternalSecret{
			TypeMeta:   Type("external-secrets.io/v1", "ExternalSecret"),
			ObjectMeta: Meta(site, secret.Name, SiteWide),
			Spec:       spec,
		})
	}
	return out
}
