package v1alpha1

import "testing"

func TestPercent(t *testing.T) {
	for text, want := range map[Percent]float64{"99.9%": 0.999, "0%": 0, "100%": 1, "99.999%": 0.99999} {
		if got, ok := text.Fraction(); !ok || got != want {
			t.Errorf("%s: got %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []Percent{"", "%", "99.9", "-1%", "101%", "99.9999%", "1.2.3%", "1e1%", "NaN%"} {
		if got, ok := text.Fraction(); ok {
			t.Errorf("%q: got %v, want it refused", text, got)
		}
	}
}
