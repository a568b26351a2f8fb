package goproxy

// Grammar is one kind of request of the protocol, as the go command sends it.
type Grammar struct {
	// Name for people.
	Name string
	// Paths on the wire, as a regular expression of whole paths.
	Paths string
}

// A module's path has a dot in its first element, and ! or %21 before what is
// upper case. A version is one element; what is no letter or digit may be escaped.
const (
	letter  = `(?:[-._~0-9a-z]|(?:!|%21)[a-z])`
	element = `(?:` + letter + `*[-_~0-9a-z]|` + letter + `*(?:!|%21)[a-z])`
	first   = `(?:[-0-9a-z]+(?:\.[-0-9a-z]+)+)`
	modules = first + `(?:/` + element + `)*`
	version = `(?:[-._~0-9a-z!$&+=:@]|%2[1-9A-C]|%3[A-F]|%40|%5[B-E]|%60|%7[BD])*(?:[-_~0-9a-z+])`
	sums    = `/sumdb/[0-9A-Za-z][0-9A-Za-z.:-]*/`
	tile    = `tile/[0-9]{1,2}/(?:data|[0-9]{1,2})(?:/x[0-9]{3})*/[0-9]{3}(?:\.p/[0-9]{1,3})?`
)

// Protocol is the whole of it, in the order in which people read it.
var Protocol = []Grammar{
	{"list", `/` + modules + `/@v/list`},
	{"latest", `/` + modules + `/@latest`},
	{"info", `/` + modules + `/@v/` + version + `\.info`},
	{"mod", `/` + modules + `/@v/` + version + `\.mod`},
	{"zip", `/` + modules + `/@v/` + version + `\.zip`},
	{"sumdb", sums + `(?:supported|latest|lookup/` + modules + `@` + version + `|` + tile + `)`},
}
