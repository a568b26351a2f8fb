package quote

import "strings"

// plainShell is what an argument may hold that no POSIX shell, nor bash and zsh
// with their own extensions, reads as anything else.
const plainShell = letters + digits + "/._-+@%:,="

// Shell writes a text as one argument of a command in a POSIX shell: as it is
// where that is safe, else in single quotes. A NUL cannot be an argument and is
// left out.
func Shell(s string) string {
	// zsh looks up a command for =word, and a shell assigns name=value where it
	// comes before the command.
	if only(s, plainShell) && s[0] != '=' {
		return s
	}
	return "'" + strings.NewReplacer("'", `'\''`, "\x00", "").Replace(s) + "'"
}

// Comment writes a text as the rest of a line that a # begins, in a shell, in
// PowerShell, in YAML or in a Dockerfile.
func Comment(s string) string { return oneLine(s) }
