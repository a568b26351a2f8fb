package v1alpha1_test

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

func TestSecrets(t *testing.T) {
	const vault = "keyVault: {name: acme, tenantID: 11111111-2222-3333-4444-555555555555, clientID: 66666666-7777-8888-9999-000000000000}"
	stricttest.RunAll(t, []rule{
		{"store", "secrets: {externalSecrets: {store: vault, storeKind: SecretStore, refreshInterval: 0s}}", nil},
		{"vault", "secrets: {" + vault + ", entries: [{secret: blob, key: accountKey, name: blob-key}, {secret: ssh, elsewhere: true}]}", nil},
		{"both", "secrets: {externalSecrets: {store: vault}, " + vault + "}", []string{"spec.secrets.keyVault: stands beside externalSecrets"}},
		{"store's values", "secrets: {externalSecrets: {storeKind: Store, refreshInterval: -1h}}", []string{
			"spec.secrets.externalSecrets.store: is required", "spec.secrets.externalSecrets.storeKind: ", "spec.secrets.externalSecrets.refreshInterval: must not be negative",
		}},
		{"vault's values", "secrets: {keyVault: {name: acme.vault.azure.net, tenantID: acme, clientID: \"\"}}", []string{
			"spec.secrets.keyVault.name: is not the name of a Key Vault", "spec.secrets.keyVault.tenantID: is not a UUID", "spec.secrets.keyVault.clientID: is not a UUID",
		}},
		{"entries without a vault", "secrets: {entries: [{secret: a, elsewhere: true}]}", []string{"spec.secrets.entries: there is none"}},
		{"entries", "secrets: {" + vault + ", entries: [{secret: a}, {secret: b, key: k, name: a.b}, {secret: c, key: k, elsewhere: true}, {secret: d, elsewhere: true}, {secret: d, elsewhere: true}]}", []string{
			"spec.secrets.entries[0]: says nothing yet", "spec.secrets.entries[1].name: is not the name of a secret in a Key Vault",
			"spec.secrets.entries[2].elsewhere: is said of a whole Secret", "spec.secrets.entries[4]: stands there already",
		}},
	})
}
