package mesh

import (
	_ "embed"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"
	"istio.io/api/networking/v1alpha3"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// edgeCacheScript tells the files of a version that a cache may keep from
// everything else.
//
//go:embed edgecache.lua
var edgeCacheScript string

// maxAge represents spec.edge.frontDoor.cache.maxAge in the script, in seconds.
const maxAge = "MAX_AGE"

// IsEdgeCacheScript says whether a text is the script of EdgeCache, for any
// spec.edge.frontDoor.cache.maxAge.
func IsEdgeCacheScript(text string) bool {
	before, after, _ := strings.Cut(edgeCacheScript, maxAge)
	seconds, found := strings.CutPrefix(text, before)
	seconds, ends := strings.CutSuffix(seconds, after)
	_, err := strconv.ParseUint(seconds, 10, 32)
	return found && ends && err == nil
}

// EdgeCache makes the sidecar of Athens say what Front Door may keep. Nothing else
// can: Athens says nothing about files of a version, a header that a
// VirtualService sets lands on errors too, and Front Door's rules see no
// answers. Lua is the one filter that the AKS add-on admits in an EnvoyFilter.
// There is none without spec.edge.frontDoor.cache.
func EdgeCache(site *v1alpha1.AthensSite) []generators.Object {
	fd := site.Spec.Edge.FrontDoor
	if !generators.Meshed(site) || fd == nil || fd.Cache == nil {
		return nil
	}
	seconds := strconv.FormatInt(int64(fd.Cache.MaxAge.Seconds()), 10)
	script := strings.ReplaceAll(edgeCacheScript, maxAge, seconds)
	return []generators.Object{&networkingv1alpha3.EnvoyFilter{
		TypeMeta:   generators.Type("networking.istio.io/v1alpha3", "EnvoyFilter"),
		ObjectMeta: generators.Meta(site, generators.Name(site, "edge-cache"), generators.Athens),
		Spec: v1alpha3.EnvoyFilter{
			WorkloadSelector: &v1alpha3.WorkloadSelector{Labels: generators.Selector(site, generators.Athens)},
			// After others (0 is the default), whose filters it would be put
			// before otherwise or not, as it happens.
			Priority: 10,
			ConfigPatches: []*v1alpha3.EnvoyFilter_EnvoyConfigObjectPatch{{
				ApplyTo: v1alpha3.EnvoyFilter_HTTP_FILTER,
				Match: &v1alpha3.EnvoyFilter_EnvoyConfigObjectMatch{
					Context: v1alpha3.EnvoyFilter_SIDECAR_INBOUND,
					ObjectTypes: &v1alpha3.EnvoyFilter_EnvoyConfigObjectMatch_Listener{Listener: &v1alpha3.EnvoyFilter_ListenerMatch{
						FilterChain: &v1alpha3.EnvoyFilter_ListenerMatch_FilterChainMatch{
							Filter: &v1alpha3.EnvoyFilter_ListenerMatch_FilterMatch{
								Name:      connectionManager,
								SubFilter: &v1alpha3.EnvoyFilter_ListenerMatch_SubFilterMatch{Name: "envoy.filters.http.router"},
							},
						},
					}},
				},
				Patch: &v1alpha3.EnvoyFilter_Patch{
					Operation: v1alpha3.EnvoyFilter_Patch_INSERT_BEFORE,
					Value: object(
						field{"name", text("envoy.filters.http.lua")},
						field{"typed_config", structpb.NewStructValue(object(
							field{"@type", text("type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua")},
							field{"default_source_code", structpb.NewStructValue(object(field{"inline_string", text(script)}))},
						))},
					),
				},
			}},
		},
	}}
}

// field is a key of an object and its value.
type field struct {
	key   string
	value *structpb.Value
}

func object(fields ...field) *structpb.Struct {
	out := &structpb.Struct{Fields: make(map[string]*structpb.Value, len(fields))}
	for _, f := range fields {
		out.Fields[f.key] = f.value
	}
	return out
}

func text(s string) *structpb.Value { return structpb.NewStringValue(s) }
