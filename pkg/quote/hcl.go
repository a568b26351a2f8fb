package quote

import "strings"

// Terraform writes a text as a string of Terraform's JSON syntax means it before
// JSON's own escapes: Terraform reads every string as a template, where ${ and
// %{ begin expressions.
func Terraform(s string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(s)
}

// HCL writes a text as a quoted string of HCL 2, which is a template too.
func HCL(s string) string {
	return `"` + strings.NewReplacer(
		`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "${", "$${", "%{", "%%{",
	).Replace(s) + `"`
}
