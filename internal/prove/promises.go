package prove

import (
	"cmp"
	"fmt"
)

// Broken is a request of the table that the objects answer in another way than
// a site of its host, its programs and its gateway promises.
type Broken struct {
	Row
	// Promised is the answer of the objects that this program would make.
	Promised Answer
}

// String is it on one line.
func (b Broken) String() string {
	got, promised := apart(&b.Answer, &b.Promised)
	return fmt.Sprintf("%s: %s gets %s, but the site promises %s", b.Line(), b.As, got, promised)
}

// Args are the arguments of the command prove that follow the request.
func (b Broken) Args() []string {
	bare := b.Request
	bare.To = ""
	out := []string{"--request", bare.Line(), "--as", b.As}
	if b.To != "" {
		out = append(out, "--service", b.To)
	}
	return out
}

// apart are two answers that differ, in words that do too.
func apart(a, b *Answer) (string, string) {
	one, other := said(a), said(b)
	if one == other && a.MTLS != b.MTLS {
		over := map[bool]string{true: " over mTLS", false: " without mTLS"}
		return one + over[a.MTLS], other + over[b.MTLS]
	}
	return one, other
}

func said(a *Answer) string {
	outcome := a.Outcome()
	if a.Status == 0 && len(a.Unknown) == 0 {
		outcome = "a connection closed"
	}
	out := outcome + " by " + cmp.Or(a.By, "no program")
	if a.Fallback != "" {
		out += " (by " + a.Fallback + " when that is gone"
		if a.Seamless {
			out += ", without an error in between"
		}
		out += ")"
	}
	return out
}

// Broken are the promises that the objects do not keep. What cannot be judged is
// in Unknown.
func (w *World) Broken() (out []Broken) {
	promised := New(w.site).Table()
	for i, row := range w.Table() {
		p := promised[i].Answer
		if row.Answer.differs(&p) && len(row.Answer.Unknown) == 0 && len(p.Unknown) == 0 {
			out = append(out, Broken{row, p})
		}
	}
	return out
}
