package quote

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// plainShell is what an argument may hold that no POSIX shell, nor bash and zsh
// with their own extensions, reads as anything else.
const plainShell = letters + digits + "/._-+@%:,="

// Shell writes a text as one argument of a command in a POSIX shell: as it is
// where that is safe, else in single quotes. A character that a terminal obeys or
// does not show is written by printf, because not every shell has $'…'; a tab and
// the end of a line stay. A NUL cannot be an argument and is left out.
func Shell(s string) string {
	// zsh looks up a command for =word, and a shell assigns name=value where it
	// comes before the command.
	if only(s, plainShell) && s[0] != '=' {
		return s
	}
	var out strings.Builder
	out.WriteByte('\'')
	s = strings.ReplaceAll(s, "\x00", "")
	for size := 0; s != ""; s = s[size:] {
		var r rune
		r, size = utf8.DecodeRuneInString(s)
		switch {
		case r == '\'':
			out.WriteString(`'\''`)
		case unseen(r) && r != '\n' && r != '\t', r == utf8.RuneError && size == 1:
			out.WriteString(`'"$(printf '`)
			for _, b := range []byte(s[:size]) {
				fmt.Fprintf(&out, `\%03o`, b)
			}
			out.WriteString(`')"'`)
		default:
			out.WriteString(s[:size])
		}
	}
	out.WriteByte('\'')
	return out.String()
}

// Comment writes a text as the rest of a line that a # begins, in a shell, in
// PowerShell, in YAML or in a Dockerfile.
func Comment(s string) string { return oneLine(s) }
