package generators

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// fileMounts are the files of the spec, all of one volume. Each is mounted alone
// (subPath), so that its directory keeps the image's own files; the kubelet
// brings no changes into such a mount.
func fileMounts(a *v1alpha1.Athens) []mount {
	if len(a.Files) == 0 {
		return nil
	}
	var all []refFile
	for i := range a.Files {
		all = append(all, refFile{a.Files[i].Ref(), strings.TrimPrefix(a.Files[i].Path, "/")})
	}
	volume := refFiles("files", "/", secretMode, all...)
	out := make([]mount, len(all))
	for i, f := range all {
		out[i] = volume
		out[i].at.MountPath, out[i].at.SubPath = "/"+f.path, f.path
	}
	return out
}
