package quote

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// Hidden is printed in place of what could be a secret, and of what is cut off.
const Hidden = "…"

// longest value in quotes, and most of one without, in characters; searched is
// how many bytes are searched for secrets, which takes 2 s a MiB.
const (
	longest  = 60
	most     = 1000
	searched = 256 << 10
)

// Value is a value of a file in a message: in quotes, on one line, at most 60
// characters of it, and without what could be a secret (see Redact).
func Value(s string) string { return strconv.Quote(Short(s)) }

// Short is Value without quotes.
func Short(s string) string { return shorten(Redact(s), longest) }

// Path is the path of a field in a message. The keys of a map are part of it,
// and the author of the file chooses them.
func Path(s string) string {
	out := ""
	for {
		plain, rest, found := strings.Cut(s, `["`)
		out += Text(Redact(plain))
		quoted, err := strconv.QuotedPrefix(`"` + rest)
		if !found || err != nil {
			return shorten(out, most)
		}
		key, _ := strconv.Unquote(quoted)
		out, s = out+"["+Value(key), rest[len(quoted)-1:]
	}
}

// shorten keeps the first n characters.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n--; n < 0 {
			return s[:i] + Hidden
		}
	}
	return s
}

// Said is a part of a message that is fit to be printed: this program's own
// words, or what Sprintf returned.
type Said string

// Sprintf is fmt.Sprintf for messages about a file: %q prints a string as Value
// does, and the other verbs print it as Redact and Text do. Said is kept.
func Sprintf(format string, args ...any) string {
	safe := make([]any, len(args))
	for i, a := range args {
		safe[i] = a
		switch v := a.(type) {
		case Said:
		case error:
			safe[i] = value(v.Error())
		case fmt.Stringer:
			safe[i] = value(v.String())
		default:
			if r := reflect.ValueOf(a); r.Kind() == reflect.String {
				safe[i] = value(r.String())
			}
		}
	}
	return fmt.Sprintf(format, safe...)
}

// value is a string that prints itself without secrets.
type value string

// Format implements fmt.Formatter.
func (v value) Format(f fmt.State, verb rune) {
	if verb == 'q' {
		fmt.Fprint(f, Value(string(v)))
		return
	}
	fmt.Fprint(f, shorten(Text(Redact(string(v))), most))
}

// Redact hides what could be a secret: the user and the password of anything
// like a URL or a connection string, what follows the name of a secret as in
// password=, a private key, and a token of a known form. It rather hides too
// much: everything up to the last @, everything from a token on, and all of a
// text above 256 KiB.
func Redact(s string) string {
	if len(s) > searched {
		return Hidden
	}
	if i := afterUser(s); i >= 0 {
		s = scheme(s) + Hidden + s[i:]
	}
	return hideSecret(s)
}

// tokens are parts of those that secretIn finds in a text of letters, digits, dots,
// hyphens, underscores and slashes, in lower case.
var tokens = []string{"-----begin", "gh", "github_pat_", "gl", "xox", "xapp-", "sk", "rk_", "npm_", "pypi-", "hv", "_v1_", "gocspx-", "age-secret-key-", "ls0tls1crudjti",
	"whsec_", "akia", "asia", "abia", "acca", "eyj", "aiza", "ya29"}

// plain reports whether secretIn certainly finds nothing in a text, without compiling
// the expression, which takes a tenth of the time of a whole run. Most names are plain.
func plain(s string) bool {
	s = strings.ToLower(s)
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789.-_/") == "" &&
		!slices.ContainsFunc(tokens, func(t string) bool { return strings.Contains(s, t) })
}

// hideSecret hides what secretIn finds.
func hideSecret(s string) string {
	if plain(s) {
		return s
	}
	if at := secretIn().FindStringSubmatchIndex(s); at != nil {
		// The name of the secret is kept, the secret is not.
		start := at[0]
		for _, end := range []int{at[3], at[5]} {
			start = max(start, end)
		}
		if s[start:] != Hidden {
			s = s[:start] + Hidden
		}
	}
	return s
}

// afterUser is where the @ behind a user stands, -1 for none.
func afterUser(s string) int {
	for end := len(s); ; {
		i := strings.LastIndexByte(s[:end], '@')
		if encoded := strings.LastIndex(s[:end], "%40"); encoded > i {
			i = encoded
		}
		if i <= 0 || s[:i] == scheme(s)+Hidden {
			return -1
		}
		if !isVersion(s[:i], s[i:]) {
			return i
		}
		end = i
	}
}

// isVersion says whether an @ is before the version of a module, the digest of
// an image, or a word of the GOPROXY protocol.
func isVersion(before, rest string) bool {
	switch {
	case strings.HasPrefix(rest, "@sha256:"), strings.HasPrefix(rest, "@sha512:"):
		return true
	case strings.HasSuffix(before, "/") && (strings.HasPrefix(rest, "@v/") || rest == "@v" || rest == "@latest" || strings.HasPrefix(rest, "@latest: ")):
		return true
	case strings.Contains(before, ":"):
		return false
	}
	return rest == "@latest" || strings.HasPrefix(rest, "@v") && strings.Trim(rest[2:], "0123456789.") == ""
}

// scheme that a URL begins with, as in https://, or nothing.
func scheme(s string) string {
	name, _, found := strings.Cut(s, "://")
	plain := strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789+.-") == ""
	if !found || !plain || len(name) > 20 {
		return ""
	}
	return name + "://"
}

// secretIn finds a secret in a text. The first two groups are names that stay.
//
// The forms of tokens are those that GitHub, GitLab, Slack, AWS, Google, npm,
// PyPI, HashiCorp Vault, DigitalOcean, Stripe and age document.
var secretIn = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?is)-----BEGIN.*` +
		// password=…, ?token=…, AccountKey=…, --password …, password: …
		`|((?:(?:pass|pwd|secret|token|sig|signature|credential|auth)[a-z0-9_.-]*|key[0-9]?)["']?\s*=\s*|--[a-z-]*(?:pass|secret|token|key)[a-z-]*\s+|` +
		`\b(?:password|passwd|pwd|passphrase|secret|token|(?:api|access|account|private|secret)[_-]?key|authorization)["']?\s*:\s*|\bbearer\s+|` +
		// curl -u name:…
		`(?:^|[\s"'])-(?:u|-user|-proxy-user)["',\s=]+[a-z][^\s:"',]*:)\S.*` +
		// netrc
		`|(^\s*password\s+|\b(?:machine|login|default)\s.*\bpassword\s+)\S.*` +
		`|\b(?:gh[oprsu]_|github_pat_|gl(?:pat|oas|dt|rtr?|cbt|ptt|ft|imt|agent|wt|soat|ffct)-[a-z0-9]|xox[a-z]-|xapp-|sk-|[sr]k_(?:live|test)_|npm_|pypi-|hv[sbr]\.|do[opr]_v1_|whsec_|GOCSPX-|AGE-SECRET-KEY-|LS0tLS1CRUdJTi)\S.*` +
		`|(?-i:\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{4,}|\beyJ[A-Za-z0-9_-]{4,}|\bAIza[A-Za-z0-9_-]{8,}|\bya29\.).*`)
})

// HoldsLogin says whether a text holds a URL or a connection string with a
// password: user:password@host, with or without a scheme, and a user alone where
// it is a token, as in https://token@host.
func HoldsLogin(s string) bool {
	if !strings.Contains(s, "@") {
		return false
	}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"'<>`, r) }) {
		name, rest, isURL := strings.Cut(word, "://")
		if !isURL {
			name, rest = "", word
		}
		if end := strings.IndexAny(rest, "/?#"); end >= 0 {
			rest = rest[:end]
		}
		at := strings.LastIndexByte(rest, '@')
		if at <= 0 || at == len(rest)-1 || isVersion(rest[:at], rest[at:]) {
			continue
		}
		web := isURL && strings.HasPrefix(strings.ToLower(name[max(0, len(name)-5):]), "http") || strings.HasSuffix(strings.ToLower(name), "http")
		if web || strings.Contains(rest[:at], ":") {
			return true
		}
	}
	return false
}
