// Package helm is what Helm's users get of a site: its chart, the values of
// other charts as Helm reads them, and a release of the chart athens-proxy with
// the site around it.
package helm

import (
	"bytes"
	"fmt"
	"path"
	"regexp"

	"go.yaml.in/yaml/v3"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/tree"
)

var semVer = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`)

// IsVersion says whether Helm takes a text for the version of a chart.
func IsVersion(version string) bool { return semVer.MatchString(version) }

// Package returns the chart of a site that is sound, and the name of its file.
// The same site gives the same bytes.
func Package(site *v1alpha1.AthensSite, version string) (name string, content []byte, err error) {
	c, err := chartOf(site, version)
	if err != nil {
		return "", nil, err
	}
	if content, err = archive(c); err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("%s-%s.tgz", site.Name, version), content, verify(content, site)
}

// verify renders a chart with the values that it comes with, as Helm does, and
// wants the manifests of its site.
func verify(content []byte, site *v1alpha1.AthensSite) error {
	c, err := loader.LoadArchive(bytes.NewReader(content))
	if err != nil {
		return err
	}
	values, err := chartutil.ToRenderValues(c, nil, chartutil.ReleaseOptions{Name: site.Name, Namespace: site.Namespace, IsInstall: true}, nil)
	if err != nil {
		return err
	}
	files, err := engine.Render(c, values)
	if err != nil {
		return err
	}
	got := map[krm.ID]*yaml.Node{}
	for _, t := range c.Templates {
		if path.Ext(t.Name) != ".yaml" {
			continue
		}
		docs, err := krm.Documents([]byte(files[path.Join(c.Name(), t.Name)]))
		if err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
		for _, doc := range docs {
			got[krm.IDOf(doc.Content[0])] = doc.Content[0]
		}
	}
	want := krm.Make(site)
	for _, m := range want {
		if !tree.Equal(m.Node(), got[m.ID]) {
			return fmt.Errorf("the chart does not render %s as the site does: this is a defect of athens-kfn", m.ID)
		}
	}
	if len(got) != len(want) {
		return fmt.Errorf("the chart renders %d objects and the site %d: this is a defect of athens-kfn", len(got), len(want))
	}
	return nil
}
