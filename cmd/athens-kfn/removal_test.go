package main

import (
	"slices"
	"strings"
	"testing"
)

// The runbook's removal names each object that lies in another namespace, every
// kind in the site's own, and the claim in none of its delete commands.
func TestRemovalLeavesNothingUnsaid(t *testing.T) {
	for _, s := range runbookSites(t) {
		_, rendered, _ := runWith(s.Args("render"), "")
		all := objectsOf(t, rendered)
		_, rest, _ := strings.Cut(runbookOf(t, &s), "\n## Remove the site\n")
		section, _, _ := strings.Cut(rest, "\n## ")
		var site string
		for _, o := range all {
			if o.kind() == "Namespace" {
				site = o.name()
			}
		}
		for _, o := range all {
			kind := strings.ToLower(o.kind())
			switch {
			case kind == "namespace" || kind == "persistentvolumeclaim" || site == "":
			case o.namespace() != site:
				if !strings.Contains(section, "kubectl -n "+o.namespace()+" delete "+kind) || !strings.Contains(section, " "+o.name()+"\n") {
					t.Errorf("%s: %s %s/%s stays, and nothing says so", s.Name, o.kind(), o.namespace(), o.name())
				}
			default:
				if !slices.ContainsFunc(strings.FieldsFunc(section, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '.' }), func(w string) bool { return w == kind }) {
					t.Errorf("%s: no %s is deleted", s.Name, o.kind())
				}
			}
		}
		for line := range strings.Lines(section) {
			if strings.Contains(line, " delete ") && strings.Contains(line, "persistentvolumeclaim") {
				t.Errorf("%s: deletes the modules: %s", s.Name, line)
			}
		}
	}
}

// Argo CD, Flux and Helm leave the claim of a disk, and the namespace around it.
func TestTheClaimIsGuarded(t *testing.T) {
	_, rendered, _ := runWith([]string{"render", root + "/examples/disk/site.yaml"}, "")
	guarded := 0
	for _, o := range objectsOf(t, rendered) {
		if o.kind() != "PersistentVolumeClaim" && o.kind() != "Namespace" {
			continue
		}
		guarded++
		annotations := o.object("metadata", "annotations")
		for name, want := range map[string]string{
			"argocd.argoproj.io/sync-options": "Prune=false,Delete=false", "kustomize.toolkit.fluxcd.io/prune": "disabled", "helm.sh/resource-policy": "keep",
		} {
			if got, _ := annotations[name].(string); got != want {
				t.Errorf("%s %s: %s is %q, want %q", o.kind(), o.name(), name, got, want)
			}
		}
	}
	if guarded != 2 {
		t.Errorf("%d objects are guarded, want the claim and the namespace", guarded)
	}
}
