package krm

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
	networking "istio.io/api/networking/v1alpha3"
	security "istio.io/api/security/v1beta1"
)

// zeroIsAChoice names the enums whose zero value a reader needs to see, by the
// message and the JSON name of the field. JSON encoders leave zeros out:
// `tls: {mode: DISABLE}` would become `tls: {}`.
func zeroIsAChoice(v reflect.Value, field string) bool {
	switch v.Type().Name() + "." + field {
	case "OutboundTrafficPolicy.mode", // REGISTRY_ONLY
		"ServiceEntry.location",                  // MESH_EXTERNAL
		"ServiceEntry.resolution",                // NONE
		"ClientTLSSettings.mode",                 // DISABLE
		"TrafficPolicy_ProxyProtocol.version",    // V1
		"MetricsOverrides_TagOverride.operation": // UPSERT
		return true
	case "ServerTLSSettings.mode": // PASSTHROUGH
		// A server that only redirects to HTTPS has no TLS to speak of.
		return !v.FieldByName("HttpsRedirect").Bool()
	case "AuthorizationPolicy.action": // ALLOW
		// `spec: {}` is the usual way to write deny-all.
		return anySet(v)
	}
	return false
}

// anySet says whether a field of a message is set.
func anySet(v reflect.Value) bool {
	for _, f := range protoFieldsOf(v.Type()) {
		if !v.Field(f.index).IsZero() {
			return true
		}
	}
	return false
}

// enumName is the name of an enum's value. The String method of generated code
// does the same, but loads the descriptors of the whole file for it, which
// takes longer than encoding all objects of a site.
func enumName(v reflect.Value) string {
	var names map[int32]string
	switch v.Interface().(type) {
	case networking.ServerTLSSettings_TLSmode:
		names = networking.ServerTLSSettings_TLSmode_name
	case networking.ServerTLSSettings_TLSProtocol:
		names = networking.ServerTLSSettings_TLSProtocol_name
	case networking.ClientTLSSettings_TLSmode:
		names = networking.ClientTLSSettings_TLSmode_name
	case networking.LoadBalancerSettings_SimpleLB:
		names = networking.LoadBalancerSettings_SimpleLB_name
	case networking.ConnectionPoolSettings_HTTPSettings_H2UpgradePolicy:
		names = networking.ConnectionPoolSettings_HTTPSettings_H2UpgradePolicy_name
	case networking.ServiceEntry_Location:
		names = networking.ServiceEntry_Location_name
	case networking.ServiceEntry_Resolution:
		names = networking.ServiceEntry_Resolution_name
	case networking.OutboundTrafficPolicy_Mode:
		names = networking.OutboundTrafficPolicy_Mode_name
	case networking.EnvoyFilter_ApplyTo:
		names = networking.EnvoyFilter_ApplyTo_name
	case networking.EnvoyFilter_PatchContext:
		names = networking.EnvoyFilter_PatchContext_name
	case networking.EnvoyFilter_Patch_Operation:
		names = networking.EnvoyFilter_Patch_Operation_name
	case security.AuthorizationPolicy_Action:
		names = security.AuthorizationPolicy_Action_name
	case security.PeerAuthentication_MutualTLS_Mode:
		names = security.PeerAuthentication_MutualTLS_Mode_name
	}
	if name, ok := names[int32(v.Int())]; ok {
		return name
	}
	return v.Interface().(fmt.Stringer).String()
}

// protoField is a field of a generated message.
type protoField struct {
	name  string
	style yaml.Style
	index int
	oneof bool
	enum  bool
}

var protoCache sync.Map // reflect.Type → []protoField

// protoFieldsOf reads the struct tags of generated code: they are in the order
// of declaration and hold the JSON names. Protobuf's own reflection knows the
// same, but takes a millisecond to get ready.
func protoFieldsOf(t reflect.Type) []protoField {
	if cached, ok := protoCache.Load(t); ok {
		return cached.([]protoField)
	}
	var fields []protoField
	for i := range t.NumField() {
		switch f := t.Field(i); {
		case !f.IsExported():
		case f.Type.Kind() == reflect.Interface:
			fields = append(fields, protoField{index: i, oneof: true})
		default:
			tag := f.Tag.Get("protobuf")
			_, name, renamed := strings.Cut(tag, ",json=")
			if !renamed {
				_, name, _ = strings.Cut(tag, ",name=")
			}
			name, _, _ = strings.Cut(name, ",")
			fields = append(fields, protoField{name: name, style: keyStyle(name), index: i, enum: strings.Contains(tag, ",enum=")})
		}
	}
	protoCache.Store(t, fields)
	return fields
}

// message encodes a protobuf message as protojson does, apart from the order
// of fields (as declared), the zeros of zeroIsAChoice, and numbers, which are
// never strings.
func (b *builder) message(v reflect.Value) *yaml.Node {
	if n := b.wellKnown(v.Addr().Interface()); n != nil {
		return n
	}
	n := b.mapping()
	for _, f := range protoFieldsOf(v.Type()) {
		value := v.Field(f.index)
		switch {
		case f.oneof:
			if !value.IsNil() {
				b.oneof(n, value.Elem().Elem())
			}
			continue
		case f.enum && value.Kind() == reflect.Int32:
			if value.Int() == 0 && !zeroIsAChoice(v, f.name) {
				continue
			}
		case value.Kind() == reflect.Slice || value.Kind() == reflect.Map:
			if value.Len() == 0 {
				continue
			}
		case value.IsZero():
			continue
		}
		n.Content = append(n.Content, b.key(f.name, f.style), b.value(value))
	}
	return n
}

// oneof adds the one field that is set, also if it is zero.
func (b *builder) oneof(n *yaml.Node, v reflect.Value) {
	f := protoFieldsOf(v.Type())[0]
	value := b.value(v.Field(f.index))
	if value == nil {
		value = b.mapping()
	}
	n.Content = append(n.Content, b.key(f.name, f.style), value)
}

// wellKnown encodes Google's own messages, which represent plain values; nil
// for any other.
func (b *builder) wellKnown(m any) *yaml.Node {
	switch m := m.(type) {
	case *durationpb.Duration:
		return b.str(seconds(m.GetSeconds(), m.GetNanos()))
	case *wrapperspb.BoolValue:
		return b.boolean(m.GetValue())
	case *wrapperspb.StringValue:
		return b.str(m.GetValue())
	case *wrapperspb.DoubleValue:
		return b.float(m.GetValue(), 64)
	case *wrapperspb.FloatValue:
		return b.float(float64(m.GetValue()), 32)
	case *wrapperspb.Int32Value:
		return b.integer(int64(m.GetValue()))
	case *wrapperspb.Int64Value:
		return b.integer(m.GetValue())
	case *wrapperspb.UInt32Value:
		return b.integer(int64(m.GetValue()))
	case *wrapperspb.UInt64Value:
		return b.scalar("!!int", strconv.FormatUint(m.GetValue(), 10))
	case *structpb.Struct:
		return b.value(reflect.ValueOf(m.GetFields()))
	case *structpb.ListValue:
		return b.value(reflect.ValueOf(m.GetValues()))
	case *structpb.Value:
		switch kind := m.GetKind().(type) {
		case *structpb.Value_StringValue:
			return b.str(kind.StringValue)
		case *structpb.Value_NumberValue:
			return b.float(kind.NumberValue, 64)
		case *structpb.Value_BoolValue:
			return b.boolean(kind.BoolValue)
		case *structpb.Value_StructValue:
			return b.wellKnown(kind.StructValue)
		case *structpb.Value_ListValue:
			return b.wellKnown(kind.ListValue)
		}
		return b.scalar("!!null", "null")
	}
	return nil
}

// seconds is the shortest form that protojson reads: 30s, 0.5s.
func seconds(s int64, nanos int32) string {
	sign := ""
	if s < 0 || nanos < 0 {
		sign, s, nanos = "-", -s, -nanos
	}
	text := sign + strconv.FormatInt(s, 10)
	if nanos != 0 {
		fraction := strconv.FormatInt(1_000_000_000+int64(nanos), 10)[1:]
		text += "." + strings.TrimRight(fraction, "0")
	}
	return text + "s"
}
