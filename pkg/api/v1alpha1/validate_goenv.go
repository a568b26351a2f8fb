package v1alpha1

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// goEnv checks the further variables of Athens' go command, which come last in
// its environment and so replace what Athens sets.
func (r *rules) goEnv() {
	const path = "spec.athens.upstream.goEnv"
	env := r.spec.Athens.Upstream.GoEnv
	for _, k := range sortedKeys(env) {
		at := child(path, k)
		switch {
		case len(validation.IsEnvVarName(k)) > 0:
			r.add(at, "is not a variable's name; write letters, digits and underscores, as in GOSUMDB")
		case strings.ContainsAny(env[k], ";\n\r"):
			r.add(at, "holds a semicolon or a line break, which ends a variable in ATHENS_GO_BINARY_ENV_VARS; remove it")
		case !r.check(at, gitSetting(k)) || !r.check(at, r.sshSetting(k)) || !r.check(at, siteSets(k)):
		case k == "GOAUTH" && r.spec.Athens.Private.HTTPS():
			r.add(at, "is what the field athens.private.credentials sets; remove one of the two")
		case k == "GOSUMDB" && env[k] != "":
			r.check(at, checksumDatabase(env[k]))
		case !r.check(at, visible(env[k])):
		case (k == "GONOPROXY" || k == "GOINSECURE") && env[k] != "" && env[k] != "none":
			for _, pattern := range strings.Split(env[k], ",") {
				if r.check(at, moduleGlob(pattern)) {
					r.check(at, everyHost(k, pattern))
				}
			}
		case k == "GOFLAGS":
			r.check(at, goFlags(env[k]))
		}
	}
}

// siteSets refuses the variables that the site or Athens sets itself.
func siteSets(name string) string {
	const goEnv = "athens.upstream.goEnv"
	settings := releases.Lookup(name)
	switch {
	case len(settings) == 0 || settings[0].Key != "":
		return ""
	case settings[0].Fixed != "":
		return quote.Sprintf("cannot be set: %s; remove it", quote.Said(settings[0].Fixed))
	case settings[0].Field != "" && !strings.HasPrefix(settings[0].Field, goEnv):
		return quote.Sprintf("is what the field %s sets; write that", quote.Said(settings[0].Field))
	}
	return ""
}

// everyHost refuses a pattern of GONOPROXY or GOINSECURE whose host is a
// wildcard alone.
func everyHost(variable, pattern string) string {
	host, _, _ := strings.Cut(pattern, "/")
	if !inSet(host, "*?.") {
		return ""
	}
	if variable == "GOINSECURE" {
		return quote.Sprintf("%q covers every host: nothing would check the certificate of any; write the hosts that have none, as in git.example.com", pattern)
	}
	return quote.Sprintf("%q covers every module: athens.upstream.goproxy would never be asked; write goproxy: direct for that, or the modules that no proxy has, as in git.example.com/*", pattern)
}

// goFlags is a value of GOFLAGS, of which the go command refuses what is not a
// flag.
func goFlags(s string) string {
	switch s = strings.TrimSpace(s); {
	case s != "" && !strings.ContainsAny(s[:1], `-'"`):
		return quote.Sprintf("%q does not begin with a flag, and the go command would not start; write flags, as in -modcacherw", s)
	case slices.Contains(strings.Fields(s), "-insecure"):
		return "holds -insecure, which the go command no longer obeys (since Go 1.17); remove it, and write GOINSECURE for hosts without TLS"
	}
	return ""
}
