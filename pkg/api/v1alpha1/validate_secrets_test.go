package v1alpha1_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

func TestSecrets(t *testing.T) {
	const vault = "keyVault: {name: acme, tenantID: 11111111-2222-3333-4444-555555555555, identity: {workload: {clientID: 66666666-7777-8888-9999-000000000000}}}"
	stricttest.RunAll(t, []rule{
		{"store", "secrets: {externalSecrets: {storeRef: {name: vault, kind: SecretStore}, refreshInterval: 0s}}", nil},
		{"vault", "secrets: {" + vault + ", entries: [{secret: blob, key: accountKey, name: blob-key}], unmanaged: [ssh]}", nil},
		{"node's identity", "secrets: {keyVault: {name: acme, tenantID: 11111111-2222-3333-4444-555555555555, identity: {node: {clientID: 66666666-7777-8888-9999-000000000000}}}}", nil},
		{"no identity", "secrets: {keyVault: {name: acme, tenantID: 11111111-2222-3333-4444-555555555555, identity: {}}}", []string{"spec.secrets.keyVault.identity: is required"}},
		{"both", "secrets: {externalSecrets: {storeRef: {name: vault}}, " + vault + "}", []string{"spec.secrets.keyVault: is set together with externalSecrets"}},
		{"store's values", "secrets: {externalSecrets: {storeRef: {kind: Store}, refreshInterval: -1h}}", []string{
			"spec.secrets.externalSecrets.storeRef.name: is required", "spec.secrets.externalSecrets.storeRef.kind: ", "spec.secrets.externalSecrets.refreshInterval: must not be negative",
		}},
		{"vault's values", "secrets: {keyVault: {name: acme.vault.azure.net, tenantID: acme, identity: {workload: {clientID: \"\"}}}}", []string{
			"spec.secrets.keyVault.name: is not the name of a Key Vault", "spec.secrets.keyVault.tenantID: is not a UUID", "spec.secrets.keyVault.identity.workload.clientID: is not a UUID",
		}},
		{"entries without a vault", "secrets: {entries: [{secret: a, key: b, name: c}], unmanaged: [d]}", []string{"spec.secrets.entries: has no meaning without a source of Secrets", "spec.secrets.unmanaged: has no meaning without a source of Secrets"}},
		{"entries", "secrets: {" + vault + ", entries: [{secret: a}, {secret: b, key: k, name: a.b}, {secret: c, key: k, name: c}, {secret: c, key: k, name: d}, {secret: d, key: k, name: e}], unmanaged: [d, d]}", []string{
			"spec.secrets.entries[0].key: is required", "spec.secrets.entries[0].name: is required", "spec.secrets.entries[1].name: is not the name of a secret in a Key Vault",
			"spec.secrets.entries[3]: repeats another entry", "spec.secrets.entries[4]: that secrets.unmanaged leaves to others", "spec.secrets.unmanaged[1]: is repeated",
		}},
	})
}

// A token in the place of a Secret's name or key is refused, and not repeated.
func TestSecretRefs_RefuseTokens(t *testing.T) {
	for _, token := range []string{"glpat-abcdefghijklmnopqrst", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"} {
		for _, field := range []string{"name", "key"} {
			ref := map[string]string{"name": "a", "key": "b"}
			ref[field] = token
			_, problems := stricttest.Load(t, stricttest.Head+"spec: {host: a.example.com, athens: {private: {netrc: {secretRef: {name: "+ref["name"]+", key: "+ref["key"]+"}}}}}")
			said := fmt.Sprint(problems)
			if len(problems) != 1 || !strings.HasPrefix(said, "[spec.athens.private.netrc.secretRef."+field+": ") || strings.Contains(said, token[:10]) {
				t.Errorf("%s %s: %s", field, token, said)
			}
		}
	}
}
