package strict_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// The table names only fields that are gone, and places that exist.
func TestMoved_NamesPlacesThatExist(t *testing.T) {
	site := reflect.TypeOf(v1alpha1.AthensSite{})
	exists := func(path string) bool { return strict.TypeAt(site, strings.ReplaceAll(path, "[]", "[0]")) != nil }
	for old, became := range (&v1alpha1.AthensSite{}).Moved() {
		if exists(old) {
			t.Errorf("%s exists: take its row out", old)
		}
		for word := range strings.FieldsSeq(became) {
			if place := strings.TrimRight(word, ",:;."); strings.HasPrefix(place, "spec.") && !exists(place) {
				t.Errorf("%s: %q names %s, which does not exist", old, became, place)
			}
		}
	}
}
