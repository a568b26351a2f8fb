package athens

import (
	"strings"
	"testing"

	"github.com/gomods/athens/pkg/config"
	"github.com/kelseyhightower/envconfig"
)

// A site without a checksum database overrides the one of the image's
// configuration file: Athens reads an empty variable as an empty list.
func TestSumDBs(t *testing.T) {
	for spec, want := range map[string]string{
		"mesh: {}":                         "https://sum.golang.org",
		"athens: {upstream: {sumDBs: []}}": "",
		"athens: {upstream: {sumDBs: [https://a.example.com, https://b.example.com]}}": "https://a.example.com https://b.example.com",
	} {
		env, _ := rendered(t, spec)
		value, set := env["ATHENS_SUM_DBS"]
		if !set {
			t.Errorf("%s: ATHENS_SUM_DBS is not set", spec)
		}
		t.Setenv("ATHENS_SUM_DBS", value)
		cfg := config.Config{SumDBs: []string{"https://image.example.com"}}
		if err := envconfig.Process("", &cfg); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(cfg.SumDBs, " "); got != want {
			t.Errorf("%s: Athens passes on %q, want %q", spec, got, want)
		}
	}
}
