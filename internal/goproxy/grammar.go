package goproxy

// Grammar is one kind of request of the protocol, as the go command sends it.
type Grammar struct {
	// Name for people.
	Name string
	// Paths on the wire, as a regular expression of whole paths.
	Paths string
}

// A module's path has a dot in its first element, and ! or %21 before what is
// upper case. A version is one element, of what may be in the name of a file; what is
// no letter or digit may be escaped. What module.CheckPath forbids beyond that is left in: the names
// that Windows reserves, ~1 at the end of a name, /v0 and /v1, and the rules of gopkg.in.
const (
	upper   = `(?:!|%21)[a-z]`
	end     = `(?:[-_~0-9a-z]|` + upper + `)` // no dot
	element = end + `(?:(?:\.|` + end + `)*` + end + `)?`
	first   = `[0-9a-z][-0-9a-z]*\.[-.0-9a-z]*[-0-9a-z]`
	modules = first + `(?:/` + element + `)*`
	named   = `(?:[-_~0-9a-z$&()+,=@[\]]|` + upper + `|%2[03-689BbCc]|%3[Dd]|%40|%5[BbDdEe]|%7[BbDd])`
	version = `(?:\.|` + named + `)*` + named
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
