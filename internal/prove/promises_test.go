package prove

import "testing"

// Answers that differ in the caller's identity alone are told apart.
func TestApart_NamesTheIdentity(t *testing.T) {
	open, closed := Answer{Status: 200, By: "athens"}, Answer{Status: 200, By: "athens", MTLS: true}
	for _, c := range []struct {
		a, b       Answer
		one, other string
	}{
		{open, closed, "200 by athens without mTLS", "200 by athens over mTLS"},
		{closed, closed, "200 by athens", "200 by athens"},
		{open, Answer{Status: 404, By: "athens", MTLS: true}, "200 by athens", "404 by athens"},
	} {
		if a, b := apart(&c.a, &c.b); a != c.one || b != c.other {
			t.Errorf("%q and %q, want %q and %q", a, b, c.one, c.other)
		}
	}
}
