package generators

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// PublicSumDB is the checksum database that the go command asks by default.
const PublicSumDB = "sum.golang.org"

// SumDBOff is GOSUMDB of a go command that asks no database.
const SumDBOff = "off"

// Why no go command gets a Go toolchain from a site.
const (
	// ToolchainUnverified: the go command takes no toolchain that a checksum
	// database does not know, GOSUMDB off or not (useSumDB in
	// cmd/go/internal/modfetch/sumdb.go), and Athens or its clients ask none.
	ToolchainUnverified = "unverified"
	// ToolchainFiltered: the filter refuses the module golang.org/toolchain.
	ToolchainFiltered = "filtered"
)

// Checksums is how modules are held to their checksums, of all fields that have
// a say: databases, GOSUMDB, filter, and whether Athens fetches anything. Athens'
// environment, egress, the lines for developers and the findings of check all
// come from here.
type Checksums struct {
	// Athens is GOSUMDB of Athens' own go command: SumDBOff, or a database,
	// perhaps with its key and its URL.
	Athens string
	// Passed are the hosts of the databases that Athens passes on to clients.
	Passed []string
	// Toolchain says why the site has no Go toolchains; empty where it may.
	Toolchain string

	asked []Endpoint
}

// ChecksumsOf a site.
func ChecksumsOf(a *v1alpha1.Athens) Checksums {
	c := Checksums{Athens: a.Upstream.GoEnv["GOSUMDB"]}
	for _, s := range a.Upstream.SumDBs {
		e := fromURL(s)
		c.asked = append(c.asked, e)
		if u, err := url.Parse(s); err == nil { // validation has read it
			c.Passed = append(c.Passed, u.Host)
		}
	}
	switch {
	case c.Athens != "":
	case len(c.Passed) == 0:
		c.Athens = SumDBOff
	default:
		c.Athens = PublicSumDB
	}
	// Athens' own go command asks its database, whatever databases Athens passes
	// on to its clients.
	if name, at := c.database(); c.Athens == SumDBOff || !a.Fetches() {
	} else if at != "" {
		c.asked = append(c.asked, fromURL(at))
	} else {
		c.asked = append(c.asked, fromURL("https://"+name))
	}
	if client, _ := c.Client(""); client == SumDBOff || c.Athens == SumDBOff && a.Fetches() {
		c.Toolchain = ToolchainUnverified
	} else if !admits(a.Filter, "golang.org/toolchain") {
		c.Toolchain = ToolchainFiltered
	}
	return c
}

// database is the name of what Athens' go command asks, without its key, and its
// URL if there is one.
func (c *Checksums) database() (name, at string) {
	name, at, _ = strings.Cut(c.Athens, " ")
	name, _, _ = strings.Cut(name, "+")
	return name, strings.TrimSpace(at)
}

// Client is GOSUMDB of a client of the site at a URL; empty where Go's default
// works, because a go command asks its proxy for sum.golang.org first. It is not
// known where Athens passes on a database that GOSUMDB does not name: its key, or
// what it mirrors, is nowhere in the spec.
func (c *Checksums) Client(site string) (value string, known bool) {
	name, at := c.database()
	switch {
	case len(c.Passed) == 0:
		return SumDBOff, true
	case slices.Contains(c.Passed, PublicSumDB):
		return "", true
	case c.Athens == SumDBOff:
		return SumDBOff, true
	case at == "":
		return c.Athens, slices.Contains(c.Passed, name)
	}
	u, err := url.Parse(at)
	if err != nil || !slices.Contains(c.Passed, u.Host) {
		return "", false
	}
	named, _, _ := strings.Cut(c.Athens, " ")
	return named + " " + site + "/sumdb/" + u.Host + strings.TrimSuffix(u.Path, "/"), true
}

// admits says whether a filter lets some version of a module through, as Athens
// reads it (pkg/module/filter.go): the longest path that holds the module counts,
// a path without versions for all of them, and what no line names is let through.
func admits(filter, module string) bool {
	longest, sign := -1, "+"
	for line := range strings.Lines(filter) {
		words := strings.Split(strings.TrimSpace(line), " ")
		if len(words) > 2 || !slices.Contains([]string{"+", "-", "D"}, words[0]) {
			continue // a line for some versions leaves the others
		}
		path := ""
		if len(words) == 2 {
			path = strings.Trim(words[1], "/")
		}
		if len(path) >= longest && (path == "" || module == path || strings.HasPrefix(module, path+"/")) {
			longest, sign = len(path), words[0]
		}
	}
	return sign != "-"
}
