package importer

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// KeyRef is one key of a Secret.
type KeyRef struct{ Name, Key string }

// String is the key as reports have it.
func (r KeyRef) String() string { return "the key " + r.Key + " of the Secret " + r.Name }

func secretSource(ref KeyRef) *corev1.EnvVarSource {
	return &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: ref.Name}, Key: ref.Key}}
}

// isSecret reports whether a value must not be in a file. A name that is KEY says
// nothing: the form of the value does, which a key that was made at random has.
func isSecret(name, value string) bool {
	if name == "KEY" {
		return quote.Shown(value) != value || len(value) >= 16 && !strings.ContainsAny(value, " ./:,") && strings.ContainsAny(value, "0123456789")
	}
	return quote.Of(name, value) != value
}

// move says that a value in clear text goes into a Secret of the site.
func (m *mapping) move(name, suffix, key string) KeyRef {
	ref := KeyRef{m.site.Name + "-" + suffix, key}
	m.moved[name] = ref
	m.make(ref.Name, []string{key}, []string{name})
	return ref
}

// make asks for a Secret with what variables hold now.
func (m *mapping) make(secret string, keys, names []string) {
	m.todo("Secret "+secret, "needs the keys %s, from %s: make it in the namespace %s: a site file holds no secrets, and names one Secret", strings.Join(keys, ", "), strings.Join(names, ", "), m.site.Namespace)
}

// ref is the Secret of a setting: the one that it is in, or the one to make. False
// if it is not set.
func (m *mapping) ref(name, suffix, key string) (KeyRef, bool) {
	s := m.setting(name)
	switch {
	case s.SecretName != "":
		return KeyRef{s.SecretName, s.SecretKey}, true
	case s.Unknown != "":
		m.leave(name, "%s: make a Secret with it", s.Unknown)
		return KeyRef{}, false
	case s.written == "" || s.Value == "":
		return KeyRef{}, false
	}
	return m.move(name, suffix, key), true
}

// pair are the keys of one Secret, empty for what is not set. If the values are not
// in one Secret yet, it is to be made. False if none is set.
func (m *mapping) pair(suffix string, names, keys []string) (secret string, found []string, ok bool) {
	found = make([]string, len(names))
	var set, into []string
	one := true
	for i, name := range names {
		s := m.setting(name)
		switch {
		case s.Unknown != "":
			m.leave(name, "%s: make a Secret with it", s.Unknown)
			continue
		case s.SecretName == "" && (s.written == "" || s.Value == ""):
			continue
		}
		one = one && s.SecretName != "" && (secret == "" || secret == s.SecretName)
		secret, found[i] = s.SecretName, s.SecretKey
		set, into = append(set, name), append(into, keys[i])
	}
	if len(set) == 0 || one {
		return secret, found, len(set) > 0
	}
	secret = m.site.Name + "-" + suffix
	m.make(secret, into, set)
	for i, name := range names {
		if found[i] = ""; slices.Contains(set, name) {
			found[i] = keys[i]
			m.moved[name] = KeyRef{secret, keys[i]}
		}
	}
	return secret, found, true
}

// unless is a key that is left out where it is the default.
func unless(key, byDefault string) string {
	if key == byDefault {
		return ""
	}
	return key
}

// secretValue is a reference without the default key.
func secretValue(ref KeyRef, byDefault string) *v1alpha1.SecretValue {
	return &v1alpha1.SecretValue{SecretRef: v1alpha1.SecretKeyRef{Name: ref.Name, Key: unless(ref.Key, byDefault)}}
}
