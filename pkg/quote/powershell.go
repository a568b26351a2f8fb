package quote

import "strings"

// PowerShell writes a text as a single-quoted string. PowerShell also ends one
// at the typographic quotes ‘ ’ ‚ and ‛, and reads two of any as the second of
// them (CharTraits.IsSingleQuote and ScanStringLiteral in its tokenizer.cs).
func PowerShell(s string) string {
	return "'" + strings.NewReplacer("'", "''", "‘", "‘‘", "’", "’’", "‚", "‚‚", "‛", "‛‛").Replace(s) + "'"
}
