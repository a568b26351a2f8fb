package v1alpha1

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

// secrets checks where Secrets come from. Whether an entry's Secret is one of
// the site's is for check to say: only the pods know.
func (r *rules) secrets() {
	const path = "spec.secrets"
	s := &r.spec.Secrets
	if e := s.ExternalSecrets; e != nil {
		at := child(path, "externalSecrets")
		r.required(at+".storeRef.name", e.StoreRef.Name, "the name of a ClusterSecretStore, as in azure-key-vault", dnsName)
		r.enum(at+".storeRef.kind", e.StoreRef.Kind, "ClusterSecretStore", "SecretStore")
		if e.RefreshInterval.Duration < 0 {
			r.add(child(at, "refreshInterval"), "must not be negative; found %s. Write 0s for once", span.Short(e.RefreshInterval.Duration))
		}
	}
	if v := s.KeyVault; v != nil {
		r.keyVault(child(path, "keyVault"), v)
	}
	r.secretEntries(child(path, "entries"))
	r.unmanaged(child(path, "unmanaged"))
}

func (r *rules) keyVault(path string, v *KeyVault) {
	if n := v.Name; len(n) < 3 || len(n) > 24 || !inSet(n, alphabet+digits+"-") || !inSet(n[:1], alphabet) || strings.HasSuffix(n, "-") || strings.Contains(n, "--") {
		r.add(child(path, "name"), "%q is not the name of a Key Vault; write 3 to 24 letters, digits and single dashes, the first a letter, without a host, as in acme-goproxy", n)
	}
	r.uuid(child(path, "tenantID"), v.TenantID, "az account show --query tenantId")
	at, id := child(path, "identity"), &v.Identity
	if id.Workload == nil && id.Node == nil {
		r.add(at, "is required; write workload: {clientID: …} for an identity that is federated with the pods' ServiceAccounts, or node: {clientID: …} for one of the nodes")
	}
	if w := id.Workload; w != nil {
		r.uuid(at+".workload.clientID", w.ClientID, "az identity show --query clientId")
	}
	if n := id.Node; n != nil {
		r.uuid(at+".node.clientID", n.ClientID, "az identity show --query clientId")
	}
}

func (r *rules) uuid(path, s, from string) {
	if !isUUID(s) {
		r.add(path, "%q is not a UUID; write what %s prints", s, from)
	}
}

func (r *rules) secretEntries(path string) {
	s := &r.spec.Secrets
	seen := map[string]bool{}
	for i, e := range s.Entries {
		at := item(path, i)
		r.check(child(at, "secret"), dnsName(e.Secret))
		r.required(child(at, "key"), e.Key, "the key of the Secret that the entry fills", dataKey)
		r.required(child(at, "name"), e.Name, "what the key is called in the vault", func(name string) string {
			if s.KeyVault != nil {
				return vaultEntry(name)
			}
			return word(name, " -._~/:@+,=#!", "the name of an entry in a vault", "goproxy/mongo")
		})
		if id := e.Secret + "/" + e.Key; seen[id] {
			r.add(at, "repeats another entry for the same key; remove one")
		} else {
			seen[id] = true
		}
		if slices.Contains(s.Unmanaged, e.Secret) {
			r.add(at, "names a key of a Secret that secrets.unmanaged leaves to others; remove one of the two")
		}
	}
}

// unmanaged checks the Secrets that something else makes.
func (r *rules) unmanaged(path string) {
	r.each(path, r.spec.Secrets.Unmanaged, dnsName)
}

// vaultEntry is the name of a secret in a Key Vault.
func vaultEntry(s string) string {
	if len(s) > 127 || !inSet(s, alphabet+digits+"-") {
		return quote.Sprintf("%q is not the name of a secret in a Key Vault; write at most 127 letters, digits and dashes", s)
	}
	return ""
}
