package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	shell = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")
	other = regexp.MustCompile("(?ms)^```yaml\n# ([a-z.]+)\n(.*?)^```$")
)

// TestDocs runs every command of docs/hosts/helm.md, in order and in one
// folder, with the files that the page shows.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs/hosts/helm.md"))
	if err != nil {
		t.Fatal(err)
	}
	chart, err := filepath.Abs("testdata/chart")
	if err != nil {
		t.Fatal(err)
	}
	for version := range helmDirs {
		t.Run(version, func(t *testing.T) {
			env, _ := helmEnv(t, version)
			dir := t.TempDir()
			for _, f := range other.FindAllStringSubmatch(string(page), -1) {
				if err := os.WriteFile(filepath.Join(dir, f[1]), []byte(f[2]), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			blocks := shell.FindAllStringSubmatch(string(page), -1)
			if len(blocks) < 4 {
				t.Fatalf("the page has %d blocks of commands", len(blocks))
			}
			ran := 0
			for _, block := range blocks {
				if only := strings.HasPrefix(block[1], "# Helm "); only && !strings.HasPrefix(block[1], "# Helm "+version[1:]+"\n") {
					continue
				}
				cmd := exec.Command("bash", "-euc", block[1])
				cmd.Dir = dir
				cmd.Env = slices.Concat(env, []string{"CHART=" + chart})
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("%s%v\n%s", block[1], err, out)
				}
				ran++
			}
			if ran < 3 {
				t.Errorf("ran %d blocks only", ran)
			}
		})
	}
}

// TestPluginInstall installs the plugin folders as the page says.
func TestPluginInstall(t *testing.T) {
	for version, folders := range map[string][]string{"v3": {"athens"}, "v4": {"athens", "athens-post-render"}} {
		t.Run(version, func(t *testing.T) {
			env, helm := helmEnv(t, version)
			home := t.TempDir()
			env = append(env, "HELM_DATA_HOME="+home)
			if version == "v3" {
				env = append(env, "HELM_PLUGINS="+filepath.Join(home, "plugins"))
			}
			run := func(args ...string) string {
				cmd := exec.Command(helm, args...)
				cmd.Env = env
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Fatalf("helm %s: %v\n%s", strings.Join(args, " "), err, out)
				}
				return string(out)
			}
			for _, folder := range folders {
				run("plugin", "install", filepath.Join(pluginDir, "plugins", folder))
			}
			if list := run("plugin", "list"); strings.Count(list, "athens") < len(folders) {
				t.Errorf("installed are:\n%s", list)
			}
			if out := run("athens", "help"); !strings.Contains(out, "helm athens package") {
				t.Errorf("helm athens help:\n%s", out)
			}
		})
	}
}
