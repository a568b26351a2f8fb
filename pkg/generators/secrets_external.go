package generators

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// ExternalSecret is the External Secrets Operator's, external-secrets.io/v1.
type ExternalSecret = Custom[ExternalSecretSpec]

// ExternalSecretSpec says which entries of a store become which Secret.
type ExternalSecretSpec struct {
	RefreshInterval *metav1.Duration     `json:"refreshInterval"`
	SecretStoreRef  SecretStoreRef       `json:"secretStoreRef"`
	Target          ExternalSecretTarget `json:"target"`
	Data            []ExternalSecretData `json:"data"`
}

// SecretStoreRef names the store.
type SecretStoreRef struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// ExternalSecretTarget is the Secret.
type ExternalSecretTarget struct {
	Name string `json:"name"`
}

// ExternalSecretData is one key of it.
type ExternalSecretData struct {
	SecretKey string    `json:"secretKey"`
	RemoteRef RemoteRef `json:"remoteRef"`
}

// RemoteRef is an entry of the store.
type RemoteRef struct {
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
		spec := ExternalSecretSpec{
			RefreshInterval: from.RefreshInterval,
			SecretStoreRef:  SecretStoreRef{Name: from.Store, Kind: from.StoreKind},
			Target:          ExternalSecretTarget{Name: secret.Name},
		}
		for _, key := range secret.Keys {
			spec.Data = append(spec.Data, ExternalSecretData{key, RemoteRef{entries.name(secret.Name, key)}})
		}
		out = append(out, &ExternalSecret{
			TypeMeta:   Type("external-secrets.io/v1", "ExternalSecret"),
			ObjectMeta: Meta(site, secret.Name, SiteWide),
			Spec:       spec,
		})
	}
	return out
}
