package importer

import (
	"path"
	"reflect"
	"slices"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// trust is a file of certificates that Go or git reads in place of the image's.
func (m *mapping) trust(key, file string) {
	ref := m.textAt(file, "ca.crt")
	if ref == nil {
		m.leave(key, "names %s: write the Secrets or ConfigMaps with the certificates to spec.trust.caCertificates", m.at(file))
		return
	}
	spec := m.spec()
	if spec.Trust == nil {
		spec.Trust = &v1alpha1.Trust{}
	}
	if !slices.ContainsFunc(spec.Trust.CACertificates, func(o v1alpha1.FileRef) bool { return reflect.DeepEqual(o, *ref) }) {
		spec.Trust.CACertificates = append(spec.Trust.CACertificates, *ref)
	}
}

// file brings a file that a variable names to the site, and is where it is then:
// at another place if the site has something of its own there. Empty if it is
// not one key of a Secret or a ConfigMap.
func (m *mapping) file(was string) string {
	at := path.Clean(was)
	if v1alpha1.FileProblem(at) != "" {
		at = "/etc/athens/" + path.Base(at)
	}
	ref := m.textAt(was, path.Base(at))
	if ref == nil || v1alpha1.FileProblem(at) != "" {
		return ""
	}
	a := &m.spec().Athens
	if !slices.ContainsFunc(a.Files, func(f v1alpha1.File) bool { return f.Path == at }) {
		a.Files = append(a.Files, v1alpha1.File{Path: at, SecretRef: ref.SecretRef, ConfigMapRef: ref.ConfigMapRef})
	}
	return at
}

// textAt is the value of a Secret or a ConfigMap that the container has as a file,
// nil for another file.
func (m *mapping) textAt(file, byDefault string) *v1alpha1.FileRef {
	at := m.at(file)
	if at.inside == "" {
		return nil
	}
	m.used[at] = true
	// A Secret that is not among the objects is mounted with keys that are not known.
	m.used[place{kind: at.kind, name: at.name}] = true
	switch at.kind {
	case "Secret":
		return &v1alpha1.FileRef{SecretRef: &v1alpha1.SecretKeyRef{Name: at.name, Key: unless(at.inside, byDefault)}}
	case "ConfigMap":
		return &v1alpha1.FileRef{ConfigMapRef: &v1alpha1.ConfigMapKeyRef{Name: at.name, Key: unless(at.inside, byDefault)}}
	}
	return nil
}
