package generators

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// SecretProviderClass is the Secrets Store CSI driver's,
// secrets-store.csi.x-k8s.io/v1.
type SecretProviderClass = Custom[secretProviderClassSpec]

// secretProviderClassSpec says which entries of a vault a pod mounts, and which
// allSecrets are made of them meanwhile.
type secretProviderClassSpec struct {
	Provider      string             `json:"provider"`
	Parameters    providerParameters `json:"parameters"`
	SecretObjects []secretObject     `json:"secretObjects"`
}

// providerParameters are those of the provider azure; all are text.
type providerParameters struct {
	KeyvaultName           string `json:"keyvaultName"`
	TenantID               string `json:"tenantID"`
	ClientID               string `json:"clientID,omitempty"`
	UseVMManagedIdentity   string `json:"useVMManagedIdentity,omitempty"`
	UserAssignedIdentityID string `json:"userAssignedIdentityID,omitempty"`
	CloudName              string `json:"cloudName,omitempty"`
	Objects                string `json:"objects"`
}

// secretObject is a Secret.
type secretObject struct {
	SecretName string             `json:"secretName"`
	Type       string             `json:"type"`
	Data       []secretObjectData `json:"data"`
}

// secretObjectData is one key of it.
type secretObjectData struct {
	ObjectName string `json:"objectName"`
	Key        string `json:"key"`
}

// vaultDir is where pods see the entries. Nothing reads them there: a pod that
// mounts them is what makes the driver write the Secrets.
const vaultDir = "/mnt/secrets-store"

// providerClass is a program's own, so that each pod mounts no more than it
// reads.
func providerClass(site *v1alpha1.AthensSite, program string) []Object {
	secrets := fromVault(site, secretsOf(site, program))
	if len(secrets) == 0 {
		return nil
	}
	v := site.Spec.Secrets.KeyVault
	spec := secretProviderClassSpec{
		Provider:   "azure",
		Parameters: providerParameters{KeyvaultName: v.Name, TenantID: v.TenantID, CloudName: site.Spec.Azure.In().Vaults},
	}
	if id := v.Identity.Workload; id != nil {
		spec.Parameters.ClientID = id.ClientID
	}
	if id := v.Identity.Node; id != nil {
		spec.Parameters.UseVMManagedIdentity, spec.Parameters.UserAssignedIdentityID = "true", id.ClientID
	}
	entries := vaultOf(site)
	var objects strings.Builder
	objects.WriteString("array:\n")
	for _, secret := range secrets {
		object := secretObject{SecretName: secret.Name, Type: string(corev1.SecretTypeOpaque)}
		for _, key := range secret.Keys {
			name := entries.name(secret.Name, key)
			object.Data = append(object.Data, secretObjectData{ObjectName: name, Key: key})
			objects.WriteString("- |\n  objectName: " + name + "\n  objectType: secret\n")
		}
		spec.SecretObjects = append(spec.SecretObjects, object)
	}
	spec.Parameters.Objects = objects.String()
	return []Object{&SecretProviderClass{
		TypeMeta:   Type("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass"),
		ObjectMeta: Meta(site, Name(site, program), program),
		Spec:       spec,
	}}
}

// vaultMounts is the volume by which a program's Secrets come to be.
func vaultMounts(site *v1alpha1.AthensSite, program string) []mount {
	if site.Spec.Secrets.KeyVault == nil || len(fromVault(site, secretsOf(site, program))) == 0 {
		return nil
	}
	return []mount{mounted("vault", vaultDir, true, corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{
		Driver:           "secrets-store.csi.k8s.io",
		ReadOnly:         new(true),
		VolumeAttributes: map[string]string{"secretProviderClass": Name(site, program)},
	}})}
}
