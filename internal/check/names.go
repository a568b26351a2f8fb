package check

import (
	"path"
	"strings"

	"golang.org/x/mod/module"
	appsv1 "k8s.io/api/apps/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// A private module path is public knowledge once a checksum database or a proxy
// was asked for it. asked is what the rendered Athens lets out of one.
type asked struct {
	// module that a private pattern covers.
	module string
	// database: the go command of Athens asks its checksum database for it.
	database bool
	// passed: Athens passes a client's question on to a checksum database.
	passed bool
	// proxies: the go command of Athens asks its proxies for it.
	proxies bool
}

// asks is what becomes known of the modules that a private pattern covers, as
// the rendered Deployment of Athens says. Athens and the go command compare
// patterns alike, but not with the same spelling of a path.
func (w *World) asks(pattern string) (out []asked) {
	env := w.athensEnv()
	goEnv := map[string]string{}
	for _, assignment := range strings.Split(env["ATHENS_GO_BINARY_ENV_VARS"], ";") {
		name, value, _ := strings.Cut(assignment, "=")
		goEnv[name] = value
	}
	lookups := env["ATHENS_GONOSUM_PATTERNS"]
	if _, set := goEnv["GONOSUMDB"]; !set {
		goEnv["GONOSUMDB"] = lookups // as Athens does before it runs the go command
	}
	if _, set := goEnv["GONOPROXY"]; !set {
		goEnv["GONOPROXY"] = goEnv["GOPRIVATE"]
	}
	for _, m := range covered(pattern) {
		escaped, err := module.EscapePath(m)
		if err != nil {
			continue // no module has this path
		}
		out = append(out, asked{
			module:   m,
			database: goEnv["GOSUMDB"] != "off" && !module.MatchPrefixPatterns(goEnv["GONOSUMDB"], m),
			passed:   env["ATHENS_SUM_DBS"] != "" && !module.MatchPrefixPatterns(lookups, escaped+"@v1.0.0"),
			proxies:  strings.Contains(goEnv["GOPROXY"], "://") && !module.MatchPrefixPatterns(goEnv["GONOPROXY"], m),
		})
	}
	return out
}

func (w *World) athensEnv() map[string]string {
	out := map[string]string{}
	for _, d := range generators.OfType[*appsv1.Deployment](w.Objects) {
		if d.Name == generators.Name(w.Site, generators.Athens) {
			for _, e := range d.Spec.Template.Spec.Containers[0].Env {
				out[e.Name] = e.Value
			}
		}
	}
	return out
}

// covered are modules of a pattern: one with the very path and one below it,
// each with small letters and with capitals where the pattern leaves a choice.
func covered(pattern string) (out []string) {
	for _, letters := range []string{"abcdefghijklmnopqrstuvwxyz0123456789-._~", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"} {
		m := witness(pattern, letters)
		for _, below := range []string{"", "/" + letters[:1]} {
			out = append(out, m+below)
		}
	}
	return out
}

// witness replaces each wildcard by the first letter that it matches.
func witness(pattern, letters string) string {
	var b strings.Builder
	for _, token := range generators.PatternTokens(pattern) {
		if !strings.ContainsAny(token, "*?[") {
			b.WriteString(token)
			continue
		}
		for i := range len(letters) {
			if ok, err := path.Match(token, letters[i:i+1]); ok && err == nil {
				b.WriteByte(letters[i])
				break
			}
		}
	}
	return b.String()
}
