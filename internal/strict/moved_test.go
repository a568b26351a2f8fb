package strict_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/internal/strict/stricttest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// The table names only fields that are gone, and places that exist.
func TestMoved_NamesPlacesThatExist(t *testing.T) {
	site := reflect.TypeOf(v1alpha1.AthensSite{})
	exists := func(path string) bool { return strict.TypeAt(site, strings.ReplaceAll(path, "[]", "[0]")) != nil }
	for old, became := range (&v1alpha1.AthensSite{}).Moved() {
		if exists(old) {
			t.Errorf("%s exists: remove its row", old)
		}
		for word := range strings.FieldsSeq(became) {
			if place := strings.TrimRight(word, ",:;."); strings.HasPrefix(place, "spec.") && !exists(place) {
				t.Errorf("%s: %q names %s, which does not exist", old, became, place)
			}
		}
	}
}

// A section that has moved is named itself only where its parts do not say it all.
func TestMoved_NamesASectionOrItsParts(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"all of its parts", "mesh: {gateway: {internal: true, tls: {credentialName: x}}}", []string{
			"spec.mesh.gateway.internal: has moved to spec.gateway.internal", "spec.mesh.gateway.tls.credentialName: has moved to spec.gateway.tls.secretName"}},
		{"a part without a row", "mesh: {egress: {mode: Registry, allow: []}}", []string{
			"spec.mesh.egress: has moved to spec.egress", "spec.mesh.egress.mode: write Listed for Registry"}},
		{"a part that is nowhere near it", "mesh: {mode: None}\ningress: {tlsSecretName: x}", []string{
			"spec.ingress: has moved to spec.gateway.ingress", "spec.ingress.tlsSecretName: has moved to spec.gateway.tls.secretName"}},
		{"of an entry", "secrets: {externalSecrets: {storeRef: {name: x}}, entries: [{secret: a, key: b, elsewhere: true}]}", []string{
			"spec.secrets.entries[0].elsewhere: has moved to spec.secrets.unmanaged"}},
		{"what is missing where it belongs", "athens: {storage: {minio: {endpoint: a.b.example.com, bucket: abc, secretName: x}}}", []string{
			"spec.athens.storage.minio.secretName: it belongs at spec.athens.storage.minio.credentials.secretRef.name"}},
	})
}
