package v1alpha1_test

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

// What the site tells git is not replaced by variables.
func TestGitVariables(t *testing.T) {
	const instead = ": write the settings as athens.private.gitConfig"
	var rules []rule
	for _, name := range []string{
		"GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_17", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG",
		"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_ALLOW_PROTOCOL", "GIT_PROTOCOL_FROM_USER",
	} {
		const goEnv, env = "spec.athens.upstream.goEnv.", "spec.athens.env[0].name"
		rules = append(rules,
			rule{name + " in goEnv", `athens: {upstream: {goEnv: {` + name + `: "0"}}}`, []string{goEnv + name + instead}},
			rule{name + " in env", `athens: {env: [{name: ` + name + `, value: "0"}]}`, []string{env + instead}},
			rule{name + " in env from a Secret", `athens: {env: [{name: ` + name + `, valueFrom: {secretKeyRef: {name: a, key: b}}}]}`, []string{env + instead}})
	}
	stricttest.RunAll(t, append(rules,
		rule{"others of git's", `athens: {env: [{name: GIT_TRACE, value: "1"}], upstream: {goEnv: {GIT_TERMINAL_PROMPT: "0", GIT_HTTP_LOW_SPEED_TIME: "9"}}}`, nil}))
}
