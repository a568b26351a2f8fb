package transformers_test

import (
	"fmt"
	"math/rand"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/transformers"
)

// Names and namespaces of random objects and references: some are empty, some
// are words of Istio, some are no names at all.
var (
	someNames  = []string{"web", "web", "web", "web", "api", "eu-web", "default", "", "web.shop", "mesh", "*", "a.b.c"}
	someSpaces = []string{"shop", "shop", "shop", "prod", "default", "", "istio-system"}
)

type dice struct{ *rand.Rand }

func (d dice) of(words []string) string { return words[d.Intn(len(words))] }

// reference is one of any form, right or wrong.
func (d dice) reference() string {
	n, ns := d.of(someNames), d.of(someSpaces)
	return d.of([]string{
		n, n + "." + ns, n + "." + ns + ".svc", n + "." + ns + ".svc.cluster.local", ns + "/" + n, "./" + n,
		"cluster.local/ns/" + ns + "/sa/" + n, "*/ns/" + ns + "/*", "http://" + n + ":80/x", "http://" + n + "." + ns + ".svc:80", n + ":80",
		".", "./*", "~/*", "$(X)." + ns, "//", "@", "/", "..", ".svc", "a@" + n, "outbound|80||" + n + "." + ns + ".svc.cluster.local",
	})
}

// value is a reference, or something else where one is expected.
func (d dice) value() string {
	if d.Intn(8) == 0 {
		return d.of([]string{"null", "[]", "{}", "7", "[a]", "{a: b}"})
	}
	return fmt.Sprintf("%q", d.reference())
}

var randomObjects = []string{
	"v1\nkind: Service\n%M\nspec: {selector: {app: web}, ports: [{port: 80, name: %V}]}",
	"v1\nkind: ServiceAccount\n%M",
	"v1\nkind: Namespace\n%M",
	"networking.istio.io/v1\nkind: Gateway\n%M\nspec: {servers: [{hosts: [%V, %V]}]}",
	"gateway.networking.k8s.io/v1\nkind: Gateway\n%M\nspec: {gatewayClassName: %V}",
	"networking.istio.io/v1\nkind: VirtualService\n%M\nspec: {hosts: [%V, %V], gateways: [%V], exportTo: [%V], http: [{delegate: {name: %V, namespace: %V}, route: [{destination: {host: %V}}]}]}",
	"networking.istio.io/v1\nkind: DestinationRule\n%M\nspec: {host: %V}",
	"networking.istio.io/v1\nkind: Sidecar\n%M\nspec: {egress: [{hosts: [%V, %V]}]}",
	"security.istio.io/v1\nkind: AuthorizationPolicy\n%M\nspec: {targetRef: {kind: Service, name: %V}, rules: [{from: [{source: {principals: [%V], namespaces: [%V], serviceAccounts: [%V]}}], when: [{key: source.principal, values: [%V]}]}]}",
	"networking.istio.io/v1alpha3\nkind: EnvoyFilter\n%M\nspec: {configPatches: [{a: %V, b: [%V]}]}",
	"gateway.networking.k8s.io/v1\nkind: HTTPRoute\n%M\nspec: {parentRefs: [{name: %V, namespace: %V}], rules: [{backendRefs: [{name: %V, namespace: %V}]}]}",
	"rbac.authorization.k8s.io/v1\nkind: RoleBinding\n%M\nsubjects: [{kind: ServiceAccount, name: %V, namespace: %V}]",
	"apps/v1\nkind: Deployment\n%M\nspec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, args: [%V], env: [{name: A, value: %V}]}]}}}",
	"batch/v1\nkind: CronJob\n%M\nspec: {jobTemplate: {spec: {template: %V}}}",
}

func (d dice) object() string {
	notes := ""
	if d.Intn(2) == 0 {
		n := 1 + d.Intn(2)
		notes = fmt.Sprintf("internal.config.kubernetes.io/previousNames: %q, internal.config.kubernetes.io/previousNamespaces: %q, internal.config.kubernetes.io/prefixes: %q",
			strings.Join([]string{d.of(someNames), d.of(someNames)}[:n], ","), strings.Join([]string{d.of(someSpaces), d.of(someSpaces)}[:n], ","), d.of([]string{"eu-", "", "a-,b-"}))
	}
	meta := fmt.Sprintf("metadata: {name: %q, annotations: {%s}", d.of(someNames), notes)
	if d.Intn(3) > 0 {
		meta += fmt.Sprintf(", namespace: %q", d.of(someSpaces))
	}
	if d.Intn(4) == 0 {
		meta += ", labels: {istio.io/use-waypoint: %V, istio.io/use-waypoint-namespace: %V}"
	}
	text := "apiVersion: " + strings.Replace(d.of(randomObjects), "%M", meta+"}", 1)
	for strings.Contains(text, "%V") {
		text = strings.Replace(text, "%V", d.value(), 1)
	}
	return text
}

// torn is a reference in which a part is missing.
var torn = regexp.MustCompile(`\.\.|/ns//|//sa/|/sa/$|^/|[^:/]/$|^\.|\.$|\|\.|\./ns`)

// Whatever the objects and references are: no panic, nothing is changed when
// something is wrong, no reference loses a part, and the second time changes
// nothing.
func TestReferences_Random(t *testing.T) {
	const rounds = 3000
	d := dice{rand.New(rand.NewSource(1))}
	done, changed := 0, 0
	for range rounds {
		var texts []string
		for range 1 + d.Intn(6) {
			texts = append(texts, d.object())
		}
		input := strings.Join(texts, "\n---\n")
		items := nodes(t, input)
		kind, spec := v1alpha1.MeshReferencesKind, d.of([]string{
			"{mergedNamespaces: Allow}", "{keepNamespaces: [shop]}", "{namePrefix: eu-, namespace: {from: shop, to: prod}, mergedNamespaces: Allow}",
		})
		if d.Intn(6) == 0 {
			kind, spec = v1alpha1.MeshEnrolmentKind, "{workloads: [{kind: Deployment}]}"
		}
		before := scalarsOf(items)
		findings := transform(t, kind, spec, items)
		after := scalarsOf(items)
		if wrong(findings) {
			if strings.Join(before, "\n") != strings.Join(after, "\n") {
				t.Fatalf("changed although something is wrong: %q\n%s\n%s", lines(findings), spec, input)
			}
			continue
		}
		done++
		for i, before := range nodes(t, input) {
			group, _, found := strings.Cut(text(before, "apiVersion"), "/")
			if !found {
				group = ""
			}
			for _, at := range edited(before, items[i], nil) {
				if kind == v1alpha1.MeshReferencesKind && !transformers.InTable(group+"/"+text(before, "kind"), at) {
					t.Fatalf("%v is not in the table\n%s\n%s", at, spec, input)
				}
			}
		}
		if kind == v1alpha1.MeshReferencesKind && len(before) == len(after) {
			for i := range before {
				if before[i] == after[i] {
					continue
				}
				changed++
				if torn.MatchString(after[i]) && !torn.MatchString(before[i]) {
					t.Errorf("%q became %q\n%s\n%s", before[i], after[i], spec, input)
				}
			}
		}
		if again := transform(t, kind, spec, items); !wrong(again) {
			if now := scalarsOf(items); strings.Join(now, "\n") != strings.Join(after, "\n") {
				t.Errorf("the second time changes more\n%s\n%s\nfirst %q\nthen %q", spec, input, after, now)
			}
		}
		if t.Failed() {
			return
		}
	}
	if done < rounds/2 || changed < 300 {
		t.Errorf("%d of %d rounds were done, %d references changed: this test proves little", done, rounds, changed)
	}
}

func wrong(findings []transformers.Finding) bool {
	for _, f := range findings {
		if f.Wrong {
			return true
		}
	}
	return false
}

// scalarsOf are all scalars of the items, in order.
func scalarsOf(items []*yaml.Node) (out []string) {
	for _, n := range items {
		if n.Kind == yaml.ScalarNode {
			out = append(out, n.Value)
		}
		out = append(out, scalarsOf(n.Content)...)
	}
	return out
}

// text is a scalar of an object, which every random object has.
func text(obj *yaml.Node, key string) string {
	for i := 0; i < len(obj.Content); i += 2 {
		if obj.Content[i].Value == key {
			return obj.Content[i+1].Value
		}
	}
	return ""
}

// edited are the places of scalars that differ or were added, as InTable takes
// them.
func edited(before, after *yaml.Node, at []string) (out [][]string) {
	switch {
	case after.Kind != before.Kind || after.Kind == yaml.ScalarNode:
		if after.Kind != before.Kind || after.Value != before.Value {
			out = append(out, at)
		}
	case after.Kind == yaml.SequenceNode:
		in := append([]string{}, at...)
		in[len(in)-1] += "[]"
		for i, item := range after.Content {
			out = append(out, edited(before.Content[i], item, in)...)
		}
	default:
		for i := 0; i < len(after.Content); i += 2 {
			was, in := &yaml.Node{}, append(at[:len(at):len(at)], after.Content[i].Value)
			if i < len(before.Content) {
				was = before.Content[i+1]
			}
			out = append(out, edited(was, after.Content[i+1], in)...)
		}
	}
	return out
}
