package why

// secretRules are about where Secrets come from.
var secretRules = []rule{
	{"ExternalSecret", "spec.data", "The keys that the site's pods read, collected from the pods themselves, so that none is missing. An entry of the vault has no such keys: each key is an entry of its own."},
	{"ExternalSecret", "spec", "The Secret that the pods refer to, and the store that the External Secrets Operator fills it from."},
	{"SecretProviderClass", "spec.provider", "The Secrets are entries of an Azure Key Vault."},
	{"SecretProviderClass", "spec.secretObjects", "The keys that this program's pods read, collected from the pods themselves, so that none is missing. Pods refer to the Secret; the driver writes it while a pod mounts the entries."},
	{"SecretProviderClass", "spec", "Each program has a class of its own, so that its pods mount only the entries that they read."},
}
