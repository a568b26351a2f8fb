package releases

import "testing"

func TestHas(t *testing.T) {
	for _, c := range []struct {
		version string
		f       Feature
		want    bool
	}{
		{"v0.16.2", StashTimeout, false},
		{"v0.17.0", StashTimeout, true},
		{"v0.17.0-rc.1", StashTimeout, false},
		{"v99.0.0", StashTimeout, true},
		{AthensOldest, OpenCensus, true},
		{AthensNewest, OpenCensus, true},
		{AthensLater, OpenCensus, false},
		{"v0.18.1", OpenCensus, false},
		{"", OpenCensus, false},
		{"main", OpenCensus, false},
		{"1.25", RetryIgnorePreviousHosts, false},
		{"1.25.9", RetryIgnorePreviousHosts, false},
		{"1.26", RetryIgnorePreviousHosts, true},
		{"1.100", RetryIgnorePreviousHosts, true},
		{"v1.29.3", SleepAction, false},
		{"1.30", SleepAction, true},
	} {
		if got := Has(c.version, c.f); got != c.want {
			t.Errorf("Has(%q, %d) is %v", c.version, c.f, got)
		}
	}
}

// What a site is promised for has what it needs, and what was said before,
// Istio 1.22, has not.
func TestOldestHasWhatIsNeeded(t *testing.T) {
	for _, f := range IstioNeeds {
		if !Has(IstioOldest, f) {
			t.Errorf("Istio %s lacks %d", IstioOldest, f)
		}
	}
	for _, f := range KubernetesNeeds {
		if !Has(KubernetesOldest, f) {
			t.Errorf("Kubernetes %s lacks %d", KubernetesOldest, f)
		}
	}
	if Has("1.22", RetryIgnorePreviousHosts) || Has("1.22", NativeSidecarAnnotation) {
		t.Error("Istio 1.22 has all that a site writes")
	}
	if Older(IstioNewest, IstioOldest) || Older(KubernetesNewest, KubernetesOldest) || Older(AthensNewest, AthensOldest) || Older(AthensLater, AthensNewest) {
		t.Error("a newest release is older than the oldest")
	}
}

func TestFeatureAndSettingAgree(t *testing.T) {
	for _, f := range features {
		if f.since == "" {
			t.Error("a feature has no first release")
		}
	}
	if s := Lookup("ATHENS_STASH_TIMEOUT"); len(s) != 1 || s[0].Since != Since(StashTimeout) {
		t.Errorf("ATHENS_STASH_TIMEOUT is known from %+v, StashTimeout from %s", s, Since(StashTimeout))
	}
	for i := 1; i < len(Athens); i++ {
		if !Older(Athens[i-1], Athens[i]) {
			t.Errorf("%s is not before %s", Athens[i-1], Athens[i])
		}
	}
}
