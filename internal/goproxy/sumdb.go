package goproxy

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/module"
)

// SumDB is the kind of what a proxy passes on of a checksum database
// (https://go.dev/design/25530-sumdb#proxying-a-checksum-database).
const SumDB Kind = "sumdb"

const sumDBPrefix = "/sumdb/"

var (
	// sumDB is a database's name, and what is asked of it.
	sumDB = regexp.MustCompile(`^` + sums + `(?:supported|latest|lookup/(.+)|` + tile + `)$`)
	// partial is the tile that a partial one of hashes belongs to, and the number
	// of its hashes.
	partial = regexp.MustCompile(`^(.*/tile/([0-9]+)/[0-9].*)\.p/([0-9]+)$`)
)

// ValidSumDB tells whether a path of the kind SumDB, without percent signs, is one
// that a go command asks for.
func ValidSumDB(path string) bool {
	parts := sumDB.FindStringSubmatch(path)
	if parts == nil || len(path) > MaxPath {
		return false
	}
	if parts[1] == "" {
		return true
	}
	escaped, version, found := strings.Cut(parts[1], "@")
	_, badPath := module.UnescapePath(escaped)
	_, badVersion := module.UnescapeVersion(version)
	return found && badPath == nil && badVersion == nil
}

// HashSize is the length of a hash in a tile.
const HashSize = 32

// PartialTile splits the path of a partial tile of hashes into that of the full
// one, the height of the tile (a full one has 1<<height hashes) and the number of
// hashes. False for any other path.
func PartialTile(path string) (full string, height, width int, ok bool) {
	parts := partial.FindStringSubmatch(path)
	if parts == nil {
		return "", 0, 0, false
	}
	height, _ = strconv.Atoi(parts[2]) // error dropped: digits alone; too many make a number above maxHeight
	width, _ = strconv.Atoi(parts[3])  // error dropped: likewise
	return parts[1], height, width, height <= maxHeight && 0 < width && width < 1<<height
}

// maxHeight of a tile that is looked into: what go commands use.
const maxHeight = 8

// Immutable tells of a valid path of the kind SumDB whether its answer stays true:
// a checksum, or a tile of the tree.
func Immutable(path string) bool {
	return strings.HasPrefix(path, sumDBPrefix) && !strings.HasSuffix(path, "/supported") && !strings.HasSuffix(path, "/latest")
}
