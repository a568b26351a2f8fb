package diff

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// leaf is one field that differs; nil stands for a field that is not there.
type leaf struct {
	path     string
	old, now any
	// used says that it was reported in better words.
	used bool
}

// differences walks two trees side by side.
func differences(path string, old, now any) []leaf {
	if reflect.DeepEqual(old, now) {
		return nil
	}
	a, b := mapping(old), mapping(now)
	if a != nil && b != nil {
		var out []leaf
		for _, key := range keys(a, b) {
			out = append(out, differences(join(path, key), a[key], b[key])...)
		}
		return out
	}
	x, y := named(old), named(now)
	if x == nil || y == nil {
		return inLists(path, old, now)
	}
	var out []leaf
	for _, key := range keys(x, y) {
		out = append(out, differences(path+"["+key+"]", x[key], y[key])...)
	}
	return out
}

// inLists compares lists whose elements have no names, one by one if there are
// as many.
func inLists(path string, old, now any) []leaf {
	a, b := items(old), items(now)
	if len(a) == 0 || len(a) != len(b) || mapping(a[0]) == nil {
		return []leaf{{path: path, old: old, now: now}}
	}
	var out []leaf
	for i := range a {
		out = append(out, differences(path+"["+strconv.Itoa(i)+"]", a[i], b[i])...)
	}
	return out
}

// named makes a map of a list whose elements all have a name of their own.
func named(v any) map[string]any {
	list := items(v)
	for _, key := range [][]string{{"mountPath"}, {"name"}, {"alert", "record"}} {
		out := map[string]any{}
		for _, e := range list {
			name := str(mapping(e)[key[0]])
			if name == "" && len(key) > 1 {
				name = str(mapping(e)[key[1]])
			}
			if name != "" {
				out[name] = e
			}
		}
		if len(out) == len(list) && len(list) > 0 {
			return out
		}
	}
	return nil
}

func keys(a, b map[string]any) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

func join(path, key string) string {
	switch {
	case strings.ContainsAny(key, "./-"):
		return path + "[" + key + "]"
	case path == "":
		return key
	}
	return path + "." + key
}

// text is the change of a leaf: old → new, or what comes or goes.
func (l *leaf) text() string {
	switch {
	case l.old == nil:
		return "+ " + brief(l.now)
	case l.now == nil:
		return "- " + brief(l.old)
	}
	if gone, come, ok := sets(l.old, l.now); ok {
		return strings.TrimSpace(list("+ ", come) + " " + list("- ", gone))
	}
	return brief(l.old) + " → " + brief(l.now)
}

// sets are what two lists of scalars do not share.
func sets(old, now any) (gone, come []string, ok bool) {
	a, b := strs(old), strs(now)
	if len(a) == 0 || len(b) == 0 || slices.Contains(a, "") || slices.Contains(b, "") {
		return nil, nil, false
	}
	gone, come = without(a, b), without(b, a)
	return gone, come, len(gone)+len(come) > 0
}

// without is what is in one list and not in the other.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

func list(sign string, words []string) string {
	if len(words) == 0 {
		return ""
	}
	return sign + strings.Join(words, ", ")
}

// brief is a value on one short line.
func brief(v any) string {
	const longest = 100
	text := str(v)
	if m := mapping(v); m != nil || items(v) != nil {
		b, _ := json.Marshal(v)
		text = string(b)
	}
	if text == "" {
		return `""`
	}
	text = strings.ReplaceAll(text, "\n", "⏎")
	if r := []rune(text); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return text
}
