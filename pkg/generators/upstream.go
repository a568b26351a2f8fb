package generators

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// upstreamEnv is where modules and checksums come from.
func upstreamEnv(a *v1alpha1.Athens) []corev1.EnvVar {
	out := []corev1.EnvVar{
		env("ATHENS_GO_BINARY_ENV_VARS", goEnv(a)),
		env("ATHENS_NETWORK_MODE", a.NetworkMode),
		env("ATHENS_SUM_DBS", strings.Join(a.Upstream.SumDBs, ",")),
	}
	if p := a.Private.Patterns; len(p) > 0 {
		out = append(out, env("ATHENS_GONOSUM_PATTERNS", strings.Join(AthensLookup.Patterns(p), ",")))
	}
	if a.ValidatorHook != "" {
		out = append(out, env("ATHENS_PROXY_VALIDATOR", a.ValidatorHook))
	}
	return out
}

// goEnv is the environment of Athens' own go command, as NAME=value;NAME=value.
// Athens refuses an empty assignment, so no semicolon ends it. The user's own
// variables come last: of two assignments the last one counts.
func goEnv(a *v1alpha1.Athens) string {
	out := []string{"GOPROXY=" + strings.Join(a.Upstream.Proxies, ",")}
	if p := a.Private.Patterns; len(p) > 0 {
		out = append(out, "GOPRIVATE="+strings.Join(GoCommand.Patterns(p), ","))
	}
	if a.Private.GitConfig != nil {
		// The go command gets few of Athens' variables, and this is not among
		// them.
		out = append(out, "GIT_CONFIG_GLOBAL="+gitConfigFile)
	}
	for _, name := range slices.Sorted(maps.Keys(a.Upstream.GoEnv)) {
		out = append(out, name+"="+a.Upstream.GoEnv[name])
	}
	return strings.Join(out, ";")
}
