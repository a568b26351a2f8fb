package rules

import (
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/template"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/quote/quotetest"
)

// What package quote writes for alerts and queries comes through Prometheus' own
// readers unchanged.
func TestQuote_PrometheusReadsTheText(t *testing.T) {
	for _, s := range quotetest.All {
		got, err := template.NewTemplateExpander(t.Context(), quote.PrometheusTemplate(s), "text", nil, model.Time(0), nil, nil, nil).Expand()
		if err != nil || got != s {
			t.Errorf("an annotation: %q is read as %q, %v", s, got, err)
		}
		expr, err := parser.NewParser(parser.Options{}).ParseExpr(quote.PromQL(s))
		if literal, ok := expr.(*parser.StringLiteral); err != nil || !ok || literal.Val != s {
			t.Errorf("a query: %q is read as %v, %v", s, expr, err)
		}
	}
}
