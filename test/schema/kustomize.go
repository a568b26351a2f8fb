package main

import (
	"encoding/json"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/openapi"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Words of an OpenAPI document that kustomize reads. It merges a list whose
// strategy is merge, and replaces any other; objects it always merges.
const (
	strategy = "x-kubernetes-patch-strategy"
	mergeKey = "x-kubernetes-patch-merge-key"
	listKeys = "x-kubernetes-list-map-keys"
	reading  = "#/definitions/"
)

// kustomize prints the OpenAPI document for the field openapi of a kustomization:
// the lists that a patch merges and the fields that lead to them. The lists of our
// kinds come from the markers that make the list types of the CRD. Those of
// Kubernetes' kinds are kustomize's own: a document replaces the one that
// kustomize has, also for the kustomizations around the one that names it, and a
// patch of a Deployment would drop its other containers.
func (t *types) kustomize() ([]byte, error) {
	const prefix = "io.gomods.athens." + v1alpha1.Version + "."
	builtIn, err := treeOf(openapi.Schema().Definitions)
	if err != nil {
		return nil, err
	}
	definitions := leading(builtIn)
	for kind, props := range t.kinds() {
		tree, err := treeOf(props)
		if err != nil {
			return nil, err
		}
		listTypes(tree)
		if kind == v1alpha1.Kind {
			// The overrides of a region merge as the spec does.
			region := within(within(tree, "spec"), "regions")["items"].(map[string]any)
			region["properties"].(map[string]any)["overrides"] = map[string]any{"$ref": reading + prefix + "AthensSiteSpec"}
			known := map[string]any{prefix + "AthensSiteSpec": nil}
			definitions[prefix+"AthensSiteSpec"] = pruned(within(tree, "spec"), known)
			tree["properties"] = map[string]any{"spec": map[string]any{"$ref": reading + prefix + "AthensSiteSpec"}}
			tree = pruned(tree, known)
		} else if tree = pruned(tree, nil); tree == nil {
			continue
		}
		tree["x-kubernetes-group-version-kind"] = []any{
			map[string]any{"group": v1alpha1.Group, "version": v1alpha1.Version, "kind": kind},
		}
		definitions[prefix+kind] = tree
	}
	data, err := json.MarshalIndent(map[string]any{"definitions": definitions}, "", " ")
	return append(data, '\n'), err
}

// leading are the definitions with a list that merges, directly or through others.
func leading(all map[string]any) map[string]any {
	out := map[string]any{}
	for before := -1; before < len(out); {
		before = len(out)
		for name, definition := range all {
			if kept := pruned(definition.(map[string]any), out); kept != nil {
				out[name] = kept
			}
		}
	}
	for name := range out { // once more: with every reference
		out[name] = pruned(all[name].(map[string]any), out)
	}
	return out
}

// listTypes says of each list, in kustomize's words, what its type in the CRD says.
func listTypes(schema map[string]any) {
	if items, ok := schema["items"].(map[string]any); ok {
		switch schema["x-kubernetes-list-type"] {
		case "set", "map":
			schema[strategy] = "merge"
		}
		if keys := list(schema[listKeys]); len(keys) == 1 {
			schema[mergeKey] = keys[0]
		}
		listTypes(items)
	}
	properties, _ := schema["properties"].(map[string]any)
	for _, p := range properties {
		listTypes(p.(map[string]any))
	}
}

// pruned is what kustomize needs of a schema; nil if no list in it merges.
// known are the definitions that a reference may name.
func pruned(schema, known map[string]any) map[string]any {
	if ref, ok := schema["$ref"].(string); ok {
		if _, ok := known[strings.TrimPrefix(ref, reading)]; !ok {
			return nil
		}
		return map[string]any{"$ref": ref}
	}
	out := map[string]any{}
	for _, word := range []string{"type", strategy, mergeKey, listKeys, "x-kubernetes-group-version-kind"} {
		if value, ok := schema[word]; ok {
			out[word] = value
		}
	}
	if items, ok := schema["items"].(map[string]any); ok {
		if text, _ := schema[strategy].(string); !strings.Contains(text, "merge") {
			return nil // replaced, with all that is inside
		}
		if out["items"] = pruned(items, known); out["items"].(map[string]any) == nil {
			out["items"] = map[string]any{}
		}
		return out
	}
	fields := map[string]any{}
	properties, _ := schema["properties"].(map[string]any)
	for name, p := range properties {
		if field := pruned(p.(map[string]any), known); field != nil {
			fields[name] = field
		}
	}
	if len(fields) == 0 {
		return nil
	}
	out["properties"] = fields
	return out
}

// within is a field of an object's schema.
func within(schema map[string]any, field string) map[string]any {
	return schema["properties"].(map[string]any)[field].(map[string]any)
}
