package prove

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// isFrom holds the caller of a request against a source: all that it says must
// fit.
func (a *arrival) isFrom(p *securityv1.AuthorizationPolicy, s *v1beta1.Source) verdict {
	if len(set(s)) == 0 {
		return unsure(uses(p, "rules.from without a source"))
	}
	out := []verdict{read(p, "rules.from.source", s)}
	for _, f := range []struct {
		is, not []string
		of      func(*arrival, *securityv1.AuthorizationPolicy, []string) verdict
	}{
		{s.GetPrincipals(), s.GetNotPrincipals(), (*arrival).isPrincipal},
		{s.GetNamespaces(), s.GetNotNamespaces(), (*arrival).inNamespaces},
		{s.GetServiceAccounts(), s.GetNotServiceAccounts(), (*arrival).isAccount},
		{s.GetTrustDomains(), s.GetNotTrustDomains(), (*arrival).inDomains},
		{s.GetIpBlocks(), s.GetNotIpBlocks(), (*arrival).fromBlocks},
		{s.GetRemoteIpBlocks(), s.GetNotRemoteIpBlocks(), (*arrival).fromRemoteBlocks},
		{s.GetRequestPrincipals(), s.GetNotRequestPrincipals(), (*arrival).isRequestPrincipal},
	} {
		if len(f.is) > 0 {
			out = append(out, f.of(a, p, f.is))
		}
		if len(f.not) > 0 {
			out = append(out, f.of(a, p, f.not).not())
		}
	}
	return all(out...)
}

func (a *arrival) isPrincipal(_ *securityv1.AuthorizationPolicy, patterns []string) verdict {
	return truth(anyOf(patterns, a.principal, a.principal != ""))
}

// spiffe holds the caller's identity against a regular expression.
func (a *arrival) spiffe(expression string) bool {
	re, err := a.world.compile(`\A(?:` + expression + `)\z`)
	return err == nil && a.principal != "" && re.MatchString("spiffe://"+a.principal) // the parts are quoted
}

func (a *arrival) inNamespaces(_ *securityv1.AuthorizationPolicy, patterns []string) verdict {
	return truth(slices.ContainsFunc(patterns, func(ns string) bool {
		return a.spiffe(".*/ns/" + strings.ReplaceAll(regexp.QuoteMeta(ns), `\*`, ".*") + "/.*")
	}))
}

func (a *arrival) isAccount(p *securityv1.AuthorizationPolicy, accounts []string) verdict {
	return truth(slices.ContainsFunc(accounts, func(account string) bool {
		ns, name, found := strings.Cut(account, "/")
		if !found {
			ns, name = p.Namespace, account
		}
		return a.spiffe("spiffe://.+/ns/" + regexp.QuoteMeta(ns) + "/(.+/|)sa/" + regexp.QuoteMeta(name) + "(/.+)?")
	}))
}

func (a *arrival) inDomains(_ *securityv1.AuthorizationPolicy, patterns []string) verdict {
	return truth(slices.ContainsFunc(patterns, func(domain string) bool {
		return a.spiffe("spiffe://" + strings.Replace(regexp.QuoteMeta(domain), `\*`, "[^/]*", 1) + "/.*")
	}))
}

// fromBlocks knows no address of a caller, only that every address is in some
// blocks.
func (a *arrival) fromBlocks(p *securityv1.AuthorizationPolicy, blocks []string) verdict {
	if everywhere(blocks) {
		return truth(true)
	}
	return unsure(uses(p, "source.ip, and the address of "+a.As+" is not known"))
}

// everywhere says whether blocks are all addresses of both families.
func everywhere(blocks []string) bool {
	var v4, v6 bool
	for _, b := range blocks {
		if prefix, err := netip.ParsePrefix(b); err == nil && prefix.Bits() == 0 { // error dropped: an address is not all of them
			v4, v6 = v4 || prefix.Addr().Is4(), v6 || prefix.Addr().Is6()
		}
	}
	return v4 && v6
}

func (a *arrival) isRequestPrincipal(p *securityv1.AuthorizationPolicy, values []string) verdict {
	return a.hasToken(p, requestPrincipal, values)
}

// here says whether an object with a selector is about the pods that a request
// arrives at.
func (w *World) here(o generators.Object, selector map[string]string, a *arrival) verdict {
	return all(truth(o.GetNamespace() == a.namespace || o.GetNamespace() == w.site.Spec.Mesh.RootNamespace), a.has(o, selector))
}

// filtered notes what else decides about requests at pods and is not read:
// filters of Envoy, objects of other kinds.
func (w *World) filtered(a *arrival) {
	for _, f := range w.filters {
		if here := w.here(f, f.Spec.GetWorkloadSelector().GetLabels(), a); here.possible() && !w.harmless(f) {
			a.doubt(all(here, unsure(title(f)+" changes what Envoy does")))
		}
	}
	for _, o := range w.others {
		if o.aboutPods() && (o.Namespace == a.namespace || o.Namespace == w.site.Spec.Mesh.RootNamespace) {
			a.doubt(unsure(o.title() + " is not read"))
		}
	}
}
