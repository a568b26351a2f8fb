package argocd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/buildtest"
)

const root = "../.."

var bin string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "argocd")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		bin = dir
		if err := buildtest.Into(dir, root, "athens-kfn"); err != nil {
			panic(err)
		}
		return m.Run()
	}())
}

const site = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
spec:
  host: goproxy.example.com
  athens: {version: v0.17.0}
  region: east
  regions:
  - {name: west, overrides: {host: west.example.com}}
  - {name: east}
`

func plugin(t *testing.T) *Plugin {
	t.Helper()
	p, err := ReadPlugin(filepath.Join(root, "deploy/argocd/plugin.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func write(t *testing.T, dir string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func environ(t *testing.T, s *Source) []string {
	t.Helper()
	env, err := s.Environ()
	if err != nil {
		t.Fatal(err)
	}
	return env
}

func word(s string) *string { return &s }

// TestGenerate sets a site in every form that an Application can have.
func TestGenerate(t *testing.T) {
	p, dir := plugin(t), write(t, t.TempDir(), map[string]string{"site.yaml": site})
	const unset = "- goproxy.example.com\n"
	for name, c := range map[string]struct {
		source *Source
		more   []string // of the environment
		want   []string
	}{
		"found by discovery":        {nil, nil, []string{unset, "athens:v0.17.0"}},
		"no parameters":             {&Source{}, nil, []string{unset}}, // null
		"an empty list":             {&Source{Parameters: []Parameter{}}, nil, []string{unset}},
		"an empty variable":         {&Source{}, []string{"ARGOCD_APP_PARAMETERS="}, []string{unset}},
		"blanks around it":          {&Source{}, []string{"ARGOCD_APP_PARAMETERS= [ ] "}, []string{unset}},
		"a name alone":              {&Source{Parameters: []Parameter{{Name: "host"}}}, nil, []string{unset}},
		"empty forms":               {&Source{}, []string{`ARGOCD_APP_PARAMETERS=[{"name":"host","array":[],"map":{}}]`}, []string{unset}},
		"a cleared field":           {&Source{Parameters: []Parameter{{Name: "host", String: word("")}}}, nil, []string{unset}},
		"PARAM of something else":   {&Source{}, []string{"PARAM_HOST=other.example.com"}, []string{unset}},
		"host":                      {&Source{Parameters: []Parameter{{Name: "host", String: word("new.example.com")}}}, nil, []string{"- new.example.com\n"}},
		"version":                   {&Source{Parameters: []Parameter{{Name: "athens.version", String: word("v0.18.0")}}}, nil, []string{"athens:v0.18.0"}},
		"region":                    {&Source{Parameters: []Parameter{{Name: "region", String: word("west")}}}, nil, []string{"- west.example.com\n"}},
		"region and host":           {&Source{Parameters: []Parameter{{Name: "host", String: word("new.example.com")}, {Name: "region", String: word("west")}}}, nil, []string{"- new.example.com\n"}},
		"replicas":                  {&Source{Parameters: []Parameter{{Name: "lathens.replicas", String: word("7")}}}, nil, []string{"replicas: 7\n"}},
		"an autoscaler":             {&Source{Parameters: []Parameter{{Name: "lathens.autoscaling.maxReplicas", String: word("7")}}}, nil, []string{"maxReplicas: 7\n"}},
		"plugin.env":                {&Source{Env: []Env{{"HOST", "env.example.com"}, {"REGION", ""}}}, nil, []string{"- env.example.com\n"}},
		"parameters over env":       {&Source{Env: []Env{{"HOST", "env.example.com"}}, Parameters: []Parameter{{Name: "host", String: word("new.example.com")}}}, nil, []string{"- new.example.com\n"}},
		"env where none is sent":    {&Source{Env: []Env{{"ATHENS_VERSION", "v0.18.0"}}, Parameters: []Parameter{{Name: "host", String: word("")}}}, nil, []string{"athens:v0.18.0", unset}},
		"what a shell would expand": {&Source{Parameters: []Parameter{{Name: "mesh.revision", String: word("1")}}}, nil, []string{"istio.io/rev: \"1\"\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := Server{Bin: bin}.Run(p.Spec.Generate, dir, append(environ(t, c.source), c.more...))
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range c.want {
				if !strings.Contains(out, w) {
					t.Errorf("no %q in what was made", w)
				}
			}
		})
	}
}

// TestGenerateProblems wants nothing printed and a reason with every problem:
// an empty answer without an error would delete the site.
func TestGenerateProblems(t *testing.T) {
	p := plugin(t)
	for name, c := range map[string]struct {
		files  map[string]string
		source *Source
		want   string
	}{
		"no site":           {map[string]string{"values.yaml": "a: b\n"}, nil, "no AthensSite"},
		"an empty place":    {nil, nil, "no AthensSite"},
		"a site below":      {map[string]string{"below/site.yaml": site}, nil, "no AthensSite"},
		"no YAML":           {map[string]string{"site.yaml": site, "z.yaml": "a: [\n"}, nil, "z.yaml"},
		"a wrong site":      {map[string]string{"site.yaml": site + "  hots: a\n"}, nil, "did you mean host?"},
		"no region chosen":  {map[string]string{"site.yaml": strings.Replace(site, "  region: east\n", "", 1)}, nil, "set it to one of west, east, or set the parameter region"},
		"unknown parameter": {map[string]string{"site.yaml": site}, &Source{Parameters: []Parameter{{Name: "replicas", String: word("3")}}}, "athens.replicas"},
		"unknown env":       {map[string]string{"site.yaml": site}, &Source{Env: []Env{{"HOSTNAME", "a"}}}, "ARGOCD_ENV_HOST"},
		"a wrong value":     {map[string]string{"site.yaml": site}, &Source{Parameters: []Parameter{{Name: "athens.replicas", String: word("many")}}}, "spec.regions[1].overrides.athens.replicas"},
		"one of two forms":  {map[string]string{"site.yaml": site}, &Source{Parameters: []Parameter{{Name: "region", Array: []string{"west"}}}}, "must be a string"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := Server{Bin: bin}.Run(p.Spec.Generate, write(t, t.TempDir(), c.files), environ(t, c.source))
			if err == nil || !strings.Contains(err.Error(), c.want) || out != "" {
				t.Errorf("error %v (want %q), stdout:\n%s", err, c.want, out)
			}
		})
	}
}

func TestDiscover(t *testing.T) {
	p := plugin(t)
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a site":                      {map[string]string{"goproxy.yml": site}, "goproxy.yml"},
		"a site that is no YAML":      {map[string]string{"site.yaml": site + "  a: [\n"}, "site.yaml"},
		"a site that is wrong":        {map[string]string{"site.yaml": site + "  a: b\n"}, "site.yaml"},
		"nothing":                     {nil, ""},
		"plain manifests":             {map[string]string{"a.yaml": "apiVersion: v1\nkind: Secret\n"}, ""},
		"no YAML of others":           {map[string]string{"a.yaml": "{{ template }}\n"}, ""},
		"a site below":                {map[string]string{"below/site.yaml": site}, ""},
		"a kustomization":             {map[string]string{"site.yaml": site, "kustomization.yaml": ""}, ""},
		"a kustomization, spelt .yml": {map[string]string{"site.yaml": site, "kustomization.yml": ""}, ""},
		"a Kustomization":             {map[string]string{"site.yaml": site, "Kustomization": ""}, ""},
	} {
		out, err := Server{Bin: bin}.Run(p.Spec.Discover.Find, write(t, t.TempDir(), c.files), nil)
		if err != nil || out != c.want {
			t.Errorf("%s: %q, want %q (error %v)", name, out, c.want, err)
		}
	}
}

// announced is what the server reads of an announcement.
type announced struct {
	Name           string            `json:"name"`
	Title          string            `json:"title"`
	Tooltip        string            `json:"tooltip"`
	Required       bool              `json:"required"`
	ItemType       string            `json:"itemType"`
	CollectionType string            `json:"collectionType"`
	String         string            `json:"string"`
	Array          []string          `json:"array"`
	Map            map[string]string `json:"map"`
}

func announce(t *testing.T, p *Plugin, dir string) []announced {
	t.Helper()
	out, err := Server{Bin: bin}.Run(p.Spec.Parameters.Dynamic, dir, environ(t, &Source{}))
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(out))
	dec.DisallowUnknownFields()
	var all []announced
	if err := dec.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestParameters wants what is announced to be what the site has: setting each
// parameter to its announced value changes nothing.
func TestParameters(t *testing.T) {
	p, dir := plugin(t), write(t, t.TempDir(), map[string]string{"site.yaml": site})
	values, set := map[string]string{}, &Source{}
	for _, a := range announce(t, p, dir) {
		values[a.Name] = a.String
		set.Parameters = append(set.Parameters, Parameter{Name: a.Name, String: &a.String})
		if a.Title == "" || a.Tooltip == "" || a.CollectionType != "string" {
			t.Errorf("%s is announced without words: %+v", a.Name, a)
		}
	}
	want := map[string]string{
		"region": "east", "host": "goproxy.example.com", "athens.version": "v0.17.0",
		"athens.replicas": "1", "athens.autoscaling.maxReplicas": "", "lathens.replicas": "2", "lathens.autoscaling.maxReplicas": "", "mesh.revision": "",
	}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Errorf("-want +announced:\n%s", diff)
	}
	unset, err := Server{Bin: bin}.Run(p.Spec.Generate, dir, environ(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	same, err := Server{Bin: bin}.Run(p.Spec.Generate, dir, environ(t, set))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(unset, same); diff != "" {
		t.Errorf("-unset +set to what was announced:\n%s", diff)
	}
	if n := len(announce(t, p, write(t, t.TempDir(), map[string]string{"site.yaml": "a: [\n"}))); n != len(want) {
		t.Errorf("%d parameters are announced for a site that cannot be read, want %d", n, len(want))
	}
}

// TestInAnEmptyRoot runs the commands as the sidecar does: user 999, and no
// file on the machine but the program and the application.
func TestInAnEmptyRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can change a command's root: skipped")
	}
	p, sidecar := plugin(t), t.TempDir()
	program, err := os.ReadFile(filepath.Join(bin, "athens-kfn"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, sidecar, map[string]string{"usr/local/bin/athens-kfn": string(program), "tmp/_cmp_server/app/site.yaml": site})
	if err := os.Chmod(filepath.Join(sidecar, "usr/local/bin/athens-kfn"), 0o755); err != nil {
		t.Fatal(err)
	}
	inside, outside := Server{Bin: "/usr/local/bin", Root: sidecar}, Server{Bin: bin}
	const app = "/tmp/_cmp_server/app"
	if _, err := inside.Run(p.Spec.Generate, "/nowhere", nil); err == nil {
		t.Fatal("a directory that is not in this root was found")
	}
	for _, c := range []Command{p.Spec.Discover.Find, p.Spec.Generate, p.Spec.Parameters.Dynamic} {
		got, err := inside.Run(c, app, environ(t, nil))
		if err != nil {
			t.Fatal(err)
		}
		want, err := outside.Run(c, filepath.Join(sidecar, app), environ(t, nil))
		if err != nil || want == "" {
			t.Fatal("outside nothing was printed", err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: -outside +inside:\n%s", c.Command, diff)
		}
	}
}
