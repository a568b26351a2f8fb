package helm

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
)

// unwrap returns values of a chart that may be written for a chart around it,
// under a key that is then returned too. That is so if the chart knows none of
// the upper keys and the keys of one map in it.
func unwrap(values map[string]any, c *chart.Chart) (own map[string]any, under string, err error) {
	known := func(values map[string]any) (keys []string) {
		for _, key := range slices.Sorted(maps.Keys(values)) {
			if _, ok := c.Values[key]; ok && key != "global" {
				keys = append(keys, key)
			}
		}
		return keys
	}
	var fit, named []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		inner, _ := values[key].(map[string]any)
		if _, ok := c.Values[key]; ok || len(known(inner)) == 0 {
			continue
		}
		fit = append(fit, key)
		if strings.Contains(key, "athens") {
			named = append(named, key)
		}
	}
	upper := known(values)
	if len(named) > 0 {
		fit = named
	} else if len(upper) > 0 {
		fit = nil // an unknown key, of the values of this chart
	}
	switch {
	case len(upper) > 0 && len(fit) > 0:
		return nil, "", fmt.Errorf("both its own keys (%s) and those under %s are values of %s: pass the chart that they are for", some(upper), fit[0], c.Name())
	case len(fit) > 1:
		return nil, "", fmt.Errorf("the keys under %s could each be values of %s: pass the chart that they are for", some(fit), c.Name())
	case len(fit) == 1:
		return values[fit[0]].(map[string]any), fit[0], nil
	case len(upper) == 0 && len(values) > 0:
		return nil, "", fmt.Errorf("none of its keys (%s) is a value of %s: pass the chart that they are for", some(slices.Sorted(maps.Keys(values))), c.Name())
	}
	return values, "", nil
}

// some are the first of names.
func some(names []string) string {
	if len(names) > 5 {
		return strings.Join(names[:5], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}
