package diff

import (
	"fmt"
	"strings"
)

// Page is what a code means, as Markdown, or false if there is no such code. The
// code may be written in any case.
func Page(code string) (string, bool) {
	k, known := KindOf(code)
	if !known {
		return "", false
	}
	return "# " + k.Code + ": " + k.Title + "\n\n" + k.text(), true
}

func (k *Kind) text() string {
	text := "Group: " + k.Group + "."
	if k.Warning {
		text += " Marked with `!`."
	}
	for _, more := range []string{k.Why, k.Do} {
		if more != "" {
			text += "\n\n" + more
		}
	}
	return text + "\n"
}

// Index is the page of all codes.
func Index() string {
	var b strings.Builder
	b.WriteString(`# Codes of athens-kfn diff

Each line that ` + "`athens-kfn diff`" + ` and ` + "`upgrade`" + ` print has the code of its kind of change. A code
keeps its meaning forever. ` + "`athens-kfn explain CODE`" + ` prints its section.

## Read a line
` + "```text" + `
# goproxy/goproxy

Routes
  AD103 client: GET …/@v/v0.17.0.info, GET …/@v/v0.17.0.mod: timeout 240s → 200s
! AD102 client with x-azure-fdid: a: GET /a/@v/a.zip (the shortest): status 403 → 200 (goproxy/goproxy-gateway-to-athens)

Exposure
  AD204 - cluster.local/ns/istio-system/sa/ingress may GET, HEAD /healthz at athens
! AD201 + cluster.local/ns/istio-system/sa/ingress may GET, HEAD /* at athens
` + "```" + `
| sign | meaning |
|---|---|
| ` + "`!`" + ` | the change requires an action, loses something or opens something |
| ` + "`OLD → NEW`" + ` | a value of the old and of the new state |
| ` + "`+`" + ` | only the new state has it: a caller, a connection, a host, an item of a list |
| ` + "`-`" + ` | only the old state has it. A rule that changes has both lines |
| ` + "`(the shortest)`" + ` | many requests change in this way, and this is the shortest one of this caller. A line without it names requests that Go commands and the site's programs send |
| ` + "`(NAMESPACE/NAME)`" + ` after a status | the policy that decides |
| ` + "`…`" + ` | a path or a value is shortened |

Read the lines with ` + "`!`" + ` first, then the groups in their order: what must exist first, who gets which
answer, who may reach what, and at the end the fields about which no rule knows more.

## Codes
A pipeline can stop at some kinds only: ` + "`athens-kfn diff OLD NEW --fail-on AD101,AD501`" + ` exits
with 1 if there is one of them and with 0 otherwise; ` + "`--fail-on warnings`" + ` means all codes that
are marked with ` + "`!`" + `.

| code | group | change | mark |
|---|---|---|---|
`)
	for _, k := range kinds {
		mark := ""
		if k.Warning {
			mark = "`!`"
		}
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s |\n", k.Code, strings.ToLower(k.Code), k.Group, k.Title, mark)
	}
	for _, k := range kinds {
		fmt.Fprintf(&b, "\n## %s\n\n%s. %s", k.Code, strings.ToUpper(k.Title[:1])+k.Title[1:], k.text())
	}
	return b.String()
}
