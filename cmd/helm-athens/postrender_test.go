package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// at walks into a decoded object; numbers are places in a list.
func at(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch key := step.(type) {
		case string:
			v = v.(map[string]any)[key]
		case int:
			v = v.([]any)[key]
		}
	}
	return v
}

func siteFile(t *testing.T, site string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "site.yaml")
	if err := os.WriteFile(file, []byte(site), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestPostRender runs a chart like athens-proxy through the real Helm, and
// wants its Athens where the site's own would be.
func TestPostRender(t *testing.T) {
	file := siteFile(t, productionLike)
	helms(t, func(t *testing.T, helm func(...string) (string, string, error)) {
		chart := []string{"template", "r", "testdata/chart", "-n", "modules", "-f", "testdata/values.yaml"}
		args := slices.Concat(chart, []string{"--post-renderer", "athens-post-render"})
		if strings.HasSuffix(t.Name(), "v3") {
			args = slices.Concat(chart, []string{"--post-renderer", filepath.Join(pluginDir, "plugins/athens/bin/helm-athens"), "--post-renderer-args", "post-render"})
		}
		args = append(args, "--post-renderer-args", file)
		// Helm 4 keeps what a post-renderer prints on stderr to itself.
		want := "exited with error"
		if strings.HasSuffix(t.Name(), "v3") {
			want = "Service modules/r-athens-like: port 80: pods of the cluster that call it would lose it"
		}
		if out, stderr, err := helm(args...); err == nil || out != "" || !strings.Contains(stderr, want) {
			t.Errorf("the Service is cut silently: %v\n%s", err, stderr)
		}
		out, stderr, err := helm(append(args, "--post-renderer-args", "--accept-cut")...)
		if err != nil {
			t.Fatalf("%v\n%s", err, stderr)
		}
		got, site := objects(t, out), rendered(t, productionLike)
		plain, stderr, err := helm(chart...)
		if err != nil {
			t.Fatalf("%v\n%s", err, stderr)
		}
		was := objects(t, plain)

		// Everything of the chart is there. Only its Deployment is another, and its
		// Service, whose port says what it speaks. Helm 3 keeps hooks to itself.
		for id := range was {
			diff := cmp.Diff(was[id], got[id])
			if kind, _, _ := strings.Cut(id, " "); (diff != "") != slices.Contains([]string{"Deployment", "Service"}, kind) && kind != "Pod" {
				t.Errorf("%s: -chart +post-rendered:\n%s", id, diff)
			}
		}
		// Everything of the site is there, but what the chart brings.
		brings := map[string]bool{}
		for id, was := range site {
			if got[id] == nil {
				brings[id] = true
			} else if diff := cmp.Diff(was, got[id]); diff != "" {
				t.Errorf("%s: -site +post-rendered:\n%s", id, diff)
			}
		}
		if diff := cmp.Diff(map[string]bool{
			"Namespace modules": true, "ServiceAccount modules/goproxy-athens": true, "Deployment modules/goproxy-athens": true,
			"HorizontalPodAutoscaler modules/goproxy-athens": true, "PodDisruptionBudget modules/goproxy-athens": true,
		}, brings); diff != "" {
			t.Errorf("left out of the site: -want +got:\n%s", diff)
		}

		// The site's Services find the chart's pods, by labels and by port.
		athens := got["Deployment r-athens-like"]
		labels := at(t, athens, "spec", "template", "metadata", "labels").(map[string]any)
		for _, service := range []string{"Service modules/goproxy-athens", "Service modules/goproxy-list", "Service r-athens-like"} {
			for key, want := range at(t, got[service], "spec", "selector").(map[string]any) {
				if labels[key] != want {
					t.Errorf("%s looks for %s: %v, the pods have %v", service, key, want, labels[key])
				}
			}
		}
		if got := labels["app.kubernetes.io/managed-by"]; got != nil {
			t.Errorf("the chart's pods are said to be managed by %v", got)
		}
		container := at(t, athens, "spec", "template", "spec", "containers", 0)
		if got := at(t, container, "ports", 0, "name"); got != "http" {
			t.Errorf("the port is named %v", got)
		}
		if got := at(t, container, "ports", 0, "containerPort"); got != 3000 {
			t.Errorf("the port is %v", got)
		}
		if got := at(t, athens, "spec", "template", "spec", "terminationGracePeriodSeconds"); got != 80 {
			t.Errorf("the pods have %v seconds to stop", got)
		}
		if got := at(t, athens, "spec", "template", "spec", "enableServiceLinks"); got != false {
			t.Errorf("enableServiceLinks is %v", got)
		}
		if diff := cmp.Diff(at(t, was["Deployment r-athens-like"], "spec", "selector"), at(t, athens, "spec", "selector")); diff != "" {
			t.Errorf("a selector cannot change in an upgrade: -chart +post-rendered:\n%s", diff)
		}
	})
}

const minimal = "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: modules}\nspec: {host: goproxy.example.com}\n"

// TestPostRenderTwice feeds the output back in.
func TestPostRenderTwice(t *testing.T) {
	for _, release := range []string{"anchored", "every-entry", "no-mesh"} {
		dir := filepath.Join("testdata/post-render", release)
		args := []string{"post-render", "--accept-cut", filepath.Join(dir, "site.yaml")}
		in, err := os.ReadFile(filepath.Join(dir, "release.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		code, first, once := runWith(args, string(in))
		if code != 0 {
			t.Fatal(once)
		}
		if _, second, twice := runWith(args, first); first != second || once != twice {
			t.Errorf("%s: -first +second:\n%s%s", release, cmp.Diff(first, second), cmp.Diff(once, twice))
		}
	}
}

// TestPostRender_EditsNothingThroughAliases shares nodes between the fields that
// are edited and others.
func TestPostRender_EditsNothingThroughAliases(t *testing.T) {
	in := `apiVersion: apps/v1
kind: Deployment
metadata: {name: x, labels: &labels {app: x}}
spec:
  selector: {matchLabels: *labels}
  template:
    metadata: {labels: *labels}
    spec:
      terminationGracePeriodSeconds: &seconds 5
      containers:
      - {name: x, ports: &ports [{containerPort: &port 3000}], image: "athens:v0.18.0", env: [{name: ATHENS_STORAGE_TYPE, value: disk}], <<: {workingDir: /x}}
      - {name: y, ports: *ports, livenessProbe: {tcpSocket: {port: *port}, periodSeconds: *seconds}}
`
	code, out, stderr := runWith([]string{"post-render", siteFile(t, minimal)}, in)
	if code != 0 {
		t.Fatal(stderr)
	}
	deployment := objects(t, out)["Deployment x"]
	pods := at(t, deployment, "spec", "template", "spec")
	if got := []any{
		at(t, deployment, "metadata", "labels"), at(t, deployment, "spec", "selector", "matchLabels"),
		at(t, pods, "containers", 1, "ports"), at(t, pods, "containers", 1, "livenessProbe"), at(t, pods, "containers", 0, "workingDir"),
	}; !cmp.Equal(got, []any{
		map[string]any{"app": "x"}, map[string]any{"app": "x"},
		[]any{map[string]any{"containerPort": 3000}}, map[string]any{"tcpSocket": map[string]any{"port": 3000}, "periodSeconds": 5}, "/x",
	}) {
		t.Errorf("changed: %v", got)
	}
	if labels := at(t, deployment, "spec", "template", "metadata", "labels").(map[string]any); labels["app"] != "x" || len(labels) < 3 {
		t.Errorf("the pods have the labels %v", labels)
	}
	if got := at(t, pods, "terminationGracePeriodSeconds"); got != 80 {
		t.Errorf("the pods have %v seconds to stop", got)
	}
}

// TestPostRenderMistakes wants nothing printed.
func TestPostRenderMistakes(t *testing.T) {
	athens := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: {spec: {containers: [{env: [{name: ATHENS_STORAGE_TYPE}]}]}}}\n"
	bomb := "---\napiVersion: v1\nkind: X\nmetadata: {name: x}\na: &a [x]\n"
	for before, name := "a", 'b'; name < 'z'; before, name = string(name), name+1 {
		bomb += string(name) + ": &" + string(name) + " [" + strings.Repeat("*"+before+", ", 9) + "]\n"
	}
	for name, tc := range map[string]struct{ site, in, want string }{
		"no athens":                {productionLike, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n", "0 Deployments"},
		"two":                      {productionLike, athens + "---\n" + athens, "2 Deployments"},
		"bad site":                 {strings.Replace(productionLike, "host:", "hots:", 1), athens, "spec.hots"},
		"same names":               {productionLike, athens + "---\napiVersion: v1\nkind: Service\nmetadata: {name: goproxy-athens, namespace: modules}\n", "goproxy-athens"},
		"same names, no namespace": {productionLike, athens + "---\napiVersion: v1\nkind: Service\nmetadata: {name: goproxy-athens}\n", "Service modules/goproxy-athens is in the release"},
		"aliases":                  {productionLike, athens + bomb, "aliases"},
		"another namespace":        {productionLike, strings.Replace(athens, "{name: x}", "{name: x, namespace: y}", 1), "the release's Athens is in \"y\" and the site in \"modules\""},
		"not in the mesh":          {minimal, strings.Replace(athens, "{spec: {cont", `{metadata: {labels: {sidecar.istio.io/inject: "false"}}, spec: {cont`, 1), "is left as it is"},
		"too many":                 {minimal, athens + strings.Repeat("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: x}\n", 2000), "2001 objects"},
		"no list":                  {productionLike, "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: {a: b}}}}\n", "0 Deployments"},
	} {
		code, stdout, stderr := runWith([]string{"post-render", siteFile(t, tc.site)}, tc.in)
		if code != 1 || stdout != "" || !strings.Contains(stderr, tc.want) {
			t.Errorf("%s: code %d, stdout %q, stderr %q", name, code, stdout, stderr)
		}
	}
}
