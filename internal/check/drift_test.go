package check_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/check"
	"github.com/gomods/athens-kfn/internal/sitetest"
	"github.com/gomods/athens-kfn/pkg/transformers"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// drifted are the findings about fields that differ from the spec, in the manifests of
// examples/minimal after an edit.
func drifted(t *testing.T, accept string, edit func(kind, name string, o *yaml.Node)) (out []check.Finding) {
	t.Helper()
	docs := rendered(t)["minimal"]
	for _, o := range docs {
		edit(tree.Text(o, "kind"), tree.Text(o, "metadata", "name"), o)
	}
	text := sitetest.Sites(t, filepath.Join(root, "examples/minimal/site.yaml"))[0].Text
	text = strings.Replace(text, "    athens.gomods.io/accept: |\n", "    athens.gomods.io/accept: |\n"+accept, 1)
	for _, f := range judgedWith(stream(t, docs...), []check.File{{Name: "site.yaml", Content: []byte(text)}}) {
		if f.Code == "AK811" || f.Code == "AK001" {
			out = append(out, f)
		}
	}
	return out
}

func set(o *yaml.Node, path, value string) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(value), &doc); err != nil {
		panic(err)
	}
	tree.Set(o, tree.Parse(path), doc.Content[0])
}

// slowEjection is a patch with a consequence.
func slowEjection(_, name string, o *yaml.Node) {
	if name == "goproxy-list" && tree.Text(o, "kind") == "DestinationRule" {
		set(o, "spec.trafficPolicy.outlierDetection.interval", "60s")
	}
}

func TestDrift_NamesTheFieldAndTheConsequence(t *testing.T) {
	found := drifted(t, "", slowEjection)
	want := "DestinationRule goproxy/goproxy-list: spec.trafficPolicy.outlierDetection.interval: differs from what the spec renders to (10s → 60s): failing pods stay in use, or working ones are left out"
	if len(found) != 1 || found[0].Message != want || found[0].Severity != check.Warning {
		t.Errorf("%+v", found)
	}
}

func TestDrift_OfUsualPatchesIsNone(t *testing.T) {
	found := drifted(t, "", func(kind, name string, o *yaml.Node) {
		set(o, "metadata.labels.team", "build")
		set(o, `metadata.annotations["example.com/owner"]`, "build")
		if kind != "Deployment" {
			return
		}
		if name := tree.Text(o, "metadata", "name"); name != "goproxy-athens" { // whose disk one node has
			set(o, "spec.replicas", "2")
		}
		for path, value := range map[string]string{
			"metadata.labels.team": "build", "spec.nodeSelector.pool": "build", "spec.priorityClassName": "high",
			"spec.tolerations": "[{key: build, operator: Exists}]", "spec.imagePullSecrets": "[{name: corp}]",
			`metadata.annotations["sidecar.istio.io/proxyCPU"]`: "100m",
		} {
			set(o, "spec.template."+path, value)
		}
		spec := tree.Get(o, "spec", "template", "spec")
		c := tree.Items(spec, "containers")[0]
		set(c, "image", "mirror.example.com/"+tree.Text(c, "image"))
		set(c, "resources.requests.cpu", "'2'")
		for path, item := range map[string]string{"env": "{name: TZ, value: UTC}", "volumeMounts": "{name: more, mountPath: /more}"} {
			items := tree.Items(c, path)
			if list := tree.Get(c, path); list == nil {
				set(c, path, "["+item+"]")
			} else {
				var doc yaml.Node
				if err := yaml.Unmarshal([]byte(item), &doc); err != nil {
					t.Fatal(err)
				}
				list.Content = append(items, doc.Content[0])
			}
		}
	})
	if len(found) > 0 {
		t.Errorf("%q", lines(found))
	}
}

func TestDrift_IsAcceptedByTheSpecFieldByField(t *testing.T) {
	for line, want := range map[string]string{
		"AK811 DestinationRule goproxy/goproxy-list spec.trafficPolicy.outlierDetection.interval: the mesh team tunes ejections": "the mesh team tunes ejections",
		"AK811 DestinationRule goproxy/goproxy-list spec.trafficPolicy: another field":                                           "",
		"AK811: all of them": "",
	} {
		if found := drifted(t, "      "+line+"\n", slowEjection); len(found) != 1 || found[0].Accepted != want {
			t.Errorf("%s: %+v", line, found)
		}
	}
}

// Objects that kustomize moved and renamed, with MeshReferences, are compared as well; of
// objects with names of their own it is not known.
func TestDrift_IsFoundAfterAMove(t *testing.T) {
	docs := rendered(t)["minimal"]
	now := make([]transformers.Place, len(docs))
	for i, o := range docs {
		now[i] = transformers.Place{Namespace: strings.Replace(tree.Text(o, "metadata", "namespace"), "goproxy", "team", 1), Name: "x-" + tree.Text(o, "metadata", "name")}
		slowEjection("", tree.Text(o, "metadata", "name"), o)
		if kind := tree.Text(o, "kind"); kind == "Namespace" {
			now[i].Name = "team"
		}
	}
	if !transformers.Moved(docs, now) {
		t.Fatal("not moved")
	}
	spec := []check.File{{Name: "site.yaml", Content: []byte(sitetest.Sites(t, filepath.Join(root, "examples/minimal/site.yaml"))[0].Text)}}
	about := func() (out []string) {
		for _, l := range lines(judgedWith(stream(t, docs...), spec)) {
			if strings.HasPrefix(l, "AK811") || strings.HasPrefix(l, "AK801") {
				out = append(out, l)
			}
		}
		return out
	}
	if got := about(); len(got) != 1 || !strings.HasPrefix(got[0], "AK811 DestinationRule team/x-goproxy-list: spec.trafficPolicy.outlierDetection.interval: differs") {
		t.Errorf("%q", got)
	}
	for _, o := range docs {
		if tree.Text(o, "kind") == "DestinationRule" {
			set(o, "metadata.name", "of-"+tree.Text(o, "metadata", "name")[len("x-goproxy-"):])
		}
	}
	if got := about(); len(got) != 1 || !strings.HasPrefix(got[0], "AK801 DestinationRule goproxy/goproxy-list, DestinationRule goproxy/goproxy-athens: the spec renders them") {
		t.Errorf("%q", got)
	}
}

// A container that the namespace's standard refuses takes the whole pod with it.
func TestDrift_AContainerThatTheNamespaceRefuses(t *testing.T) {
	for rights, want := range map[string]bool{
		"{}":                                true,
		"{allowPrivilegeEscalation: false}": true,
		"{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}": false,
	} {
		found := drifted(t, "", func(kind, name string, o *yaml.Node) {
			if kind == "Deployment" && name == "goproxy-athens" {
				list := tree.Get(o, "spec", "template", "spec", "containers")
				c := tree.Map()
				set(c, "name", "audit")
				set(c, "securityContext", rights)
				list.Content = append(list.Content, c)
			}
		})
		if got := len(found) == 1 && strings.Contains(found[0].Message, "the Pod Security standard restricted"); got != want {
			t.Errorf("%s: %q", rights, lines(found))
		}
	}
}

func TestManifests_ANeededConnectionIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		policy, path, value, want string
	}{
		"DNS":    {"goproxy-crathens", "spec.egress[0].ports", "[{protocol: TCP, port: 54}]", "cronjob/goproxy-crathens to DNS, port 53"},
		"istiod": {"goproxy-athens", "spec.egress[1].ports[0].port", "15010", "deployment/goproxy-athens to istiod, port 15012"},
	} {
		docs := rendered(t)["minimal"]
		for _, o := range docs {
			if tree.Text(o, "kind") == "NetworkPolicy" && tree.Text(o, "metadata", "name") == c.policy {
				set(o, c.path, c.value)
			}
		}
		got := lines(judged(stream(t, docs...)))
		if !slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, "AK807 NetworkPolicy") && strings.Contains(l, c.want) }) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
