package mesh

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// TestFaults seeds one fault after another into the output for
// examples/production; each must be noticed, and by whom is printed.
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
// message: istiod's admission, the table, the drills, the analyzers.
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
	mesh := c.Sites[0].Spec.Mesh
	say("analyzers", analyze(t, world.Cluster.Objects, mesh.RootNamespace, mesh.TrustDomain))
	return out
}

// TestLines takes away one line after another of the list route, of its
// failover and of the policies. The table or a drill must notice each, and so
// name a request.
func TestLines(t *testing.T) {
	rows := rows(t)
	sound := example(t, "production")
	n := 0
	for i, o := range sound.Objects {
		for _, path := range lines(o) {
			n++
			c := sound
			c.Objects = manifest.Clone(sound.Objects)
			remove(map[string]any(c.Objects[i]), path)
			world, err := deploy(t, c, cluster.Trouble{})
			if err != nil {
				continue // nobody could apply it
			}
			missed := len(failures(world, c.Sites, rows, nil)) > 0 || len(drillFailures(world, c)) > 0 ||
				o.Kind() == "DestinationRule" && len(neighbourFailures(t, c)) > 0
			why, idle := idleLines[fmt.Sprint(o.Name(), path)]
			switch {
			case !missed && !idle:
				t.Errorf("%s: nobody misses %v", o, path)
			case missed && idle:
				t.Errorf("%s: %v is missed, and so not idle as listed (%s)", o, path, why)
			}
		}
	}
	t.Logf("%d lines", n)
}

// idleLines change nothing in this cluster, and why they are written down.
var idleLines = map[string]string{
	"goproxy[spec http 3 route 0 destination port number]":                         "a Service with one port has no other",
	"goproxy-gateway-to-lathens[spec action]":                                      "ALLOW is the default, and readers need to see it",
	"goproxy-gateway-to-athens[spec action]":                                       "ALLOW is the default, and readers need to see it",
	"goproxy-lathens-to-athens[spec action]":                                       "ALLOW is the default, and readers need to see it",
	"goproxy-crathens-to-athens[spec action]":                                      "ALLOW is the default, and readers need to see it",
	"goproxy-list[spec trafficPolicy loadBalancer localityLbSetting enabled]":      "a setting that is there is on, and readers need to see it",
	"goproxy-list[spec trafficPolicy loadBalancer simple]":                         "Istio's default, and readers need to see it",
	"goproxy[spec http 3 retries retryIgnorePreviousHosts]":                        "Istio's default without a hash",
	"goproxy-gateway-to-lathens[spec selector matchLabels athens.gomods.io/site]":  "the namespace has no other lathens",
	"goproxy-gateway-to-lathens[spec selector matchLabels app.kubernetes.io/name]": "Athens allows the gateway the same paths",
	"goproxy-goproxy-front-door[spec selector matchLabels istio]":                  "no other gateway of that namespace serves the host",
}

// lines are the paths of the values that TestLines takes away from an object.
func lines(o manifest.Object) [][]any {
	var out [][]any
	switch {
	case o.Kind() == "AuthorizationPolicy":
		out = leaves(o["spec"], []any{"spec"})
	case o.Kind() == "DestinationRule" && o.Name() == "goproxy-list":
		at := []any{"spec", "trafficPolicy", "loadBalancer"}
		out = leaves(o.At("spec", "trafficPolicy", "loadBalancer"), at)
	case o.Kind() == "VirtualService":
		http, _ := o.At("spec", "http").([]any)
		for i, r := range http {
			if manifest.Object(r.(map[string]any)).Text("name") == "list" {
				out = leaves(r, []any{"spec", "http", i})
			}
		}
	}
	return out
}

func leaves(v any, at []any) [][]any {
	var out [][]any
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, leaves(v[k], append(slices.Clone(at), k))...)
		}
	case []any:
		for i := range v {
			out = append(out, leaves(v[i], append(slices.Clone(at), i))...)
		}
	default:
		out = append(out, at)
	}
	return out
}

// remove takes a value out of a tree, and with it what is then empty.
func remove(v any, path []any) any {
	switch v := v.(type) {
	case map[string]any:
		key := path[0].(string)
		if len(path) > 1 {
			v[key] = remove(v[key], path[1:])
		}
		if len(path) == 1 || v[key] == nil {
			delete(v, key)
		}
		if len(v) > 0 {
			return v
		}
	case []any:
		i := path[0].(int)
		if len(path) > 1 {
			v[i] = remove(v[i], path[1:])
		}
		if len(path) == 1 || v[i] == nil {
			v = slices.Delete(v, i, i+1)
		}
		if len(v) > 0 {
			return v
		}
	}
	return nil
}
