package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Secrets sets what provides the Secrets that the spec refers to:
// externalSecrets or keyVault. Default: they already exist.
//
// Every key of every Secret that the site's pods read becomes an entry of the
// vault, under a name that entries can change. The gateway's certificate and
// images.pullSecretRefs are not among them.
//
// +kubebuilder:validation:AtMostOneOf=externalSecrets;keyVault
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
	// <secret>-<key> with a dash for each character that is neither a letter
	// nor a digit: accountKey of athens-blob is athens-blob-accountKey.
	// Default: none.
	// +listType=map
	// +listMapKey=secret
	// +listMapKey=key
	// +optional
	Entries []SecretEntry `json:"entries,omitempty"`

	// Unmanaged are Secrets that something else makes. Default: none.
	// +listType=set
	// +optional
	Unmanaged []string `json:"unmanaged,omitempty"`
}

// ExternalSecrets is a store of the External Secrets Operator.
type ExternalSecrets struct {
	// StoreRef names the store. Required.
	StoreRef SecretStoreRef `json:"storeRef"`
	// RefreshInterval is how often the vault is read again; 0s is once.
	// Default: 1h, the operator's own. Pods see a new value when they restart.
	// +optional
	RefreshInterval *metav1.Duration `json:"refreshInterval,omitempty"`
}

// SecretStoreRef names a store of the External Secrets Operator.
type SecretStoreRef struct {
	// Name of the store. Required.
	Name string `json:"name"`
	// Kind of the store; a SecretStore is in the site's namespace.
	// Default: ClusterSecretStore.
	// +kubebuilder:validation:Enum=ClusterSecretStore;SecretStore
	// +optional
	Kind string `json:"kind,omitempty"`
}

// KeyVault is an Azure Key Vault, and the identity that reads it.
type KeyVault struct {
	// Name of the vault: 3 to 24 letters, digits and dashes. Required.
	// Example: acme-goproxy
	Name string `json:"name"`
	// TenantID is the Entra tenant of the vault, a UUID. Required.
	TenantID string `json:"tenantID"`
	// Identity that reads the vault; exactly one key. Required.
	Identity VaultIdentity `json:"identity"`
}

// VaultIdentity is an identity that reads an Azure Key Vault; exactly one key.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:MaxProperties=1
type VaultIdentity struct {
	// Workload is an identity that is federated with the ServiceAccounts of the
	// pods (AKS Workload Identity).
	// +optional
	Workload *ClientIdentity `json:"workload,omitempty"`
	// Node is a user-assigned identity of the nodes.
	// +optional
	Node *ClientIdentity `json:"node,omitempty"`
}

// ClientIdentity is an identity of Entra.
type ClientIdentity struct {
	// ClientID of the identity, a UUID. Required.
	ClientID string `json:"clientID"`
}

// SecretEntry says what one key of a Secret is called in the vault.
type SecretEntry struct {
	// Secret is the name of a Secret that the spec refers to. Required.
	Secret string `json:"secret"`
	// Key inside it. Required.
	Key string `json:"key"`
	// Name of the entry in the vault. Required.
	Name string `json:"name"`
}
