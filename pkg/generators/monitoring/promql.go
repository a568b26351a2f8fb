package monitoring

import (
	"strconv"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// selector is a metric with its matchers, each as name="value".
func selector(metric string, matchers ...string) string {
	return metric + "{" + strings.Join(matchers, ",") + "}"
}

func is(label, value string) string { return label + "=" + quote.PromQL(value) }

// like matches a whole value against a regular expression.
func like(label, pattern string) string { return label + "=~" + quote.PromQL(pattern) }

func isNot(label, value string) string { return label + "!=" + quote.PromQL(value) }

// sum of a rate or an increase of counters over a window.
func sum(function, selector, window string) string {
	return "sum(" + function + "(" + selector + "[" + window + "]))"
}

// orZero is for counters that do not exist before they first count.
func orZero(expr string) string { return "(" + expr + " or vector(0))" }

// bucket of a histogram. Prometheus 3 writes whole boundaries with a decimal
// point, Prometheus 2 as the program did.
func bucket(boundary float64) string {
	s := decimal(boundary)
	if strings.Contains(s, ".") {
		return is("le", s)
	}
	return like("le", s+"([.]0)?")
}

// decimal is the shortest form of a number with at most five decimals, which
// is what a percentage of three has as a fraction.
func decimal(f float64) string {
	s := strconv.FormatFloat(f, 'f', 5, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
