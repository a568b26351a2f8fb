package quote_test

import (
	"strconv"
	"strings"
	"testing"
	"text/template"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/quote/quotetest"
)

// Prometheus' own readers are asked in test/rules.
func TestPrometheusTemplate(t *testing.T) {
	for _, s := range quotetest.All {
		var out strings.Builder
		page, err := template.New("").Parse(quote.PrometheusTemplate(s) + "{{ . }}")
		if err == nil {
			err = page.Execute(&out, "|")
		}
		if err != nil || out.String() != s+"|" {
			t.Errorf("%q is read as %q, %v", s, out.String(), err)
		}
	}
}

func TestPromQL(t *testing.T) {
	for _, s := range quotetest.All {
		if got, err := strconv.Unquote(quote.PromQL(s)); err != nil || got != s {
			t.Errorf("%q is read as %q, %v", s, got, err)
		}
	}
}
