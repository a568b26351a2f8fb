package check_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/check"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/sitetest"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/limits"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// rendered are the manifests of the examples, as each of their regions has them,
// and what kustomize makes of the overlays.
func rendered(t *testing.T) map[string][]*yaml.Node {
	t.Helper()
	out := map[string][]*yaml.Node{}
	for _, s := range sitetest.Sites(t, filepath.Join(root, "examples/*/site.yaml")) {
		nodes, err := krm.SitesIn([]byte(s.Text))
		if err != nil {
			t.Fatal(err)
		}
		list := &krm.ResourceList{Items: nodes}
		for _, site := range list.Load() {
			for _, made := range krm.Make(site) {
				out[s.Name] = append(out[s.Name], made.Node())
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(root, "testdata/krusty/*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no output of kustomize: %v", err)
	}
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		docs, err := krm.ObjectsIn(in)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(in, []byte(generators.SiteLabel+":")) {
			out[filepath.Base(file)] = docs
		}
	}
	return out
}

func stream(t *testing.T, docs ...*yaml.Node) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := krm.WriteStream(&out, docs...); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// judged is what is found in manifests alone.
func judged(in []byte) []check.Finding { return judgedWith(in, nil) }

func judgedWith(in []byte, specs []check.File) []check.Finding {
	return check.Manifests([]check.File{{Name: "m.yaml", Content: in}}, limits.Set{}, specs, "", "m.yaml").All()
}

func lines(found []check.Finding) (out []string) {
	for i := range found {
		out = append(out, found[i].Code+" "+found[i].Said())
	}
	return out
}

func TestManifests_SoundOnesHaveNoFindings(t *testing.T) {
	for name, docs := range rendered(t) {
		if got := lines(judged(stream(t, docs...))); len(got) > 0 {
			t.Errorf("%s: %q", name, got)
		}
		if got := lines(judged(stream(t, sitetest.Live(t, docs)))); len(got) > 0 {
			t.Errorf("%s, as a cluster has it: %q", name, got)
		}
	}
}

// With the spec next to the manifests, every object is missed by its name.
func TestManifests_AnObjectThatIsMissingIsNoticed(t *testing.T) {
	all := rendered(t)
	seen := map[string]bool{}
	for _, site := range sitetest.Sites(t, filepath.Join(root, "examples/*/site.yaml")) {
		t.Run(site.Name, func(t *testing.T) { eachIsMissed(t, all[site.Name], []byte(site.Text), seen) })
	}
}

// eachIsMissed takes the objects away one by one, but for those that were seen: others
// of the kind and name, in the examples before.
func eachIsMissed(t *testing.T, docs []*yaml.Node, text []byte, seen map[string]bool) {
	t.Helper()
	spec := []check.File{{Name: "site.yaml", Content: text}}
	if got := slices.DeleteFunc(lines(judgedWith(stream(t, docs...), spec)), func(l string) bool { return !strings.HasPrefix(l, "AK8") }); len(got) > 0 {
		t.Errorf("all objects: %q", got)
	}
	// What others name or need is missed without the spec too.
	missed := []string{"Deployment", "CronJob", "VirtualService", "Gateway", "DestinationRule", "NetworkPolicy", "PeerAuthentication", "ServiceAccount", "PersistentVolumeClaim"}
	for i := range docs {
		id := krm.IDOf(docs[i])
		key := id.Kind + "/" + id.Name
		if seen[key] {
			continue
		}
		seen[key] = true
		left := stream(t, slices.Delete(slices.Clone(docs), i, i+1)...)
		if slices.Contains(missed, id.Kind) && len(judged(left)) == 0 {
			t.Errorf("%s is not missed", id)
		}
		want := "AK809 " + id.String() + " is not among the manifests"
		if got := lines(judgedWith(left, spec)); !slices.Contains(got, want) {
			t.Errorf("%s is not missed by the spec: %q", id, got)
		}
	}
}

func TestManifests_AChangedLineIsNoticed(t *testing.T) {
	for name, c := range map[string]struct{ old, changed, want string }{
		"ServiceAccount":      {"serviceAccountName: goproxy-athens", "serviceAccountName: goproxy-other", "AK802"},
		"claim":               {"claimName: goproxy-athens", "claimName: goproxy-other", "AK802"},
		"upstream of lathens": {"--upstream=http://goproxy-athens.", "--upstream=http://goproxy-other.", "AK802"},
		"host of a route":     {"host: goproxy-list.goproxy.svc.cluster.local\n        port", "host: goproxy-other.goproxy.svc.cluster.local\n        port", "AK802"},
		"short host":          {"host: goproxy-list.goproxy.svc.cluster.local\n        port", "host: other\n        port", "AK802"},
		"subset":              {"host: goproxy-list.goproxy.svc.cluster.local\n        port", "host: goproxy-list.goproxy.svc.cluster.local\n        subset: v1\n        port", "AK802"},
		"gateway":             {"  gateways:\n  - goproxy/goproxy", "  gateways:\n  - goproxy/goproxy-other", "AK802"},
		"port of a Service":   {"targetPort: http\n  selector", "targetPort: web\n  selector", "AK803"},
		"selector":            {"  selector:\n    athens.gomods.io/serves-list: \"true\"", "  selector:\n    athens.gomods.io/serves-list: \"yes\"", "AK803"},
		"sidecar by label":    {"        athens.gomods.io/list: cache", "        athens.gomods.io/list: cache\n        sidecar.istio.io/inject: \"false\"", "AK804"},
		"inbound ports":       {"        prometheus.io/path: /metrics", "        traffic.sidecar.istio.io/excludeInboundPorts: \"8080\"", "AK804"},
		"outbound ports":      {"        prometheus.io/path: /metrics", "        traffic.sidecar.istio.io/excludeOutboundPorts: \"443,80\"", "AK804"},
		"outbound ranges":     {"        prometheus.io/path: /metrics", "        traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.0.0.0/8", "AK801"},
		"enrolment":           {"    istio-injection: enabled\n", "", "AK804"},
		"outlier detection":   {"    outlierDetection:\n      consecutiveGatewayErrors: 1\n      consecutive5xxErrors: 0\n      interval: 10s\n      baseEjectionTime: 30s\n      maxEjectionPercent: 100\n      minHealthPercent: 1\n", "", "AK806"},
		"fallback":            {"        failoverPriority:\n        - topology.istio.io/cluster\n        - athens.gomods.io/list=cache\n", "", "AK806"},
		"route":               {"regex: ^/.+/@v/.+\\.zip$", "regex: ^/none$", "AK805"},
		"principal":           {"cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account", "cluster.local/ns/goproxy/sa/goproxy-other", "AK802"},
		"mode of mTLS":        {"mode: STRICT", "mode: PERMISSIVE", "AK805"},
		"unknown field":       {"  http:\n  - name: other-methods", "  htttp: []\n  http:\n  - name: other-methods", "AK801"},
		"not an object":       {"kind: Gateway\n", "", "AK801"},
		"not YAML":            {"kind: Gateway\n", "kind: [\n", "AK801"},
	} {
		sound := string(stream(t, rendered(t)["minimal"]...))
		changed := strings.Replace(sound, c.old, c.changed, 1)
		if changed == sound {
			t.Errorf("%s: nothing is changed", name)
		}
		got := lines(judged([]byte(changed)))
		if !slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, c.want+" ") }) {
			t.Errorf("%s: want %s, got %q", name, c.want, got)
		}
	}
}

// kustomize's labels with includeSelectors reach peers outside the build.
func TestManifests_PeersOutsideTheSite(t *testing.T) {
	docs := rendered(t)["minimal"]
	for _, o := range docs {
		switch tree.Text(o, "kind") {
		case "Deployment":
			tree.Set(o, tree.Path{"spec", "template", "metadata", "labels", "team"}, tree.String("platform"))
		case "CronJob":
			tree.Set(o, tree.Path{"spec", "jobTemplate", "spec", "template", "metadata", "labels", "team"}, tree.String("platform"))
		case "NetworkPolicy":
			for _, rule := range tree.Items(o, "spec", "ingress") {
				for _, peer := range tree.Items(rule, "from") {
					if tree.Get(peer, "namespaceSelector") != nil && tree.Text(o, "metadata", "name") == "goproxy-lathens" {
						tree.Set(peer, tree.Path{"podSelector", "matchLabels", "team"}, tree.String("platform"))
					}
				}
			}
		}
	}
	got := lines(judged(stream(t, docs...)))
	unknown := "AK801 NetworkPolicy goproxy/goproxy-lathens uses a selector by team, and not all labels of the gateway's pods are known"
	if len(got) != 3 || got[0] != unknown || !strings.HasPrefix(got[1], "AK807 ") || !strings.Contains(got[1], "the label team=platform") {
		t.Errorf("%q", got)
	}
}

// A stream with a spec and manifests is read whole.
func TestManifests_WithTheSpecAmongThem(t *testing.T) {
	site := sitetest.Sites(t, filepath.Join(root, "examples/minimal/site.yaml"))[0]
	docs := rendered(t)["minimal"]
	got := lines(judged(append([]byte(site.Text+"\n---\n"), stream(t, docs[1:]...)...)))
	if !slices.Contains(got, "AK809 Namespace goproxy is not among the manifests") {
		t.Errorf("%q", got)
	}
	broken := lines(judged(append([]byte(strings.Replace(site.Text, "host:", "hots:", 1)+"\n---\n"), stream(t, docs...)...)))
	for _, code := range []string{"AK0", "AK801"} {
		if !slices.ContainsFunc(broken, func(l string) bool { return strings.HasPrefix(l, code) }) {
			t.Errorf("no %s: %q", code, broken)
		}
	}
}

// kustomize's namespace: and labels reach what they are not about.
func TestManifests_WhatKustomizeDoesToTheGatewayIsNoticed(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(o *yaml.Node)
		want string
	}{
		"labels in the selector of its Service": {
			func(o *yaml.Node) {
				if tree.Text(o, "kind") == "Service" && strings.HasSuffix(tree.Text(o, "metadata", "name"), "front-door") {
					set(o, "spec.selector.team", "build")
				}
			},
			"selects labels that the gateway's pods are not known to have",
		},
		"a namespace that hosts do not have": {
			func(o *yaml.Node) { set(o, "metadata.namespace", "team") },
			"the objects moved from the namespace goproxy to team, but hosts and principals in them did not",
		},
	} {
		docs := rendered(t)["aks-multiregion-westeurope"]
		for _, o := range docs {
			c.edit(o)
		}
		if got := lines(judged(stream(t, docs...))); !slices.ContainsFunc(got, func(l string) bool { return strings.Contains(l, c.want) }) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
