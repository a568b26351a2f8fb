package quote

import "strings"

// Dockerfile writes a text as the double-quoted value of an ENV instruction,
// which replaces $NAME. It is on one line; a control character becomes a blank.
func Dockerfile(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`).Replace(oneLine(s)) + `"`
}
