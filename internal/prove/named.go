package prove

import (
	"cmp"
	"slices"
	"strings"

	"istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// admitsOthers says which policies of the site's programs admit a caller by a name that
// neither the site's own manifests have nor a caller of the table: what that caller
// asks is not among the questions.
func (w *World) admitsOthers(rendered *World) (out []string) {
	var known []string
	for _, as := range w.Callers() {
		known = append(known, w.principal(as))
	}
	for _, p := range rendered.permissions {
		known = append(known, callersOf(p)...)
	}
	for _, p := range w.permissions {
		if p.Namespace != w.site.Namespace && p.Namespace != w.site.Spec.Mesh.RootNamespace || p.Spec.GetAction() != v1beta1.AuthorizationPolicy_ALLOW {
			continue
		}
		for _, name := range callersOf(p) {
			if !slices.Contains(known, name) {
				out = append(out, uses(p, "the caller "+name+", whose requests are not followed"))
			}
		}
	}
	for _, d := range w.workloads {
		account := cmp.Or(d.template.Spec.ServiceAccountName, "default")
		if d.GetLabels()[generators.SiteLabel] == w.owner || w.isGateway(d) {
			continue
		}
		for _, p := range rendered.permissions {
			if slices.Contains(callersOf(p), generators.Principal(w.site, d.GetNamespace(), account)) {
				out = append(out, uses(d.Object, "the ServiceAccount "+account+", which "+title(p)+" admits, and its requests are not followed"))
				break
			}
		}
	}
	return distinct(out)
}

// callersOf are the names of callers in the rules of a policy.
func callersOf(p *securityv1.AuthorizationPolicy) (out []string) {
	for _, r := range p.Spec.GetRules() {
		for _, f := range r.GetFrom() {
			s := f.GetSource()
			out = slices.Concat(out, s.GetPrincipals(), s.GetNamespaces(), s.GetServiceAccounts())
		}
		for _, c := range r.GetWhen() {
			if strings.HasPrefix(c.GetKey(), "source.") && !strings.HasSuffix(c.GetKey(), ".ip") {
				out = append(out, c.GetValues()...)
			}
		}
	}
	return out
}
