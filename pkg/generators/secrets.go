package generators

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// SecretUse is a Secret of the site's namespace, and the keys of it that pods
// read.
type SecretUse struct {
	Name string
	Keys []string
}

// SecretsOf are the Secrets that the pods of one of the programs read, in the
// order in which the pod names them. They are read off the pod, so that none
// is forgotten.
func SecretsOf(site *v1alpha1.AthensSite, program string) []SecretUse {
	var out []SecretUse
	use := func(secret, key string) {
		at := slices.IndexFunc(out, func(u SecretUse) bool { return u.Name == secret })
		if at < 0 {
			at, out = len(out), append(out, SecretUse{Name: secret})
		}
		if !slices.Contains(out[at].Keys, key) {
			out[at].Keys = append(out[at].Keys, key)
		}
	}
	for _, e := range secretEnvOf(site, program) {
		if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
			use(e.ValueFrom.SecretKeyRef.Name, e.ValueFrom.SecretKeyRef.Key)
		}
	}
	if program != Athens {
		return out
	}
	for _, m := range append(storageMounts(site), privateMounts(&site.Spec.Athens.Private)...) {
		if source := m.volume.Secret; source != nil {
			for _, item := range source.Items {
				use(source.SecretName, item.Key)
			}
		}
	}
	return out
}

// secretEnvOf is the environment of a program.
func secretEnvOf(site *v1alpha1.AthensSite, program string) []corev1.EnvVar {
	switch {
	case program == Athens:
		return athensEnv(site)
	case program == Crathens && *site.Spec.Crathens.Enabled:
		return basicAuthEnv(site.Spec.Athens.BasicAuth)
	}
	return nil
}

// Secrets of all programs of a site.
func Secrets(site *v1alpha1.AthensSite) []SecretUse {
	out := SecretsOf(site, Athens)
	for _, u := range SecretsOf(site, Crathens) {
		if !slices.ContainsFunc(out, func(o SecretUse) bool { return o.Name == u.Name }) {
			out = append(out, u)
		}
	}
	return out
}

// fromVault are the Secrets that nobody else makes.
func fromVault(site *v1alpha1.AthensSite, secrets []SecretUse) []SecretUse {
	return slices.DeleteFunc(secrets, func(u SecretUse) bool {
		return slices.ContainsFunc(site.Spec.Secrets.Entries, func(e v1alpha1.SecretEntry) bool {
			return e.Secret == u.Name && e.Elsewhere
		})
	})
}

// vaultName is what a key is called in the vault.
func vaultName(site *v1alpha1.AthensSite, secret, key string) string {
	for _, e := range site.Spec.Secrets.Entries {
		if e.Secret == secret && e.Key == key && e.Name != "" {
			return e.Name
		}
	}
	words := strings.FieldsFunc(secret+"-"+key, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9')
	})
	return strings.Join(words, "-")
}
