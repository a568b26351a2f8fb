package strict

import (
	"reflect"
	"strings"
	"unicode"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// fit notes what no text may hold: a secret, known by its form, and characters
// that are invisible. The annotations of a document are for others, and may hold
// those, and what only looks like a login.
func (d *decoder) fit(v *value, s string) bool {
	kind := quote.SecretKind(s)
	if quote.IsPlain(s) && kind == "" {
		return true
	}
	others := strings.HasPrefix(v.path(), "metadata.annotations")
	if kind != "" && (!others || strings.Contains(s, "://") || !quote.HoldsLogin(s)) {
		d.note(v, "holds %s, which must not be in a spec; %s", kind, quote.Said(d.doc.kind.inSecret(v.path(), v.entry())))
		return false
	}
	if others {
		return true
	}
	if c, found := unseen(s, d.doc.kind.lines(v.path())); found {
		d.note(v, "%q holds %s; remove it", s, c)
		return false
	}
	return true
}

// unseen finds a control or formatting character, which terminals obey, and
// which makes a text look like another one.
func unseen(s string, several bool) (what quote.Said, found bool) {
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r':
			what = "a line break"
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			what = quote.Said(quote.Sprintf("the character U+%04X, which is not visible", r))
		default:
			continue
		}
		if !several || r != '\n' && r != '\r' && r != '\t' {
			return what, true
		}
	}
	return "", false
}

// isSecret says whether a value is, or is in the place of, a secret, so that
// nothing of it may be printed: what should be a reference to one, and what the
// kind knows.
func (d *decoder) isSecret(v *value, into reflect.Type) bool {
	if d.doc.kind.secret(v.path()) {
		return true
	}
	for into.Kind() == reflect.Pointer {
		into = into.Elem()
	}
	if into.Kind() != reflect.Struct {
		return false
	}
	for _, f := range Fields(into) {
		if strings.HasSuffix(strings.ToLower(f.Name), "secretref") || strings.HasSuffix(f.Name, "KeyRef") {
			return true
		}
	}
	return strings.Contains(into.Name(), "Secret")
}

// looksSecret says whether a value could be a secret, so that a rule about it
// must not repeat it, nor make a better one out of it.
func (v *value) looksSecret() bool {
	if !v.isScalar() {
		return false
	}
	for line := range strings.Lines(v.node.Value) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") && quote.Redact(line) != line {
			return true
		}
	}
	return false
}
