package quote

import (
	"strconv"
	"strings"
)

// YAML writes a text as a double-quoted scalar on one line, whose escapes are
// among those of Go. Bytes that are no UTF-8 become U+FFFD.
func YAML(s string) string { return strconv.Quote(strings.ToValidUTF8(s, "\ufffd")) }

// GitHubActions writes a text as a value of a workflow of GitHub Actions, where
// ${{ begins an expression.
func GitHubActions(s string) string { return YAML(expressions(s)) }

// AzurePipelines writes a text as a value of Azure Pipelines, where ${{ begins a
// template expression and $[ a runtime expression. It has no escape for $(NAME),
// which stays as it is where no variable has the name.
func AzurePipelines(s string) string {
	return YAML(strings.ReplaceAll(expressions(s), "$[", "${{ '$[' }}"))
}

// GitLabCI writes a text as a value of GitLab CI, which replaces $NAME.
func GitLabCI(s string) string { return YAML(strings.ReplaceAll(s, "$", "$$")) }

// expressions writes each ${{ as an expression of itself.
func expressions(s string) string { return strings.ReplaceAll(s, "${{", "${{ '${{' }}") }
