package cluster

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// siteWith is a site with more of its spec.
func siteWith(spec string) string {
	return "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n" + spec
}

// file writes a site.
func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "site.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// blob is a storage that pods share.
const blob = "storage: {azureBlob: {account: athensweu, container: gomods, credentials: {secretRef: {name: athens-blob}}}}"

// TestChanges applies one change after another, and compares what the cluster does
// with what diff predicts. What it refuses is taken back.
func TestChanges(t *testing.T) {
	steps := []step{}
	for _, s := range []struct{ name, site string }{
		{"a site", siteWith("")},
		{"another host", strings.Replace(siteWith(""), "host: goproxy", "host: gomods", 1)},
		{"a revision of Istio", siteWith("  mesh: {revision: 1-31}\n")},
		{"another class", siteWith("  mesh: {revision: 1-31}\n  athens: {storage: {disk: {storageClassName: fast}}}\n")},
		{"a smaller volume", siteWith("  athens: {storage: {disk: {size: 5Gi}}}\n")},
		{"another access mode", siteWith("  athens: {storage: {disk: {accessMode: ReadWriteMany}}}\n")},
		{"disk to blob", siteWith("  athens: {" + blob + "}\n")},
		{"more replicas", siteWith("  athens: {replicas: 6, " + blob + "}\n")},
		{"an autoscaler", siteWith("  athens: {replicas: 3, autoscaling: {maxReplicas: 10}, " + blob + "}\n")},
		{"a fixed number", siteWith("  athens: {replicas: 6, " + blob + "}\n")},
		{"without mesh", siteWith("  mesh: {mode: None}\n  athens: {" + blob + "}\n")},
		{"blob to disk", siteWith("")},
		{"another name", strings.Replace(siteWith(""), "name: goproxy", "name: modules", 1)},
		{"another namespace", strings.Replace(siteWith(""), "namespace: goproxy", "namespace: modules", 1)},
	} {
		steps = append(steps, newStep(t, s.name, file(t, s.site)))
	}
	for _, name := range []string{"airgap", "cosmos", "production"} {
		steps = append(steps, newStep(t, "to "+name, filepath.Join(root, "examples", name, "site.yaml")))
	}
	changes(t, steps)
}

// TestAutoscaler_FallsToOnePod follows what diff prints where a number of replicas
// gives way to an autoscaler, and does not.
func TestAutoscaler_FallsToOnePod(t *testing.T) {
	fixed := file(t, siteWith("  athens: {replicas: 6, "+blob+"}\n"))
	scaled := file(t, siteWith("  athens: {replicas: 3, autoscaling: {maxReplicas: 10}, "+blob+"}\n"))
	manifests := run(t, "", "athens-kfn", "render", "-q", fixed)
	_, text := predicted(t, version{operand: fixed}, version{operand: scaled})
	_, advice, found := strings.Cut(text, "AD402 ")
	_, advised, _ := strings.Cut(advice, ": kubectl ")
	advised, _, _ = strings.Cut(advised, ",")
	if !found || !strings.HasPrefix(advised, "-n goproxy apply edit-last-applied ") {
		t.Fatalf("diff does not warn of the fall:\n%s", text)
	}
	lowest := func(flags ...string) int {
		kubectl(t, "", "-n", "goproxy", "delete", "events", "--all")
		apply(t, run(t, "", "athens-kfn", "render", "-q", scaled), flags...)
		settled(t)
		least := 6
		for _, size := range strings.Fields(kubectl(t, "", "-n", "goproxy", "get", "events", "--field-selector=reason=ScalingReplicaSet,involvedObject.name=goproxy-athens",
			"-o", `jsonpath={range .items[*]}{.message}{"\n"}{end}`)) {
			if n, err := strconv.Atoi(size); err == nil {
				least = min(least, n)
			}
		}
		return least
	}
	place(t, manifests)
	settled(t)
	if n := lowest(); n != 1 {
		t.Errorf("without the advice: %d pods at least, and diff says 1", n)
	}
	kubectl(t, "", "-n", "goproxy", "delete", "horizontalpodautoscaler", "--all")
	apply(t, manifests)
	settled(t)
	// What an editor does, without one: the number goes from what was applied last.
	editor := filepath.Join(t.TempDir(), "editor")
	if err := os.WriteFile(editor, []byte("#!/bin/sh\nsed -i '/^  replicas: 6$/d' \"$1\"\n"), 0o700); err != nil { //nolint:gosec // a program of this test
		t.Fatal(err)
	}
	cmd := command("", "kubectl", strings.Fields(advised)...)
	cmd.Env = append(cmd.Env, "KUBE_EDITOR="+editor)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", advised, err, out)
	}
	if n := lowest(); n < 3 {
		t.Errorf("with the advice: %d pods at least", n)
	}
}
