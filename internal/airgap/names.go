package airgap

import (
	"path"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"

	"github.com/gomods/athens-kfn/internal/goproxy"
)

// goSum is the name of the file that has the checksums of all versions.
const goSum = "go.sum"

// What is read of a file at most. A go.mod and a zip have the go command's bounds;
// no record and no tile of a database is near theirs.
const (
	maxInfo  = 64 << 10
	maxProof = 64 << 10
	maxGoSum = 16 << 20
)

// extensions of a version's files, in the order in which they are asked for: the
// first makes an Athens store all of them.
var extensions = []string{".info", ".mod", ".zip"}

// fileName is where a tree has a file of a version, which is valid.
func fileName(v module.Version, ext string) string {
	escaped, _ := module.EscapePath(v.Path)       // error dropped: the version is valid
	version, _ := module.EscapeVersion(v.Version) // error dropped: likewise
	return escaped + "/@v/" + version + ext
}

func parseFileName(name string) (v module.Version, ext string, ok bool) {
	escaped, file, found := strings.Cut(name, "/@v/")
	ext = path.Ext(file)
	var badPath, badVersion error
	v.Path, badPath = module.UnescapePath(escaped)
	v.Version, badVersion = module.UnescapeVersion(strings.TrimSuffix(file, ext))
	ok = found && bound(ext) > 0 && len(name) <= goproxy.MaxPath && badPath == nil && badVersion == nil &&
		module.CanonicalVersion(v.Version) == v.Version && module.Check(v.Path, v.Version) == nil
	return v, ext, ok
}

func bound(ext string) int64 {
	switch ext {
	case ".info":
		return maxInfo
	case ".mod":
		return zip.MaxGoMod
	case ".zip":
		return zip.MaxZipFile
	}
	return 0
}
