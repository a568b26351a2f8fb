package mesh

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// TestNeighbourClusterComesLast: in a mesh of two clusters with the same site,
// istiod merges the Services of both. The gateway asks lathens of its own
// cluster, then Athens of its own cluster, then the other cluster.
func TestNeighbourClusterComesLast(t *testing.T) {
	for _, wrong := range neighbourFailures(t, example(t, "production")) {
		t.Error(wrong)
	}
}

func neighbourFailures(t *testing.T, c manifest.Case) []string {
	t.Helper()
	neighbour := cluster.Neighbour(c.Objects)
	world, err := deployBeside(t, c, cluster.Trouble{}, []*cluster.Cluster{neighbour})
	if err != nil {
		return []string{err.Error()}
	}
	gateway := c.Sites[0].Spec.Gateway.Workload()
	config := world.Istiod.Config(world.Cluster.Select(gateway.Namespace, gateway.Labels)[0])
	got := map[string]int{}
	for _, e := range config.Upstream("outbound|80||goproxy-list.goproxy.svc.cluster.local", nil).Endpoints {
		program := "no pod"
		if p := world.Cluster.Pod(e.Address); p != nil {
			program = p.Program
		} else if p := neighbour.Pod(e.Address); p != nil {
			program = "the neighbour's " + p.Program
		}
		got[fmt.Sprint(e.Priority, " ", program)]++
	}
	want := map[string]int{"0 lathens": 3, "1 athens": 3, "2 the neighbour's lathens": 3, "2 the neighbour's athens": 3}
	if diff := cmp.Diff(want, got); diff != "" {
		return []string{"priority, program and number of the pods behind the list Service (-want +got):\n" + diff}
	}
	return nil
}
