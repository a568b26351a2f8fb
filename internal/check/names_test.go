package check

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// AK522 judges the Deployment that is rendered, not the spec.
func TestAK522_ReadsWhatIsRendered(t *testing.T) {
	const spec = `
athens:
  upstream: {goproxy: 'https://mirror.example.com,direct'}
  private: {patterns: [github.com/Acme/*, git.example.com/Platform], netrc: {secretRef: {name: athens-netrc}}}
egress: {mode: Open}`
	const plain = "github.com/Acme/*,git.example.com/Platform"
	for name, test := range map[string]struct {
		edit func(env map[string]*string)
		want int
	}{
		"as rendered":               {func(map[string]*string) {}, 0},
		"lookups in plain spelling": {func(env map[string]*string) { *env["ATHENS_GONOSUM_PATTERNS"] = plain }, 2},
		"the host alone":            {func(env map[string]*string) { *env["ATHENS_GONOSUM_PATTERNS"] = "github.com" }, 2},
		"only case-encoded, which the go command does not compare": {func(env map[string]*string) {
			*env["ATHENS_GONOSUM_PATTERNS"] = "github.com/!acme/*,git.example.com/!platform*"
		}, 2},
		"a go command of its own spelling": {func(env map[string]*string) { *env["ATHENS_GO_BINARY_ENV_VARS"] += ";GONOSUMDB=" + plain }, 0},
		"no database to pass on to, none asked": {func(env map[string]*string) {
			*env["ATHENS_GONOSUM_PATTERNS"], *env["ATHENS_SUM_DBS"] = "x.org", ""
			*env["ATHENS_GO_BINARY_ENV_VARS"] += ";GOSUMDB=off"
		}, 0},
	} {
		nodes, err := krm.SitesIn([]byte(over(sound, spec)))
		if err != nil {
			t.Fatal(err)
		}
		site, problems := strict.Load[v1alpha1.AthensSite](nodes[0])
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		w := newWorld(site)
		env := map[string]*string{}
		for _, d := range generators.OfType[*appsv1.Deployment](w.Objects) {
			for i := range d.Spec.Template.Spec.Containers[0].Env {
				e := &d.Spec.Template.Spec.Containers[0].Env[i]
				env[e.Name] = &e.Value
			}
		}
		test.edit(env)
		var found []string
		for _, r := range privateRules() {
			if r.Code == "AK522" {
				r.find(w, func(field, _ string, _ ...any) { found = append(found, field) })
			}
		}
		if len(found) != test.want {
			t.Errorf("%s: findings at %v, want %d", name, found, test.want)
		}
	}
}
