package runbook

import (
	"strings"

	"github.com/gomods/athens-kfn/internal/secrets"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

// A Secret that a controller makes is renewed at its source; the controller
// owns the Secret, and a value that was written into it by hand is replaced.

// renewInStore is for the External Secrets Operator.
func (b *book) renewInStore(s *secrets.Secret) (text string, commands []string) {
	from := b.Site.Spec.Secrets.ExternalSecrets
	return "Change the Secrets that the External Secrets Operator writes in the store " + quote.CodeSpan(from.StoreRef.Name) + ". The operator reads it every " +
			span.Short(from.RefreshInterval.Duration) + ", and when its object changes. ",
		[]string{b.K() + " annotate externalsecret " + quote.Shell(s.Name) + " force-sync=$(date +%s) --overwrite"}
}

// renewInVault is for the Secrets Store CSI driver.
func (b *book) renewInVault(*secrets.Secret) (text string, commands []string) {
	return "Change the Secrets that the Secrets Store CSI driver writes in the Key Vault " + quote.CodeSpan(b.Site.Spec.Secrets.KeyVault.Name) +
		". If its rotation is enabled, the driver follows while pods run. Otherwise it follows when no pod mounts the old Secret. ", nil
}

// renewInAzure is for Azure Service Operator, which made the account and asks
// for its key.
func (b *book) renewInAzure(s *secrets.Secret) (text string, commands []string) {
	const operator = "kubectl -n azureserviceoperator-system rollout "
	return "Azure Service Operator created the storage. It writes the account's key into the Secret within an hour (its `AZURE_SYNC_PERIOD`), and when it starts. The last line before Athens restarts prints when the Secret was written: one of the times must be after the new key. " +
			"Until Athens has the new key it reads and stores nothing, so run all commands in one go. ",
		[]string{
			b.renewKey(),
			operator + "restart deployment/azureserviceoperator-controller-manager",
			operator + "status deployment/azureserviceoperator-controller-manager --timeout=5m",
			b.K() + " get secret " + quote.Shell(s.Name) + " -o jsonpath='{.metadata.managedFields[*].time}'",
		}
}

// renewKey makes a new key of the account that the site provisions.
func (b *book) renewKey() string {
	group := groupOf(&b.Site.Spec.Azure.Provision.ResourceGroup)
	if m := b.Site.Spec.Athens.Storage.Mongo; m != nil {
		return "az cosmosdb keys regenerate -g " + group + " -n " + quote.Shell(m.Cosmos.Account) + " --key-kind primary"
	}
	return "az storage account keys renew -g " + group + " -n " + quote.Shell(b.Site.Spec.Athens.Storage.AzureBlob.Account) + " --key primary"
}

// groupOf is a resource group as words of az name it.
func groupOf(g *v1alpha1.AzureResourceGroup) string {
	if id := strings.Split(g.ResourceID, "/"); len(id) == 5 {
		return quote.Shell(id[4]) + " --subscription " + quote.Shell(id[2]) // /subscriptions/ID/resourceGroups/NAME
	}
	return quote.Shell(g.Name)
}
