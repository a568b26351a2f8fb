package main

import (
	"strings"
	"testing"
)

// A site of several clusters that has chosen none is refused: a chart, a
// release and manifests are of one.
func TestOneClusterIsChosen(t *testing.T) {
	site := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: a, namespace: b}\nspec: {host: a.example.com, regions: [{name: west}, {name: east}]}\n"
	file := siteFile(t, site)
	const refused = "b/a: spec.region: is not set, and this is about one cluster: set it to one of west, east"
	for _, args := range [][]string{{"template", file}, {"package", file, "--to", t.TempDir()}, {"post-render", file}} {
		code, stdout, stderr := runWith(args, "")
		if code != 1 || stdout != "" || !strings.Contains(stderr, refused) {
			t.Errorf("%q: exit code %d, stdout %.100q, stderr %s", args, code, stdout, stderr)
		}
	}
}
