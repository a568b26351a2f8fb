package prove

import (
	"slices"
	"strconv"
	"strings"

	"istio.io/api/security/v1beta1"
	"k8s.io/apimachinery/pkg/labels"
)

// arrival is a request at a pod that checks policies.
type arrival struct {
	*Request
	// namespace and labels of the pod, and the port that was reached.
	namespace string
	labels    labels.Set
	port      int
	// principal of the caller; empty without mTLS.
	principal string
	// region says that the gateway saw an address of gateway.catalogClients.
	region bool
}

// permit says whether the pod's policies let a request pass, and which one
// decided: any DENY that matches refuses; if there is an ALLOW at all, one must
// match.
func (w *World) permit(a arrival) (allowed bool, why string) {
	allows := false
	for _, action := range []v1beta1.AuthorizationPolicy_Action{v1beta1.AuthorizationPolicy_DENY, v1beta1.AuthorizationPolicy_ALLOW} {
		for _, p := range w.permissions {
			if p.Spec.Action != action || p.Namespace != a.namespace ||
				!labels.SelectorFromSet(p.Spec.GetSelector().GetMatchLabels()).Matches(a.labels) {
				continue
			}
			allows = allows || action == v1beta1.AuthorizationPolicy_ALLOW
			if slices.ContainsFunc(p.Spec.Rules, a.matches) {
				return action == v1beta1.AuthorizationPolicy_ALLOW, p.Namespace + "/" + p.Name
			}
		}
	}
	if allows {
		return false, "no policy allows it"
	}
	return true, ""
}

// matches holds a request against one rule: from, to and when must all fit.
func (a arrival) matches(r *v1beta1.Rule) bool {
	from := len(r.From) == 0 || slices.ContainsFunc(r.From, func(f *v1beta1.Rule_From) bool {
		known := len(f.GetSource().GetRemoteIpBlocks()) == 0 || a.region
		return known && anyOf(f.GetSource().GetPrincipals(), a.principal, a.principal != "", false)
	})
	to := len(r.To) == 0 || slices.ContainsFunc(r.To, func(t *v1beta1.Rule_To) bool { return a.isOperation(t.GetOperation()) })
	return from && to && !slices.ContainsFunc(r.When, func(c *v1beta1.Condition) bool { return !a.fulfils(c) })
}

func (a arrival) isOperation(o *v1beta1.Operation) bool {
	path := a.bare()
	return anyOf(o.GetMethods(), a.Method, true, false) &&
		anyOf(o.GetPaths(), path, true, false) &&
		anyOf(o.GetHosts(), a.Host, true, true) &&
		anyOf(o.GetPorts(), strconv.Itoa(a.port), true, false) &&
		(len(o.GetNotPaths()) == 0 || !anyOf(o.GetNotPaths(), path, true, false))
}

// onHeader begins the keys of conditions on headers.
const onHeader = "request.headers["

// fulfils knows conditions on headers, which are all that a site has: Unknown
// names others.
func (a arrival) fulfils(c *v1beta1.Condition) bool {
	name, isHeader := strings.CutPrefix(c.GetKey(), onHeader)
	if !isHeader {
		return false
	}
	value, there := a.header(strings.TrimSuffix(name, "]"))
	if len(c.Values) > 0 && !anyOf(c.Values, value, there, false) {
		return false
	}
	return len(c.NotValues) == 0 || !anyOf(c.NotValues, value, there, false)
}

// anyOf holds a value against patterns: the value itself, prefix*, *suffix, or
// * for any value that is there. No patterns match everything.
func anyOf(patterns []string, value string, there, fold bool) bool {
	return len(patterns) == 0 || there && slices.ContainsFunc(patterns, func(p string) bool {
		if fold {
			p, value = strings.ToLower(p), strings.ToLower(value)
		}
		switch {
		case p == "*":
			return value != ""
		case strings.HasPrefix(p, "*"):
			return strings.HasSuffix(value, p[1:])
		case strings.HasSuffix(p, "*"):
			return strings.HasPrefix(value, p[:len(p)-1])
		}
		return p == value
	})
}
