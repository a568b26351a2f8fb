// Package goproxy knows the paths of the GOPROXY protocol
// (https://go.dev/ref/mod#goproxy-protocol).
package goproxy

import (
	"strings"

	"golang.org/x/mod/module"
)

// Kind is what a request asks about a module.
type Kind string

// The kinds whose answer changes when a new version appears. What names a
// version (info, mod, zip) never changes, and is Other here.
const (
	List   Kind = "list"
	Latest Kind = "latest"
	Other  Kind = "other"
)

const (
	listSuffix   = "/@v/list"
	latestSuffix = "/@latest"
)

var suffixes = map[Kind]string{List: listSuffix, Latest: latestSuffix}

// MaxPath is the length of the longest path that is taken for a module's, in
// bytes: the protocol knows no bound, but what keeps paths needs one. Ten times
// the longest in use.
const MaxPath = 1 << 10

// KindOf tells a path's kind by its beginning and its end alone, without looking
// at the module. No module's path begins with sumdb.
func KindOf(path string) Kind {
	switch {
	case strings.HasPrefix(path, sumDBPrefix):
		return SumDB
	case strings.HasSuffix(path, listSuffix):
		return List
	case strings.HasSuffix(path, latestSuffix):
		return Latest
	default:
		return Other
	}
}

// Parse splits the path of a list or latest request, as in
// /github.com/!burnt!sushi/toml/@v/list, into the module's path
// (github.com/BurntSushi/toml) and the kind. The path has no percent signs any
// more: it is url.URL.Path. False for any other path, for one above MaxPath, and
// where the module's path is not valid or not escaped.
func Parse(path string) (modulePath string, kind Kind, ok bool) {
	kind = KindOf(path)
	escaped, rooted := strings.CutPrefix(path, "/")
	if suffixes[kind] == "" || !rooted || len(path) > MaxPath {
		return "", Other, false
	}
	modulePath, err := module.UnescapePath(strings.TrimSuffix(escaped, suffixes[kind]))
	if err != nil {
		return "", Other, false
	}
	return modulePath, kind, true
}
