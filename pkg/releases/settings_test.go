package releases

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Lookup searches by halves.
func TestSettingsAreSorted(t *testing.T) {
	if !slices.IsSortedFunc(settings[:], func(a, b Setting) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("settings are not sorted by name")
	}
	for _, s := range settings {
		if s.What == "" || s.Field != "" && s.Fixed != "" || s.Since != "" && s.Until != "" {
			t.Errorf("%s is not described well: %+v", s.Name, s)
		}
	}
}

func TestKnown(t *testing.T) {
	for _, c := range []struct {
		name, version string
		want          bool
	}{
		{"ATHENS_TIMEOUT", AthensOldest, true},
		{"ATHENS_TIMEOUTS", AthensOldest, false},
		{"ATHENS_STASH_TIMEOUT", "v0.16.2", false},
		{"ATHENS_STASH_TIMEOUT", "v0.17.0", true},
		{"ATHENS_REDIS_CLUSTER", "v0.17.1", false},
		{"ATHENS_REDIS_CLUSTER", AthensNewest, true},
		{"ATHENS_TRACE_SAMPLING_FRACTION", AthensNewest, false},
		{"ATHENS_TRACE_SAMPLING_FRACTION", "v0.18.1", true},
		{"ATHENS_TRACE_EXPORTER", AthensNewest, true},
		{"ATHENS_TRACE_EXPORTER", AthensLater, true},
		{"ATHENS_GO_ENV", AthensNewest, true}, // aliases, seen in the library itself
		{"ATHENS_ATHENS_TIMEOUT", AthensNewest, true},
		{"ATHENS_STORAGE_S3_AWS_REGION", AthensNewest, true},
		{"ATHENS_AWS_REGION", AthensNewest, false},
		{"ATHENS_HTTPS_PROXY", AthensNewest, false},
		{"HTTPS_PROXY", AthensNewest, true},
	} {
		if got := Known(c.name, c.version); got != c.want {
			t.Errorf("Known(%s, %s) is %v", c.name, c.version, got)
		}
	}
}

func TestNearest(t *testing.T) {
	for name, want := range map[string]string{
		"ATHENS_GO_GET_WORKERS":    "ATHENS_GOGET_WORKERS",
		"ATHENS_LOGLEVEL":          "ATHENS_LOG_LEVEL",
		"LOG_LEVEL":                "ATHENS_LOG_LEVEL",
		"ATHENS_TRACE_EXPORTR_URL": "ATHENS_TRACE_EXPORTER_URL",
		"athens_timeout":           "ATHENS_TIMEOUT",
		"ATHENS_BANANA":            "",
		"MY_TEAM":                  "",
		"":                         "",
	} {
		if got, ok := Nearest(name); got != want || ok != (want != "") {
			t.Errorf("Nearest(%q) is %q, want %q", name, got, want)
		}
	}
}

func TestChanges(t *testing.T) {
	names := func(from, to string) (out []string) {
		for _, c := range Changes(from, to) {
			kind, _, _ := strings.Cut(c.What, ":")
			out = append(out, strings.TrimSpace(c.Topic+" "+c.Name)+" "+kind)
		}
		return out
	}
	if got := names("v0.17.0", "v0.17.1"); got != nil {
		t.Errorf("between patches: %q", got)
	}
	up := []string{"Settings ATHENS_REDIS_CLUSTER new", "Settings ATHENS_REDIS_SENTINEL_DB new"}
	if diff := cmp.Diff(up, names("v0.17.1", "v0.18.0")[:2]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("Settings ATHENS_REDIS_CLUSTER gone", names("v0.18.0", "v0.17.1")[0]); diff != "" {
		t.Error(diff)
	}
	for _, c := range Changes("v0.18.0", "v0.19.0") {
		if c.Name == "ATHENS_TRACE_EXPORTER_URL" && c.What == "default: http://localhost:14268 → http://localhost:4317" {
			return
		}
	}
	t.Error("the default of ATHENS_TRACE_EXPORTER_URL does not change")
}
