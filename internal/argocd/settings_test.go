package argocd

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/sitetest"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// TestSettings_StayInTheRegion wants what an alias represents unchanged.
func TestSettings_StayInTheRegion(t *testing.T) {
	items, err := krm.SitesIn([]byte(sitetest.Regional))
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
	if n := tree.Text(chosen(spec), "overrides", "lathens", "replicas"); n != "3" {
		t.Errorf("the region's lathens.replicas is %s", n)
	}
}
