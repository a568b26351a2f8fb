package v1alpha1

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

// secrets checks where Secrets come from. Whether an entry's Secret is one of
// the site's is for check to say: only the pods know.
func (r *rules) secrets() {
	const path = "spec.secrets"
	s := &r.spec.Secrets
	r.oneOf(path, "source of Secrets", choice{"externalSecrets", s.ExternalSecrets != nil}, choice{"keyVault", s.KeyVault != nil})
	if e := s.ExternalSecrets; e != nil {
		at := child(path, "externalSecrets")
		r.required(child(at, "store"), e.Store, "the name of a ClusterSecretStore, as in azure-key-vault", dnsName)
		r.enum(child(at, "storeKind"), e.StoreKind, "ClusterSecretStore", "SecretStore")
		if e.RefreshInterval.Duration < 0 {
			r.add(child(at, "refreshInterval"), "must not be negative; found %s. Write 0s for once", span.Short(e.RefreshInterval.Duration))
		}
	}
	if v := s.KeyVault; v != nil {
		r.keyVault(child(path, "keyVault"), v)
	}
	r.secretEntries(child(path, "entries"))
}

func (r *rules) keyVault(path string, v *KeyVault) {
	if !inSet(v.Name, alphabet+digits+"-") || len(v.Name) < 3 || len(v.Name) > 24 || strings.HasPrefix(v.Name, "-") {
		r.add(child(path, "name"), "%q is not the name of a Key Vault; write 3 to 24 letters, digits and dashes, without a host, as in acme-goproxy", v.Name)
	}
	for _, id := range []struct{ name, value, from string }{
		{"tenantID", v.TenantID, "az account show --query tenantId"},
		{"clientID", v.ClientID, "az identity show --query clientId"},
	} {
		if !isUUID(id.value) {
			r.add(child(path, id.name), "%q is not a UUID; write what %s prints", id.value, id.from)
		}
	}
}

func (r *rules) secretEntries(path string) {
	s := &r.spec.Secrets
	if len(s.Entries) > 0 && s.ExternalSecrets == nil && s.KeyVault == nil {
		r.add(path, "says where Secrets lie in a vault, but there is none; write externalSecrets or keyVault beside it, or take it out")
	}
	seen := map[string]bool{}
	for i, e := range s.Entries {
		at := item(path, i)
		r.check(child(at, "secret"), dnsName(e.Secret))
		switch {
		case e.Elsewhere && (e.Key != "" || e.Name != ""):
			r.add(child(at, "elsewhere"), "is said of a whole Secret; take key and name out")
		case e.Elsewhere:
		case e.Key == "" || e.Name == "":
			r.add(at, "says nothing yet; write key and the name of its entry in the vault, or elsewhere: true")
		default:
			r.check(child(at, "key"), dataKey(e.Key))
			if s.KeyVault != nil {
				r.check(child(at, "name"), vaultEntry(e.Name))
			} else {
				r.check(child(at, "name"), word(e.Name, " -._~/:@+,=#!", "the name of an entry in a vault", "goproxy/mongo"))
			}
		}
		if id := e.Secret + "/" + e.Key; seen[id] {
			r.add(at, "stands there already; take one of them out")
		} else {
			seen[id] = true
		}
	}
}

// vaultEntry is the name of a secret in a Key Vault.
func vaultEntry(s string) string {
	if len(s) > 127 || !inSet(s, alphabet+digits+"-") {
		return quote.Sprintf("%q is not the name of a secret in a Key Vault; write at most 127 letters, digits and dashes", s)
	}
	return ""
}
