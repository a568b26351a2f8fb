package mesh

import (
	"slices"
	"testing"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
)

// TestEdgeCache wants the script of an edge cache in the Envoys of Athens, just
// before the router, and in no others.
func TestEdgeCache(t *testing.T) {
	world, err := deploy(t, example(t, "aks-multiregion"), cluster.Trouble{})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, pod := range world.Cluster.Pods {
		if !pod.Meshed {
			continue
		}
		for _, filters := range world.Istiod.Config(pod).InboundFilters() {
			at := slices.Index(filters, "envoy.filters.http.lua")
			switch {
			case pod.Program == "athens" && at != len(filters)-2:
				t.Errorf("%s: %q", pod, filters)
			case pod.Program != "athens" && at >= 0:
				t.Errorf("%s has the script too: %q", pod, filters)
			case at >= 0:
				found++
			}
		}
	}
	if found == 0 {
		t.Error("no Envoy has the script")
	}
}
