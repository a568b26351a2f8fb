package releases_test

import (
	"regexp"
	"slices"
	"testing"

	"golang.org/x/mod/semver"

	"github.com/gomods/athens-kfn/pkg/releases"
)

func TestAdvisories_OfAGoRelease(t *testing.T) {
	for golang, want := range map[string]string{
		"1.23.5":      "GO-2026-4984, GO-2026-6179, GO-2026-6180, GO-2026-6601, CVE-2026-94447",
		"1.25.1":      "GO-2026-4338, GO-2026-4984, GO-2026-6179, GO-2026-6180, GO-2026-6601, CVE-2026-94447",
		"1.25.10":     "GO-2026-6179, GO-2026-6180, GO-2026-6601, CVE-2026-94447",
		"1.26.0-rc.1": "GO-2026-4984, GO-2026-6179, GO-2026-6180, GO-2026-6601, CVE-2026-94447",
		"1.26.2":      "GO-2026-4984, GO-2026-6179, GO-2026-6180, GO-2026-6601, CVE-2026-94447",
		"1.26.3":      "GO-2026-6179, GO-2026-6180, GO-2026-6601, CVE-2026-94447",
		"1.26.6":      "GO-2026-6601, CVE-2026-94447",
		"1.26.9":      "",
		"1.27.0-rc.2": "GO-2026-6179, GO-2026-6180, GO-2026-6601, CVE-2026-94447",
		"1.27.0":      "GO-2026-6601, CVE-2026-94447",
		"1.27.2":      "",
		"1.28.0":      "",
		"unknown":     "",
	} {
		if got := releases.IDs(releases.Advisories(golang)); got != want {
			t.Errorf("%s: got %s, want %s", golang, got, want)
		}
	}
	if got := releases.IDs(releases.Advisories("1.26.2", releases.ByProxy, releases.ByDatabase)); got != "GO-2026-4984, GO-2026-6179, GO-2026-6180" {
		t.Errorf("by proxies and databases: %s", got)
	}
}

// The table is whole: each entry has an identifier and ends, and some release is sound.
func TestAdvisories_Table(t *testing.T) {
	id := regexp.MustCompile(`^(GO-\d{4}-\d{4}|CVE-\d{4}-\d{4,})$`)
	for _, a := range releases.Advisories("1.25.1") {
		if !id.MatchString(a.ID) || a.What == "" {
			t.Errorf("%+v", a)
		}
	}
	if got := releases.SoundGo(); !slices.Equal(got, []string{"1.26.9", "1.27.2"}) {
		t.Errorf("sound releases: %v", got)
	}
}

func TestAthensGo(t *testing.T) {
	for version, want := range map[string]string{"v0.16.1": "1.23.5", "v0.16.2": "1.25.1", "v0.17.1": "1.26.2", "v0.99.0": "", "main": ""} {
		if got := releases.AthensGo(version); got != want {
			t.Errorf("%s: Go %q, want %q", version, got, want)
		}
	}
	for _, version := range releases.Athens {
		if golang := releases.AthensGo(version); !semver.IsValid("v" + golang) {
			t.Errorf("%s: the Go of its image, %q, is not known", version, golang)
		}
	}
}
