package conformance

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// TestGoldens holds every object that the function made in any golden against
// every check that fits its kind.
func TestGoldens(t *testing.T) {
	checked := map[string]int{}
	for _, o := range readGlob(t, "testdata/golden/*/output.yaml") {
		lines, names := check(t, o)
		for _, name := range names {
			checked[fmt.Sprintf("%s %s: %s", o.GetAPIVersion(), o.GetKind(), name)]++
		}
		for _, line := range lines {
			t.Errorf("%s: %s", o, line)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(checked)) {
		t.Logf("%4d × %s", checked[name], name)
	}
	if len(checked) == 0 {
		t.Error("no object was checked")
	}
}

// check runs the checks that fit an object, and names them.
func check(t *testing.T, o object) (lines, names []string) {
	add := func(name string, found []string) {
		names = append(names, name)
		for _, line := range found {
			lines = append(lines, name+": "+line)
		}
	}
	switch {
	case isSite(o):
		add("crd", checkSite(t, o))
	case o.given:
		return nil, []string{"passed on, not checked"}
	case isIstio(o):
		add("crd", checkIstioSchema(t, o))
		add("message", checkIstioMessage(o))
	case isKubernetes(o):
		add("api server", checkKubernetes(o))
		// Pods of others, which MeshEnrolment edits, are as safe as they were.
		if found, hasPods := checkPodSecurity(o); hasPods && o.made() {
			add("pod security", found)
		}
		if o.GetKind() == "Namespace" && o.made() {
			add("pod security labels", checkPodSecurityLabels(o))
		}
	case isAzure(o):
		names = append(names, "left to pkg/generators/azure")
	default:
		found, known := checkOperator(t, o)
		if !known {
			found = []string{"no check knows this apiVersion and kind"}
		}
		add("operator", found)
	}
	if _, has := o.Object["status"]; has {
		add("status", []string{"a manifest has no status"})
	}
	return lines, names
}
