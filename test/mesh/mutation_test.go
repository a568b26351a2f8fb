package mesh

import (
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// TestFaults seeds one fault after another into the output for
// examples/production; each must be noticed; the test that notices it is printed.
func TestFaults(t *testing.T) {
	if by := noticed(t, example(t, "production"), rows(t)); len(by) > 0 {
		t.Fatalf("without a fault: %s", strings.Join(by, "\n"))
	}
	caught := map[string]int{}
	for i, by := range catches(t) {
		f := faults[i]
		if len(by) == 0 {
			t.Errorf("nothing notices: %s", f.name)
			continue
		}
		who, what, _ := strings.Cut(by[0], ": ")
		for _, b := range by {
			name, _, _ := strings.Cut(b, ": ")
			caught[name]++
		}
		first, _, _ := strings.Cut(what, "\n")
		t.Logf("%-66s %-9s %s", f.name, who, first)
	}
	t.Logf("%d faults; noticed by %v", len(faults), caught)
	if len(faults) < 40 {
		t.Errorf("%d faults, want at least 40", len(faults))
	}
}

// TestRegionFaults seeds faults into a site whose catalog other regions read,
// and whose lists are spread by module; the table alone must notice each.
func TestRegionFaults(t *testing.T) {
	sound, err := manifest.Golden(root + "/testdata/golden/catalog/output.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rows := rows(t)
	wrong := func(c manifest.Case) []string {
		world, err := deploy(t, c, cluster.Trouble{})
		if err != nil {
			return []string{err.Error()}
		}
		return failures(world, c.Sites, rows, nil)
	}
	if found := wrong(sound); len(found) > 0 {
		t.Fatalf("without a fault: %s", strings.Join(found, "\n"))
	}
	for _, f := range slices.Concat(regionFaults, hashFaults) {
		c := sound
		c.Objects = f.seed(manifest.Clone(sound.Objects))
		if len(wrong(c)) == 0 {
			t.Errorf("nothing notices: %s", f.name)
		}
	}
}

// caughtFaults are kept, because two tests ask and the answer takes a while.
var caughtFaults [][]string

// catches says for each of the faults who notices it.
func catches(t *testing.T) [][]string {
	t.Helper()
	if caughtFaults != nil {
		return caughtFaults
	}
	sound, rows := example(t, "production"), rows(t)
	for _, f := range faults {
		c := sound
		c.Objects = f.seed(manifest.Clone(sound.Objects))
		caughtFaults = append(caughtFaults, noticed(t, c, rows))
	}
	return caughtFaults
}

// noticed says who notices something wrong with a case, each with its first
// message: istiod's admission, the table, the drills, the limits, the
// analyzers.
func noticed(t *testing.T, c manifest.Case, rows []row) []string {
	var out []string
	say := func(who string, found []string) {
		if len(found) > 0 {
			out = append(out, who+": "+found[0])
		}
	}
	world, err := deploy(t, c, cluster.Trouble{})
	if err != nil {
		return []string{"admission: " + err.Error()}
	}
	say("table", failures(world, c.Sites, rows, nil))
	say("drills", drillFailures(world, c))
	say("limits", limitFailures(world, c.Sites[0]))
	mesh := c.Sites[0].Spec.Mesh
	say("analyzers", analyze(t, world.Cluster.Objects, mesh.RootNamespace, mesh.TrustDomain))
	return out
}
