package generators

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	corev1 "k8s.io/api/core/v1"
)

// agentLogs are the settings that the agent of Container Insights reads of those that
// a site writes: build/common/installer/scripts/tomlparser.rb of
// github.com/microsoft/Docker-Provider at b78055842 of 2024-10-08. It ignores any other
// key, and a table without enabled.
type agentLogs struct {
	Logs struct {
		Stdout, Stderr struct {
			Enabled           *bool
			ExcludeNamespaces []string `toml:"exclude_namespaces"`
		}
		Schema struct {
			Version string `toml:"containerlog_schema_version"`
		}
		Metadata struct {
			Enabled *bool
			Fields  []string `toml:"include_fields"`
		} `toml:"metadata_collection"`
	} `toml:"log_collection_settings"`
}

// agentFields are the names in include_fields that it knows, in lower case. Without
// one of them it collects no metadata.
var agentFields = []string{"podlabels", "podannotations", "poduid", "image", "imageid", "imagerepo", "imagetag"}

// ignored is what the agent does not take of its ConfigMap. It rejects another
// schema-version (kubernetes/linux/main.sh) and cuts config-version at ten characters.
func ignored(t *testing.T, m *corev1.ConfigMap) (out []string) {
	t.Helper()
	if m.Name != "container-azm-ms-agentconfig" || m.Namespace != "kube-system" {
		out = append(out, "the agent mounts another ConfigMap")
	}
	if m.Data["schema-version"] != "v1" || len(m.Data["config-version"]) > 10 {
		out = append(out, "versions")
	}
	const settings = "log-data-collection-settings"
	for _, key := range slices.Sorted(maps.Keys(m.Data)) {
		if !slices.Contains([]string{"schema-version", "config-version", settings}, key) {
			out = append(out, "file "+key)
		}
	}
	var read agentLogs
	meta, err := toml.Decode(m.Data[settings], &read)
	if err != nil {
		return append(out, err.Error())
	}
	for _, key := range meta.Undecoded() {
		out = append(out, "key "+key.String())
	}
	l := &read.Logs
	for _, enabled := range []*bool{l.Stdout.Enabled, l.Stderr.Enabled, l.Metadata.Enabled} {
		if enabled == nil {
			out = append(out, "a table without enabled")
		}
	}
	if l.Schema.Version != "v1" && l.Schema.Version != "v2" {
		out = append(out, "schema "+l.Schema.Version)
	}
	for _, field := range l.Metadata.Fields {
		if !slices.Contains(agentFields, strings.ToLower(field)) {
			out = append(out, "field "+field)
		}
	}
	if len(l.Metadata.Fields) == 0 {
		out = append(out, "no fields")
	}
	return out
}

// The agent of Container Insights takes every setting of its ConfigMap.
func TestAzureMonitor_TheAgentReadsEverySetting(t *testing.T) {
	for _, spec := range []string{"logs: {azureMonitor: {}}", "logs: {azureMonitor: {excludeNamespaces: [kube-system, team-b]}}"} {
		if got := ignored(t, find[*corev1.ConfigMap](t, Logs(newSite(t, spec)))); len(got) > 0 {
			t.Errorf("%s: the agent ignores %q", spec, got)
		}
	}
}

// Each of these is one that was sound.
func TestAzureMonitor_TheAgentIgnoresWhatIsWrong(t *testing.T) {
	for want, change := range map[string][2]string{
		"key log_collection_settings.stdout.exclude_namespace": {"exclude_namespaces", "exclude_namespace"},
		"key log_collection_settings.metadata":                 {"metadata_collection", "metadata"},
		"schema v3":                                            {`"v2"`, `"v3"`},
		"field labels":                                         {"podLabels", "labels"},
		"a table without enabled":                              {"enabled = true", ""},
		"incompatible types":                                   {"enabled = true", `enabled = "true"`},
	} {
		m := find[*corev1.ConfigMap](t, Logs(newSite(t, "logs: {azureMonitor: {}}")))
		const settings = "log-data-collection-settings"
		m.Data[settings] = strings.ReplaceAll(m.Data[settings], change[0], change[1])
		if got := ignored(t, m); !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
