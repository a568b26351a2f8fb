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

// secretsOf are the Secrets that the pods of one of the programs read, in the
// order in which the pod names them. They are read off the pod, so that none
// is forgotten.
func secretsOf(site *v1alpha1.AthensSite, program string) []SecretUse {
	var out []SecretUse
	places, keys := map[string]int{}, map[[2]string]bool{}
	use := func(secret, key string) {
		at, there := places[secret]
		if !there {
			at, out = len(out), append(out, SecretUse{Name: secret})
			places[secret] = at
		}
		if use := [2]string{secret, key}; !keys[use] {
			keys[use] = true
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
	for _, m := range append(storageMounts(site), privateMounts(&site.Spec.Athens)...) {
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
	out := secretsOf(site, Athens)
	for _, u := range secretsOf(site, Crathens) {
		if !slices.ContainsFunc(out, func(o SecretUse) bool { return o.Name == u.Name }) {
			out = append(out, u)
		}
	}
	return out
}

// fromVault are the Secrets that no other controller makes.
func fromVault(site *v1alpha1.AthensSite, secrets []SecretUse) []SecretUse {
	return slices.DeleteFunc(secrets, func(u SecretUse) bool { return slices.Contains(site.Spec.Secrets.Unmanaged, u.Name) })
}

// vault finds what keys of Secrets are called in the vault.
type vault map[[2]string]string

func vaultOf(site *v1alpha1.AthensSite) vault {
	v := vault{}
	for _, e := range site.Spec.Secrets.Entries {
		if at := [2]string{e.Secret, e.Key}; v[at] == "" {
			v[at] = e.Name
		}
	}
	return v
}

// name is what a key is called in the vault.
func (v vault) name(secret, key string) string {
	if name := v[[2]string{secret, key}]; name != "" {
		return name
	}
	words := strings.FieldsFunc(secret+"-"+key, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9')
	})
	return strings.Join(words, "-")
}
