package importer

import (
	"reflect"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// prune removes from the spec what a site gets anyway. The version stays: a newer
// program has a newer one.
func (m *mapping) prune() {
	plain := &v1alpha1.AthensSite{ObjectMeta: m.site.ObjectMeta}
	plain.Default()
	a := &m.spec().Athens
	version, sumDBs := a.Version, a.Upstream.SumDBs
	pruned(reflect.ValueOf(a).Elem(), reflect.ValueOf(&plain.Spec.Athens).Elem())
	if a.Version = version; a.Upstream.GoEnv["GOSUMDB"] != "" { // which has another default
		a.Upstream.SumDBs = sumDBs
	}
}

func pruned(v, byDefault reflect.Value) {
	if v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.Struct && v.Type().Elem().PkgPath() == reflect.TypeFor[v1alpha1.Athens]().PkgPath() {
		if v.IsNil() || byDefault.IsNil() {
			return
		}
		v, byDefault = v.Elem(), byDefault.Elem()
	}
	if v.Kind() != reflect.Struct || v.Type().PkgPath() != reflect.TypeFor[v1alpha1.Athens]().PkgPath() {
		if reflect.DeepEqual(v.Interface(), byDefault.Interface()) {
			v.SetZero()
		}
		return
	}
	for _, f := range strict.Fields(v.Type()) {
		pruned(v.FieldByIndex(f.Index), byDefault.FieldByIndex(f.Index))
	}
}
