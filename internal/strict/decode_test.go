package strict_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/internal/strict/stricttest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

func TestDecodeRefuses(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"misspelled", "athens: {replica: 3}", []string{"spec.athens.replica: unknown field; did you mean replicas?"}},
		{"letters that changed places", "hots: x\nhost: goproxy.example.com", []string{"spec.hots: did you mean host?"}},
		{"case", "athens: {storage: {azureblob: {}}}", []string{"spec.athens.storage.azureblob: did you mean azureBlob?"}},
		{"wrong place above", "gateway: {ingress: {tls: {}}}\nmesh: {mode: None}", []string{"spec.gateway.ingress.tls: it belongs at spec.gateway.tls"}},
		{"a like name far away", "athens: {filterFile: {secretName: x}, storage: {disk: {secretName: x}}}", []string{"spec.athens.filterFile: ", "spec.athens.storage.disk.secretName: unknown field; known are"}},
		{"the key of a union alone", "athens: {storage: s3}", []string{"spec.athens.storage: found the text \"s3\". Write {s3: …}"}},
		{"a switch alone", "lathens: false\nnetworkPolicies: false\nathens: {serviceAccount: false}", []string{
			"spec.lathens: found false. Write {enabled: false}", "spec.networkPolicies: Write {enabled: false}", "spec.athens.serviceAccount: Write {create: false}"}},
		{"a name alone", "athens: {storage: {disk: {claimRef: modules}}, basicAuth: auth}", []string{
			"spec.athens.storage.disk.claimRef: Write {name: modules}", "spec.athens.basicAuth: Write {secretRef: {name: NAME}}"}},
		{"wrong place", "replicas: 3", []string{"spec.replicas: it belongs at spec.athens.replicas or spec.lathens.replicas"}},
		{"nothing near", "athens: {storage: {floppy: {}}}", []string{"spec.athens.storage.floppy: known are memory, disk, mongo"}},
		{"no fields at all", "athens: {storage: {memory: {size: 1Gi}}}", []string{"spec.athens.storage.memory.size: nothing can be set here, write {}"}},
		{"empty object", "athens: {storage: {memory: {frobnicate: 1}}}", []string{"spec.athens.storage.memory.frobnicate: write {}"}},
		{"odd key", "athens: {\"a b\": 1}", []string{"spec.athens[\"a b\"]: unknown field"}},
		{"twice", "athens: {}\nathens: {}", []string{"spec.athens: is repeated"}},
		{"map wanted", "lathens: [1]", []string{"spec.lathens: must be a map of enabled, image, replicas, autoscaling, spread, resources, …; found a list"}},
		{"map wanted, scalar", "lathens: 3", []string{"spec.lathens: found the number 3"}},
		{"list wanted", "athens: {upstream: {sumDBs: \"https://mirror.example.com\"}}", []string{"spec.athens.upstream.sumDBs: must be a list; found the text \"https://mirror.example.com\". Write [https://mirror.example.com]"}},
		{"empty entry", "crathens: {modules: [golang.org/x/mod, ~]}", []string{"spec.crathens.modules[1]: is empty; write a value or remove the entry"}},
		{"number as text", "athens: {version: 1.10}", []string{`spec.athens.version: must be a string; found the number 1.10. Write it in quotes, as in "1.10"`}},
		{"octal as text", "athens: {serviceAccount: {annotations: {a: 017}}}", []string{`spec.athens.serviceAccount.annotations.a: Write it in quotes, as in "017"`}},
		{"date as text", "athens: {serviceAccount: {annotations: {a: 2026-01-01}}}", []string{"spec.athens.serviceAccount.annotations.a: found the date 2026-01-01"}},
		{"true as text", "athens: {serviceAccount: {annotations: {a: true}}}", []string{`spec.athens.serviceAccount.annotations.a: found true. Write it in quotes, as in "true"`}},
		{"yes as text", "athens: {serviceAccount: {annotations: {a: yes}}}", []string{"spec.athens.serviceAccount.annotations.a: yes without quotes is a bool to older readers"}},
		{"list as text", "gateway: {ingress: {className: [a]}}\nmesh: {mode: None}", []string{"spec.gateway.ingress.className: must be a string; found a list"}},
		{"text as bool", "crathens: {suspend: \"true\"}", []string{"spec.crathens.suspend: Write it without quotes"}},
		{"yes as bool", "crathens: {suspend: yes}", []string{"spec.crathens.suspend: must be true or false; found yes"}},
		{"number as bool", "crathens: {suspend: 1}", []string{"spec.crathens.suspend: must be true or false; found the number 1"}},
		{"text as number", "athens: {goGetWorkers: \"5\"}", []string{"spec.athens.goGetWorkers: Write it without quotes"}},
		{"word as number", "athens: {goGetWorkers: five}", []string{`spec.athens.goGetWorkers: must be a number; found the text "five"`}},
		{"fraction", "athens: {goGetWorkers: 2.5}", []string{"spec.athens.goGetWorkers: must be a whole number"}},
		{"octal", "athens: {goGetWorkers: 010}", []string{"spec.athens.goGetWorkers: plain decimal digits"}},
		{"exponent", "athens: {goGetWorkers: 1e3}", []string{"spec.athens.goGetWorkers: plain decimal digits"}},
		{"too large", "athens: {goGetWorkers: 3000000000}", []string{"spec.athens.goGetWorkers: is too large"}},
		{"far too large", "athens: {goGetWorkers: 30000000000000000000000}", []string{"spec.athens.goGetWorkers: is too large"}},
		{"zero, which would read as left out", "athens: {goGetWorkers: 0}", []string{"spec.athens.goGetWorkers: must be at least 1; found 0"}},
		{"no replicas", "athens: {replicas: 0}", []string{"spec.athens.replicas: must be at least 1; found 0"}},
		{"no replicas as map", "athens: {replicas: {min: 2,  max: 5}}", []string{"spec.athens.replicas.min: has moved to spec.athens.replicas: write replicas: N", "spec.athens.replicas.max: has moved to spec.athens.autoscaling.maxReplicas"}},
		{"replicas as text", "athens: {replicas: \"3\"}", []string{"spec.athens.replicas: must be a number; found the text \"3\""}},
		{"duration without unit", "lathens: {ttl: 60}", []string{`spec.lathens.ttl: "60" is not a duration; write a number with a unit (s, m or h), as in 60s`}},
		{"duration without unit, quoted", "lathens: {ttl: \"90\"}", []string{"spec.lathens.ttl: as in 90s"}},
		{"duration in days", "lathens: {staleIfError: 2d}", []string{"spec.lathens.staleIfError: as in 48h"}},
		{"duration as map", "lathens: {ttl: {s: 1}}", []string{"spec.lathens.ttl: must be a duration, as in 60s; found a map"}},
		{"quantity in words", "athens: {storage: {disk: {size: 10 GB}}}", []string{`spec.athens.storage.disk.size: "10 GB" is not a quantity; write a number with a unit, as in 10Gi`}},
		{"quantity of another size", "lathens: {maxBytes: 64 MB}", []string{"spec.lathens.maxBytes: as in 64Mi"}},
		{"quantity as bool", "lathens: {maxBytes: true}", []string{"spec.lathens.maxBytes: must be a quantity"}},
		{"quantities beyond 64 bits", "lathens: {maxBytes: 1e30}\nathens: {resources: {limits: {memory: \"-1e30\"}}}", []string{
			"spec.lathens.maxBytes: \"1e30\" is out of range", "spec.athens.resources.limits.memory: is out of range"}},
		{"quantity of astronomic size", "lathens: {maxBytes: \"1e999999999\"}", []string{"spec.lathens.maxBytes: is not a quantity"}},
		{"tag", "athens: !secret {}", []string{"spec.athens: has the tag …"}},
		{"list as key", "? [a]\n: b", []string{"spec: has a list or a map as a key"}},
	})
}

func TestDecodeAccepts(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{Name: "null is left out", Spec: "athens: ~\nlathens: {ttl: null}\nedge: {frontDoor: }"},
		{Name: "tagged string", Spec: "athens: {serviceAccount: {annotations: {a: !!str yes}}}"},
		{Name: "quoted yes", Spec: "athens: {serviceAccount: {annotations: {a: \"yes\"}}}"},
		{Name: "quantity as number", Spec: "athens: {resources: {requests: {cpu: 2, memory: 1Gi}}}"},
		{Name: "resource that is an extension", Spec: "athens: {resources: {limits: {example.com/disk: 1}}}"},
		{Name: "environment from a Secret", Spec: "athens: {env: [{name: MY, valueFrom: {secretKeyRef: {name: a, key: b, optional: true}}}]}"},
		{Name: "alias", Spec: "athens: {resources: &r {requests: {cpu: 1}}}\nlathens: {resources: *r}"},
		{Name: "merge key", Spec: "athens: {resources: &r {requests: {cpu: 1}}}\nlathens: {resources: {<<: *r, limits: {cpu: 2}}}"},
		{Name: "empty list of hosts", Spec: "egress: {allow: []}"},
	})
}

func TestDecodeValues(t *testing.T) {
	site, problems := stricttest.Load(t, stricttest.Head+`spec:
  host: goproxy.example.com
  athens:
    replicas: 1
    resources: &r {requests: {cpu: 1, memory: 1Gi}}
  lathens:
    replicas: 2
    autoscaling: {maxReplicas: 5}
    resources: {<<: [*r, {limits: {cpu: 3}}], limits: {cpu: 2}}
`)
	stricttest.Expect(t, problems, nil)
	if a, l := &site.Spec.Athens, &site.Spec.Lathens; a.Replicas != 1 || a.MaxReplicas() != 1 || l.Replicas != 2 || l.MaxReplicas() != 5 {
		t.Errorf("replicas are %d to %d and %d to %d, want 1 to 1 and 2 to 5", a.Replicas, a.MaxReplicas(), l.Replicas, l.MaxReplicas())
	}
	l := site.Spec.Lathens.Resources
	if l.Limits.Cpu().String() != "2" || l.Requests.Memory().String() != "1Gi" {
		t.Errorf("the map's own keys win over merged ones: %v", l)
	}
}

func TestDecodeMetadata(t *testing.T) {
	site, problems := stricttest.Load(t, `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata:
  name: goproxy
  namespace: goproxy
  creationTimestamp: null
  labels: {team: build}
  annotations: {config.kubernetes.io/local-config: "true"}
spec: {host: goproxy.example.com}
`)
	stricttest.Expect(t, problems, nil)
	if d := cmp.Diff(map[string]string{"team": "build"}, site.Labels); d != "" {
		t.Error(d)
	}
	_, problems = stricttest.Load(t, `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy, annotations: {config.kubernetes.io/local-config: true}, label: {}}
spec: {host: goproxy.example.com}
status: {}
`)
	stricttest.Expect(t, problems, []string{
		`metadata.annotations["config.kubernetes.io/local-config"]: must be a string; found true`,
		"metadata.label: did you mean labels?",
		"status: unknown field; known are kind, apiVersion, metadata, spec",
	})
}

// Everything is reported at once, in the order of the document.
func TestDecodeReportsAll(t *testing.T) {
	_, problems := stricttest.Load(t, stricttest.Head+`spec:
  crathens: {suspend: 1}
  athens:
    storage: {disk: {size: 10 GB}}
    replica: 2
  host: 5
  lathens: {ttl: 60}
`)
	stricttest.Expect(t, problems, []string{
		"spec.crathens.suspend: ",
		"spec.athens.storage.disk.size: ",
		"spec.athens.replica: ",
		"spec.host: must be a string",
		"spec.lathens.ttl: ",
	})
}

func TestDecodeAliases(t *testing.T) {
	bomb := "a0: &a0 [x, x]\n"
	for i := 1; i < 30; i++ {
		bomb += fmt.Sprintf("a%[1]d: &a%[1]d [*a%[2]d, *a%[2]d]\n", i, i-1)
	}
	_, problems := stricttest.Load(t, stricttest.Head+"spec: {host: goproxy.example.com}\n"+bomb)
	found := false
	for _, p := range problems {
		found = found || strings.Contains(p.Message, "aliases expand to more than")
	}
	if !found || len(problems) > 60 {
		t.Errorf("a document of aliases to aliases gave %d problems, and none of them about it", len(problems))
	}

	// The YAML library refuses this in a text, but a node can say it.
	n := stricttest.Node(t, stricttest.Head+"spec: {host: goproxy.example.com, athens: {}}\n")
	athens := n.Content[0].Content[7].Content[3]
	athens.Content = []*yaml.Node{
		{Kind: yaml.ScalarNode, Tag: "!!str", Value: "storage"},
		{Kind: yaml.AliasNode, Value: "athens", Alias: athens},
	}
	_, problems = strict.Load[v1alpha1.AthensSite](n)
	stricttest.Expect(t, problems, []string{"spec.athens.storage.storage: is an alias that refers to itself"})
}

// Decoding and merging leave the caller's nodes alone.
func TestDecodeKeepsNodes(t *testing.T) {
	text := stricttest.Head + `spec:
  host: goproxy.example.com
  region: b
  athens: &a {goGetWorkers: 3}
  regions: [{name: b, overrides: {athens: {goGetWorkers: 4}}}, {name: c, overrides: {athens: {<<: *a}}}]
`
	n := stricttest.Node(t, text)
	site, problems := strict.Load[v1alpha1.AthensSite](n)
	stricttest.Expect(t, problems, nil)
	if site.Spec.Athens.GoGetWorkers != 4 {
		t.Errorf("the region's override was not used: %d", site.Spec.Athens.GoGetWorkers)
	}
	if d := cmp.Diff(mustMarshal(t, stricttest.Node(t, text)), mustMarshal(t, n)); d != "" {
		t.Error(d)
	}
}

func mustMarshal(t *testing.T, n *yaml.Node) string {
	t.Helper()
	b, err := yaml.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestDecodeOddNodes(t *testing.T) {
	for _, n := range []*yaml.Node{
		nil, {}, {Kind: yaml.DocumentNode}, {Kind: yaml.AliasNode}, {Kind: yaml.ScalarNode, Value: "x"},
		{Kind: yaml.SequenceNode}, {Kind: 99}, {Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: "a"}}},
		{Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: "spec"}, nil}},
	} {
		site, problems := strict.Load[v1alpha1.AthensSite](n)
		if site == nil || len(problems) == 0 {
			t.Errorf("%+v: site %v, problems %v", n, site, problems)
		}
	}
}
