package main

import (
	"bytes"
	"strings"
	"testing"
)

// The story of the demo is what lathens and crathens promise.
func TestDemo(t *testing.T) {
	var out bytes.Buffer
	if err := demo(t.Context(), &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	rest := out.String()
	for _, want := range []string{
		"warmed", "X-Lathens: miss", "example.com/plain v1.0.0 v1.1.0",
		"X-Lathens: hit", "example.com/plain v1.0.0 v1.1.0",
		"X-Lathens: stale", "example.com/plain v1.0.0 v1.1.0", "everything is stopped",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("no %q where it should come in\n%s", want, out.String())
		}
		rest = after
	}
}
