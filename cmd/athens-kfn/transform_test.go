package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const referencesConfig = `apiVersion: athens.gomods.io/v1alpha1
kind: MeshReferences
metadata:
  name: references
` + functionHeader

// stale is what a site goproxy/goproxy is called in references before it is
// renamed.
var stale = regexp.MustCompile(`goproxy\.svc|/ns/goproxy/|^goproxy/|^[a-z]+://goproxy|[=/]goproxy-athens\.|namespace=\\?"goproxy|=\\?"goproxy-(athens|lathens|crathens)\\?"`)

// TestMeshReferences renames every example with the real kustomize, in one
// layer and in two, and wants what its Istio objects name to exist. Without
// the transformer it does not.
func TestMeshReferences(t *testing.T) {
	kustomize := tool(t, "kustomize")
	for _, site := range examplesIn(t) {
		name, in := site.Name, site.Text
		t.Run(name, func(t *testing.T) {
			var keep []string
			for _, o := range renderedObjects(t, in) {
				if ns := o.namespace(); ns != "goproxy" && ns != "" && !strings.Contains(strings.Join(keep, " "), ns) {
					keep = append(keep, ns)
				}
			}
			for layers, transformer := range map[string][2]string{
				"one layer":          {"", "transformers: [references.yaml]\n"},
				"two layers":         {"transformers: [references.yaml]\n", "transformers: [references.yaml]\n"},
				"the outermost only": {"", "transformers: [references.yaml]\n"},
				"without":            {"", ""},
			} {
				if layers != "one layer" && name != "production" {
					continue // each build starts three processes
				}
				dir := t.TempDir()
				config := referencesConfig + "spec: {keepNamespaces: [" + strings.Join(keep, ", ") + "]}\n"
				inner, outer := "namePrefix: acme-\n", "resources: [../inner]\nnameSuffix: -eu\nnamespace: proxy\n"
				if layers == "one layer" {
					inner, outer = "", "resources: [../inner]\nnamePrefix: acme-\nnameSuffix: -eu\nnamespace: proxy\n"
				}
				write(t, dir, map[string]string{
					"base/kustomization.yaml":  "generators: [site.yaml]\n",
					"base/site.yaml":           in,
					"inner/kustomization.yaml": "resources: [../base]\n" + inner + transformer[0],
					// Nothing has moved yet.
					"inner/references.yaml":    referencesConfig,
					"outer/kustomization.yaml": outer + transformer[1],
					"outer/references.yaml":    config,
				})
				built, stderr, err := host(t, "", kustomize, append(kustomizeFlags, filepath.Join(dir, "outer"))...)
				if err != nil {
					t.Fatalf("%s: %v\n%s", layers, err, stderr)
				}
				var problems []string
				objects := ours(objectsOf(t, built))
				for _, o := range objects {
					walk(o, func(s string) {
						if stale.MatchString(s) {
							problems = append(problems, o.id()+" still says "+s)
						}
					})
				}
				problems = append(problems, violations(objects)...)
				if layers == "without" {
					if len(problems) == 0 {
						t.Error("nothing is stale without the transformer: this test proves nothing")
					}
					continue
				}
				for _, p := range problems {
					t.Errorf("%s: %s", layers, p)
				}
				if strings.Contains(built, "internal.config.kubernetes.io") {
					t.Errorf("%s: notes of the host are in the output", layers)
				}
			}
		})
	}
}

// TestReferencesInKustomize builds the cases of testdata/references: where no
// namespace is known, references keep their form, and a warning says so.
func TestReferencesInKustomize(t *testing.T) {
	kustomize := tool(t, "kustomize")
	for _, dir := range kustomizations(t, "testdata/references/*") {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			built, stderr := kustomizeBuild(t, kustomize, dir)
			compare(t, filepath.Join(dir, "output.yaml.golden"), built)
			compare(t, filepath.Join(dir, "warnings.txt"), stderr)
		})
	}
}

func renderedObjects(t *testing.T, site string) []object {
	t.Helper()
	code, stdout, stderr := runWith([]string{"render", "-"}, site)
	if code != 0 {
		t.Fatal(stderr)
	}
	return objectsOf(t, stdout)
}

// TestTransformerExamples builds the examples of transformers.
func TestTransformerExamples(t *testing.T) {
	kustomize := tool(t, "kustomize")
	for example, want := range map[string][]string{
		"mesh-references": {"host: acme-goproxy-athens-eu.proxy.svc.cluster.local", "- proxy/acme-goproxy-eu", "namespace: aks-istio-ingress"},
		"mesh-enrolment":  {"istio.io/rev: asm-1-30", "appProtocol: http", "holdApplicationUntilProxyStarts: true", "terminationGracePeriodSeconds: 75"},
	} {
		wantBuilt(t, kustomize, filepath.Join(root, "examples/transformers", example), want)
	}
}

const enrolmentConfig = `apiVersion: athens.gomods.io/v1alpha1
kind: MeshEnrolment
metadata: {name: enrolment}
spec: {workloads: [{name: app}]}
`

const appDeployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: app, namespace: shop}
spec:
  template:
    spec: {containers: []}
`

// TestTransformerAsPlugin is kustomize's older form, as kubectl has it.
func TestTransformerAsPlugin(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"config.yaml": enrolmentConfig})
	code, stdout, stderr := runWith([]string{filepath.Join(dir, "config.yaml")}, appDeployment)
	if code != 0 || stderr != "" || !strings.Contains(stdout, `sidecar.istio.io/inject: "true"`) {
		t.Errorf("exit code %d, stderr %s, stdout\n%s", code, stderr, stdout)
	}
}

// TestTransformerBesideSite wants a site rendered although the configuration of
// a transformer lies beside it, as in a package of kpt.
func TestTransformerBesideSite(t *testing.T) {
	code, stdout, stderr := runWith([]string{"render", "-"}, fiveLines+"---\n"+enrolmentConfig)
	if code != 0 || !strings.Contains(stdout, "kind: Deployment") {
		t.Errorf("render: exit code %d, %s", code, stderr)
	}
	if list := function(t, listOf(fiveLines, enrolmentConfig)); !strings.Contains(list, "kind: Deployment") || !strings.Contains(list, "kind: MeshEnrolment") {
		t.Errorf("function:\n%s", list)
	}
}

// TestTransformerInKpt runs both kinds of function in one package, twice.
func TestTransformerInKpt(t *testing.T) {
	kpt := tool(t, "kpt")
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"Kptfile":   kptfile + "  - {exec: athens-kfn, configPath: enrol.yaml}\n",
		"site.yaml": kptSite, "enrol.yaml": enrolmentConfig, "app.yaml": appDeployment,
	})
	first := renderedTwice(t, kpt, dir)
	if !strings.Contains(first["app.yaml"], `sidecar.istio.io/inject: "true"`) {
		t.Errorf("the workload became\n%s", first["app.yaml"])
	}
}

// An edit would reach one of two, and leave the object as it was for a program that reads
// the other.
func TestTransformersRefuseRepeatedKeys(t *testing.T) {
	const list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  apiVersion: athens.gomods.io/v1alpha1\n  metadata: {name: a}\n"
	const web = "items:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: web}\n  spec: {template: {metadata: {labels: {a: b}, labels: {c: d}}}}\n"
	const foreign = "- apiVersion: example.com/v1\n  kind: Foreign\n  metadata: {name: x}\n  spec: {a: b, a: c}\n"
	for config, want := range map[string]string{
		"  kind: MeshEnrolment\n  spec: {workloads: [{name: web}]}\n":    "web: line 12: spec.template.metadata.labels: is repeated, first in line 12",
		"  kind: MeshReferences\n  spec: {namePrefix: p-}\n":             "web: line 12: spec.template.metadata.labels: is repeated",
		"  kind: MeshEnrolment\n  kind: MeshReferences\n  spec: {}\n":    "line 7: functionConfig.kind: is repeated, first in line 6",
		"  kind: MeshReferences\n  spec: {namespace: {}, namespace: }\n": "line 7: functionConfig.spec.namespace: is repeated",
	} {
		code, _, stderr := runWith(nil, list+config+web+foreign)
		if code != 1 || !strings.Contains(stderr, want) || strings.Contains(stderr, "spec.a:") {
			t.Errorf("exit code %d, want %q: %s", code, want, stderr)
		}
	}
}
