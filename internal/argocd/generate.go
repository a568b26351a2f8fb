package argocd

import (
	"bytes"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// Generate renders the sites in the files of a directory, with what the
// Application sets in environ in place of what the sites say. Manifests next to
// the sites are in the list too, as Argo CD would deploy them without a plugin.
// Problems with the sites are in the list's results.
func Generate(files []source.File, environ []string, within limits.Set) (*krm.ResourceList, error) {
	settings, err := readSettings(environ)
	if err != nil {
		return nil, err
	}
	items, err := Objects(files)
	if err != nil {
		return nil, err
	}
	if err := settings.apply(sitesAmong(items)); err != nil {
		return nil, err
	}
	list := &krm.ResourceList{Items: items}
	list.RefuseOwned(list.Render(within, krm.ByParameter))
	return list, nil
}

// Discover returns the base names of the files that hold a site. Argo CD asks
// plugins before its own tools, so a directory with a kustomization or a chart
// is left to those. A file that cannot be read counts if it names our API: as
// plain manifests, which is what Argo CD takes a directory for that no plugin
// wants, its site would be deleted.
func Discover(files []source.File) (names []string) {
	if OtherTool(files) {
		return nil
	}
	for _, file := range files {
		objects, err := Objects([]source.File{file})
		if len(sitesAmong(objects)) > 0 || err != nil && bytes.Contains(file.Content, []byte(v1alpha1.Group)) {
			names = append(names, filepath.Base(file.Name))
		}
	}
	return names
}

func sitesAmong(objects []*yaml.Node) (sites []*yaml.Node) {
	for _, obj := range objects {
		if IsSite(obj) {
			sites = append(sites, obj)
		}
	}
	return sites
}
