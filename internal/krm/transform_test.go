package krm

import (
	"bytes"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// transformed is what Transform prints of a ResourceList, with its results, and
// the values of its items.
func transformed(t *testing.T, text string) (out string, items []any, results []string) {
	t.Helper()
	list, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	list.Transform()
	for _, r := range list.Results {
		results = append(results, r.Line())
	}
	list.Results = nil
	var printed bytes.Buffer
	if err := list.Write(&printed); err != nil {
		t.Fatal(err)
	}
	again, err := Parse(printed.Bytes())
	if err != nil {
		t.Fatalf("the output cannot be read: %v\n%s\nof\n%s", err, &printed, text)
	}
	for _, item := range again.Items {
		v, err := Value(item)
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, v)
	}
	return printed.String(), items, results
}

// shared is a text in which nodes of equal value are one node: the first has an
// anchor, the others are aliases of it.
func shared(t *testing.T, text string, dice *rand.Rand) string {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	first, anchors := map[string]*yaml.Node{}, 0
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		for i, c := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 0 || c.Kind != yaml.ScalarNode && len(c.Content) == 0 {
				continue
			}
			var key bytes.Buffer
			if err := yaml.NewEncoder(&key).Encode(c); err != nil {
				t.Fatal(err)
			}
			switch there := first[key.String()]; {
			case there == nil:
				first[key.String()] = c
				walk(c)
			case dice.Intn(4) > 0:
				if there.Anchor == "" {
					anchors++
					there.Anchor = fmt.Sprintf("a%d", anchors)
				}
				n.Content[i] = &yaml.Node{Kind: yaml.AliasNode, Value: there.Anchor, Alias: there}
			}
		}
	}
	walk(tree.Get(doc.Content[0], "items"))
	out, err := yaml.Marshal(&doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// Written with aliases, a list becomes what it becomes without them: no edit
// reaches a place that is not its own, and what comes out can be read.
func TestTransform_EditsNothingThroughAliases(t *testing.T) {
	const head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  apiVersion: athens.gomods.io/v1alpha1\n  metadata: {name: e}\n"
	const enrolment = head + `  kind: MeshEnrolment
  spec: {workloads: [{kind: Deployment, name: web}], revision: r, drain: {gracePeriodSeconds: 75}}
items:
- {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{name: http, port: 30}]}}
`
	deployment := func(name string) string {
		return "- {apiVersion: apps/v1, kind: Deployment, metadata: {name: " + name + ", labels: {app: web}}, spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {terminationGracePeriodSeconds: 30, containers: [{name: web, readinessProbe: {timeoutSeconds: 30}}]}}}}\n"
	}
	const references = head + `  kind: MeshReferences
  spec: {namePrefix: eu-, namespace: {from: base, to: prod}, mergedNamespaces: Allow}
items:
- {apiVersion: v1, kind: Service, metadata: {name: eu-web, namespace: prod, labels: {app: web}}, spec: {selector: {app: web}, ports: [{name: web, port: 80}]}}
- {apiVersion: v1, kind: Namespace, metadata: {name: prod, labels: {app: base}}}
- {apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: eu-web, namespace: prod}, spec: {host: web, exportTo: [base], subsets: [{name: web, labels: {app: web, team: base}}]}}
- {apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: eu-web, namespace: prod}, spec: {hosts: [web, base], gateways: [base/web], http: [{name: web, route: [{destination: {host: web, subset: web}}]}]}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: other, namespace: prod}, data: {web: web, base: base}}
`
	dice := rand.New(rand.NewSource(1))
	for _, text := range []string{enrolment + deployment("web") + deployment("other"), enrolment + deployment("other") + deployment("web"), references} {
		_, want, wantResults := transformed(t, text)
		for range 50 {
			with := shared(t, text, dice)
			_, got, results := transformed(t, with)
			if diff := cmp.Diff(want, got) + cmp.Diff(wantResults, results); diff != "" {
				t.Fatalf("without aliases -, with them +:\n%s\n%s", diff, with)
			}
		}
	}
}

// What a transformer does not change keeps its aliases.
func TestTransform_LeavesAliasesAlone(t *testing.T) {
	const text = `apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig:
  apiVersion: athens.gomods.io/v1alpha1
  kind: MeshEnrolment
  metadata: {name: e}
  spec: {workloads: [{kind: Deployment, name: web}], revision: r}
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
  spec: {template: {metadata: &outer {labels: {app: web}}}}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: &own other, labels: {app: *own}}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: third, labels: &l {app: &x x}, annotations: {<<: *l, y: *x}}
  data: *outer
`
	out, _, results := transformed(t, text)
	if len(results) > 0 || !strings.Contains(out, "metadata: {name: &own other, labels: {app: *own}}") ||
		!strings.Contains(out, "annotations: {app: x, y: x}") || strings.Contains(out, "outer") {
		t.Errorf("%q\n%s", results, out)
	}
	same := strings.Replace(text, "name: web}]", "name: none}]", 1)
	list, err := Parse([]byte(same))
	if err != nil {
		t.Fatal(err)
	}
	list.Transform()
	list.Results = nil
	var printed bytes.Buffer
	if err := list.Write(&printed); err != nil || printed.String() != same {
		t.Errorf("%v\n%s", err, cmp.Diff(same, printed.String()))
	}
}

func TestTransform_RefusesAliasesThatMeanTooMuch(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("  a0: &a0 [x, x]\n")
	for i := range 40 {
		fmt.Fprintf(&bomb, "  a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	list, err := Parse([]byte("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig: {apiVersion: athens.gomods.io/v1alpha1, kind: MeshEnrolment, metadata: {name: e}, spec: {workloads: [{kind: Pod}]}}\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: bomb}\n  data:\n" + strings.ReplaceAll(bomb.String(), "  a", "    a")))
	if err != nil {
		t.Fatal(err)
	}
	if list.Transform(); len(list.Results) != 1 || !strings.Contains(list.Results[0].Line(), "error: bomb: its aliases mean too many nodes") {
		t.Errorf("%v", list.Results)
	}
}
