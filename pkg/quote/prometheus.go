package quote

import (
	"strconv"
	"strings"
)

// PromQL writes a text as a string of PromQL, which has the escapes of Go.
func PromQL(s string) string { return strconv.Quote(s) }

// PrometheusTemplate writes a text into an annotation or a label of an alert,
// which Prometheus reads as a template of Go. Each brace is escaped, so that one
// at the end does not join an action that follows.
func PrometheusTemplate(s string) string {
	return strings.ReplaceAll(s, "{", `{{ "{" }}`)
}
