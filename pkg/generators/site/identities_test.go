package site_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/sitetest"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

const examples = "../../../examples/*/site.yaml"

// load reads a site of a test, in which words are replaced.
func load(t *testing.T, text string) (*v1alpha1.AthensSite, error) {
	t.Helper()
	nodes, err := krm.SitesIn([]byte(text))
	if err != nil || len(nodes) != 1 {
		t.Fatalf("%d sites: %v", len(nodes), err)
	}
	s, problems := strict.Load[v1alpha1.AthensSite](nodes[0])
	if len(problems) > 0 {
		return nil, fmt.Errorf("%v", problems)
	}
	return s, nil
}

// TestIdentities holds what an upgrade of this program must not change, because
// Kubernetes or stored data depends on it: what objects are called, which pods
// selectors select, and the label keys of what runs. The file is written by hand:
// a change of a line needs a word in docs/howto/upgrade.md how a site moves
// from the old to the new one.
func TestIdentities(t *testing.T) {
	want, err := os.ReadFile("testdata/identities.txt")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, example := range sitetest.Sites(t, examples) {
		s, err := load(t, example.Text)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "# %s\n", example.Name)
		for _, o := range site.Objects(s) {
			// What runs, keeps data or is called, and what is beside others' objects;
			// of the rest, a new name is one object less and one more.
			kind := o.GetObjectKind().GroupVersionKind().Kind
			if !slices.Contains([]string{"Service", "Deployment", "CronJob", "ServiceAccount", "PersistentVolumeClaim", "Gateway"}, kind) && (o.GetNamespace() == s.Namespace || o.GetNamespace() == "") {
				continue
			}
			fmt.Fprintf(&got, "%s %s/%s%s\n", kind, o.GetNamespace(), o.GetName(), identity(t, o))
		}
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("sites that run would be torn apart:\n%s", diff)
	}
}

// identity is what of an object cannot change in place.
func identity(t *testing.T, o generators.Object) string {
	text := func(v any) string {
		out, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	pods := func(template *corev1.PodTemplateSpec) string {
		return ", pods have " + strings.Join(slices.Sorted(maps.Keys(template.Labels)), " ")
	}
	switch o := o.(type) {
	case *corev1.Service:
		return " selects " + text(o.Spec.Selector)
	case *appsv1.Deployment:
		return " selects " + text(o.Spec.Selector) + pods(&o.Spec.Template)
	case *batchv1.CronJob:
		return " runs" + pods(&o.Spec.JobTemplate.Spec.Template)
	}
	return ""
}

// lengths are the most characters that Kubernetes, or the operator that reads it,
// takes in the name of a kind; of others it is that of a DNS subdomain.
var lengths = map[string]int{
	"Service":                63,
	"Namespace":              63,
	"CronJob":                52,                                // a Job's name adds 11, to a label's 63
	"OpenTelemetryCollector": 63 - len("-collector-monitoring"), // its operator's longest Service
}

// TestNames_FitTheirKinds gives every example the longest name that a site may
// have.
func TestNames_FitTheirKinds(t *testing.T) {
	name, namespace := strings.Repeat("n", 43), strings.Repeat("s", 19)
	for _, example := range sitetest.Sites(t, examples) {
		text := strings.NewReplacer("\n  name: goproxy\n", "\n  name: "+name+"\n", "\n  namespace: goproxy\n", "\n  namespace: "+namespace+"\n").Replace(example.Text)
		s, err := load(t, text)
		if err != nil {
			t.Errorf("%s: %v", example.Name, err)
			continue
		}
		if s.Name != name {
			t.Fatalf("%s: the name is %s", example.Name, s.Name)
		}
		for _, o := range site.Objects(s) {
			kind := o.GetObjectKind().GroupVersionKind().Kind
			most := lengths[kind]
			if most == 0 {
				most = validation.DNS1123SubdomainMaxLength
			}
			if len(o.GetName()) > most {
				t.Errorf("%s: the name of the %s %s has %d characters, more than %d", example.Name, kind, o.GetName(), len(o.GetName()), most)
			}
			problems := validation.IsDNS1123Subdomain(o.GetName())
			if kind == "Service" {
				problems = validation.IsDNS1035Label(o.GetName())
			}
			for _, p := range problems {
				t.Errorf("%s: the name of the %s %s: %s", example.Name, kind, o.GetName(), p)
			}
			for key, value := range o.GetLabels() {
				for _, p := range validation.IsValidLabelValue(value) {
					t.Errorf("%s: the label %s of %s: %s", example.Name, key, o.GetName(), p)
				}
			}
		}
	}
}

// TestNames_SharedNamespaces wants sites of which namespace and name read alike to
// have other names in the namespaces that they share.
func TestNames_SharedNamespaces(t *testing.T) {
	const spec = "\nspec:\n  host: %s.example.com\n  edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, loadBalancer: {serviceTag: {}}}}\n" +
		"  logs: {openTelemetry: {namespace: observability, exporter: {endpoint: \"loki.observability.svc:4317\"}}}\n"
	seen := map[string]string{}
	for i, meta := range []string{"{name: goproxy, namespace: team-a}", "{name: a-goproxy, namespace: team}"} {
		s, err := load(t, "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: "+meta+fmt.Sprintf(spec, string(rune('a'+i))))
		if err != nil {
			t.Fatal(err)
		}
		shared := 0
		for _, o := range site.Objects(s) {
			if o.GetNamespace() == s.Namespace || o.GetNamespace() == "" {
				continue
			}
			shared++
			id := o.GetObjectKind().GroupVersionKind().Kind + " " + o.GetNamespace() + "/" + o.GetName()
			if first, taken := seen[id]; taken {
				t.Errorf("%s is an object of the sites %s and %s", id, first, meta)
			}
			seen[id] = meta
		}
		if shared < 4 {
			t.Errorf("%s has %d objects in namespaces that are not its own: this test shows little", meta, shared)
		}
	}
}
