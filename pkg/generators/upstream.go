package generators

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// upstreamEnv is where modules and checksums come from.
func upstreamEnv(site *v1alpha1.AthensSite) []corev1.EnvVar {
	a := &site.Spec.Athens
	out := []corev1.EnvVar{
		env("ATHENS_GO_BINARY_ENV_VARS", goEnv(site)),
		env("ATHENS_NETWORK_MODE", strings.ToLower(a.NetworkMode)),
		env("ATHENS_SUM_DBS", strings.Join(a.Upstream.SumDBs, ",")),
	}
	if p := a.Private.Patterns; len(p) > 0 {
		out = append(out, env("ATHENS_GONOSUM_PATTERNS", strings.Join(AthensLookup.Patterns(p), ",")))
	}
	return append(out, envIf("ATHENS_PROXY_VALIDATOR", a.ValidatorHook)...)
}

// goEnv is the environment of Athens' own go command, as NAME=value;NAME=value.
// Athens refuses an empty assignment, so no semicolon ends it. Where Athens never
// runs it, it is told so. The user's own
// variables come last: of two assignments the last one counts.
func goEnv(site *v1alpha1.AthensSite) string {
	a := &site.Spec.Athens
	out := []string{"GOPROXY=off"}
	if a.Fetches() {
		out[0] = "GOPROXY=" + a.Upstream.GoProxy
		if p := a.Private.Patterns; len(p) > 0 {
			out = append(out, "GOPRIVATE="+strings.Join(GoCommand.Patterns(p), ","))
		}
		for _, e := range trustEnv(site) { // Athens hands none of its own on
			out = append(out, e.Name+"="+e.Value)
		}
		out = append(out, gitEnv(site)...)
		if asksGit(a) { // GOAUTH itself may hold a semicolon, which ends a variable here
			out = append(out, "GOENV="+configDir+goEnvFile)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.Upstream.GoEnv)) {
		out = append(out, name+"="+a.Upstream.GoEnv[name])
	}
	if a.Upstream.GoEnv["GOSUMDB"] == "" && ChecksumsOf(a).Athens == SumDBOff {
		out = append(out, "GOSUMDB="+SumDBOff)
	}
	return strings.Join(out, ";")
}

// gitRuns says whether the go command runs git: not where everything comes from
// proxies.
func gitRuns(a *v1alpha1.Athens) bool {
	return a.AsksDirect() || a.Fetches() && (len(a.Private.Patterns)+len(a.Private.Credentials) > 0 || a.Private.GitConfig != nil)
}

// gitEnv configures git, which the go command runs with its own environment; it
// gets few of Athens' variables. A repository that a client named must not send
// git from HTTPS to plain HTTP, where services inside a network answer: without
// a redirect git still uses HTTP where a URL says so. The user's file is read
// behind this, so that what it says of protocol.http counts, and before the file
// of credentials, so that its insteadOf do; further variables of this kind are
// refused.
func gitEnv(site *v1alpha1.AthensSite) []string {
	p := &site.Spec.Athens.Private
	if !gitRuns(&site.Spec.Athens) {
		return nil
	}
	settings := append([][2]string{{"protocol.http.allow", "user"}}, gitTrust(site)...)
	include := func(path string) { settings = append(settings, [2]string{"include.path", path}) }
	if g := p.GitConfig; g != nil && g.Text != "" {
		include(configDir + userGitFile)
	} else if g != nil {
		include(gitConfigFile)
	}
	if len(p.Credentials) > 0 {
		include(configDir + gitFile)
	}
	out := []string{"GIT_CONFIG_COUNT=" + strconv.Itoa(len(settings))}
	for i, s := range settings {
		n := strconv.Itoa(i)
		out = append(out, "GIT_CONFIG_KEY_"+n+"="+s[0], "GIT_CONFIG_VALUE_"+n+"="+s[1])
	}
	return out
}
