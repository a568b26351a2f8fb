package main

import (
	"strings"
	"testing"
)

const regional = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
spec:
  host: goproxy.example.com
  lathens: &lists {replicas: 4}
  regions:
  - {name: west, host: west.example.com, lathens: *lists}
  - {name: east}
`

// TestArgocdSettings writes settings into sites that say the same thing
// themselves, in each of the ways in which YAML lets them.
func TestArgocdSettings(t *testing.T) {
	for name, c := range map[string]struct {
		site, parameters string
		out, not         []string
		wrong            string
	}{
		"nothing set":               {site: fiveLines, parameters: `null`, out: []string{"goproxy.example.com"}},
		"over the spec":             {site: fiveLines, parameters: `[{"name":"host","string":"new.example.com"}]`, out: []string{"- new.example.com\n"}, not: []string{"goproxy.example.com"}},
		"over the region":           {site: regional, parameters: `[{"name":"host","string":"new.example.com"},{"name":"region","string":"west"}]`, out: []string{"- new.example.com\n"}, not: []string{"west.example.com", "goproxy.example.com"}},
		"a region alone":            {site: regional, parameters: `[{"name":"region","string":"west"}]`, out: []string{"- west.example.com\n", "replicas: 4\n"}},
		"a region that is not":      {site: regional, parameters: `[{"name":"region","string":"south"}]`, wrong: "spec.region: "},
		"no region":                 {site: regional, parameters: `null`, wrong: "spec.region: is not set, and this is about one cluster: set it to one of west, east, or set the parameter region of the Application\n"},
		"an alias of the region":    {site: regional, parameters: `[{"name":"lathens.replicas","string":"3"},{"name":"region","string":"west"}]`, out: []string{"replicas: 3\n"}, not: []string{"replicas: 4\n"}},
		"a map where none was":      {site: fiveLines, parameters: `[{"name":"lathens.replicas","map":{"min":"2","max":"7"}}]`, out: []string{"maxReplicas: 7\n"}},
		"a map as text":             {site: fiveLines, parameters: `[{"name":"lathens.replicas","string":"{min: 2, max: 7}"}]`, out: []string{"maxReplicas: 7\n"}},
		"null where the map goes":   {site: fiveLines + "  lathens:\n", parameters: `[{"name":"lathens.replicas","string":"6"}]`, out: []string{"replicas: 6\n"}},
		"a word that looks like no": {site: fiveLines, parameters: `[{"name":"mesh.revision","string":"1"}]`, out: []string{"istio.io/rev: \"1\"\n"}},
		"a word for a number":       {site: fiveLines, parameters: `[{"name":"lathens.replicas","string":"three"}]`, wrong: "spec.lathens.replicas: "},
		"not even YAML":             {site: fiveLines, parameters: `[{"name":"lathens.replicas","string":"{"}]`, wrong: "is no YAML"},
		"a merge key in the way":    {site: strings.Replace(regional, "lathens: &lists {replicas: 4}", "<<: {lathens: &lists {replicas: 4}}", 1), parameters: `[{"name":"lathens.replicas","string":"3"}]`, wrong: "merge key"},
		"a scalar in the way":       {site: fiveLines + "  lathens: 7\n", parameters: `[{"name":"lathens.replicas","string":"3"}]`, wrong: "spec.lathens: "},
		"the wrong form":            {site: fiveLines, parameters: `[{"name":"host","array":["a"]}]`, wrong: "must be a string"},
		"given twice":               {site: fiveLines, parameters: `[{"name":"host","string":"a.example.com"},{"name":"host"}]`, wrong: "given twice"},
		"unknown":                   {site: fiveLines, parameters: `[{"name":"hots","string":"a"}]`, wrong: "known are region, host"},
		"no JSON":                   {site: fiveLines, parameters: `[`, wrong: parametersVariable},
		"one host for two sites":    {site: fiveLines + "---\n" + strings.ReplaceAll(fiveLines, "goproxy", "second"), parameters: `[{"name":"host","string":"a.example.com"}]`, wrong: "2 sites"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, map[string]string{"site.yaml": c.site})
			t.Chdir(dir)
			t.Setenv(parametersVariable, c.parameters)
			code, stdout, stderr := runWith([]string{"argocd", "generate"}, "")
			if (code != 0) != (c.wrong != "") || !strings.Contains(stderr, c.wrong) || code != 0 && stdout != "" {
				t.Fatalf("exit code %d, stdout %d bytes, stderr (want %q):\n%s", code, len(stdout), c.wrong, stderr)
			}
			for _, w := range c.out {
				if !strings.Contains(stdout, w) {
					t.Errorf("no %q in what was made", w)
				}
			}
			for _, w := range c.not {
				if strings.Contains(stdout, w) {
					t.Errorf("%q is in what was made", w)
				}
			}
		})
	}
}

// TestArgocdSettingsStayInTheRegion wants what an alias stands for unchanged.
func TestArgocdSettingsStayInTheRegion(t *testing.T) {
	items, err := objectsIn([]byte(regional))
	if err != nil {
		t.Fatal(err)
	}
	set, err := argocdSettings([]string{parametersVariable + `=[{"name":"region","string":"west"},{"name":"lathens.replicas","string":"3"}]`})
	if err != nil {
		t.Fatal(err)
	}
	if err := set.apply(items); err != nil {
		t.Fatal(err)
	}
	spec := child(items[0], "spec")
	if n := child(child(spec, "lathens"), "replicas"); n.Value != "4" {
		t.Errorf("spec.lathens.replicas became %s", n.Value)
	}
	if n := child(child(chosen(spec), "lathens"), "replicas"); n.Value != "3" {
		t.Errorf("the region's lathens.replicas is %s", n.Value)
	}
}

// TestArgocdKeepsWhatIsBeside wants a user's manifests deployed with the site,
// and what is none for a cluster left out.
func TestArgocdKeepsWhatIsBeside(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"secret.yaml": "apiVersion: v1 # by hand\nkind: Secret\nmetadata: {name: mine}\n",
		"site.yaml":   fiveLines + "---\nkind: values\n",
		"tool.yaml":   "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: tool\n  annotations: {config.kubernetes.io/local-config: 'true'}\n",
		"values.yml":  "replicas: 3\n",
	})
	t.Chdir(dir)
	code, stdout, stderr := runWith([]string{"argocd", "generate"}, "")
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	_, rendered, _ := runWith([]string{"render", "-"}, fiveLines)
	want := "apiVersion: v1 # by hand\nkind: Secret\nmetadata: {name: mine}\n---\n" + strings.TrimPrefix(rendered, "---\n")
	if strings.TrimPrefix(stdout, "---\n") != want {
		t.Errorf("beside the site:\n%.400s\nwant:\n%.400s", stdout, want)
	}
}

func TestArgocdMisuse(t *testing.T) {
	for args, want := range map[string]string{
		"argocd":            "generate, parameters, discover and applicationset",
		"argocd genrate":    "generate, parameters, discover and applicationset",
		"argocd generate x": "takes no arguments",
	} {
		if code, _, stderr := runWith(strings.Fields(args), ""); code != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d: %s", args, code, stderr)
		}
	}
}
