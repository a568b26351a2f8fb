package helm

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// said is what an import of files has: the release, its objects, what is missing,
// and notes, a line each.
func said(t *testing.T, i Import) string {
	t.Helper()
	src, notes, err := i.Source()
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	var out strings.Builder
	fmt.Fprintf(&out, "release %s/%s\n", src.Namespace, src.Name)
	for _, o := range src.Objects {
		id := krm.IDOf(o)
		fmt.Fprintf(&out, "%s %s", id.Kind, id.Name)
		if id.Kind == "Deployment" {
			c := tree.Items(o, "spec", "template", "spec", "containers")[0]
			fmt.Fprintf(&out, " %s x%s", tree.Text(c, "image"), tree.Text(o, "spec", "replicas"))
			for _, e := range tree.Items(c, "env") {
				if name := tree.Text(e, "name"); name == "ATHENS_STORAGE_TYPE" || name == "ATHENS_LOG_LEVEL" || name == "ATHENS_GOGET_WORKERS" {
					fmt.Fprintf(&out, " %s=%s", name, tree.Text(e, "value"))
				}
			}
		}
		out.WriteString("\n")
	}
	for _, m := range src.Missing {
		fmt.Fprintf(&out, "%s: %s: %s (matters: %v)\n", m.Verdict, m.Key, m.Text, m.Matters)
	}
	for _, n := range notes {
		fmt.Fprintf(&out, "note: %s\n", n)
	}
	return out.String()
}

func fileOf(name, content string) source.File {
	return source.File{Name: name, Content: []byte(content)}
}

const (
	rendersOwn = "note: rendered with the templates of athens-proxy 0.17.0 as this program knows them; pass the chart to use your own\n"
	beside     = "Secret athens-athens-proxy-secret\nService athens-athens-proxy\nServiceAccount athens-athens-proxy\n"
	athens     = "Deployment athens-athens-proxy docker.io/gomods/athens:v0.18.0 x1 ATHENS_GOGET_WORKERS=3 ATHENS_STORAGE_TYPE=disk"
	plain      = "release ns/athens\n" + athens + "\n" + beside
)

func TestImport_ReadsWhatAReleaseIsWrittenIn(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		with Import
		want string
	}{
		"no values.yaml":                  {"", Import{}, plain + rendersOwn},
		"settings win over files.yaml":    {"goGetWorkers: 7\n", Import{Set: []string{"goGetWorkers=9"}}, strings.Replace(plain, "WORKERS=3", "WORKERS=9", 1) + rendersOwn},
		"not a value of it.yaml":          {"replicaCount: 2\npodAnnotations: {a: b}\nimage: {tag: v0.18.0}\n", Import{}, strings.Replace(plain, "x1", "x2", 1) + "left out: podAnnotations.a: is not in the values of the chart, and changes nothing that it renders (matters: false)\n" + rendersOwn},
		"no effect.yaml":                  {"storage: {s3: {bucket: b}}\nconfigEnvVars: [{name: A, value: b, nme: c}]\n", Import{}, plain + "left out: storage.s3.bucket: has no effect: with the other values the chart does not use it (matters: false)\n" + rendersOwn},
		"a key of another chart.yaml":     {"redis: {image: x}\nathens-proxy: {goGetWorkers: 5}\n", Import{}, strings.Replace(plain, "WORKERS=3", "WORKERS=5", 1) + "left out: chart version: decides the version of Athens, and is not one of athens-proxy that this program knows: set image.tag to what runs (matters: false)\nnote: read the values under the key athens-proxy as those of athens-proxy, a part of another chart\n" + rendersOwn},
		"two keys.yaml":                   {"a: {goGetWorkers: 5}\nb: {storage: {type: s3}}\n", Import{}, "error: athens-proxy: the keys under a, b could each be values of athens-proxy: pass the chart that they are for\n"},
		"its own and those of a key.yaml": {"goGetWorkers: 3\nathens: {goGetWorkers: 5}\n", Import{}, "error: athens-proxy: both its own keys (goGetWorkers) and those under athens are values of athens-proxy: pass the chart that they are for\n"},
		"of another chart.yaml":           {"controller: {x: y}\n", Import{}, "error: athens-proxy: none of its keys (controller) is a value of athens-proxy: pass the chart that they are for\n"},
		"of Flux.yaml": {`
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: gomods}
---
apiVersion: helm.toolkit.fluxcd.io/v2beta1
kind: HelmRelease
metadata: {name: athens, namespace: flux-system}
spec:
  releaseName: athens
  targetNamespace: ns
  chart: {spec: {chart: athens-proxy, version: 0.14.7}}
  values: {configEnvVars: [{name: ATHENS_LOG_LEVEL, value: warn}, {name: ATHENS_STORAGE_TYPE, value: memory}]}
  valuesFrom: [{kind: Secret, name: more}]
`, Import{}, strings.Replace(strings.Replace(plain, "v0.18.0", "v0.16.0", 1), "x1", "x1 ATHENS_LOG_LEVEL=warn ATHENS_STORAGE_TYPE=memory", 1) +
			"left out: HelmRelease athens: spec.valuesFrom[0]: its values are in the Secret more: write them to a file and pass it with -f (matters: true)\n" +
			strings.Replace(rendersOwn, "0.17.0", "0.14.7", 1)},
		"of Argo CD.yaml": {`
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: athens, namespace: argocd}
spec:
  destination: {namespace: ns}
  sources:
  - {repoURL: https://git.example.com/values, ref: values}
  - {repoURL: https://git.example.com/more, path: more}
  - repoURL: https://charts.example.com
    chart: athens-proxy
    targetRevision: 9.9.9
    helm:
      valueFiles: [$values/athens.yaml]
      values: "goGetWorkers: 8"
      valuesObject: {goGetWorkers: 9}
      parameters: [{name: replicaCount, value: "2"}, {name: "annotations.a", value: "1,2", forceString: true}]
`, Import{}, strings.Replace(strings.Replace(plain, "x1", "x2", 1), "WORKERS=3", "WORKERS=9", 1) +
			"left out: Application athens: spec.sources[1]: its manifests are in a repository: import them with the objects of the release (matters: true)\n" +
			"left out: Application athens: spec.sources[2].helm.valueFiles[0]: the file $values/athens.yaml is not here: pass it with -f (matters: true)\n" +
			"left out: Application athens: chart version: decides the version of Athens, and is not one of athens-proxy that this program knows: set image.tag to what runs (matters: false)\n" + rendersOwn},
		"main.tf": {`
resource "helm_release" "athens" {
  name       = "athens"
  namespace  = "ns"
  repository = "https://charts.example.com"
  chart      = "athens-proxy"
  version    = "0.17.0"
  values = [
    <<-EOT
      goGetWorkers: 9
      storage:
        type: ${var.storage}
    EOT
    , yamlencode({ replicaCount = 2, configEnvVars = [{ name = "ATHENS_LOG_LEVEL", value = "${"warn"}" }] }),
    file("secret.yaml"),
  ]
  set {
    name  = "image.tag"
    value = "v0.17.1"
  }
  set {
    name  = "storage.s3.region"
    value = data.aws_region.here.name
  }
}
`, Import{}, strings.Replace(strings.Replace(strings.Replace(plain, "x1", "x2", 1), "WORKERS=3", "WORKERS=9", 1), "v0.18.0", "v0.17.1", 1)[:0] + "release ns/athens\nDeployment athens-athens-proxy docker.io/gomods/athens:v0.17.1 x2 ATHENS_GOGET_WORKERS=9 ATHENS_STORAGE_TYPE=disk ATHENS_LOG_LEVEL=warn\n" + beside +
			"left out: helm_release.athens: values[0]: storage.type: var.storage is not a literal: pass its value with --set (matters: true)\n" +
			"left out: helm_release.athens: set storage.s3.region: its value is not a literal: pass it with --set storage.s3.region=VALUE (matters: true)\n" +
			"left out: helm_release.athens: values[2]: file(\"secret.yaml\") is not a literal: pass its value with -f or --set, or the output of terraform show -json (matters: true)\n" + rendersOwn},
		"plan.json": {`{"format_version":"1.2","planned_values":{"root_module":{"child_modules":[{"resources":[{"address":"module.a.helm_release.athens","type":"helm_release",
"values":{"name":"athens","namespace":"ns","chart":"athens-proxy","version":"0.17.0","values":["goGetWorkers: 9\n",null],"set":[{"name":"replicaCount","value":"2","type":""}]}}]}]}}}`, Import{},
			strings.Replace(strings.Replace(plain, "x1", "x2", 1), "WORKERS=3", "WORKERS=9", 1) + "left out: module.a.helm_release.athens: values[1]: is not known before the plan is applied: pass it with -f or --set (matters: true)\n" + rendersOwn},
		"helm get all": {"NAME: athens\nLAST DEPLOYED: today\nNAMESPACE: ns\nSTATUS: deployed\n\nUSER-SUPPLIED VALUES:\nnull\n\nCOMPUTED VALUES:\nx: y\n\nHOOKS:\n---\nkind: Pod\n\nMANIFEST:\n---\n# Source: x\napiVersion: v1\nkind: Service\nmetadata: {name: athens}\n\nNOTES:\nkind of: you\n",
			Import{Release: "athens"}, "release ns/athens\nService athens\n"},
		"helm get all of another release": {"NAME: b\nNAMESPACE: ns\n\nHOOKS:\n\nMANIFEST:\n\nNOTES:\n", Import{Release: "athens"}, "error: --release athens: the output of helm get all is of the release b\n"},
		"objects.yaml":                    {"apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: athens}}\n", Import{}, "release ns/\nService athens\n"},
		"no release.tf":                   {"resource \"x\" \"y\" {}\n", Import{}, "error: no release.tf: has no resource helm_release\n"},
		"not HCL.tf":                      {"resource {{ \"hunter2\n", Import{}, "error: not HCL.tf: line 1: Invalid multi-line string\n"},
		"an ApplicationSet.yaml":          {"{apiVersion: argoproj.io/v1alpha1, kind: ApplicationSet}\n", Import{}, "error: an ApplicationSet.yaml: an ApplicationSet makes Applications in the cluster: pass one of them\n"},
	} {
		t.Run(name, func(t *testing.T) {
			c.with.Namespace = "ns"
			c.with.Files = []source.File{fileOf(name, c.file)}
			if diff := cmp.Diff(c.want, said(t, c.with)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Helm would take the last of two keys, the first of two documents, and read what
// a name in the values names.
func TestImport_RefusesHostileValues(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for i := range 8 {
		bomb += string(rune('b'+i)) + ": &" + string(rune('b'+i)) + " [" + strings.Repeat("*"+string(rune('a'+i))+",", 10) + "]\n"
	}
	for in, want := range map[string]string{
		"a: 1\na: 2\n":      "is repeated",
		"a: 1\n---\nb: 2\n": "values are one document",
		"- a\n":             "is not a map of keys",
		"a: [\n":            "v.yaml: ",
		bomb:                "its aliases mean too many nodes",
		"\x1f\x8b":          "is an archive",
	} {
		if got := said(t, Import{Files: []source.File{fileOf("v.yaml", in)}}); !strings.Contains(got, want) || !strings.HasPrefix(got, "error: ") {
			t.Errorf("%.20q: %s, want %s", in, got, want)
		}
	}
	for _, set := range []string{"replicaCount[99999999]=1", "storage.mongo.url=a,hunter2"} {
		if got := said(t, Import{Set: []string{set}}); !strings.HasPrefix(got, "error: ") || strings.Contains(got, "hunter2") {
			t.Errorf("%s: %s", set, got)
		}
	}
	deep := fileOf("deep.tf", "x = "+strings.Repeat("(", 100_000))
	if got := said(t, Import{Files: []source.File{deep}}); !strings.Contains(got, "brackets in 200 others") {
		t.Error(got)
	}
	secret := filepath.Join(t.TempDir(), "secret.yaml")
	if err := os.WriteFile(secret, []byte("replicaCount: 9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := said(t, Import{Files: []source.File{fileOf(secret, "goGetWorkers: 5\n")}}); !strings.Contains(got, "x1 ATHENS_GOGET_WORKERS=5") {
		t.Errorf("the file was read again: %s", got)
	}
}

// A file of values completes what an object names and does not hold.
func TestImport_TakesValuesOfAnotherFileFirst(t *testing.T) {
	release := fileOf("release.yaml", "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: athens, namespace: ns}\nspec: {chart: {spec: {chart: athens-proxy, version: 0.17.0}}, valuesFrom: [{kind: ConfigMap, name: base}], values: {goGetWorkers: 9}}\n")
	got := said(t, Import{Files: []source.File{release, fileOf("base.yaml", "goGetWorkers: 4\nreplicaCount: 2\n")}})
	want := strings.Replace(strings.Replace(plain, "x1", "x2", 1), "WORKERS=3", "WORKERS=9", 1) +
		"left out: HelmRelease athens: spec.valuesFrom[0]: taken from base.yaml (matters: false)\n" + rendersOwn
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// writeChart writes a chart's files; the first name is that of its Chart.yaml.
func writeChart(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const runs = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec: {replicas: {{ .Values.count }}, template: {spec: {containers: [{image: gomods/athens:v0.18.0}]}}}\n"

// Of a chart with others in it those count that have Athens, and those around.
func TestImport_TakesTheSubchartWithAthens(t *testing.T) {
	dir := writeChart(t, map[string]string{
		"Chart.yaml":                         "apiVersion: v2\nname: platform\nversion: 0.1.0\ndependencies: [{name: proxy, version: 0.1.0, alias: goproxy, condition: goproxy.enabled}, {name: other, version: 0.1.0, condition: other.enabled}, {name: extra, version: 0.1.0, condition: extra.enabled}]\n",
		"values.yaml":                        "goproxy: {enabled: true, count: 2, wrong: 1}\nextra: {enabled: false}\n",
		"templates/ingress.yaml":             "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: outer}\n",
		"charts/proxy/Chart.yaml":            "apiVersion: v2\nname: proxy\nversion: 0.1.0\n",
		"charts/proxy/values.yaml":           "count: 1\n",
		"charts/proxy/templates/athens.yaml": fmt.Sprintf(runs, "athens"),
		"charts/proxy/templates/test.yaml":   "apiVersion: v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n",
		"charts/other/Chart.yaml":            "apiVersion: v2\nname: other\nversion: 0.1.0\n",
		"charts/other/templates/x.yaml":      "apiVersion: v1\nkind: Service\nmetadata: {name: redis}\n",
		"charts/extra/Chart.yaml":            "apiVersion: v2\nname: extra\nversion: 0.1.0\n",
		"charts/extra/templates/x.yaml":      fmt.Sprintf(runs, "off"),
	})
	want := "release ns/athens\nIngress outer\nDeployment athens gomods/athens:v0.18.0 x2\n" +
		"left out: goproxy.wrong: is not in the values of the chart, and changes nothing that it renders (matters: false)\n" +
		"note: 1 objects are of charts without Athens, and stay with the release\n"
	if diff := cmp.Diff(want, said(t, Import{Chart: dir, Namespace: "ns"})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func strange(t *testing.T, template string) Import {
	return Import{Namespace: "ns", Chart: writeChart(t, map[string]string{
		"Chart.yaml":         "apiVersion: v2\nname: x\nversion: 0.1.0\n",
		"values.yaml":        "count: 1\nself: '{{ tpl .Values.self . }}'\n",
		"values.schema.json": `{"$ref": "http://127.0.0.1:1/schema.json"}`,
		"templates/a.yaml":   fmt.Sprintf(runs, "athens") + template,
	})}
}

// A stranger's chart sees no environment, file, cluster or name server, and its
// errors repeat no values.
func TestImport_ShowsAStrangersChartNothing(t *testing.T) {
	t.Setenv("HUSH", "hunter2")
	for template, want := range map[string]string{
		`{{ env "HUSH" }}`: "parse error at (x/templates/a.yaml:5): the template fails with these values: run helm template for its reason",
		`{{ .Files.Get "../../../../../../../etc/hostname" | quote | fail }}`:   `execution error at (x/templates/a.yaml:5:60): ""`,
		`{{ lookup "v1" "Secret" "ns" "name" | toJson | fail }}`:                `execution error at (x/templates/a.yaml:5:47): {}`,
		`{{ getHostByName "localhost" | quote | fail }}`:                        `execution error at (x/templates/a.yaml:5:39): ""`,
		`{{ .Values.self | fromJson | toString | int | index list "hunter2" }}`: "x/templates/a.yaml:5:46: the template fails with these values: run helm template for its reason",
	} {
		i := strange(t, template)
		if got := said(t, i); got != "error: "+i.Chart+": "+want+"\n" {
			t.Errorf("%s: got %s want %s", template, got, want)
		}
	}
}

// Templates that do not end are left running, so each has a process.
func TestImport_StopsAStrangersChart(t *testing.T) {
	if os.Getenv("SERVE") != "" {
		renderTime, renderMemory = 2*time.Second, 64<<20
		if err := Serve(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	t.Setenv("SERVE", "1")
	for template, want := range map[string]string{
		`{{ range until 9000 }}{{ range until 9000 }}{{ range until 9000 }}{{ end }}{{ end }}{{ end }}`: "does not end within 2s",
		`{{ tpl .Values.self . }}`:                                      "needs more than 64 MiB of memory",
		`{{ range until 999999999999 }}{{ end }}`:                       "needs more than 64 MiB of memory",
		`{{ repeat 999999999999 "x" }}`:                                 "Helm's engine crashes on it, most likely for want of memory",
		`{{ define "x" }}{{ template "x" }}{{ end }}{{ template "x" }}`: "needs more than 64 MiB of memory",
	} {
		i := strange(t, template)
		i.Self = []string{os.Args[0], "-test.run=^TestImport_StopsAStrangersChart$"}
		if got := said(t, i); !strings.HasPrefix(got, "error: "+i.Chart+": ") || !strings.HasSuffix(got, want+"\n") {
			t.Errorf("%s: %s", template, got)
		}
	}
	i := strange(t, "")
	here := said(t, i)
	i.Self = []string{os.Args[0], "-test.run=^TestImport_StopsAStrangersChart$"}
	if apart := said(t, i); apart != here || !strings.Contains(here, "Deployment athens") {
		t.Errorf("a process of its own says another thing: %s\n%s", apart, here)
	}
}

func TestImport_FollowsNoLinkOutOfAChart(t *testing.T) {
	i := strange(t, "")
	if err := os.Symlink(t.TempDir(), filepath.Join(i.Chart, "templates", "out")); err != nil {
		t.Fatal(err)
	}
	if got, want := said(t, i), "error: "+i.Chart+": templates/out: a link out of the chart is not followed: copy what it names\n"; got != want {
		t.Errorf("got %s want %s", got, want)
	}
}
