package helm

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// maxTried is how many values are tried. Each renders the chart again.
const maxTried = 400

// leaf is one of the values that a person set.
type leaf struct {
	path     tree.Path
	value    any
	put      func(any)
	take     func()
	defaults bool
}

// unread are the values that change nothing in what a chart renders: neither
// without them nor with another value in their place. Keys are paths below under,
// the map that defaults belong to.
func unread(under tree.Path, values, defaults map[string]any, render func() (map[string]string, error)) (lines []importer.Line, left int) {
	was, err := render()
	if err != nil {
		return nil, 0
	}
	changes := func() bool {
		now, err := render()
		return err != nil || !maps.Equal(was, now)
	}
	for i, l := range leavesOf(under, values, defaults) {
		if i == maxTried {
			left++
			continue
		}
		l.take()
		read := changes()
		l.put(other(l.value))
		read = read || changes()
		if l.put(l.value); read {
			continue
		}
		text := "is not in the values of the chart, and changes nothing that it renders"
		if l.defaults {
			text = "has no effect: with the other values the chart does not use it"
		}
		lines = append(lines, importer.Line{Verdict: importer.LeftOut, Key: l.path.String(), Text: text})
	}
	return lines, left
}

// leavesOf are the values that are not empty and not the chart's own.
func leavesOf(at tree.Path, values, defaults map[string]any) (out []leaf) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		was, known := defaults[key]
		if reflect.DeepEqual(values[key], was) || key == "global" {
			continue
		}
		put := func(v any) { values[key] = v }
		take := func() { delete(values, key) }
		out = append(out, leavesIn(at.With(key), values[key], was, known, put, take)...)
	}
	return out
}

func leavesIn(at tree.Path, v, was any, known bool, put func(any), take func()) (out []leaf) {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			return nil
		}
		below, _ := was.(map[string]any)
		return leavesOf(at, v, below)
	case []any:
		for i := range v {
			put := func(x any) { v[i] = x }
			out = append(out, leavesIn(at.With(tree.Index(i)), v[i], nil, known, put, func() { put(nil) })...)
		}
		return out
	case nil:
		return nil
	}
	if !known && reflect.ValueOf(v).IsZero() {
		return nil
	}
	return []leaf{{at, v, put, take, known}}
}

// other is a value of the same kind.
func other(v any) any {
	switch v := v.(type) {
	case bool:
		return !v
	case string:
		return strings.TrimSuffix(v, "0") + "1"
	case int:
		return v + 1
	case int64:
		return v + 1
	case float64:
		return v + 1
	}
	return nil
}
