// Package quotetest holds texts that mean something in the languages that
// package quote writes: each of them must come through a reader unchanged.
package quotetest

// Ran is what a text runs that an interpreter takes for code: the name of a
// file that must not be there afterwards.
const Ran = "PWNED"

// Seen are texts of characters that can be seen, and blanks.
var Seen = []string{
	"",
	" ",
	"plain",
	"=ls", "a=b", "~/x", "-n", "--", "!1", "a,b", "{a,b}", "*", "[a-z]", "# no comment", "a b", " blanks ",
	"'; touch PWNED; '", `"; touch PWNED; "`, "'+$(touch PWNED)+'", "’+$(touch PWNED)+’", "‘ ’ ‚ ‛ ‘’", "''", `\'`, `\`, `\\`, `a\`,
	"; touch PWNED;", "& touch PWNED &", "| touch PWNED", "$(touch PWNED)", "$(touch${IFS}PWNED)", "`touch PWNED`", "$HOME ${HOME} $$ $1 %PATH% $env:PATH",
	"<(touch PWNED)", "> PWNED", "{touch,PWNED}", "athens;{touch,PWNED};",
	`${file("x")}`, "%{if(true)}y%{endif}", "$${file(\"x\")}", "$$${x}", "%%{x}", "%%%{x}", "$", "%", "${", "%{", "$$", "$$$", "a$$", "${~x~}",
	"{{ . }}", "{{", "}}", "{", "}", "{{{", "{{- . -}}", "{{`x`}}", "{{/* x */}}", `{{ "{{" }}`,
	"${{ github.token }}", "${{ '${{' }}", "$${{ x }}", "$(Build.SourcesDirectory)", "$[variables.x]", "$[[ inputs.x ]]",
	`"}) or vector(1) # `, `x",y="z`, `a\"b`,
	"<script>alert(1)</script>", "<!-- x", "]]>", "&lt;", "&#60;", "&amp;", "</script>", "<b onclick=x>",
	"`", "``", "`` ` ``", "` `", "```", "~~~", "a`b", "*x* _y_ __z__ **w**", "[x](javascript:alert(1))", "![x](y)", "1. x", "12) x", "- x", "+ x", "= x", "# x", "> x", "|", "a|b", `a\|b`, "| x | y |", "$x$", "https://example.com/<script>",
	"%%{init: {}}%%", "end", "a --> b", `"] --> x["`, "#quot;",
	"日本語", "😀", "é",
}

// Unseen are texts with characters that cannot be seen: controls, line breaks,
// what turns the direction of writing around.
var Unseen = []string{
	"a\nb", "a\n\nb", "a\r\nb", "a\tb", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "a\x7fb", "a\u0085b", "a\u2028b",
	"a\u202eb", "a\u2066b\u2069", "a\u200bb", "\ufeffx", "'\ntouch PWNED\n'", "\"\ntouch PWNED\n\"", "\n```\ntouch PWNED\n", "\n# x", "\n\n<script>alert(1)</script>\n\n",
}

// All are both.
var All = append(append([]string{}, Seen...), Unseen...)
