package limitsfile

import (
	"strings"
	"testing"
)

const head = "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensLimits\nspec: "

// Limits that are passed over are none.
func TestParse_RefusesWhatItCannotRead(t *testing.T) {
	for in, want := range map[string]string{
		"":                                        "a:1: kind: must be AthensLimits",
		"a: [":                                    "a: yaml",
		strings.TrimSuffix(head, "spec: "):        "a:1: spec: is required: without it there would be no limit",
		strings.TrimSuffix(head, " "):             "a:3: spec: has no value",
		"kind: AthensSite\n":                      "a:1: kind: must be AthensLimits",
		head + "{namespace: [a]}":                 "a:3: spec.namespace: unknown field; did you mean namespaces?",
		head + "{storage: {}}":                    "a:3: spec.storage: unknown field; known are",
		head + "{namespaces: a}":                  "a:3: spec.namespaces: must be a list",
		head + "{namespaces: }":                   "a:3: spec.namespaces: has no value",
		head + "{hosts: [\"[\"]}":                 "a:3: spec.hosts[0]: \"[\" is not a pattern",
		head + "{hosts: [\"\"]}":                  "a:3: spec.hosts[0]:",
		head + "{hosts: [a], hosts: 1}":           "a:3: spec.hosts",
		head + "{gateways: [{namespace: edge}]}":  "a:3: spec.gateways[0].selector: is required",
		head + "{gateways: [{selector: {a: b}}]}": "a:3: spec.gateways[0].namespace: is required",
		head + "{gateways: [{namespace: edge, selector: {a: }}]}": "a:3: spec.gateways[0].selector",
		head + "{azureResources: maybe}":                          "a:3: spec.azureResources",
		head + "{}\n---\n" + head + "{hosts: [a]}":                "a: holds more than one document",
	} {
		if _, err := Parse("a", []byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\nerror %v, want %q", in, err, want)
		}
	}
}
