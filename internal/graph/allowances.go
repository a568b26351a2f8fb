package graph

import (
	"slices"

	"istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// allowance is one rule of an ALLOW policy.
type allowance struct {
	policy     string // namespace/name
	namespace  string
	selector   map[string]string
	principals []string
	methods    []string
	paths      []string
}

func allowances(objects []generators.Object) (out []allowance) {
	for _, p := range generators.OfType[*securityv1.AuthorizationPolicy](objects) {
		if p.Spec.GetAction() != v1beta1.AuthorizationPolicy_ALLOW {
			continue
		}
		for _, r := range p.Spec.GetRules() {
			a := allowance{policy: p.Namespace + "/" + p.Name, namespace: p.Namespace, selector: p.Spec.GetSelector().GetMatchLabels()}
			for _, f := range r.GetFrom() {
				a.principals = append(a.principals, f.GetSource().GetPrincipals()...)
			}
			for _, t := range r.GetTo() {
				a.methods = append(a.methods, t.GetOperation().GetMethods()...)
				a.paths = append(a.paths, t.GetOperation().GetPaths()...)
			}
			out = append(out, a)
		}
	}
	return out
}

// lets says whether it lets a caller reach the pods of a template.
func (a *allowance) lets(principal string, to *template) bool {
	return slices.Contains(a.principals, principal) &&
		a.namespace == to.object.GetNamespace() &&
		labels.SelectorFromSet(a.selector).Matches(labels.Set(to.Labels))
}

// allowances by which a caller reaches any of these programs.
func (b *builder) allowances(principal string, to []template) (out []allowance) {
	for _, a := range b.allowed {
		if slices.ContainsFunc(to, func(t template) bool { return a.lets(principal, &t) }) {
			out = append(out, a)
		}
	}
	return out
}

func policies(allowed []allowance) (out []string) {
	for _, a := range allowed {
		if !slices.Contains(out, a.policy) {
			out = append(out, a.policy)
		}
	}
	return out
}
