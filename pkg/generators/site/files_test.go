package site_test

import (
	"path"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// No file of the spec may be in, or be, a directory that a site mounts: a
// container with such a mount does not start, or loses what is there.
func TestFiles_AreRefusedWhereTheSiteMounts(t *testing.T) {
	seen := map[string]bool{}
	for name, doc := range leafSites(t) {
		s, problems := strict.Load[v1alpha1.AthensSite](doc)
		if len(problems) > 0 {
			continue
		}
		for _, d := range generators.OfType[*appsv1.Deployment](site.Objects(s)) {
			c := &d.Spec.Template.Spec.Containers[0]
			for _, m := range c.VolumeMounts {
				if c.Name != generators.Athens || m.Name == "files" || seen[m.MountPath] {
					continue
				}
				seen[m.MountPath] = true
				places := []string{m.MountPath, path.Dir(m.MountPath)}
				if m.Name != "home" { // where programs look for settings of their own
					places = append(places, m.MountPath+"/x")
				}
				for _, file := range places {
					_, problems := strict.Load[v1alpha1.AthensSite](spectest.Node(t, "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\n"+
						"spec: {host: goproxy.example.com, athens: {files: [{path: "+file+", configMapRef: {name: a, key: b}}]}}"))
					if len(problems) != 1 || !strings.HasPrefix(problems[0].Path, "spec.athens.files[0].path") {
						t.Errorf("%s mounts %s, and a file at %s is taken: %s", name, m.MountPath, file, problems)
					}
				}
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("found only the mounts %v", seen)
	}
}
