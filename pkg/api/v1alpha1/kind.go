package v1alpha1

import (
	"reflect"
	"strings"
)

// What a strict reader must know of an AthensSite beyond its types.

// Head is the apiVersion and the kind that a document of a site has.
func (*AthensSite) Head() (apiVersion, kind string) { return APIVersion, Kind }

// OneOf are the groups of fields of a type of which at most one is written; in
// overrides of a region one of them replaces the others.
func (*AthensSite) OneOf(t reflect.Type) (groups [][]string) {
	if t.PkgPath() == reflect.TypeFor[AthensSite]().PkgPath() {
		for _, u := range unions[t.Name()] {
			groups = append(groups, u.keys)
		}
	}
	return groups
}

// HasLines says whether the text at a path may have line breaks.
func (*AthensSite) HasLines(path string) bool {
	return strings.HasSuffix(path, "athens.filter") || strings.HasSuffix(path, "gitConfig.text") || strings.Contains(path, "nnotations") || isVariable(path)
}

// HoldsSecret says whether the value at a path may be a secret, of which no
// message repeats anything: the values of variables.
func (*AthensSite) HoldsSecret(path string) bool {
	return isVariable(path) || strings.Contains(path, "upstream.goEnv")
}

// IsAddress says whether the value at a path is an email address, whose user is
// no secret.
func (*AthensSite) IsAddress(path string) bool {
	return strings.HasSuffix(path, "workloadIdentity.serviceAccount")
}

func isVariable(path string) bool {
	return strings.Contains(path, "athens.env[") && strings.HasSuffix(path, ".value")
}
