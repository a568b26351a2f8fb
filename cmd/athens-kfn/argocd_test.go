package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/argocd"
	"github.com/gomods/athens-kfn/internal/sitetest"
)

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
		"over the region":           {site: sitetest.Regional, parameters: `[{"name":"host","string":"new.example.com"},{"name":"region","string":"west"}]`, out: []string{"- new.example.com\n"}, not: []string{"west.example.com", "goproxy.example.com"}},
		"a region alone":            {site: sitetest.Regional, parameters: `[{"name":"region","string":"west"}]`, out: []string{"- west.example.com\n", "replicas: 4\n"}},
		"a region that is not":      {site: sitetest.Regional, parameters: `[{"name":"region","string":"south"}]`, wrong: "spec.region: "},
		"no region":                 {site: sitetest.Regional, parameters: `null`, wrong: "spec.region: is not set, and this is about one cluster: set it to one of west, east, or set the parameter region of the Application\n"},
		"an alias of the region":    {site: sitetest.Regional, parameters: `[{"name":"lathens.replicas","string":"3"},{"name":"region","string":"west"}]`, out: []string{"replicas: 3\n"}, not: []string{"replicas: 4\n"}},
		"a map where none was":      {site: fiveLines, parameters: `[{"name":"lathens.autoscaling.maxReplicas","string":"7"}]`, out: []string{"maxReplicas: 7\n"}},
		"a map for a number":        {site: fiveLines, parameters: `[{"name":"lathens.replicas","map":{"min":"2","max":"7"}}]`, wrong: "must be a string"},
		"the old map as text":       {site: fiveLines, parameters: `[{"name":"lathens.replicas","string":"{min: 2, max: 7}"}]`, wrong: "spec.lathens.replicas.max: has moved to spec.lathens.autoscaling.maxReplicas"},
		"null where the map goes":   {site: fiveLines + "  lathens:\n", parameters: `[{"name":"lathens.replicas","string":"6"}]`, out: []string{"replicas: 6\n"}},
		"a word that looks like no": {site: fiveLines, parameters: `[{"name":"mesh.revision","string":"1"}]`, out: []string{"istio.io/rev: \"1\"\n"}},
		"a word for a number":       {site: fiveLines, parameters: `[{"name":"lathens.replicas","string":"three"}]`, wrong: "spec.lathens.replicas: "},
		"not even YAML":             {site: fiveLines, parameters: `[{"name":"lathens.replicas","string":"{"}]`, wrong: "is not YAML"},
		"a merge key in the way":    {site: strings.Replace(sitetest.Regional, "lathens: &lists {replicas: 4}", "<<: {lathens: &lists {replicas: 4}}", 1), parameters: `[{"name":"region","string":"west"},{"name":"lathens.replicas","string":"3"}]`, out: []string{"replicas: 3\n"}, not: []string{"replicas: 4\n"}},
		"a scalar in the way":       {site: fiveLines + "  lathens: 7\n", parameters: `[{"name":"lathens.replicas","string":"3"}]`, wrong: "spec.lathens: "},
		"the wrong form":            {site: fiveLines, parameters: `[{"name":"host","array":["a"]}]`, wrong: "must be a string"},
		"given twice":               {site: fiveLines, parameters: `[{"name":"host","string":"a.example.com"},{"name":"host"}]`, wrong: "is repeated; remove one"},
		"unknown":                   {site: fiveLines, parameters: `[{"name":"hots","string":"a"}]`, wrong: "known are region, host"},
		"no JSON":                   {site: fiveLines, parameters: `[`, wrong: argocd.ParametersVariable},
		"one host for two sites":    {site: fiveLines + "---\n" + strings.ReplaceAll(fiveLines, "goproxy", "second"), parameters: `[{"name":"host","string":"a.example.com"}]`, wrong: "2 sites"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, map[string]string{"site.yaml": c.site})
			t.Chdir(dir)
			t.Setenv(argocd.ParametersVariable, c.parameters)
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

// Manifests beside the site are printed as they are, whatever file, List or
// notation they are in, and so are sites: left out, they would be deleted.
func TestArgocdGenerate_DeploysWhatArgoCDWould(t *testing.T) {
	second := strings.ReplaceAll(fiveLines, "goproxy", "second")
	for name, c := range map[string]struct{ file, in, want string }{
		"by hand":              {"a.yaml", "apiVersion: v1 # by hand\nkind: Secret\nmetadata: {name: mine}\n", "apiVersion: v1 # by hand\nkind: Secret\nmetadata: {name: mine}\n"},
		"short name":           {"a.yml", aSecret, aSecret},
		"hidden":               {".a.yaml", aSecret, aSecret},
		"several, empty ones":  {"a.yaml", "---\n# nothing\n---\n" + aSecret + "---\n---\n" + strings.ReplaceAll(aSecret, "mine", "other") + "---\nnull\n", aSecret + "---\n" + strings.ReplaceAll(aSecret, "mine", "other")},
		"CRLF":                 {"a.yaml", strings.ReplaceAll(aSecret, "\n", "\r\n"), aSecret},
		"BOM":                  {"a.yaml", "\ufeff" + aSecret, aSecret},
		"aliases":              {"a.yaml", "apiVersion: v1\nkind: Secret\nmetadata: &m\n  name: mine\nx: *m\n", "apiVersion: v1\nkind: Secret\nmetadata: &m\n  name: mine\nx: *m\n"},
		"JSON":                 {"a.json", "{\n\t\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"mine\"}, \"x\": [1, 1.5e3, true, null, \"no\", \"\\ud83d\\ude00\\/\"]}", aSecret + "x:\n- 1\n- 1.5e3\n- true\n- null\n- \"no\"\n- \"\\U0001F600/\"\n"},
		"JSON with a BOM":      {"a.json", "\ufeff" + `{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "mine"}}`, aSecret},
		"two in JSON":          {"a.json", strings.Repeat(`{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "mine"}}`, 2), aSecret + "---\n" + aSecret},
		"a List":               {"a.yaml", asList(aSecret, aSecret), aSecret + "---\n" + aSecret},
		"a List in JSON":       {"a.json", `{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "mine"}}]}`, aSecret},
		"Lists in a List":      {"a.yaml", asList(asList(aSecret), aSecret), aSecret + "---\n" + aSecret},
		"a typed List":         {"a.yaml", strings.Replace(asList(aSecret), "List", "SecretList", 1), aSecret},
		"an empty List":        {"a.yaml", "apiVersion: v1\nkind: List\nitems:\n", ""},
		"aliases of a List":    {"a.yaml", "apiVersion: v1\nkind: List\nx: &x {name: mine}\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: *x\n", strings.Replace(aSecret, "\n  name: mine", " {name: mine}", 1)},
		"a chart's values":     {"values.yaml", "replicas: 3\nreplicas: 4\n", ""},
		"another JSON":         {"package.json", `{"name": "x"}`, ""},
		"left out by Argo CD":  {"a.yaml", "# +argocd:skip-file-rendering\n" + aSecret, ""},
		"another extension":    {"a.YAML", aSecret, ""},
		"in a folder":          {"more/a.yaml", aSecret, ""},
		"a folder's tool":      {"more/kustomization.yaml", "resources: [a.yaml]\n", ""},
		"a kustomization":      {"kustomization.yaml", "resources: [./site.yaml]\n", ""},
		"a site":               {"a.yaml", second, rendered(second)},
		"a site in a List":     {"a.yaml", asList(aSecret, second), aSecret + "---\n" + rendered(second)},
		"a site in JSON":       {"a.json", `{"apiVersion": "athens.gomods.io/v1alpha1", "kind": "AthensSite", "metadata": {"name": "second", "namespace": "second"}, "spec": {"host": "second.example.com"}}`, rendered(second)},
		"a site's alias":       {"a.yaml", asList(strings.Replace(second, "apiVersion", "&a\napiVersion", 1)) + "- <<: *a\n", rendered(second)},
		"a site's merged head": {"a.yaml", "apiVersion: v1\nkind: List\nx: &a {apiVersion: athens.gomods.io/v1alpha1, kind: AthensSite}\nitems:\n- <<: *a\n  metadata: {name: second, namespace: second}\n  spec: {host: second.example.com}\n", rendered(second)},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := argocdGenerate(t, map[string]string{"site.yaml": fiveLines, c.file: c.in})
			if code != 0 || stderr != "" {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			// What is there comes before what is made, which is in the order of the sites.
			want := strings.Replace(c.want, rendered(second), "", 1)
			if want != "" {
				want += "---\n"
			}
			want = strings.ReplaceAll(want, "---\n---\n", "---\n")
			if c.want != strings.Replace(c.want, rendered(second), "", 1) {
				want += rendered(second) + "---\n"
			}
			want += rendered(fiveLines)
			if stdout != want {
				t.Errorf("%.600s\nwant:\n%.600s", stdout, want)
			}
		})
	}
}

// What Argo CD would deploy and the plugin cannot judge is refused, with the file
// and the object.
func TestArgocdGenerate_RefusesTheRest(t *testing.T) {
	for name, c := range map[string]struct{ file, in, want string }{
		"a repeated key":        {"a.yaml", aSecret + "data: {a: x}\ndata: {b: x}\n", "a.yaml: line 6: Secret mine: data: is repeated, first in line 5: remove one"},
		"one deeper":            {"a.yaml", aSecret + "spec:\n  list:\n  - {x: 1, y: 2, x: 1}\n", "a.yaml: line 7: Secret mine: spec.list[0].x: is repeated"},
		"one in JSON":           {"a.json", "{\"apiVersion\": \"v1\", \"kind\": \"Secret\",\n\"kind\": \"Secret\"}", "a.json: line 2: Secret: kind: is repeated, first in line 1"},
		"one of a site":         {"a.yaml", strings.ReplaceAll(fiveLines, "goproxy", "second") + "spec: {}\n", "a.yaml: line 6: AthensSite second/second: spec: is repeated, first in line 4"},
		"one in a List":         {"a.yaml", asList(aSecret + "kind: Secret\n"), "a.yaml: line 8: Secret mine: kind: is repeated"},
		"a kind alone":          {"a.yaml", aSecret + "---\nkind: values\n", "a.yaml: line 6: values: has no apiVersion"},
		"no kind":               {"a.yaml", "apiVersion: v1\nmetadata: {name: x}\n", "a.yaml: line 1: this object has no kind"},
		"text among objects":    {"a.yaml", aSecret + "---\ntext\n", "a.yaml: line 6: this document is not an object"},
		"a list of objects":     {"a.yaml", "- " + strings.ReplaceAll(aSecret, "\n", "\n  "), "a.yaml: line 1: this document is not an object"},
		"a misspelt list":       {"a.yaml", "objects:\n- " + strings.ReplaceAll(aSecret, "\n", "\n  "), "a.yaml: line 1: this object has no kind"},
		"not YAML":              {"a.yaml", "a: [\n", "a.yaml: line "},
		"not JSON":              {"a.json", "{\n\"a\": 1,\n}", "a.json: line 3: not JSON"},
		"half of JSON":          {"a.json", "{\"a\": ", "a.json: line 1: not JSON: unexpected EOF"},
		"a List of text":        {"a.yaml", asList("text\n"), "a.yaml: line 4: items[0]: is not an object"},
		"a List of nothing":     {"a.yaml", "apiVersion: v1\nkind: List\nitems: 1\n", "a.yaml: line 3: items: is not a list"},
		"items without a kind":  {"a.yaml", "apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {name: x}\n", "a.yaml: line 4: this object has no kind"},
		"a ResourceList":        {"a.yaml", "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n", "a.yaml: line 1: a ResourceList is the input of a function"},
		"Jsonnet":               {"a.jsonnet", "{}", "a.jsonnet: is Jsonnet"},
		"a chart":               {"Chart.yaml", "apiVersion: v2\nname: x\n", "Chart.yaml: is a Helm chart"},
		"patches":               {"kustomization.yaml", "resources: [site.yaml]\npatches: [{path: x.yaml}]\n", "kustomization.yaml: line 2: patches changes what is deployed"},
		"a base":                {"Kustomization", "resources:\n- site.yaml\n- ../base\n", `Kustomization: line 3: resources has "../base"`},
		"a tool's object":       {"a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: tool\n  annotations: {config.kubernetes.io/local-config: 'true'}\n", "a.yaml: line 1: ConfigMap tool: is annotated config.kubernetes.io/local-config"},
		"a transformer":         {"a.yaml", "apiVersion: athens.gomods.io/v1alpha1\nkind: MeshReferences\nmetadata: {name: x}\n", "a.yaml: line 1: MeshReferences x: the plugin reads only AthensSite"},
		"one of kustomize":      {"a.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nmetadata: {name: x}\n", "a.yaml: line 1: Component x: is for kustomize"},
		"a generated one":       {"a.yaml", aSecret + "  labels: {app.kubernetes.io/managed-by: athens-kfn, athens.gomods.io/site: goproxy.goproxy}\n", "Secret mine has the labels of an object that is generated for the site goproxy.goproxy"},
		"a head of an alias":    {"a.yaml", "apiVersion: v1\nkind: List\nitems: [" + strings.Repeat("[", 2) + "]]]\n", "a.yaml: line 3: items[0]: is not an object"},
		"Lists without an end":  {"a.yaml", "apiVersion: v1\nkind: List\nitems: &i\n- {apiVersion: v1, kind: List, items: *i}\n", "mean too many nodes"},
		"more than is read":     {"a.yaml", "# " + strings.Repeat("x", 32<<20), "a.yaml: has more than 32 MiB"},
		"a link out of it":      {"a.yaml", "-> ../../else.yaml", "a.yaml: is a link to nothing in this directory"},
		"a link to a folder":    {"a.yaml", "-> folder", "a.yaml: is a directory, and only files are read"},
		"a link to nothing":     {"a.yaml", "-> gone.yaml", "a.yaml: is a link to nothing in this directory"},
		"a link to a device":    {"a.yaml", "-> /dev/zero", "a.yaml: is a link to nothing in this directory"},
		"a merged head":         {"a.yaml", "x: &x\n  apiVersion: athens.gomods.io/v1alpha1\n  kind: AthensSite\n<<: *x\nmetadata: {name: second, namespace: second}\nspec: {host: second.example.com}\n", "second/second: x: "},
		"a second, faulty site": {"a.yaml", strings.ReplaceAll(fiveLines, "goproxy", "second") + "  hots: x\n", "second/second: spec.hots: "},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := argocdGenerate(t, map[string]string{"site.yaml": fiveLines, c.file: c.in})
			if code != 1 || stdout != "" || !strings.Contains(stderr, c.want) {
				t.Errorf("exit code %d, %d bytes: %.400s\nwant: %s", code, len(stdout), stderr, c.want)
			}
		})
	}
}

// A link inside the directory is a file of it: so are the keys of a mounted
// ConfigMap.
func TestArgocdGenerate_FollowsLinksInside(t *testing.T) {
	code, stdout, stderr := argocdGenerate(t, map[string]string{"site.yaml": "-> ..data/site.yaml", "..data": "-> ..1", "..1/site.yaml": fiveLines})
	if code != 0 || stdout != rendered(fiveLines) {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

func TestArgocdDiscover(t *testing.T) {
	site := strings.ReplaceAll(fiveLines, "goproxy", "second")
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a site":          {map[string]string{"a.yaml": site}, "a.yaml\n"},
		"hidden":          {map[string]string{".a.yml": site}, ".a.yml\n"},
		"in JSON":         {map[string]string{"a.json": `{"apiVersion": "athens.gomods.io/v1alpha1", "kind": "AthensSite"}`}, "a.json\n"},
		"in a List":       {map[string]string{"a.yaml": asList(aSecret, site)}, "a.yaml\n"},
		"faulty":          {map[string]string{"a.yaml": site + "spec: {}\n"}, "a.yaml\n"},
		"not YAML":        {map[string]string{"a.yaml": site + "]\n"}, "a.yaml\n"},
		"none":            {map[string]string{"a.yaml": aSecret}, ""},
		"a kustomization": {map[string]string{"a.yaml": site, "kustomization.yml": "resources: [a.yaml]\n"}, ""},
		"a chart":         {map[string]string{"a.yaml": site, "Chart.yaml": "name: x\n"}, ""},
		"beside a link":   {map[string]string{"a.yaml": site, "b.yaml": "-> ../../b.yaml"}, "a.yaml\n"},
	} {
		t.Run(name, func(t *testing.T) {
			fillDir(t, c.files)
			if code, stdout, stderr := runWith([]string{"argocd", "discover"}, ""); code != 0 || stdout != c.want {
				t.Errorf("exit code %d, %q, want %q: %s", code, stdout, c.want, stderr)
			}
		})
	}
}

const aSecret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: mine\n"

func asList(objects ...string) string {
	out := "apiVersion: v1\nkind: List\nitems:\n"
	for _, o := range objects {
		out += "- " + strings.ReplaceAll(strings.TrimSuffix(o, "\n"), "\n", "\n  ") + "\n"
	}
	return out
}

func rendered(site string) string {
	_, out, _ := runWith([]string{"render", "-"}, site)
	return out
}

// fillDir makes a directory of files, or links where they begin with an arrow,
// and works there.
func fillDir(t *testing.T, files map[string]string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "app")
	if err := os.MkdirAll(filepath.Join(dir, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if to, is := strings.CutPrefix(content, "-> "); is {
			if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
				t.Skip(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, dir, map[string]string{name: content})
	}
	t.Chdir(dir)
}

func argocdGenerate(t *testing.T, files map[string]string) (code int, stdout, stderr string) {
	t.Helper()
	fillDir(t, files)
	return runWith([]string{"argocd", "generate"}, "")
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
