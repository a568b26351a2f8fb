package strict

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Decode reads a configuration from a YAML node: a document or the map in it.
// The node is not changed.
//
// It is strict: an unknown field, a key that is there twice, a value of the
// wrong type, a number where a string was meant are all problems, each with
// its path and what to write instead, in the order of the document. Aliases
// and merge keys are followed; null means that a field was left out.
//
// If the document chooses one of its overrides, as spec.region does, they are
// merged over it first. Problems inside an override carry the path where it was
// written, as in spec.regions[1].overrides.athens.storage.azureBlob.account.
//
// The result is never nil; with problems it holds what could be read.
func Decode[T any, P of[T]](node *yaml.Node) (P, problem.Problems) {
	doc := open(node, P(nil))
	r := doc.decode(doc.selected())
	return r.site.(P), append(doc.findings, r.findings...).problems()
}

// document is a YAML document before an entry of its overrides was merged.
type document struct {
	findings
	kind kind
	root *value
	// over says that the document is larger than a bound: it is not judged.
	over bool
	// judged are the values that have a finding: they are the same whatever is
	// merged.
	judged map[*value]bool
	// list holds the overrides, nil if there are none, and entries what it
	// became, which is the same whatever is merged.
	list    *value
	entries reflect.Value
	sound   bool
}

func open(node *yaml.Node, k Kind) *document {
	r := reader{kind: kindOf(k)}
	root := r.read(node, value{}, 0, false)
	doc := &document{findings: r.findings, kind: r.kind, root: root, over: r.over}
	if r.kind.list != "" {
		doc.list = root.at(r.kind.list)
	}
	return doc
}

// decoded is a configuration with the values it was read from.
type decoded struct {
	findings
	site Kind
	root *value
}

// decode reads the configuration, with an entry of its overrides merged; -1 is
// the document as it stands.
func (d *document) decode(entry int) decoded {
	into := reflect.New(d.kind.root)
	dec := decoder{doc: d}
	out := decoded{site: into.Interface().(Kind), root: dec.merged(entry)}
	if out.root != nil {
		dec.decode(out.root, into.Elem())
	}
	out.findings = dec.findings
	return out
}

// decoder fills Go values from a document's values. What is wrong with a value
// is found once, however many overrides it is decoded for.
type decoder struct {
	findings
	doc *document
}

func (d *decoder) note(v *value, format string, args ...any) {
	if d.first(v) {
		d.findings.note(v, format, args...)
	}
}

// first says whether a value has no finding yet, and gives it one.
func (d *decoder) first(v *value) bool {
	if d.doc.judged[v] {
		return false
	}
	if d.doc.judged == nil {
		d.doc.judged = map[*value]bool{}
	}
	d.doc.judged[v] = true
	return true
}

// decode fills into from v and says whether v could be used. null leaves into
// as it is.
func (d *decoder) decode(v *value, into reflect.Value) bool {
	if v.isNull() {
		return d.null(v)
	}
	switch target := into.Addr().Interface().(type) {
	case json.Unmarshaler:
		if into.Kind() != reflect.Pointer {
			return d.unmarshal(v, target)
		}
	}
	if v.isMap() && !holdsFields(into.Kind()) && d.moved(v) {
		return false
	}
	switch into.Kind() {
	case reflect.Pointer:
		to := reflect.New(into.Type().Elem())
		ok := d.decode(v, to.Elem())
		// A struct that is half right is kept, so that its other fields are
		// checked too; a wrong scalar counts as left out.
		if ok || v.isMap() {
			into.Set(to)
		}
		return ok
	case reflect.Struct:
		return d.object(v, into)
	case reflect.Map:
		return d.table(v, into)
	case reflect.Slice:
		if v == d.doc.list {
			return d.overrides(v, into)
		}
		if into.Type().Elem().Kind() != reflect.Uint8 {
			return d.list(v, into)
		}
	}
	return d.scalar(v, into)
}

// holdsFields says whether a map may be read into a kind of value.
func holdsFields(k reflect.Kind) bool {
	return k == reflect.Struct || k == reflect.Pointer || k == reflect.Map
}

// null leaves a field as it is.
func (d *decoder) null(v *value) bool {
	if cure := d.doc.kind.noNull; cure != "" && v != nil && v.parent != nil {
		d.note(v, "has no value; %s", quote.Said(cure))
		return false
	}
	return true
}

func (d *decoder) object(v *value, into reflect.Value) bool {
	if !v.isMap() {
		found := v.found()
		if v.isScalar() && d.isSecret(v, into.Type()) {
			found = quote.Said("a text, " + strconv.Quote(quote.Hidden))
		}
		d.note(v, "must be a map of %s; found %s%s", listSome(names(into.Type())), found, d.asMap(v, into.Type()))
		return false
	}
	ok := true
	fields, ours := Fields(into.Type()), into.Type().PkgPath() == d.doc.kind.root.PkgPath()
	for _, c := range v.children {
		i := indexField(fields, c.key)
		if i < 0 {
			d.unknown(c, into.Type())
			ok = false
			continue
		}
		if d.doc.kind.barred(c.key) && d.doc.isOverrides(v) {
			d.note(c, "is not a field that overrides may hold; remove it")
			ok = false
			continue
		}
		to := into.FieldByIndex(fields[i].Index)
		if !d.decode(c, to) {
			ok = false
		} else if ours && fields[i].Optional && to.Kind() == reflect.Int32 && to.Int() == 0 && !c.isNull() {
			// In a kind's own types, 0 cannot be asked for: it reads as "left out".
			d.note(c, "must be at least 1; found 0. Leave it out for its default")
			ok = false
		}
	}
	return ok
}

func indexField(fields []Field, name string) int {
	return slices.IndexFunc(fields, func(f Field) bool { return f.Name == name })
}

// overrides fills the list of overrides, once for a document.
func (d *decoder) overrides(v *value, into reflect.Value) bool {
	if !d.doc.entries.IsValid() {
		d.doc.sound = d.list(v, into)
		d.doc.entries = reflect.ValueOf(into.Interface())
	}
	into.Set(d.doc.entries)
	return d.doc.sound
}

// table fills a map from a map. A null entry is left out.
func (d *decoder) table(v *value, into reflect.Value) bool {
	if !v.isMap() {
		d.note(v, "must be a map of names to values; found %s", v.found())
		return false
	}
	t, ok := into.Type(), true
	out := reflect.MakeMapWithSize(t, len(v.children))
	for _, c := range v.children {
		to := reflect.New(t.Elem()).Elem()
		if !d.decode(c, to) || !d.fit(c, c.key) {
			ok = false
		} else if !c.isNull() {
			out.SetMapIndex(reflect.ValueOf(c.key).Convert(t.Key()), to)
		}
	}
	into.Set(out)
	return ok
}

func (d *decoder) list(v *value, into reflect.Value) bool {
	if !v.isList() {
		d.note(v, "must be a list; found %s. Write [%s] or lines that begin with -", v.found(), v.text())
		return false
	}
	ok := true
	out := reflect.MakeSlice(into.Type(), len(v.children), len(v.children))
	for i, c := range v.children {
		if c.isNull() {
			d.note(c, "is empty; write a value or remove the entry")
			ok = false
		} else if !d.decode(c, out.Index(i)) {
			ok = false
		}
	}
	into.Set(out)
	return ok
}

func listSome(words []string) string {
	const some = 6
	if len(words) == 0 {
		return "nothing, as in {}"
	}
	if len(words) > some {
		return strings.Join(words[:some], ", ") + ", …"
	}
	return strings.Join(words, ", ")
}
