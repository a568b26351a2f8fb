package check

import (
	"strconv"
	"strings"
)

// odd is an answer that is empty or that no API server gives: a kubectl that fails
// without an error must not look like a cluster that lacks something.
const odd = "the answer of kubectl is not what was asked for"

// isMissing says that a cluster has no object of a name, no such namespace or no
// such resource. A NotFound of the path itself is the answer of something that is not
// an API server.
func isMissing(err error, namespace, name string) bool {
	if err == nil {
		return false
	}
	said := err.Error()
	return strings.Contains(said, "doesn't have a resource type") || strings.Contains(said, "(NotFound)") &&
		(strings.Contains(said, strconv.Quote(name)+" not found") || strings.Contains(said, "namespaces "+strconv.Quote(namespace)+" not found"))
}

// rows asks for lines of words, one line an object.
func (a *asker) rows(what string, fields string, args ...string) (out [][]string, ok bool) {
	text, err := a.kubectl(append([]string{"get"}, append(args, `--output=jsonpath={.kind}{"\n"}{range .items[*]}`+fields+`{"\n"}{end}`)...)...)
	if err != nil {
		a.report(notAnswered, "%s: %s", what, err)
		return nil, false
	}
	items, isList := strings.CutPrefix(string(text), "List\n")
	if !isList {
		a.report(notAnswered, "%s: %s", what, odd)
		return nil, false
	}
	for line := range strings.Lines(items) {
		out = append(out, strings.Split(strings.TrimRight(line, "\n"), "\t"))
	}
	return out, true
}
