package airgap

import (
	"errors"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/note"

	"github.com/gomods/athens-kfn/internal/goproxy"
)

// PublicDatabase is the go command's default for GOSUMDB.
const PublicDatabase = "sum.golang.org"

// publicKey is the key of PublicDatabase (cmd/go/internal/modfetch/key.go).
const publicKey = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

// Database is the checksum database that vouches for modules.
type Database struct {
	name, key string // empty: there is none
	without   string // globs of modules that it does not know
}

// ParseDatabase reads what GOSUMDB and GONOSUMDB hold: sum.golang.org, NAME+HASH+KEY
// or off; and globs of module path prefixes.
func ParseDatabase(database, without string) (Database, error) {
	switch database {
	case "off":
		return Database{}, nil
	case PublicDatabase:
		database = publicKey
	}
	key, err := note.NewVerifier(database)
	if err != nil || !goproxy.ValidSumDB("/sumdb/"+key.Name()+"/latest") {
		return Database{}, errors.New("is not a checksum database; write sum.golang.org, NAME+HASH+KEY as in GOSUMDB, or off")
	}
	return Database{key.Name(), database, without}, nil
}

// covers tells whether the database vouches for a module.
func (d Database) covers(path string) bool {
	return d.name != "" && !module.MatchPrefixPatterns(d.without, path)
}

// file is where a tree has what the database answers at a path below its own.
func (d Database) file(path string) string { return "sumdb/" + d.name + path }

// record is file of a version's checksums.
func (d Database) record(v module.Version) string {
	escaped, _ := module.EscapePath(v.Path)       // error dropped: the version is valid
	version, _ := module.EscapeVersion(v.Version) // error dropped: likewise
	return d.file("/lookup/" + escaped + "@" + version)
}

// owns tells whether name is a file of the database in a tree.
func (d Database) owns(name string) bool {
	return d.name != "" && strings.HasPrefix(name, d.file("/")) && goproxy.ValidSumDB("/"+name)
}
