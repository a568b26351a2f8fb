package athens

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens/pkg/download/mode"
	athensmodule "github.com/gomods/athens/pkg/module"
	"github.com/gomods/athens/pkg/paths"
	"golang.org/x/mod/module"
)

const patterns = `
athens:
  upstream: {goproxy: https://mirror.example.com}
  private:
    patterns: [github.com/Acme/*, git.example.com/Platform, "x.org/[A-C]?", "github.com/plain/*"]
    netrc: {secretRef: {name: athens-netrc}}
  download: {mode: Sync, rules: [{pattern: github.com/Acme/*, mode: None}]}
  filter: |
    - github.com/Acme
    + github.com/Acme/open
`

// private and public are modules that the patterns cover and do not cover.
var (
	private = []string{
		"github.com/Acme/secret", "github.com/Acme/group/secret/v2", "github.com/Acme/Loud", "git.example.com/Platform", "git.example.com/Platform/x",
		"x.org/Bz", "x.org/BZ/deep", "github.com/plain/secret",
	}
	public = []string{"github.com/acme/secret", "github.com/BurntSushi/toml", "git.example.com/PlatformX", "x.org/Dz", "github.com/plain"}
)

// Athens passes no private name on to a checksum database, and every public
// one.
func TestLookups_OfPrivateModulesStayInside(t *testing.T) {
	env, _ := rendered(t, patterns)
	inside := func(m string) bool {
		escaped, err := module.EscapePath(m)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range strings.Split(env["ATHENS_GONOSUM_PATTERNS"], ",") {
			if paths.MatchesPattern(p, escaped+"@v1.0.0") { // as cmd/proxy/actions/sumdb.go does
				return true
			}
		}
		return false
	}
	for _, m := range private {
		if !inside(m) {
			t.Errorf("Athens passes %s on, with %s", m, env["ATHENS_GONOSUM_PATTERNS"])
		}
	}
	for _, m := range public {
		if inside(m) {
			t.Errorf("Athens answers 403 for %s, with %s", m, env["ATHENS_GONOSUM_PATTERNS"])
		}
	}
}

// The go command of Athens asks neither a proxy nor a database for them:
// GOPRIVATE, and GONOSUMDB, which Athens sets to the list of lookups.
func TestGoCommand_KeepsPrivateModules(t *testing.T) {
	env, _ := rendered(t, patterns)
	_, goprivate, _ := strings.Cut(env["ATHENS_GO_BINARY_ENV_VARS"], "GOPRIVATE=")
	goprivate, _, _ = strings.Cut(goprivate, ";") // the end of the variable
	for name, list := range map[string]string{"GOPRIVATE": goprivate, "GONOSUMDB": env["ATHENS_GONOSUM_PATTERNS"]} {
		for _, m := range private {
			if !module.MatchPrefixPatterns(list, m) {
				t.Errorf("%s=%s does not cover %s", name, list, m)
			}
		}
		for _, m := range public {
			if module.MatchPrefixPatterns(list, m) {
				t.Errorf("%s=%s covers %s", name, list, m)
			}
		}
	}
}

// The download file and the filter compare the decoded path.
func TestDownloadAndFilter_ComparePlainPaths(t *testing.T) {
	_, files := rendered(t, patterns)
	text, filter := "", ""
	for name, content := range files {
		if strings.HasSuffix(name, ".hcl") {
			text = content
		} else {
			filter = filepath.Join(t.TempDir(), "filter")
			if err := os.WriteFile(filter, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	downloads, err := mode.NewFile(mode.Mode("custom:"+base64.StdEncoding.EncodeToString([]byte(text))), "")
	if err != nil {
		t.Fatal(err)
	}
	f, err := athensmodule.NewFilter(filter)
	if err != nil {
		t.Fatal(err)
	}
	for m, want := range map[string]struct {
		mode mode.Mode
		rule athensmodule.FilterRule
	}{
		"github.com/Acme/secret":  {mode.None, athensmodule.Exclude},
		"github.com/Acme/open/v2": {mode.None, athensmodule.Include},
		"github.com/acme/secret":  {mode.Sync, athensmodule.Include},
	} {
		if got := downloads.Match(m); got != want.mode {
			t.Errorf("download mode of %s: %s, want %s", m, got, want.mode)
		}
		if got := f.Rule(m, "v1.0.0"); got != want.rule {
			t.Errorf("filter of %s: %v, want %v", m, got, want.rule)
		}
	}
}
