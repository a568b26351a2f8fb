package prove

import (
	"slices"
	"strings"
	"testing"

	"istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// A caller that only a policy names is not one of those that are asked for, so no
// promise about all callers is proven.
func TestAll_ACallerThatAPolicyNames(t *testing.T) {
	for name, from := range map[string]*v1beta1.Source{
		"a namespace":             {Namespaces: []string{"ci"}},
		"a principal":             {Principals: []string{"cluster.local/ns/ci/sa/runner"}},
		"accounts of any space":   {Principals: []string{"*/sa/default"}},
		"an account":              {ServiceAccounts: []string{"ci/runner"}},
		"a pod beside the site's": {Principals: []string{"cluster.local/ns/goproxy/sa/default"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := example(t, "production")
			objects := site.Objects(s)
			for _, p := range generators.OfType[*securityv1.AuthorizationPolicy](objects) {
				if strings.HasSuffix(p.Name, "-gateway-to-athens") {
					p.Spec.Rules = append(p.Spec.Rules, &v1beta1.Rule{From: []*v1beta1.Rule_From{{Source: from}}})
				}
			}
			report := Of(s, objects).All(true)
			for _, p := range report.Promises {
				if slices.Contains([]string{"administration", "methods", "strangers", "as-rendered"}, p.Name) && p.Verdict == Proven {
					t.Errorf("%s is %s", p.Name, p.Verdict)
				}
			}
		})
	}
}
