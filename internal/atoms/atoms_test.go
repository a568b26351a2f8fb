package atoms

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"testing"
)

// short are all strings over some letters, up to a length.
func short(letters string, length int) (out []string) {
	out = []string{""}
	for from := 0; length > 0; length-- {
		to := len(out)
		for _, s := range out[from:to] {
			for _, c := range letters {
				out = append(out, s+string(c))
			}
		}
		from = to
	}
	return out
}

func language(t *testing.T, expression string) *Language {
	t.Helper()
	l, err := Regexp(expression)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return l
}

var expressions = []string{
	`^/.+/(@v/list|@latest)$`, `/a.*`, `.*b`, `.*/\.\.?;.*`, `a|`, ``, `(?i:AB?)*`, `[^a/]+`, `a{2,3}`, `^a|b$`, `a^b`, `(^|/)a($|/)`, `$^`, `(?m)^a$`, `.*%2[fF].*`, `\x41*`,
}

func TestLanguage_AgreesWithRegexp(t *testing.T) {
	for _, e := range expressions {
		l, re := language(t, e), regexp.MustCompile(`\A(?s:`+e+`)\z`)
		for _, s := range short("ab/A;.", 5) {
			if l.Has(s) != re.MatchString(s) {
				t.Fatalf("%s: %q: %t", e, s, l.Has(s))
			}
		}
	}
}

func TestDecoded_AgreesWithNetURL(t *testing.T) {
	for _, e := range []string{`.*//.*`, `/a`, `A*`, `.*`, `(.*/)?\.\.(/.*)?`} {
		l, re := language(t, e).Decoded(), regexp.MustCompile(`\A(?s:`+e+`)\z`)
		for _, s := range short("%2fF4a/", 6) {
			decoded, err := url.PathUnescape(s)
			if want := err == nil && re.MatchString(decoded); l.Has(s) != want {
				t.Fatalf("%s: %q: %t, but it is %q, %v", e, s, l.Has(s), decoded, err)
			}
		}
	}
}

// The oracle: all short strings. Each has an atom, and no string of an atom is
// shorter than its witness.
func TestSplit_LeavesNoShortStringOut(t *testing.T) {
	domain := language(t, `/[ab/A;.]*`)
	var of []*Language
	for _, e := range expressions {
		of = append(of, language(t, e))
	}
	found, err := Split(domain, of)
	if err != nil {
		t.Fatal(err)
	}
	vector := func(s string) (in []int) {
		in = []int{}
		for i, l := range of {
			if l.Has(s) {
				in = append(in, i)
			}
		}
		return in
	}
	atom := map[string]Atom{}
	for _, a := range found {
		if !domain.Has(a.Shortest) || !slices.Equal(vector(a.Shortest), a.In) {
			t.Errorf("%q is no witness of %v", a.Shortest, a.In)
		}
		if _, twice := atom[numbers(a.In)]; twice {
			t.Errorf("%v is there twice", a.In)
		}
		atom[numbers(a.In)] = a
	}
	for _, s := range short("ab/A;.", 7) {
		if !domain.Has(s) {
			continue
		}
		a, known := atom[numbers(vector(s))]
		if !known || len(a.Shortest) > len(s) {
			t.Fatalf("%q, in %v, is not stood for: %q", s, vector(s), a.Shortest)
		}
	}
}

func TestWithout_IsTheDifference(t *testing.T) {
	l, m := language(t, `(a|b)*`), language(t, `.*bb.*`)
	d := l.Without(m)
	for _, s := range short("abc", 6) {
		if d.Has(s) != (l.Has(s) && !m.Has(s)) {
			t.Fatal(s)
		}
	}
}

func TestRegexp_RefusesWhatItDoesNotFollow(t *testing.T) {
	for _, e := range []string{`\ba`, `a\B`, `(`} {
		if _, err := Regexp(e); err == nil {
			t.Errorf("%s is taken", e)
		}
	}
	if _, err := Regexp(`.*a.{30}`); !errors.Is(err, ErrTooLarge) {
		t.Error("an automaton of 2^30 states is built")
	}
}
