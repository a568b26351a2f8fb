package mesh

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// put is a fault that writes one field of an object, which is named by its kind and
// name. Keys of the path are parted by spaces; items of a list go by their name or
// index.
func put(name, object, path string, value any) fault {
	return fault{name, func(all objects) objects {
		keys := strings.Fields(path)
		last := keys[len(keys)-1]
		if list, ok := all.value(object, keys[:len(keys)-1]).([]any); ok {
			list[index(list, last)] = value
			return all
		}
		at, key := all.field(object, path)
		at[key] = value
		return all
	}}
}

// cut is a fault that takes a field, or an item of a list, out of an object.
func cut(name, object, path string) fault {
	return fault{name, func(all objects) objects {
		keys := strings.Fields(path)
		above, last := keys[:len(keys)-1], keys[len(keys)-1]
		switch in := all.value(object, above).(type) {
		case []any:
			at, key := all.field(object, strings.Join(above, " "))
			i := index(in, last)
			at[key] = slices.Delete(in, i, i+1)
		case map[string]any:
			if _, ok := in[last]; !ok {
				panic(object + " has no " + path)
			}
			delete(in, last)
		}
		return all
	}}
}

// plus is a fault that adds an item to a list.
func plus(name, object, path string, item any) fault {
	return fault{name, func(all objects) objects {
		at, key := all.field(object, path)
		list, _ := at[key].([]any)
		at[key] = append(list, item)
		return all
	}}
}

// without is a fault that takes an object away.
func without(name, object string) fault {
	kind, which, _ := strings.Cut(object, " ")
	return fault{name, func(all objects) objects {
		all.get(kind, which) // which is there
		return all.without(kind, which)
	}}
}

// value at the end of a path. Maps on the way that are not there are made.
func (all objects) value(object string, keys []string) any {
	kind, name, _ := strings.Cut(object, " ")
	var at any = map[string]any(all.get(kind, name))
	for _, key := range keys {
		switch v := at.(type) {
		case map[string]any:
			if v[key] == nil {
				v[key] = map[string]any{}
			}
			at = v[key]
		case []any:
			at = v[index(v, key)]
		default:
			panic(fmt.Sprintf("%s: %s is in no map or list", object, key))
		}
	}
	return at
}

// field is the map that holds the last key of a path.
func (all objects) field(object, path string) (map[string]any, string) {
	keys := strings.Fields(path)
	last := len(keys) - 1
	return all.value(object, keys[:last]).(map[string]any), keys[last]
}

// index of an item of a list by its name or number.
func index(list []any, key string) int {
	if i, err := strconv.Atoi(key); err == nil && i < len(list) {
		return i
	}
	i := slices.IndexFunc(list, func(v any) bool {
		m, _ := v.(map[string]any)
		return m["name"] == key || v == key
	})
	if i < 0 {
		panic("no item " + key)
	}
	return i
}

// Objects and paths of several edits.
const (
	vs     = "VirtualService goproxy"
	drList = "DestinationRule goproxy-list"
	drAth  = "DestinationRule goproxy-athens"
	gwObj  = "Gateway goproxy"
	depA   = "Deployment goproxy-athens"
	depL   = "Deployment goproxy-lathens"
	job    = "CronJob goproxy-crathens"
	podA   = "spec template spec "
	podJ   = "spec jobTemplate spec template spec "
	contA  = "spec template spec containers athens "
	contL  = "spec template spec containers lathens "
	contC  = podJ + "containers crathens "
	front  = "AuthorizationPolicy goproxy.goproxy-front-door"
	gw2a   = "AuthorizationPolicy goproxy-gateway-to-athens"
	gw2l   = "AuthorizationPolicy goproxy-gateway-to-lathens"
	l2a    = "AuthorizationPolicy goproxy-lathens-to-athens"
	c2a    = "AuthorizationPolicy goproxy-crathens-to-athens"
	npA    = "NetworkPolicy goproxy-athens"
	npL    = "NetworkPolicy goproxy-lathens"
	npC    = "NetworkPolicy goproxy-crathens"
	sideA  = "Sidecar goproxy-athens"
	seObj  = "ServiceEntry goproxy-egress-tls-443"
)

// m is a map of a manifest.
type m = map[string]any
