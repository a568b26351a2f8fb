package main

import (
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/internal/explain"
)

// annotate gives the fields of the spec the keywords default and examples,
// where their documentation says Default: and Example:. A default that depends
// on something is left to the documentation: an editor would write it down as
// it stands. So are those of a region's overrides, whose default is the spec.
func annotate(schema map[string]any) {
	if text, ok := schema["description"].(string); ok {
		doc := explain.Read(text)
		if value, ok := literal(schema, doc.Default); ok {
			schema["default"] = value
		}
		if value, ok := example(schema, doc.Example); ok {
			schema["examples"] = []any{value}
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for name, p := range properties {
		if name != "regions" {
			annotate(p.(map[string]any))
		}
	}
	if items, ok := schema["items"].(map[string]any); ok {
		annotate(items)
	}
}

// literal reads a default that is one value whatever else is written. A test
// holds it against what Default does.
func literal(schema map[string]any, text string) (any, bool) {
	value := parsed(text)
	switch value := value.(type) {
	case bool:
		return value, schema["type"] == "boolean"
	case float64:
		return value, schema["type"] == "integer"
	case []any:
		return value, schema["type"] == "array"
	case string:
		if schema["type"] != "string" && schema["anyOf"] == nil {
			return nil, false
		}
		if enum := list(schema["enum"]); len(enum) > 0 {
			return value, slices.Contains(enum, any(value))
		}
		_, notTime := time.ParseDuration(value)
		_, notQuantity := resource.ParseQuantity(value)
		cron := len(strings.Fields(value)) == 5 && strings.Contains(value, "*")
		word := !strings.ContainsAny(value, " <>") && value != "none" && value != "any" && !strings.HasPrefix(value, "download.")
		return value, notTime == nil || notQuantity == nil || cron || word
	}
	return nil, false
}

// example reads an example, which for a list is one entry of it.
func example(schema map[string]any, text string) (any, bool) {
	if text == "" {
		return nil, false
	}
	switch schema["type"] {
	case "array":
		return []any{text}, true
	case "integer":
		value, ok := parsed(text).(float64)
		return value, ok
	case "object":
		value, ok := parsed(text).(map[string]any)
		return value, ok
	}
	if schema["type"] == "string" || schema["type"] == nil {
		return text, true
	}
	return parsed(text), true
}

// parsed is what a word means in YAML.
func parsed(text string) any {
	var value any
	if yaml.Unmarshal([]byte(text), &value) != nil {
		return text
	}
	return value
}

func list(value any) []any {
	values, _ := value.([]any)
	return values
}
