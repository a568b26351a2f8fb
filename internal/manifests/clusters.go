package manifests

import (
	"slices"

	"github.com/gomods/athens-kfn/internal/source"
)

// Clusters are the manifests of files, a set for each cluster: the folders of a
// directory are one region each, and the files outside of them are in all. A region
// chooses one of them.
func Clusters(files []source.File, region string) (out []*Set) {
	var folders []string
	for _, f := range files {
		if f.Folder != "" && !slices.Contains(folders, f.Folder) && (region == "" || f.Folder == region) {
			folders = append(folders, f.Folder)
		}
	}
	if len(folders) == 0 {
		folders = []string{region}
	}
	for _, folder := range folders {
		set := Read(slices.DeleteFunc(slices.Clone(files), func(f source.File) bool { return f.Folder != "" && f.Folder != folder }))
		set.Region = folder
		out = append(out, set)
	}
	return out
}
