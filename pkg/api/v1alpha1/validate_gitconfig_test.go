package v1alpha1_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

// A text is refused where git refuses it, where it shows a credential, and where it
// sends git past the site; no value of it is repeated.
func TestGitConfigText(t *testing.T) {
	const text, instead = "spec.athens.private.gitConfig.text: ", "[url \"https://git.example.com/\"]\ninsteadOf = https://a.example.com/\n"
	var rules []rule
	for in, want := range map[string]string{
		"[http]\n\tversion = HTTP/1.1\n":                      "",
		instead:                                               "",
		"[http]\nsslVerify = false\n":                         "",
		"[include]\npath = /etc/git/more\n":                   "",
		"[url \"ssh://git@a.example.com/\"]\ninsteadOf = x\n": "",
		"[http":                        "has a line 1 that git cannot read",
		"[http]\nversion = \"1\n":      "has a line 2 that git cannot read",
		"[http]\n2 = 3\n":              "has a line 2 that git cannot read",
		"[http]\n":                     "sets nothing",
		"[http]\nsslVerify = maybe\n":  "line 2: http.sslverify has a value at which git stops; it takes true or false",
		"[http]\nsslVerify = 1k\n":     "",
		"[http]\npostBuffer = 500m\n":  "",
		"[http]\npostBuffer = 500MB\n": "line 2: http.postbuffer has a value at which git stops; it takes a number: write digits, and k, m or g",
		"[credential]\nhelper = \"!f() { echo \\\"password=$TOKEN\\\"; }; f\"\n":              "",
		"[credential]\nhelper = \"!f() { echo password=$A; echo password=$'sesame'; }; f\"\n": "and write gitConfig: {secretRef: {name: athens-gitconfig}}",

		"a = b\n": "stands before any section",
		"[http]\nextraHeader = \"PRIVATE-TOKEN: sesame\"\n":                               "and write gitConfig: {secretRef: {name: athens-gitconfig}}",
		"[http \"https://a.example.com\"]\nEXTRAHEADER = sesame\n":                        "line 2: http.extraheader sends a header",
		"[http]\nproxy = proxy.example.com:3128\n":                                        "write egress.proxy",
		"[remote \"x\"]\nproxy = sesame\n":                                                "write egress.proxy",
		"[credential]\nhelper = \"!f() { echo username=x; echo password=sesame; }; f\"\n": "and write gitConfig: {secretRef: {name: athens-gitconfig}}",
		"[include]\npath = sesame\n":                                                      "names a file beside the ConfigMap",
		"[includeIf \"gitdir:/\"]\npath = ~/sesame\n":                                     "names a file beside the ConfigMap",
		"[url \"ftp://a:sesame@a.example.com/\"]\ninsteadOf = x":                          "holds a user or a password",
		"[url \"https://sesame@a.example.com/\"]\ninsteadOf = x\n":                        "holds a user or a password",
	} {
		r := rule{Name: in, Spec: "athens: {private: {gitConfig: {text: " + strconv.Quote(in) + "}}}"}
		if want != "" {
			r.Want = []string{text + want}
		}
		rules = append(rules, r)
		if _, problems := stricttest.Load(t, stricttest.Head+"spec: {host: a.example.com, "+r.Spec+"}"); strings.Contains(fmt.Sprint(problems), "sesame") {
			t.Errorf("%q: a value is repeated: %v", in, problems)
		}
	}
	rules = append(rules, rule{"a helper that prints what no form knows", `athens: {private: {gitConfig: {text: "[credential]\nhelper = \"!echo PassWord=sesame1\""}}}`, []string{text}},
		rule{"settings taken back", `athens: {private: {gitConfig: {text: "[http]\nproxy =\nextraHeader =\n"}}}`, nil})
	stricttest.RunAll(t, rules)
}

// git has one command for ssh: that of the site's keys, or another.
func TestSSHCommand_IsNotReplaced(t *testing.T) {
	const keys = "private: {credentials: [{host: git.example.com, ssh: {secretRef: {name: s}}}]"
	stricttest.RunAll(t, []rule{
		{"alone", "athens: {env: [{name: GIT_SSH_COMMAND, value: ssh -v}]}", nil},
		{"beside keys", "athens: {env: [{name: GIT_SSH_COMMAND, value: ssh -v}, {name: GIT_SSH, value: plink}], " + keys + "}}", []string{
			"spec.athens.env[0].name: GIT_SSH_COMMAND contradicts athens.private.credentials", "spec.athens.env[1].name: GIT_SSH contradicts"}},
		{"of the go command", "athens: {upstream: {goEnv: {GIT_SSH: plink}}, " + keys + "}}", []string{"spec.athens.upstream.goEnv.GIT_SSH: contradicts"}},
		{"in git's settings", "athens: {" + keys + ", gitConfig: {text: \"[core]\\nsshCommand = ssh -v\\n\"}}}", []string{"spec.athens.private.gitConfig.text: line 2: core.sshcommand does not count"}},
	})
}
