package generators

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// SecretUse is a Secret or a ConfigMap of the site's namespace, and the keys of it
// that pods read.
type SecretUse struct {
	Name string
	Keys []string
}

// uses are those of one kind, in the order in which a pod names them.
type uses []SecretUse

func (u *uses) add(name, key string) {
	at := slices.IndexFunc(*u, func(o SecretUse) bool { return o.Name == name })
	if at < 0 {
		at, *u = len(*u), append(*u, SecretUse{Name: name})
	}
	if o := &(*u)[at]; !slices.Contains(o.Keys, key) {
		o.Keys = append(o.Keys, key)
	}
}

// secretsOf are the Secrets that the pods of one of the programs read.
func secretsOf(site *v1alpha1.AthensSite, program string) []SecretUse {
	secrets, _ := usesOf(site, program)
	return secrets
}

// usesOf are the Secrets that the pods of one of the programs read, and the
// ConfigMaps that the site does not make. They are read off the pod, so that none
// is forgotten.
func usesOf(site *v1alpha1.AthensSite, program string) (secrets, configMaps uses) {
	for _, e := range secretEnvOf(site, program) {
		if e.ValueFrom == nil {
			continue
		}
		if ref := e.ValueFrom.SecretKeyRef; ref != nil {
			secrets.add(ref.Name, ref.Key)
		}
		if ref := e.ValueFrom.ConfigMapKeyRef; ref != nil {
			configMaps.add(ref.Name, ref.Key)
		}
	}
	sources := athensSources
	if program != Athens {
		sources = crathensSources
	}
	for _, v := range volumes(sources(site)) {
		if source := v.Secret; source != nil {
			for _, item := range source.Items {
				secrets.add(source.SecretName, item.Key)
			}
		}
		if v.Projected == nil {
			continue
		}
		for _, source := range v.Projected.Sources {
			if s := source.Secret; s != nil {
				secrets.add(s.Name, s.Items[0].Key)
			}
			if c := source.ConfigMap; c != nil {
				configMaps.add(c.Name, c.Items[0].Key)
			}
		}
	}
	return secrets, configMaps
}

// ConfigMaps are those that a site's pods read and that the site does not make.
func ConfigMaps(site *v1alpha1.AthensSite) []SecretUse {
	_, out := usesOf(site, Athens)
	if *site.Spec.Crathens.Enabled {
		_, crathens := usesOf(site, Crathens)
		for _, c := range crathens {
			for _, key := range c.Keys {
				out.add(c.Name, key)
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
		return append(crathensProxy(site), basicAuthEnv(site.Spec.Athens.BasicAuth)...)
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
