package prove

import (
	"strings"
	"testing"
)

// A reason that several promises are unknown for is printed once, after the witnesses.
func TestReport_PrintsEachReasonOnce(t *testing.T) {
	r := Report{Promises: []Promise{
		{Name: "protocol", Verdict: Undecided, Unknown: []string{"a", "b"}},
		{Name: "methods", Verdict: BrokenBy, Witness: &Witness{}},
		{Name: "strangers", Verdict: Undecided, Unknown: []string{"a"}},
	}}
	var out strings.Builder
	r.Print(&out)
	if _, got, _ := strings.Cut(out.String(), "  gets  "); got != "\n\n? protocol, strangers: a\n? protocol: b\n" {
		t.Errorf("%q in\n%s", got, out.String())
	}
}

// internet has the ID only where front-door is proven.
func TestReport_SaysWhereInternetHasTheID(t *testing.T) {
	for verdict, want := range map[Verdict]string{Proven: "internet with the ID", Undecided: "internet"} {
		r := Report{Promises: []Promise{{Name: doorPromise, Verdict: verdict}}}
		if got := r.callers(&Class{As: []string{Internet}, Kind: "list"}); got[0] != want {
			t.Errorf("%s: %s, want %s", verdict, got, want)
		}
		if got := r.callers(&Class{As: []string{Internet}, Kind: isHealth}); got[0] != Internet {
			t.Errorf("%s: %s of /healthz", verdict, got)
		}
	}
}
