package site

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/internal/spectest"
)

// No object names a pattern but through a reader whose spelling is known: a new
// place that takes patterns belongs in PatternReader.
func TestPatterns_StandNowhereElse(t *testing.T) {
	site := spectest.Site(t, "modules", `
athens:
  upstream: {goproxy: https://mirror.example.com}
  private: {patterns: [github.com/Zyx/*], netrc: {secretRef: {name: n}}, credentials: [{host: github.com, ssh: {secretRef: {name: k}}}]}
  download: {rules: [{pattern: github.com/Zyx/*, mode: None}]}
crathens: {modules: [github.com/Zyx/tool]}
egress: {mode: Listed}
mesh: {revision: asm-1-30}
metrics: {}
logs: {openTelemetry: {namespace: observability, exporter: {endpoint: "loki.example.com:4317"}}}
edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, cache: {}}}
`)
	known := map[string]bool{
		"value: github.com/Zyx/*,github.com/!zyx/*": false, // AthensLookup
		"value: GOPROXY=https://mirror.example.com;GOPRIVATE=github.com/Zyx/*;GIT_CONFIG_COUNT=2;GIT_CONFIG_KEY_0=protocol.http.allow;GIT_CONFIG_VALUE_0=user;GIT_CONFIG_KEY_1=include.path;GIT_CONFIG_VALUE_1=/etc/athens/config/gitconfig": false, // GoCommand
		`download "github.com/Zyx/*" {`: false, // AthensDownload
		"github.com/Zyx/tool":           false, // a module, not a pattern
	}
	for _, o := range Objects(site) {
		text, err := yaml.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			if !strings.Contains(strings.ToLower(line), "zyx") {
				continue
			}
			if _, ok := known[line]; !ok {
				t.Errorf("%T: %s", o, line)
			}
			known[line] = true
		}
	}
	for line, seen := range known {
		if !seen {
			t.Errorf("no object has %q", line)
		}
	}
}
