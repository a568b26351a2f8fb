package prove

import (
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"istio.io/api/networking/v1alpha3"
	"istio.io/api/security/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// known are the fields of each kind that this package reads, or that change
// nothing about who answers a request. A field that is known covers all
// beneath it.
var known = map[string][]string{
	"VirtualService": {
		"hosts", "gateways", "http.name", "http.timeout", "http.retries", "http.directResponse",
		"http.match.name", "http.match.uri", "http.match.headers", "http.match.withoutHeaders",
		"http.route.destination.host", "http.route.destination.port", "http.route.weight", "http.route.headers", "http.headers",
	},
	"AuthorizationPolicy": {
		"selector", "action", "rules.from.source.principals", "rules.from.source.remoteIpBlocks",
		"rules.to.operation.methods", "rules.to.operation.paths", "rules.to.operation.hosts", "rules.to.operation.ports",
		"rules.to.operation.notPaths", "rules.when",
	},
	"PeerAuthentication": {"mtls"},
}

// Unknown names what the site's objects use and Ask does not read, so that its
// answers may be wrong: OBJECT uses FIELD.
func (w *World) Unknown() (out []string) {
	note := func(kind string, o metav1.Object, fields []string) {
		for _, field := range fields {
			if text := kind + " " + o.GetNamespace() + "/" + o.GetName() + " uses " + field; !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	for _, vs := range w.routes {
		found := unread("VirtualService", &vs.Spec)
		for _, r := range vs.Spec.Http {
			if direct := r.GetDirectResponse() != nil; !direct && len(r.GetRoute()) == 0 {
				found = append(found, "http without a route")
			}
			if len(r.GetRoute()) > 1 {
				found = append(found, "http.route with several destinations")
			}
			if slices.ContainsFunc(r.GetMatch(), matchesPresence) {
				found = append(found, "http.match without a value")
			}
		}
		note("VirtualService", vs, found)
	}
	for _, p := range w.permissions {
		found := unread("AuthorizationPolicy", &p.Spec)
		if a := p.Spec.GetAction(); a != v1beta1.AuthorizationPolicy_ALLOW && a != v1beta1.AuthorizationPolicy_DENY {
			found = append(found, "action: "+a.String())
		}
		for _, r := range p.Spec.GetRules() {
			if slices.ContainsFunc(r.GetFrom(), func(f *v1beta1.Rule_From) bool { return f.GetSource() == nil }) {
				found = append(found, "rules.from without a source")
			}
			if slices.ContainsFunc(r.GetTo(), func(t *v1beta1.Rule_To) bool { return t.GetOperation() == nil }) {
				found = append(found, "rules.to without an operation")
			}
			for _, c := range r.GetWhen() {
				if !strings.HasPrefix(c.GetKey(), onHeader) {
					found = append(found, "when: "+c.GetKey())
				}
			}
		}
		note("AuthorizationPolicy", p, found)
	}
	for _, p := range w.peers {
		note("PeerAuthentication", p, unread("PeerAuthentication", &p.Spec))
	}
	return out
}

// matchesPresence says whether a match asks for no value of something.
func matchesPresence(m *v1alpha3.HTTPMatchRequest) bool {
	empty := func(s *v1alpha3.StringMatch) bool { return s.GetMatchType() == nil }
	return m.GetUri() != nil && empty(m.GetUri()) ||
		slices.ContainsFunc(slices.Collect(maps.Values(m.GetHeaders())), empty) ||
		slices.ContainsFunc(slices.Collect(maps.Values(m.GetWithoutHeaders())), empty)
}

// unread are the fields that are set and not known, in the order of their
// names.
func unread(kind string, spec proto.Message) []string {
	var out []string
	var walk func(path string, m protoreflect.Message)
	walk = func(path string, m protoreflect.Message) {
		m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
			at := path + f.JSONName()
			inside := func(k string) bool { return strings.HasPrefix(k, at+".") }
			switch {
			case slices.Contains(known[kind], at):
			case f.Message() == nil || f.IsMap() || !slices.ContainsFunc(known[kind], inside):
				out = append(out, at)
			case f.IsList():
				for i := range v.List().Len() {
					walk(at+".", v.List().Get(i).Message())
				}
			default:
				walk(at+".", v.Message())
			}
			return true
		})
	}
	walk("", spec.ProtoReflect())
	slices.Sort(out)
	return slices.Compact(out)
}
