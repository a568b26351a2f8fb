package v1alpha1

import (
	"reflect"
	"strings"

	"github.com/gomods/athens-kfn/pkg/releases"
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

// InSecret is what to write in place of a secret at a path; name is that of the
// entry that it is in. A variable that a field sets is written to that.
func (*AthensSite) InSecret(path, name string) string {
	if known := releases.Lookup(name); isVariable(path) && len(known) > 0 && known[0].Field != "" {
		path = known[0].Field
	}
	for _, p := range []struct{ part, cure string }{
		{"athens.env[", "make a Secret with it, as in athens-env, and write valueFrom: {secretKeyRef: {name: athens-env, key: KEY}} instead of value"},
		{"athens.private.gitConfig", "make a Secret with the whole file, as in athens-gitconfig, and write gitConfig: {secretRef: {name: athens-gitconfig}}"},
		{"athens.upstream.goproxy", "write the URL without it, and make a Secret with a .netrc for its host, as in private.netrc: {secretRef: {name: athens-netrc}}"},
		{"athens.upstream.goEnv", "remove it, and make a Secret with a .netrc or a .gitconfig, as in private.netrc: {secretRef: {name: athens-netrc}}"},
		{"athens.storage.mongo", "make a Secret with the connection string, and write url: {secretRef: {name: athens-mongo}}"},
		{"athens.storage", "make a Secret with it, and write credentials: {secretRef: {name: athens-storage}}"},
		{"athens.singleFlight", "make a Secret with it, and write password: {secretRef: {name: athens-redis}}"},
		{"athens.index", "make a Secret with the user and the password, and write credentials: {secretRef: {name: athens-index}}"},
		{"egress.proxy", "write the URL without it to egress.proxy.url, and egress.proxy.credentials: {secretRef: {name: athens-proxy}}"},
	} {
		if strings.Contains(path, p.part) {
			return p.cure
		}
	}
	return "remove it, and keep it in a Secret that only its reader has"
}

// IsAddress says whether the value at a path is an email address or a user's name,
// where what is before an @ is no secret.
func (*AthensSite) IsAddress(path string) bool {
	return strings.HasSuffix(path, "workloadIdentity.serviceAccount") || strings.HasSuffix(path, "ssh.user")
}

func isVariable(path string) bool {
	return strings.Contains(path, "athens.env[") && strings.HasSuffix(path, ".value")
}
