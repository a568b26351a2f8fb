package krm

import (
	"fmt"
	"strings"
	"testing"
)

// A list in which a key is repeated is refused where that hides something from
// this program; elsewhere the objects of others are passed on as they are.
func TestParse_RefusesRepeatedKeys(t *testing.T) {
	const head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"
	const site = "- apiVersion: athens.gomods.io/v1alpha1\n  kind: AthensSite\n  metadata: {name: a, namespace: a}\n"
	const other = "- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: c}\n"
	for in, want := range map[string]string{
		"items:\n" + site + "items:\n" + other:                                        "line 7: items: is repeated, first in line 3: remove one",
		"items:\n" + other + "items:\n" + site:                                        "line 7: items: is repeated",
		"kind: ResourceList\nitems:\n" + site:                                         "line 3: kind: is repeated",
		"functionConfig: {kind: A, kind: B}\nitems:\n" + site:                         "line 3: functionConfig.kind: is repeated",
		"functionConfig: {kind: A, data: {x: 1, x: 2}}\nitems:\n" + site:              "line 3: functionConfig.data.x: is repeated",
		"functionConfig: {kind: A}\nfunctionConfig: {}\nitems:\n" + site:              "line 4: functionConfig: is repeated",
		"items:\n" + site + "  spec: {}\n  spec: {}\n":                                "line 8: items[0].spec: is repeated, first in line 7",
		"items:\n" + site + other + "  kind: Secret\n":                                "line 10: items[1].kind: is repeated",
		"items:\n" + site + other + "  metadata: {labels: {a: b}, labels: {}}\n":      "line 10: items[1].metadata: is repeated",
		"items:\n" + site + "- kind: ConfigMap\n  metadata: {labels: {a: b, a: c}}\n": "line 8: items[1].metadata.labels.a: is repeated",
		"items:\n" + site + other + "  data: {a: b}\n  data: {c: d}\n":                "",
		"items:\n" + site: "",
	} {
		_, err := Parse([]byte(head + in))
		if want == "" && err != nil || want != "" && !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%s\n%v, want %q", in, err, want)
		}
	}
}

// What looks like a site is one, or an error: left out, its objects would be
// deleted.
func TestSitesIn_LeavesOutNoSite(t *testing.T) {
	const meta = "metadata: {name: a, namespace: a}\n"
	for in, want := range map[string]string{
		"apiversion: athens.gomods.io/v1alpha1\nkind: AthensSite\n" + meta:                       "line 1: apiversion: this key of an AthensSite is misspelt: write apiVersion",
		"apiVersion: athens.gomods.io/v1alpha1\nKind: AthensSite\n" + meta:                       "line 1: Kind: this key of an AthensSite is misspelt: write kind",
		"apiversion: athens.gomods.io/v1alpha1\nKind: AthensSite\n" + meta:                       "misspelt",
		"kind: AthensSite\n" + meta:                                                              "line 1: an AthensSite needs both apiVersion: athens.gomods.io/v1alpha1 and kind: AthensSite",
		"apiVersion: athens.gomods.io/v1alpha1\n" + meta:                                         "needs both",
		"apiVersion: v1\nkind: AthensSite\n" + meta:                                              "line 1: apiVersion: is \"v1\", and an AthensSite has another: write athens.gomods.io/v1alpha1",
		"- apiVersion: athens.gomods.io/v1alpha1\n  kind: AthensSite\n":                          "line 1: [0]: this document is a list",
		"- a: b\n- kind: AthensSite\n":                                                           "line 2: [1]: this document is a list",
		"items:\n- apiVersion: athens.gomods.io/v1alpha1\n  kind: AthensSite\n":                  "line 2: [0]: is in the list of an object without a kind",
		"kind: List\nitems:\n- apiversion: athens.gomods.io/v1alpha1\n  kind: AthensSite\n":      "line 3: apiversion: this key",
		"kind: List\nitems:\n- {kind: A}\nitems: []\n":                                           "line 4: items: is repeated, first in line 2",
		"apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nkind: ConfigMap\n" + meta:      "line 3: kind: is repeated, first in line 2",
		"apiVersion: athens.gomods.io/v1alpha1\nkind: MeshReferences\n" + meta:                   "",
		"apiVersion: kustomize.config.k8s.io/v1beta1\npatches: [{target: {kind: AthensSite}}]\n": "",
		"- op: replace\n  path: /kind\n  value: AthensSite\n":                                    "",
		"kind: CustomResourceDefinition\nspec: {names: {kind: AthensSite}}\n":                    "",
		"replicaCount: 3\n": "",
		"just text\n":       "",
	} {
		sites, err := SitesIn([]byte(in))
		if want == "" && err != nil || want != "" && !strings.Contains(fmt.Sprint(err), want) || len(sites) > 0 {
			t.Errorf("%s\n%v, want %q", in, err, want)
		}
	}
}
