package hostile

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// field is a text of one site that can be replaced.
type field struct {
	// path has no indices and no keys of maps: fields of one path are alike.
	path string
	was  string
	set  func(string)
}

// fieldsOf are the texts of a value, in the order of its fields.
func fieldsOf(path string, v reflect.Value) (out []field) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return fieldsOf(path, v.Elem())
		}
	case reflect.String:
		return []field{{path, v.String(), v.SetString}}
	case reflect.Struct:
		if !walked(v.Type()) {
			return nil
		}
		for _, f := range strict.Fields(v.Type()) {
			out = append(out, fieldsOf(path+"."+f.Name, v.FieldByIndex(f.Index))...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, fieldsOf(path+"[]", v.Index(i))...)
		}
	case reflect.Map:
		texts, ok := v.Interface().(map[string]string)
		if !ok {
			return nil
		}
		for _, k := range slices.Sorted(maps.Keys(texts)) {
			out = append(out, field{path + ".*", texts[k], func(s string) { texts[k] = s }})
			key, value := k, texts[k]
			out = append(out, field{path + ".*key", k, func(s string) {
				delete(texts, key)
				key = s
				texts[key] = value
			}})
		}
	}
	return out
}

// pathsOf are the paths of all texts that a type can hold.
func pathsOf(path string, t reflect.Type, out map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer:
		pathsOf(path, t.Elem(), out)
	case reflect.String:
		out[path] = true
	case reflect.Struct:
		if walked(t) {
			for _, f := range strict.Fields(t) {
				if f.Name != "overrides" { // which are the spec once more
					pathsOf(path+"."+f.Name, f.Type, out)
				}
			}
		}
	case reflect.Slice:
		pathsOf(path+"[]", t.Elem(), out)
	case reflect.Map:
		if t == reflect.TypeFor[map[string]string]() {
			out[path+".*"], out[path+".*key"] = true, true
		}
	}
}

// walked says whether the spec's own rules are about a type. Overrides of regions
// are merged over the spec before any rule sees them.
func walked(t reflect.Type) bool {
	return t.PkgPath() == reflect.TypeFor[v1alpha1.AthensSite]().PkgPath() || t == reflect.TypeFor[corev1.EnvVar]()
}

// variants of a value: hostile text alone, before and behind what was there and,
// in a URL, in each of its parts.
func variants(was string, hostile []string) (out []string) {
	for _, h := range hostile {
		out = append(out, h, was+h, h+was)
		scheme, rest, ok := strings.Cut(was, "://")
		if !ok {
			continue
		}
		host, path, _ := strings.Cut(rest, "/")
		out = append(out,
			scheme+h+"://"+rest, scheme+"://"+h+"@"+rest, scheme+"://user:"+h+"@"+rest, scheme+"://"+host+h+"/"+path, scheme+"://"+h+"."+rest,
			scheme+"://"+host+":80"+h, scheme+"://"+host+":"+strconv.Itoa(80)+"/"+h, scheme+"://"+host+"/a/"+h+"/b", scheme+"://"+host+"/"+h+"%20", was+"?q="+h, was+"#"+h)
	}
	return out
}
