package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/sitetest"
)

// nodesOf are the manifests of a stream.
func nodesOf(t *testing.T, text string) []*yaml.Node {
	t.Helper()
	nodes, err := krm.ObjectsIn([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return nodes
}

func streamOf(t *testing.T, nodes ...*yaml.Node) string {
	t.Helper()
	var out strings.Builder
	if err := krm.WriteStream(&out, nodes...); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// What a command prints of a site, it prints of the site's manifests as well, as
// they are rendered and as a cluster has them.
func TestManifests_SayWhatTheSpecSays(t *testing.T) {
	for _, s := range examplesIn(t) {
		t.Run(s.Name, func(t *testing.T) {
			_, rendered, _ := runWith(s.Args("render"), "")
			live := streamOf(t, sitetest.Live(t, nodesOf(t, rendered)))
			dir := t.TempDir()
			for name, text := range map[string]string{"rendered.yaml": rendered, "live.yaml": live} {
				file := writeIn(t, dir, name, text)
				for _, args := range [][]string{{"graph"}, {"graph", "-o", "mermaid"}, {"graph", "-o", "dot"}, {"runbook"}, {"prove"}} {
					code, want, wrong := runWith(s.Args(args...), "")
					got, stdout, stderr := runWith(append(s.Args(args...), "--manifests", file), "")
					stdout = strings.ReplaceAll(stdout, " --manifests "+file, "")
					if got != code || stderr != wrong {
						t.Errorf("%q of %s: exit code %d, want %d: %s", args, name, got, code, stderr)
					}
					if diff := cmp.Diff(want, stdout); diff != "" {
						t.Errorf("%q of %s: -spec +manifests:\n%s", args, name, diff)
					}
				}
				if code, stdout, stderr := runWith(append(s.Args("graph", "-o", "html"), "--manifests", file), ""); code != 0 || stderr != "" || !strings.Contains(stdout, "<svg ") {
					t.Errorf("graph -o html of %s: exit code %d: %s", name, code, stderr)
				}
				if code, stdout, stderr := runWith(append(s.Args("diff"), "--manifests", file), ""); code != 0 || stderr != "" {
					t.Errorf("diff of %s: exit code %d: %s%s", name, code, stdout, stderr)
				}
			}
		})
	}
}

// Without any one of its objects, no picture and no runbook of a site is taken for
// the whole one.
func TestManifests_AMissingObjectIsNotKnown(t *testing.T) {
	for _, s := range sitetest.Sites(t, root+"/examples/laptop/site.yaml", root+"/examples/disk/site.yaml", root+"/examples/production/site.yaml") {
		t.Run(s.Name, func(t *testing.T) {
			_, rendered, _ := runWith(s.Args("render"), "")
			nodes := nodesOf(t, rendered)
			for i, o := range nodes {
				left := streamOf(t, slices.Delete(slices.Clone(nodes), i, i+1)...)
				for _, args := range [][]string{{"graph"}, {"runbook"}} {
					code, stdout, stderr := runWith(append(s.Args(args...), "--manifests", "-"), left)
					if code != notJudged || stdout == "" || !strings.Contains(stderr, krm.IDOf(o).String()+" is not among the manifests") {
						t.Errorf("%q without %s: exit code %d: %s", args, krm.IDOf(o), code, stderr)
					}
				}
			}
		})
	}
}

// Every overlay, as kustomize builds it, keeps its promises, and with its spec is
// drawn and described.
func TestManifests_OfEveryOverlay(t *testing.T) {
	for _, site := range kustomizations(t, "overlays/*/site") {
		dir := filepath.Dir(site)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			built, spec := krustyBuild(t, dir), writeIn(t, t.TempDir(), "site.yaml", krustyBuild(t, site))
			live := streamOf(t, sitetest.Live(t, nodesOf(t, built)))
			for name, text := range map[string]string{"built": built, "live": live} {
				for _, command := range []string{"check", "prove"} {
					code, stdout, stderr := runWith([]string{command, "--manifests", "-"}, text)
					if code != 0 || !strings.Contains(stderr, manifests.WithoutSpec) || strings.Contains(stdout, "✗") || strings.Contains(stdout, "AK801") {
						t.Errorf("%s of %s alone: exit code %d: %s%s", command, name, code, stdout, stderr)
					}
				}
				for _, args := range [][]string{{"graph"}, {"runbook"}, {"check"}, {"prove"}} {
					if code, stdout, stderr := runWith(append(args, spec, "--manifests", "-"), text); code != 0 || stdout == "" {
						t.Errorf("%q of %s and its spec: exit code %d: %s", args, name, code, stderr)
					}
				}
			}
		})
	}
}

// Manifests without their spec, and a spec with manifests that the spec does not render.
func TestManifests_AreNotReadByHalf(t *testing.T) {
	file := writeIn(t, t.TempDir(), "both.yaml", fiveLines+"---\n"+foreignMap)
	for _, command := range []string{"check", "prove", "graph", "runbook"} {
		if _, _, stderr := runWith([]string{command, file}, ""); !strings.Contains(stderr, "the 1 manifests next to the AthensSite are not read") {
			t.Errorf("%s says nothing of the manifests: %s", command, stderr)
		}
	}
	_, rendered, _ := runWith([]string{"render", "-"}, fiveLines)
	for _, command := range []string{"graph", "runbook"} {
		if code, stdout, stderr := runWith([]string{command, "--manifests", "-"}, rendered); code != 1 || stdout != "" || !strings.Contains(stderr, "add -f FILE") {
			t.Errorf("%s without a spec: exit code %d: %s", command, code, stderr)
		}
		if code, stdout, stderr := runWith([]string{command, "--manifests", "-"}, fiveLines+"---\n"+rendered); code != 0 || stdout == "" {
			t.Errorf("%s with the spec among the manifests: exit code %d: %s", command, code, stderr)
		}
	}
}

// Documents that are no whole objects are things that are not known, and no panic.
func TestManifests_OfStrangers(t *testing.T) {
	dir := t.TempDir()
	spec := writeIn(t, dir, "site.yaml", fiveLines)
	_, rendered, _ := runWith([]string{"render", spec}, "")
	for _, odd := range []string{
		"apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: \"a\\e[31mb\", namespace: goproxy}\nspec: {action: CUSTOM, provider: {name: x}, rules: [{}]}\n",
		"a: b\n", "kind: Deployment\n", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n",
		"apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: goproxy, labels: {athens.gomods.io/site: goproxy.goproxy}}\n",
		"apiVersion: v1\nkind: Service\nmetadata: {name: \"a;b\", namespace: goproxy, labels: {athens.gomods.io/site: goproxy.goproxy}}\nspec: {selector: {}}\n",
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: goproxy, labels: {athens.gomods.io/site: goproxy.goproxy, app.kubernetes.io/name: athens}}\n",
		"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a, namespace: goproxy, labels: {athens.gomods.io/site: goproxy.goproxy}}\nspec: {hosts: [a], http: [{}, {redirect: {uri: /}}, {route: [{}, {}]}]}\n",
		"apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: istio-system, labels: {athens.gomods.io/site: goproxy.goproxy}}\nspec: {action: DENY, rules: [{}]}\n",
		"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a, namespace: goproxy, labels: {athens.gomods.io/site: goproxy.goproxy, app.kubernetes.io/name: athens}}\nspec: {scaleTargetRef: {name: goproxy-athens}}\n",
		"apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a, namespace: goproxy, labels: {athens.gomods.io/site: goproxy.goproxy, app.kubernetes.io/name: crathens}}\n",
		"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: goproxy, labels: {athens.gomods.io/site: goproxy.goproxy}}\nspec: {rules: [{host: a}, {http: {paths: [{path: /, backend: {resource: {kind: A, name: b}}}]}}]}\n",
	} {
		file := writeIn(t, dir, "m.yaml", rendered+"---\n"+odd)
		for _, args := range [][]string{{"check"}, {"prove"}, {"graph"}, {"graph", "-o", "html"}, {"graph", "-o", "dot"}, {"runbook"}, {"diff"}} {
			code, stdout, stderr := runWith(append(args, spec, "--manifests", file), "")
			if stdout == "" && stderr == "" || strings.Contains(stdout, "a;b ") || strings.Contains(stdout+stderr, "\x1b") {
				t.Errorf("%q of %s: exit code %d: %s%s", args, odd, code, stdout, stderr)
			}
		}
	}
}

const foreignMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: other}\n"
