package strict

import (
	"reflect"

	"github.com/gomods/athens-kfn/pkg/problem"
)

// Kind is a configuration that can be read: a pointer to a struct with json
// tags. What else is special to it, it says with the methods below.
type Kind interface {
	// Head is the apiVersion and the kind of its documents.
	Head() (apiVersion, kind string)
	// Default fills what a document leaves out.
	Default()
	// Validate returns what is wrong with it after Default, but for what
	// could not be read.
	Validate(unread *problem.Broken) problem.Problems
}

// of is a Kind that is a pointer to T.
type of[T any] interface {
	*T
	Kind
}

// regional is a Kind with a list of overrides, such as regions, each of which
// is merged over the map that holds the list.
type regional interface {
	// Overrides are the path of the list, the field of an entry that holds its
	// overrides, the path of the field that names the chosen entry by its name,
	// and the most entries that are read.
	Overrides() (list, field, chosen string, most int)
}

// across is a regional Kind whose entries are checked against each other.
type across[P Kind] interface {
	// Across returns what is wrong between the entries. Each is the whole
	// configuration with its overrides; written says whether they write a field,
	// or drop it.
	Across(entries []P, written func(entry int, field string) bool, unread *problem.Broken) problem.Problems
}

// kind is what a Kind says of itself.
type kind struct {
	Kind
	root                reflect.Type
	list, field, chosen string
	most                int
	// oneOf are the groups of fields of a type of which at most one is written.
	oneOf func(reflect.Type) [][]string
	// lines says whether the text at a path may have line breaks, secret
	// whether a path may hold a secret, of which no message repeats anything,
	// address whether it holds an email address, which is no login.
	lines, secret, address func(path string) bool
	// inSecret is what to write in place of a secret at a path, in an entry that may
	// have a name.
	inSecret func(path, name string) string
	// moved makes the table of what became of fields that the types no longer
	// have, by their paths with [] for an index; nil if there is none.
	moved func() map[string]string
	// noNull is the cure of a field without a value; empty where it is as good
	// as left out.
	noNull string
}

func kindOf(k Kind) kind {
	never := func(string) bool { return false }
	none := func(reflect.Type) [][]string { return nil }
	remove := func(string, string) string { return "remove it, and keep it in a Secret" }
	out := kind{Kind: k, inSecret: remove, root: reflect.TypeOf(k).Elem(), lines: never, secret: never, address: never, oneOf: none}
	if k, ok := k.(regional); ok {
		out.list, out.field, out.chosen, out.most = k.Overrides()
	}
	if k, ok := k.(interface {
		OneOf(reflect.Type) [][]string
	}); ok {
		out.oneOf = k.OneOf
	}
	if k, ok := k.(interface{ HasLines(path string) bool }); ok {
		out.lines = k.HasLines
	}
	if k, ok := k.(interface{ HoldsSecret(path string) bool }); ok {
		out.secret = k.HoldsSecret
	}
	if k, ok := k.(interface {
		InSecret(path, name string) string
	}); ok {
		out.inSecret = k.InSecret
	}
	if k, ok := k.(interface{ IsAddress(path string) bool }); ok {
		out.address = k.IsAddress
	}
	if k, ok := k.(interface{ Moved() map[string]string }); ok {
		out.moved = k.Moved
	}
	if k, ok := k.(interface{ NotNull() string }); ok {
		out.noNull = k.NotNull()
	}
	return out
}
