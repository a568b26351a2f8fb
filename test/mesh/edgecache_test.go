package mesh

import (
	"fmt"
	"slices"
	"testing"

	luav3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/lua/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/envoy"
	"github.com/gomods/athens-kfn/test/mesh/walk"
)

// TestEdgeCache wants the script of an edge cache where requests come to Athens,
// just before the router, and nowhere else.
func TestEdgeCache(t *testing.T) {
	c := example(t, "aks-multiregion")
	world, err := deploy(t, c, cluster.Trouble{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Sites[0].Spec.Edge.FrontDoor.Cache == nil {
		t.Fatal("the example has no edge cache")
	}
	for _, wrong := range edgeCacheFailures(world, c.Sites[0]) {
		t.Error(wrong)
	}
}

func edgeCacheFailures(world *walk.World, site *v1alpha1.AthensSite) (out []string) {
	if fd := site.Spec.Edge.FrontDoor; fd == nil || fd.Cache == nil {
		return nil
	}
	found := 0
	for _, pod := range world.Cluster.Pods {
		if !pod.Meshed {
			continue
		}
		for _, listener := range world.Istiod.Config(pod).Listeners {
			here := pod.Program == "athens" && listener.Name == envoy.Inbound
			for _, filters := range envoy.HTTPFilters(listener) {
				at := slices.IndexFunc(filters, func(f *hcmv3.HttpFilter) bool { return f.Name == "envoy.filters.http.lua" })
				switch {
				case here && at != len(filters)-2:
					out = append(out, fmt.Sprintf("%s: filter %d of %d is the script", pod, at, len(filters)))
				case !here && at >= 0:
					out = append(out, fmt.Sprintf("%s: %s has the script too", pod, listener.Name))
				case here:
					found++
					script := &luav3.Lua{}
					if err := filters[at].GetTypedConfig().UnmarshalTo(script); err != nil || script.GetDefaultSourceCode().GetInlineString() == "" {
						out = append(out, fmt.Sprintf("%s: no script: %v", pod, err))
					}
				}
			}
		}
	}
	if found == 0 {
		out = append(out, "no Envoy has the script")
	}
	return out
}
