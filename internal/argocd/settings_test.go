package argocd

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

const regional = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
spec:
  host: goproxy.example.com
  lathens: &lists {replicas: 4}
  regions:
  - {name: west, host: west.example.com, lathens: *lists}
  - {name: east}
`

// TestSettings_StayInTheRegion wants what an alias stands for unchanged.
func TestSettings_StayInTheRegion(t *testing.T) {
	items, err := krm.SitesIn([]byte(regional))
	if err != nil {
		t.Fatal(err)
	}
	set, err := readSettings([]string{ParametersVariable + `=[{"name":"region","string":"west"},{"name":"lathens.replicas","string":"3"}]`})
	if err != nil {
		t.Fatal(err)
	}
	if err := set.apply(items); err != nil {
		t.Fatal(err)
	}
	spec := tree.Get(items[0], "spec")
	if n := tree.Text(spec, "lathens", "replicas"); n != "4" {
		t.Errorf("spec.lathens.replicas became %s", n)
	}
	if n := tree.Text(chosen(spec), "lathens", "replicas"); n != "3" {
		t.Errorf("the region's lathens.replicas is %s", n)
	}
}
