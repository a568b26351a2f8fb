package krm

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Severities of a Result.
const (
	Error   = "error"
	Warning = "warning"
)

// Result is one thing that the function has to say.
type Result struct {
	Severity string
	// Field is the path of the field, empty if it is about no field.
	Field   string
	Message string
	// Object that it is about, nil if it is about none.
	Object *yaml.Node
}

// Line is the result on one line: error: goproxy/goproxy: spec.host: message.
func (r Result) Line() string {
	line := r.Severity + ": "
	if r.Object != nil {
		id := IDOf(r.Object)
		switch {
		case id.Name == "":
			line += quote.Redact(id.Kind) + ": "
		case id.Namespace == "":
			line += quote.Redact(id.Name) + ": "
		default:
			line += quote.Redact(id.Namespace+"/"+id.Name) + ": "
		}
	}
	if r.Field != "" {
		line += r.Field + ": "
	}
	return quote.Text(line + r.Message)
}

// Results are in the order in which they were found.
type Results []Result

// Failed says whether one of them is an error.
func (rs Results) Failed() bool {
	return slices.ContainsFunc(rs, func(r Result) bool { return r.Severity == Error })
}

// Add notes the problems of a site.
func (rs *Results) Add(site *yaml.Node, problems problem.Problems) {
	for _, p := range problems {
		rs.fail(site, p.Path, p.Message)
	}
}

func (rs *Results) fail(obj *yaml.Node, field, message string) {
	*rs = append(*rs, Result{Error, field, message, obj})
}

func (rs *Results) warn(obj *yaml.Node, message string) {
	*rs = append(*rs, Result{Warning, "", message, obj})
}

func (rs Results) node() *yaml.Node {
	var b builder
	list := b.sequence()
	for _, r := range rs {
		n := b.mapping()
		b.set(n, "message", b.str(quote.Text(r.Message)))
		b.set(n, "severity", b.str(r.Severity))
		if r.Object != nil {
			ref := b.mapping()
			id := IDOf(r.Object)
			for _, kv := range [][2]string{
				{"apiVersion", tree.Text(r.Object, "apiVersion")}, {"kind", id.Kind},
				{"name", id.Name}, {"namespace", id.Namespace},
			} {
				if kv[1] != "" {
					b.set(ref, kv[0], b.str(quote.Text(quote.Redact(kv[1]))))
				}
			}
			b.set(n, "resourceRef", ref)
		}
		if r.Field != "" {
			f := b.mapping()
			b.set(f, "path", b.str(quote.Text(r.Field)))
			b.set(n, "field", f)
		}
		if path, index := fileOf(r.Object); path != "" {
			f := b.mapping()
			b.set(f, "path", b.str(quote.Text(quote.Redact(path))))
			if i, err := strconv.ParseInt(index, 10, 32); err == nil {
				b.set(f, "index", b.integer(i))
			}
			b.set(n, "file", f)
		}
		list.Content = append(list.Content, n)
	}
	return list
}

func fileOf(obj *yaml.Node) (path, index string) {
	a := tree.Get(obj, "metadata", "annotations")
	if p := tree.Text(a, pathAnnotation); p != "" {
		return p, tree.Text(a, indexAnnotation)
	}
	return tree.Text(a, oldPathAnnotation), tree.Text(a, oldIndexAnnotation)
}
