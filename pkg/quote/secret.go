package quote

import (
	"slices"
	"strings"
)

// Shown is a value of a manifest as it is printed where its field is compared or
// drawn: whole, but without what could be a secret. Unlike Redact it keeps an @
// that is not in a URL or a connection string, as in the pattern of a path.
func Shown(s string) string {
	if HoldsLogin(s) || strings.Contains(s, "://") && afterUser(s) >= 0 || strings.Contains(s, "-----BEGIN") {
		return Redact(s)
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = hideSecret(line)
	}
	return strings.Join(lines, "\n")
}

// Of is Shown for the value of a variable, a flag, a key or a field that has a
// name: nothing of it is printed if the name is that of a secret.
func Of(name, value string) string {
	if value != "" && value != "true" && value != "false" && NamesSecret(name) {
		return Hidden
	}
	return Shown(value)
}

// Names whose values are secrets, and the ends of names that hold one of them
// but whose values say where the secret is, or something about it.
var (
	secretNames = []string{
		"password", "passwd", "passphrase", "secret", "token", "credential", "authorization", "signature", "connectionstring",
		"apikey", "accesskey", "accountkey", "privatekey", "sharedkey",
	}
	secretEnds   = []string{"pwd", "dsn", "key"}
	harmlessEnds = []string{
		"file", "files", "path", "dir", "name", "names", "ref", "refs", "id", "kind", "type", "namespace", "url", "uri", "endpoint", "issuer", "audience",
		"provider", "version", "ttl", "seconds", "expiration", "interval", "mode", "size", "algorithm", "topologykey", "publickey",
	}
)

// NamesSecret says whether the name of a variable, a flag, a key or a field is
// that of a secret, as API_TOKEN, --db-password and accountKey are, and not that
// of a place or a reference, as TOKEN_FILE, secretName and secretKeyRef are.
func NamesSecret(name string) bool {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	ends := func(end string) bool { return strings.HasSuffix(plain, end) }
	switch {
	case plain == "key" || slices.ContainsFunc(harmlessEnds, ends):
		return name == "KEY"
	case slices.ContainsFunc(secretEnds, ends), slices.ContainsFunc(secretNames, func(part string) bool { return strings.Contains(plain, part) }):
		return true
	}
	// A word of its own: DB_PASS is one, bypass is not.
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return slices.ContainsFunc([]string{"pass", "pw", "auth"}, func(word string) bool { return slices.Contains(words, word) })
}
