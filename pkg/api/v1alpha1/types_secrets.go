package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Secrets says who brings the Secrets that the spec refers to: externalSecrets
// or keyVault. Default: they are there already.
//
// Every key of every Secret that the site's pods read becomes an entry of the
// vault, by default under the name <secret>-<key>, with a dash for whatever is
// neither letter nor digit: accountKey of athens-blob is athens-blob-accountKey.
// The gateway's certificate and images.pullSecretRefs are not among them.
type Secrets struct {
	// ExternalSecrets makes an ExternalSecret for each of them, for the
	// External Secrets Operator (external-secrets.io/v1).
	// +optional
	ExternalSecrets *ExternalSecrets `json:"externalSecrets,omitempty"`

	// KeyVault makes SecretProviderClasses for the Secrets Store CSI driver
	// with an Azure Key Vault (secrets-store.csi.x-k8s.io/v1), and mounts them
	// in the pods: the driver, with syncSecret.enabled, makes the Secrets when
	// a pod mounts them.
	// +optional
	KeyVault *KeyVault `json:"keyVault,omitempty"`

	// Entries are names of keys in the vault that differ from their default,
	// and Secrets that come from elsewhere.
	// +optional
	Entries []SecretEntry `json:"entries,omitempty"`
}

// ExternalSecrets is a store of the External Secrets Operator.
type ExternalSecrets struct {
	// Store is its name. Required.
	Store string `json:"store"`
	// StoreKind is ClusterSecretStore or SecretStore.
	// Default: ClusterSecretStore.
	// +kubebuilder:validation:Enum=ClusterSecretStore;SecretStore
	// +optional
	StoreKind string `json:"storeKind,omitempty"`
	// RefreshInterval is how often the vault is read again; 0s is once.
	// Default: 1h, the operator's own. Pods see a new value when they restart.
	// +optional
	RefreshInterval *metav1.Duration `json:"refreshInterval,omitempty"`
}

// KeyVault is an Azure Key Vault, and the identity that reads it.
type KeyVault struct {
	// Name of the vault: 3 to 24 letters, digits and dashes. Required.
	// Example: acme-goproxy
	Name string `json:"name"`
	// TenantID is the Entra tenant of the vault, a UUID. Required.
	TenantID string `json:"tenantID"`
	// ClientID is the identity that reads it, a UUID. With Workload Identity it
	// is federated with the ServiceAccounts of the pods. Required.
	ClientID string `json:"clientID"`
	// NodeIdentity says that clientID is a user-assigned identity of the
	// nodes, instead of Workload Identity. Default: false.
	// +optional
	NodeIdentity bool `json:"nodeIdentity,omitempty"`
}

// SecretEntry says where one key of a Secret comes from.
type SecretEntry struct {
	// Secret is the name of a Secret that the spec refers to. Required.
	Secret string `json:"secret"`
	// Key inside it. Default: none, all of its keys; needs elsewhere.
	// +optional
	Key string `json:"key,omitempty"`
	// Name of the entry in the vault.
	// Default: <secret>-<key>.
	// +optional
	Name string `json:"name,omitempty"`
	// Elsewhere says that the Secret is made by somebody else. Default: false.
	// +optional
	Elsewhere bool `json:"elsewhere,omitempty"`
}
