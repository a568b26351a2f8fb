package prove

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"istio.io/api/networking/v1alpha3"
	typev1beta1 "istio.io/api/type/v1beta1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// quiet are fields that are read, and whose value alone moves nothing in the
// objects of a site.
var quiet = map[string]string{
	"VirtualService.http.route.weight":                    "counts where there are several destinations",
	"RequestAuthentication.jwtRules.forwardOriginalToken": "counts at a gateway, whose pods have no such object of a site",
}

// TestEveryField sets each field of Istio's messages, one at a time, wherever
// the objects of a site have the message: each moves an answer, or makes one
// unknown, or is said to change nothing.
func TestEveryField(t *testing.T) {
	const catalog = `gateway: {catalogClients: [{name: other-regions, cidrs: [203.0.113.7/32]}],
  clients: [{name: ci, jwt: {issuer: "https://ci.example.com", audiences: [goproxy], jwksURI: "https://ci.example.com/keys"}}]}`
	sites := []*v1alpha1.AthensSite{
		load(t, catalog, "edge: {frontDoor: {"+doorID+"}}"),
		load(t, catalog, "edge: {frontDoor: {"+doorID+"}}", "lathens: {spread: ByLoad}"),
	}
	tried, silent := 0, map[string]bool{}
	for _, spec := range []proto.Message{
		&(&networkingv1.Gateway{}).Spec, &(&networkingv1.VirtualService{}).Spec, &(&networkingv1.DestinationRule{}).Spec,
		&(&securityv1.AuthorizationPolicy{}).Spec, &(&securityv1.PeerAuthentication{}).Spec, &(&networkingv1.Sidecar{}).Spec,
		&(&securityv1.RequestAuthentication{}).Spec,
	} {
		kind := spec.ProtoReflect().Descriptor()
		for _, path := range paths(kind, nil) {
			tried++
			name, last := string(kind.Name())+"."+pathOf(path), path[len(path)-1]
			if reads()[last.Parent().FullName()][last.JSONName()].leaf {
				continue
			}
			moves := slices.ContainsFunc(bases, func(base func([]generators.Object)) bool {
				return moves(sites[0], base, kind, path) || moves(sites[1], base, kind, path)
			})
			switch {
			case !moves && quiet[name] == "":
				t.Errorf("%s: nothing is said of it", name)
			case !moves:
				silent[name] = true
			}
		}
	}
	for name, why := range quiet {
		if !silent[name] {
			t.Errorf("%s moves an answer, or is no field: it is not true that it %s", name, why)
		}
	}
	t.Logf("%d fields", tried)
	if tried < 200 {
		t.Errorf("%d fields are not all of them", tried)
	}
}

// moves says whether a field, set in all objects of a kind, gives some request
// another answer than the message with nothing in it.
func moves(s *v1alpha1.AthensSite, base func([]generators.Object), kind protoreflect.MessageDescriptor, path []protoreflect.FieldDescriptor) bool {
	answers := func(path []protoreflect.FieldDescriptor, value protoreflect.EnumNumber) []Answer {
		var objects []generators.Object
		for _, o := range site.Objects(s) { // some share maps
			objects = append(objects, o.DeepCopyObject().(generators.Object))
		}
		base(objects)
		for _, o := range objects {
			if m := specOf(o); m != nil && m.ProtoReflect().Descriptor() == kind {
				change(m.ProtoReflect(), path, value)
			}
		}
		return everything(Of(s, objects))
	}
	before, last := answers(path[:len(path)-1], 0), path[len(path)-1]
	values := []protoreflect.EnumNumber{1}
	if last.Enum() != nil {
		values = nil
		for i := range last.Enum().Values().Len() {
			values = append(values, last.Enum().Values().Get(i).Number())
		}
	}
	return slices.ContainsFunc(values, func(v protoreflect.EnumNumber) bool { return !cmp.Equal(before, answers(path, v)) })
}

// bases are the objects of a site in forms that bring every message into the
// way of a request.
var bases = []func([]generators.Object){
	func([]generators.Object) {},
	slices.Reverse[[]generators.Object],
	inSubset(func(*v1alpha3.DestinationRule) {}),
	inSubset(func(d *v1alpha3.DestinationRule) {
		d.Subsets[0].TrafficPolicy, d.TrafficPolicy = d.GetTrafficPolicy(), nil
	}),
	inSubset(func(d *v1alpha3.DestinationRule) { d.TrafficPolicy = forPort(d.GetTrafficPolicy()) }),
	inSubset(func(d *v1alpha3.DestinationRule) {
		d.Subsets[0].TrafficPolicy, d.TrafficPolicy = forPort(d.GetTrafficPolicy()), nil
	}),
	func(objects []generators.Object) {
		for _, p := range generators.OfType[*securityv1.PeerAuthentication](objects) {
			p.Spec.Selector = &typev1beta1.WorkloadSelector{MatchLabels: map[string]string{nameLabel: generators.Athens}}
		}
	},
	inRoutes(&v1alpha3.HTTPRoute{Fault: &v1alpha3.HTTPFaultInjection{Abort: &v1alpha3.HTTPFaultInjection_Abort{Percentage: &v1alpha3.Percent{Value: 100}}}}),
	inRoutes(&v1alpha3.HTTPRoute{Rewrite: &v1alpha3.HTTPRewrite{UriRegexRewrite: &v1alpha3.RegexRewrite{Match: "list", Rewrite: "info"}}}),
	func(objects []generators.Object) {
		for _, p := range generators.OfType[*networkingv1.Sidecar](objects) {
			p.Spec.Egress = []*v1alpha3.IstioEgressListener{{Hosts: []string{"other/*"}}}
		}
	},
}

// inRoutes has every route say more.
func inRoutes(more *v1alpha3.HTTPRoute) func([]generators.Object) {
	return func(objects []generators.Object) {
		for _, vs := range generators.OfType[*networkingv1.VirtualService](objects) {
			for i, r := range vs.Spec.GetHttp() {
				vs.Spec.Http[i] = overlay(r, more)
			}
		}
	}
}

// inSubset sends every request to a subset of all pods.
func inSubset(change func(*v1alpha3.DestinationRule)) func([]generators.Object) {
	return func(objects []generators.Object) {
		slices.Reverse(objects)
		for _, vs := range generators.OfType[*networkingv1.VirtualService](objects) {
			for _, r := range vs.Spec.GetHttp() {
				for _, d := range r.GetRoute() {
					d.GetDestination().Subset = "all"
				}
			}
		}
		for _, d := range generators.OfType[*networkingv1.DestinationRule](objects) {
			d.Spec.Subsets = []*v1alpha3.Subset{{Name: "all"}}
			change(&d.Spec)
		}
	}
}

func forPort(p *v1alpha3.TrafficPolicy) *v1alpha3.TrafficPolicy {
	return &v1alpha3.TrafficPolicy{PortLevelSettings: []*v1alpha3.TrafficPolicy_PortTrafficPolicy{{
		Port:         &v1alpha3.PortSelector{Number: generators.ServicePort},
		LoadBalancer: p.GetLoadBalancer(), OutlierDetection: p.GetOutlierDetection(), Tls: p.GetTls(),
	}}}
}

// everything that is asked: requests that take every way, with what matches
// look at.
func everything(w *World) (out []Answer) {
	const list, catalog = "/golang.org/x/mod/@v/list", "/catalog"
	for _, r := range []Request{
		{As: Client, Method: "GET", Path: list}, {As: Client, Method: "GET", Path: "/healthz"}, {As: Client, Method: "POST", Path: list},
		{As: Internet, Method: "GET", Path: list}, {As: Region, Method: "GET", Path: catalog}, {As: Gateway, Method: "GET", Path: list},
		{As: generators.Lathens, Method: "GET", Path: list}, {As: generators.Crathens, Method: "GET", Path: catalog},
		{As: Stranger, Method: "GET", Path: catalog}, {As: Plain, Method: "GET", Path: catalog},
		{As: Client, Method: "OPTIONS", Path: "/golang.org/x/mod/@v/list?x=x", Headers: map[string]string{"origin": "https://example.com", "x": "x"}},
		{As: Client, Method: "GET", Path: "/golang.org/x/mod/@v/list?x=x", Headers: map[string]string{"x": "x"}},
		{As: Client, Method: "GET", Path: "/HEALTHZ"},
		{As: generators.Athens, Method: "GET", Path: "/golang.org/x/mod/@v/list?x=x", To: generators.List, Headers: map[string]string{"x": "x"}},
	} {
		out = append(out, w.Ask(r))
	}
	return out
}

func pathOf(path []protoreflect.FieldDescriptor) string {
	var names []string
	for _, f := range path {
		names = append(names, f.JSONName())
	}
	return strings.Join(names, ".")
}

// paths to every field of a message that is read as a whole, or not at all, and
// to those of the messages inside it.
func paths(m protoreflect.MessageDescriptor, at []protoreflect.FieldDescriptor) (out [][]protoreflect.FieldDescriptor) {
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		here := append(slices.Clone(at), f)
		use, known := reads()[m.FullName()][f.JSONName()]
		if inner := message(f); known && !use.leaf && inner != nil {
			out = append(out, paths(inner, here)...)
		} else if !strings.HasPrefix(pathOf(here), "targetRef") {
			// No pod of a site belongs to a Gateway of the Gateway API.
			out = append(out, here)
		}
	}
	return out
}

// message inside a field, of Istio's API; nil for another field.
func message(f protoreflect.FieldDescriptor) protoreflect.MessageDescriptor {
	m := f.Message()
	if f.IsMap() {
		m = f.MapValue().Message()
	}
	if m == nil || strings.HasPrefix(string(m.FullName()), "google.") {
		return nil
	}
	return m
}

// change sets the field at the end of a path wherever it is; messages on the
// way are made where there is none.
func change(m protoreflect.Message, path []protoreflect.FieldDescriptor, enum protoreflect.EnumNumber) {
	if len(path) == 0 {
		return
	}
	f, rest := path[0], path[1:]
	switch {
	case f.IsMap() && f.MapValue().Message() != nil:
		entries := m.Mutable(f).Map()
		key := protoreflect.ValueOfString("x").MapKey()
		if f.MapKey().Kind() != protoreflect.StringKind {
			key = protoreflect.ValueOfUint32(3000).MapKey()
		}
		if entries.Len() == 0 {
			entries.Set(key, entries.NewValue())
		}
		entries.Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
			change(v.Message(), rest, enum)
			return true
		})
	case f.IsMap():
		m.Mutable(f).Map().Set(protoreflect.ValueOfString(frontDoorHeader).MapKey(), scalar(f.MapValue(), enum))
	case f.IsList() && f.Message() != nil:
		list := m.Mutable(f).List()
		if list.Len() == 0 {
			list.AppendMutable()
		}
		for i := range list.Len() {
			change(list.Get(i).Message(), rest, enum)
		}
	case f.IsList():
		list := m.NewField(f).List()
		list.Append(scalar(f, enum))
		m.Set(f, protoreflect.ValueOfList(list))
	case f.Message() != nil:
		inner := m.Mutable(f).Message()
		if len(rest) == 0 && strings.HasPrefix(string(f.Message().FullName()), "google.protobuf.") {
			for i := range inner.Descriptor().Fields().Len() { // a wrapper, or a duration
				g := inner.Descriptor().Fields().Get(i)
				if g.Cardinality() != protoreflect.Repeated && g.Message() == nil && g.ContainingOneof() == nil {
					inner.Set(g, other(inner, g))
				}
			}
		}
		change(inner, rest, enum)
	case f.Enum() != nil:
		m.Set(f, protoreflect.ValueOfEnum(enum))
	default:
		m.Set(f, other(m, f))
	}
}

// other is a value that a field does not have.
func other(m protoreflect.Message, f protoreflect.FieldDescriptor) protoreflect.Value {
	if f.Kind() == protoreflect.BoolKind {
		return protoreflect.ValueOfBool(!m.Get(f).Bool())
	}
	return scalar(f, 1)
}

func scalar(f protoreflect.FieldDescriptor, enum protoreflect.EnumNumber) protoreflect.Value {
	switch f.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(enum)
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(7)
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(7)
	case protoreflect.Uint32Kind:
		return protoreflect.ValueOfUint32(7)
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(7)
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte("y"))
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(frontDoorHeader)
	}
	panic(fmt.Sprint(f.FullName(), " is of a kind that no message has: ", f.Kind()))
}

// Every message and field of the table exists: a field that Istio renames is
// one that is not read any more.
func TestReads_AreFields(t *testing.T) {
	found := map[protoreflect.FullName]bool{}
	var walk func(m protoreflect.MessageDescriptor)
	walk = func(m protoreflect.MessageDescriptor) {
		if found[m.FullName()] {
			return
		}
		found[m.FullName()] = true
		for name, use := range reads()[m.FullName()] {
			f := m.Fields().ByJSONName(name)
			switch {
			case f == nil:
				t.Errorf("%s has no field %s", m.FullName(), name)
			case !use.leaf && message(f) != nil:
				walk(message(f))
			}
		}
	}
	for _, m := range []proto.Message{
		&(&networkingv1.VirtualService{}).Spec, &(&networkingv1.Gateway{}).Spec, &(&networkingv1.DestinationRule{}).Spec, &(&networkingv1.Sidecar{}).Spec,
		&(&securityv1.AuthorizationPolicy{}).Spec, &(&securityv1.PeerAuthentication{}).Spec, &(&securityv1.RequestAuthentication{}).Spec,
	} {
		walk(m.ProtoReflect().Descriptor())
	}
	for name := range reads() {
		if !found[name] {
			t.Errorf("no message that is read leads to %s", name)
		}
	}
}
