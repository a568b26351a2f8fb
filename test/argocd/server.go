// Package argocd replaces Argo CD's plugin server: it reads a plugin.yaml
// and runs the commands in it as cmpserver/plugin/plugin.go of Argo CD does.
package argocd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"
)

// Plugin is what the server reads of a ConfigManagementPlugin.
type Plugin struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec Spec `json:"spec"`
}

// Spec holds the commands.
type Spec struct {
	Discover struct {
		Find Command `json:"find"`
	} `json:"discover"`
	Generate   Command `json:"generate"`
	Parameters struct {
		Dynamic Command `json:"dynamic"`
	} `json:"parameters"`
}

// Command is one argv: no shell reads it.
type Command struct {
	Command []string `json:"command"`
	Args    []string `json:"args,omitempty"`
}

// ReadPlugin reads a plugin.yaml. The server passes over fields that it does not
// know; here they are an error, because they would do nothing.
func ReadPlugin(file string) (*Plugin, error) {
	in, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p := &Plugin{}
	return p, yaml.UnmarshalStrict(in, p)
}

// Source is spec.source.plugin of an Application.
type Source struct {
	Name       string      `json:"name"`
	Env        []Env       `json:"env,omitempty"`
	Parameters []Parameter `json:"parameters,omitempty"`
}

// Env is one entry of plugin.env.
type Env struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Parameter is one entry of plugin.parameters.
type Parameter struct {
	Name   string            `json:"name"`
	String *string           `json:"string,omitempty"`
	Array  []string          `json:"array,omitempty"`
	Map    map[string]string `json:"map,omitempty"`
}

var notInVariables = regexp.MustCompile("[^A-Z0-9_]")

func escaped(name string) string {
	return notInVariables.ReplaceAllString(strings.ToUpper(name), "_")
}

// Environ is what the repo server sends along with an application: its build
// environment, plugin.env, and the parameters both as JSON and one by one. A
// source that is nil is an Application without plugin, found by discovery.
func (s *Source) Environ() ([]string, error) {
	env := []string{
		"ARGOCD_APP_NAME=goproxy", "ARGOCD_APP_NAMESPACE=goproxy", "ARGOCD_APP_PROJECT_NAME=default",
		"ARGOCD_APP_REVISION=0123456789abcdef0123456789abcdef01234567", "ARGOCD_APP_SOURCE_PATH=site",
		"ARGOCD_APP_SOURCE_REPO_URL=https://git.example.com/platform/goproxy.git", "ARGOCD_APP_SOURCE_TARGET_REVISION=main",
		"KUBE_VERSION=1.34.0", "KUBE_API_VERSIONS=v1,apps/v1",
	}
	if s == nil {
		return env, nil
	}
	for _, e := range s.Env {
		env = append(env, "ARGOCD_ENV_"+e.Name+"="+e.Value)
	}
	list, err := json.Marshal(s.Parameters)
	if err != nil {
		return nil, err
	}
	env = append(env, "ARGOCD_APP_PARAMETERS="+string(list))
	for _, p := range s.Parameters {
		base := "PARAM_" + escaped(p.Name)
		if p.String != nil {
			env = append(env, base+"="+*p.String)
		}
		for key, value := range p.Map {
			env = append(env, base+"_"+escaped(key)+"="+value)
		}
		for i, value := range p.Array {
			env = append(env, fmt.Sprintf("%s_%d=%s", base, i, value))
		}
	}
	return env, nil
}

// Server is a sidecar in which a plugin's commands run.
type Server struct {
	// Bin is the folder in which commands are found, the whole of PATH.
	Bin string
	// Root confines a command to this directory, as user 999. Empty is the
	// machine's root, as this process's user.
	Root string
}

// Run runs a command in the directory of an application and returns its stdout
// without the last newline. The error holds its stderr, which is shown to
// empty if there is none.
func (s Server) Run(c Command, dir string, environ []string) (string, error) {
	cmd := &exec.Cmd{
		Path: filepath.Join(s.Bin, c.Command[0]), Args: append(append([]string{}, c.Command...), c.Args...),
		Dir: dir, Env: append([]string{"PATH=" + s.Bin, "HOME=/"}, environ...),
	}
	if s.Root != "" {
		if err := confine(cmd, s.Root); err != nil {
			return "", err
		}
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return strings.TrimSuffix(stdout.String(), "\n"), fmt.Errorf("`%s` failed %w: %s", strings.Join(cmd.Args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSuffix(stdout.String(), "\n"), nil
}
