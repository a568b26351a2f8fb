package quote_test

import (
	"testing"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// HashiCorp's own reader is asked in test/azure.
func TestHCL(t *testing.T) {
	for in, want := range map[string]string{
		`plain/*`:   `"plain/*"`,
		`a"b\c`:     `"a\"b\\c"`,
		"a\nb":      `"a\nb"`,
		`${x}%{if}`: `"$${x}%%{if}"`,
	} {
		if got := quote.HCL(in); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}
