package v1alpha1

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// Decode reads a site from a YAML node: a document or the map in it. The node
// is not changed.
//
// It is strict: an unknown field, a key that is there twice, a value of the
// wrong type, a number where a string was meant are all problems, each with
// its path and what to write instead, in the order of the document. Aliases
// and merge keys are followed; null means that a field was left out.
//
// If spec.region names a region, its overrides are merged over the spec first,
// so the site that is returned is that region's. Problems inside an override
// carry the path where it was written, as in
// spec.regions[1].athens.storage.azureBlob.account.
//
// The site is never nil; with problems it holds what could be read.
func Decode(node *yaml.Node) (*AthensSite, Problems) {
	doc := open(node)
	r := doc.decode(doc.selected())
	return r.site, append(doc.findings, r.findings...).problems()
}

// DecodeStrict reads another of this project's configurations into a struct, as
// strictly as Decode reads a site. The struct has json tags.
func DecodeStrict[T any](node *yaml.Node, into *T) Problems {
	doc := open(node)
	dec := decoder{doc: doc, other: true}
	if doc.root != nil {
		dec.decode(doc.root, reflect.ValueOf(into).Elem())
	}
	return slices.Concat(doc.findings, dec.findings).problems()
}

// document is a YAML document before a region was merged over its spec.
type document struct {
	findings
	root *value
	// over says that the document is larger than a bound: it is not judged.
	over bool
	// judged are the values that have a finding, and regions what the list of
	// regions became: both are the same whatever region is merged.
	judged  map[*value]bool
	regions *listed
}

// listed is what the list of regions became.
type listed struct {
	regions []Region
	ok      bool
}

// open reads the values of a document.
func open(node *yaml.Node) *document {
	r := reader{}
	root := r.read(node, value{}, 0, false)
	return &document{findings: r.findings, root: root, over: r.over}
}

// decoded is a site with the values it was read from.
type decoded struct {
	findings
	site *AthensSite
	root *value
}

// decode reads the site, with the region's overrides merged over its spec;
// -1 is the spec as it stands.
func (d *document) decode(region int) decoded {
	out := decoded{site: &AthensSite{}, root: d.merged(region)}
	dec := decoder{doc: d}
	if out.root != nil {
		dec.decode(out.root, reflect.ValueOf(out.site).Elem())
	}
	out.findings = dec.findings
	return out
}

// decoder fills Go values from a document's values. What is wrong with a value
// is found once, however many regions it is decoded for.
type decoder struct {
	findings
	doc *document
	// other says that the document is not a site.
	other bool
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
		return true
	}
	switch target := into.Addr().Interface().(type) {
	case *Replicas:
		return d.replicas(v, target)
	case json.Unmarshaler:
		if into.Kind() != reflect.Pointer {
			return d.unmarshal(v, target)
		}
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
		if regions, ok := into.Addr().Interface().(*[]Region); ok {
			return d.decodeRegions(v, regions)
		}
		if into.Type().Elem().Kind() != reflect.Uint8 {
			return d.list(v, into)
		}
	}
	return d.scalar(v, into)
}

// object fills a struct from a map.
func (d *decoder) object(v *value, into reflect.Value) bool {
	if !v.isMap() {
		found := v.found()
		if v.isScalar() && v.isSecret(into.Type()) {
			found = quote.Said("a text, " + strconv.Quote(quote.Hidden))
		}
		d.note(v, "must be a map of %s; found %s", listSome(names(into.Type())), found)
		return false
	}
	ok := true
	fields := fieldsOf(into.Type())
	for _, c := range v.children {
		i := indexField(fields, c.key)
		if i < 0 {
			d.unknown(c, into.Type())
			ok = false
			continue
		}
		to := into.FieldByIndex(fields[i].index)
		if !d.decode(c, to) {
			ok = false
		} else if fields[i].noZero && to.Int() == 0 && !c.isNull() {
			d.note(c, "must be at least 1; found 0. Leave it out for its default")
			ok = false
		}
	}
	return ok
}

func indexField(fields []field, name string) int {
	for i, f := range fields {
		if f.name == name {
			return i
		}
	}
	return -1
}

// decodeRegions fills the list of regions, once for a document.
func (d *decoder) decodeRegions(v *value, into *[]Region) bool {
	if d.doc.regions == nil {
		d.doc.regions = &listed{}
		d.doc.regions.ok = d.list(v, reflect.ValueOf(&d.doc.regions.regions).Elem())
	}
	*into = d.doc.regions.regions
	return d.doc.regions.ok
}

// unknown notes a field that the type does not have.
func (d *decoder) unknown(v *value, t reflect.Type) {
	if !d.first(v) {
		return
	}
	known := names(t)
	if v.key == "" {
		known = nil
	}
	near, ok := nearest(v.key, known)
	hides := ""
	message := "unknown field; "
	places := elsewhere(v.key)
	switch {
	case ok:
		message += "did you mean " + near + "?"
		hides = child(v.parent.path(), near)
	case !d.other && len(places) > 0 && len(places) <= 3 && within(v.path(), "spec"):
		message += "it belongs at " + orList(places)
	case len(known) == 0:
		message += "nothing can be set here, write {}"
	default:
		message += "known are " + strings.Join(known, ", ")
	}
	d.findings.note(v, "%s", quote.Said(message))
	d.findings[len(d.findings)-1].hides = hides
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

// list fills a slice from a list.
func (d *decoder) list(v *value, into reflect.Value) bool {
	if !v.isList() {
		d.note(v, "must be a list; found %s. Write [%s] or lines that begin with -", v.found(), v.text())
		return false
	}
	ok := true
	out := reflect.MakeSlice(into.Type(), len(v.children), len(v.children))
	for i, c := range v.children {
		if c.isNull() {
			d.note(c, "is empty; write a value or take the entry out")
			ok = false
		} else if !d.decode(c, out.Index(i)) {
			ok = false
		}
	}
	into.Set(out)
	return ok
}

// listSome names the first few of many.
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
