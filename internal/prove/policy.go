package prove

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"istio.io/api/security/v1beta1"
	typev1beta1 "istio.io/api/type/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// arrival is a request at a pod that checks policies.
type arrival struct {
	*call
	// namespace and labels of the pod, and the port that was reached.
	namespace string
	labels    labels.Set
	port      int
	// principal of the caller; empty without mTLS.
	principal string
	// verified is the token that the pod's sidecar has verified; nil for none.
	verified *v1alpha1.ClientJWT
	// gateway says that it is the gateway's pod.
	gateway bool
}

// permit says whether the pod's policies let a request pass, and which one
// decided: CUSTOM is asked first, then any DENY that matches refuses; if there
// is an ALLOW at all, one must match. AUDIT decides nothing.
func (w *World) permit(a arrival) (allowed bool, why string) {
	by := map[v1beta1.AuthorizationPolicy_Action][]judged{}
	for _, p := range w.permissions {
		attached := w.attached(p, &p.Spec, &a)
		dryRun, _ := strconv.ParseBool(p.Annotations["istio.io/dry-run"]) // error dropped: istiod takes what it refuses for false
		if dryRun || !attached.possible() {
			continue
		}
		action := p.Spec.GetAction()
		if _, known := v1beta1.AuthorizationPolicy_Action_name[int32(action)]; !known {
			a.doubt(unsure(uses(p, "action: "+action.String())))
		}
		by[action] = append(by[action], judged{p, attached, all(attached, a.judge(p))})
	}
	for _, p := range by[v1beta1.AuthorizationPolicy_CUSTOM] {
		if p.matches.possible() && !w.asks(p.AuthorizationPolicy) {
			a.doubt(unsure(uses(p.AuthorizationPolicy, "action: CUSTOM, by which "+p.Spec.GetProvider().GetName()+" decides")))
		}
	}
	for _, p := range by[v1beta1.AuthorizationPolicy_DENY] {
		if p.matches.known() && p.matches.is {
			return false, p.Namespace + "/" + p.Name
		}
		a.doubt(p.matches)
	}
	asked := by[v1beta1.AuthorizationPolicy_ALLOW]
	var doubts []string
	certain := false
	for _, p := range asked {
		if p.matches.known() && p.matches.is {
			return true, p.Namespace + "/" + p.Name
		}
		doubts = append(doubts, p.matches.why...)
		certain = certain || p.attached.known()
	}
	a.doubt(unsure(doubts...))
	if certain {
		return false, "no policy allows it"
	}
	for _, p := range asked {
		a.doubt(p.attached)
	}
	return true, ""
}

// asks says whether a policy asks the site's own external authorizer, which is
// taken to agree.
func (w *World) asks(p *securityv1.AuthorizationPolicy) bool {
	own := w.site.Spec.Gateway.ExtAuthz
	return own != nil && p.Spec.GetAction() == v1beta1.AuthorizationPolicy_CUSTOM && p.Spec.GetProvider().GetName() == own.Provider
}

// judged is a policy that may be one for a pod.
type judged struct {
	*securityv1.AuthorizationPolicy
	attached, matches verdict
}

// attachment is the spec of a policy that says which pods it is about.
type attachment interface {
	proto.Message
	GetSelector() *typev1beta1.WorkloadSelector
	GetTargetRef() *typev1beta1.PolicyTargetReference
	GetTargetRefs() []*typev1beta1.PolicyTargetReference
}

// attached says whether a policy is one for a pod: of its namespace or the
// root's, by labels, or by the Gateway that the pod belongs to. What refers to a
// Service is for waypoints.
func (w *World) attached(p generators.Object, spec attachment, a *arrival) verdict {
	if p.GetNamespace() != a.namespace && p.GetNamespace() != w.site.Spec.Mesh.RootNamespace {
		return truth(false)
	}
	refs := spec.GetTargetRefs()
	if ref := spec.GetTargetRef(); len(refs) == 0 && ref != nil {
		refs = append(refs, ref)
	}
	name := a.labels["gateway.networking.k8s.io/gateway-name"]
	switch {
	case len(refs) == 0:
		return all(a.has(p, spec.GetSelector().GetMatchLabels()), read(p, "", spec), read(p, "selector", spec.GetSelector()))
	case name == "":
		return truth(false)
	}
	return someOf(refs, func(r *typev1beta1.PolicyTargetReference) verdict {
		return all(truth(p.GetNamespace() == a.namespace && r.GetKind() == "Gateway" && r.GetName() == name &&
			r.GetGroup() == "gateway.networking.k8s.io" && (r.GetNamespace() == "" || r.GetNamespace() == a.namespace)),
			read(p, "targetRefs", r))
	})
}

// has says whether labels that an object selects pods by are those of a pod. The
// gateway's pods may have more labels than those by which the site knows them.
func (a *arrival) has(o generators.Object, want map[string]string) verdict {
	known := truth(true)
	for _, key := range slices.Sorted(maps.Keys(want)) {
		own, there := a.labels[key]
		switch {
		case there && own != want[key], !there && !a.gateway:
			return truth(false)
		case !there:
			known = all(known, unsure(uses(o, "a selector by "+key+", and not all labels of the gateway's pods are known")))
		}
	}
	return known
}

// judge holds a request against the rules of a policy. One without rules matches
// nothing.
func (a *arrival) judge(p *securityv1.AuthorizationPolicy) verdict {
	return someOf(p.Spec.GetRules(), func(r *v1beta1.Rule) verdict { return a.matches(p, r) })
}

// matches holds a request against one rule: from, to and when must all fit.
func (a *arrival) matches(p *securityv1.AuthorizationPolicy, r *v1beta1.Rule) verdict {
	out := []verdict{read(p, "rules", r)}
	if len(r.GetFrom()) > 0 {
		out = append(out, someOf(r.GetFrom(), func(f *v1beta1.Rule_From) verdict { return a.isFrom(p, f.GetSource()) }))
	}
	if len(r.GetTo()) > 0 {
		out = append(out, someOf(r.GetTo(), func(t *v1beta1.Rule_To) verdict { return a.isOperation(p, t.GetOperation()) }))
	}
	for _, c := range r.GetWhen() {
		out = append(out, a.fulfils(p, c))
	}
	return all(out...)
}

func (a *arrival) isOperation(p *securityv1.AuthorizationPolicy, o *v1beta1.Operation) verdict {
	if len(set(o)) == 0 {
		return unsure(uses(p, "rules.to without an operation"))
	}
	port := strconv.Itoa(a.port)
	paths := truth(a.isAny(ofPath, o.GetPaths(), false) && a.isNone(ofPath, o.GetNotPaths(), false))
	if why := templates(p, o); !why.known() {
		paths = why
	}
	return all(read(p, "rules.to.operation", o), paths,
		truth(anyOf(o.GetPorts(), port, true) && noneOf(o.GetNotPorts(), port, true) &&
			a.isAny(ofMethod, o.GetMethods(), false) && a.isNone(ofMethod, o.GetNotMethods(), false) &&
			a.isAny(ofAuthority, o.GetHosts(), true) && a.isNone(ofAuthority, o.GetNotHosts(), true)))
}

// templates of paths are not read.
func templates(p *securityv1.AuthorizationPolicy, o *v1beta1.Operation) verdict {
	for _, path := range slices.Concat(o.GetPaths(), o.GetNotPaths()) {
		if strings.ContainsAny(path, "{}") {
			return unsure(uses(p, "rules.to.operation.paths: "+path))
		}
	}
	return truth(true)
}

// onHeader begins the keys of conditions on headers.
const onHeader = "request.headers["

func (a *arrival) fulfils(p *securityv1.AuthorizationPolicy, c *v1beta1.Condition) verdict {
	if len(c.GetValues())+len(c.GetNotValues()) == 0 {
		return unsure(uses(p, "when: "+c.GetKey()+" without values"))
	}
	judge := func(values []string, of func([]string) verdict) verdict {
		if len(values) == 0 {
			return truth(true)
		}
		return of(values)
	}
	one := a.attribute(p, c.GetKey())
	out := judge(c.GetValues(), one)
	if not := c.GetNotValues(); len(not) > 0 {
		out = all(out, one(not).not())
	}
	return all(read(p, "rules.when", c), out)
}

// attribute is how a condition's values are held against a request.
func (a *arrival) attribute(p *securityv1.AuthorizationPolicy, key string) func([]string) verdict {
	if name, is := strings.CutPrefix(key, onHeader); is {
		return func(values []string) verdict {
			header := strings.TrimSuffix(name, "]")
			if known := a.knows(header); !known.known() {
				return unsure(uses(p, "when: "+key) + ": " + known.why[0])
			}
			return truth(a.isAny(attributeOf(header), values, false))
		}
	}
	identity := func(of func(*arrival, *securityv1.AuthorizationPolicy, []string) verdict) func([]string) verdict {
		return func(values []string) verdict { return of(a, p, values) }
	}
	switch key {
	case "source.ip":
		return identity((*arrival).fromBlocks)
	case "remote.ip":
		return identity((*arrival).fromRemoteBlocks)
	case "source.namespace":
		return identity((*arrival).inNamespaces)
	case "source.principal":
		return identity((*arrival).isPrincipal)
	case "source.serviceAccount":
		return identity((*arrival).isAccount)
	case "source.trustDomain":
		return identity((*arrival).inDomains)
	case requestPrincipal, "request.auth.audiences", "request.auth.presenter":
		return func(values []string) verdict { return a.hasToken(p, key, values) }
	case "destination.port":
		return func(values []string) verdict { return truth(slices.Contains(values, strconv.Itoa(a.port))) }
	}
	if strings.HasPrefix(key, onClaim) {
		return func(values []string) verdict { return a.hasToken(p, key, values) }
	}
	return func([]string) verdict { return unsure(uses(p, "when: "+key)) }
}

func noneOf(patterns []string, value string, there bool) bool {
	return len(patterns) == 0 || !anyOf(patterns, value, there)
}

// anyOf holds a value against patterns: the value itself, prefix*, *suffix, or
// * for any value that is there. No patterns match everything.
func anyOf(patterns []string, value string, there bool) bool {
	return len(patterns) == 0 || there && slices.ContainsFunc(patterns, func(p string) bool {
		return (*World)(nil).fits(glob("", p, false), value)
	})
}
