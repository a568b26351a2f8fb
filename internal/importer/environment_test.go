package importer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// TestEnvironmentOf reads containers as the kubelet does.
func TestEnvironmentOf(t *testing.T) {
	const objects = `
- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {A: from c, B: "$(A)", n: "1"}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: other}, data: {A: wrong}}
- {apiVersion: v1, kind: Secret, metadata: {name: s, namespace: here}, data: {K: aHVzaA==}, stringData: {L: hush}}
`
	for name, tc := range map[string]struct {
		container string
		want      []string
	}{
		"values in their order":      {`{env: [{name: B, value: b}, {name: A, value: ""}, {name: C}]}`, []string{"B=b", "A=", "C="}},
		"the last of a name wins":    {`{env: [{name: A, value: a}, {name: B, value: b}, {name: A, value: c}]}`, []string{"A=c", "B=b"}},
		"env wins over envFrom":      {`{env: [{name: A, value: a}], envFrom: [{configMapRef: {name: c}, prefix: ""}]}`, []string{"A=a", "B=$(A)", "n=1"}},
		"a prefix":                   {`{envFrom: [{configMapRef: {name: c}, prefix: P_}]}`, []string{"P_A=from c", "P_B=$(A)", "P_n=1"}},
		"keys of a Secret":           {`{envFrom: [{secretRef: {name: s}}]}`, []string{"K in s/K", "L in s/L"}},
		"one key of a Secret":        {`{env: [{name: A, valueFrom: {secretKeyRef: {name: x, key: k}}}]}`, []string{"A in x/k"}},
		"one key of a ConfigMap":     {`{env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: n}}}]}`, []string{"A=1"}},
		"a key that is not there":    {`{env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: m}}}]}`, []string{"A unknown: the key m of the ConfigMap c is not among the manifests"}},
		"a field of the pod":         {`{env: [{name: A, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}`, []string{"A unknown: its value is one that the pod gets when it starts"}},
		"a ConfigMap not there":      {`{envFrom: [{configMapRef: {name: d}}]}`, []string{"unknown: envFrom[0]: the ConfigMap d is not among the manifests: add it"}},
		"references":                 {`{env: [{name: A, value: a}, {name: B, value: "x$(A)$(A)y$"}]}`, []string{"A=a", "B=xaay$"}},
		"references that are none":   {`{env: [{name: A, value: a}, {name: B, value: "$$(A) $A $( $(Z) $"}]}`, []string{"A=a", "B=$(A) $A $( $(Z) $"}},
		"a reference to what comes":  {`{env: [{name: A, value: "$(B)"}, {name: B, value: b}]}`, []string{"A=$(B)", "B=b"}},
		"a reference to a Secret":    {`{env: [{name: A, valueFrom: {secretKeyRef: {name: x, key: k}}}, {name: B, value: "u:$(A)@h"}]}`, []string{"A in x/k", "B unknown: it has the value of A in it, which is not known"}},
		"a reference to a Service":   {`{env: [{name: B, value: "$(DB_SERVICE_HOST)"}]}`, []string{"B unknown: it has the value of DB_SERVICE_HOST in it, which no manifest sets"}},
		"a reference behind a gap":   {`{envFrom: [{secretRef: {name: t}}], env: [{name: B, value: "$(X)"}]}`, []string{"B unknown: it has the value of X in it, which no manifest sets", "unknown: envFrom[0]: the Secret t is not among the manifests: add it"}},
		"a container without either": {`{image: x}`, nil},
	} {
		var c, o yaml.Node
		mustYAML(t, tc.container, &c)
		mustYAML(t, objects, &o)
		e := EnvironmentOf(c.Content[0], "here", o.Content[0].Content)
		var got []string
		for _, v := range e.Variables {
			switch {
			case v.Unknown != "":
				got = append(got, v.Name+" unknown: "+v.Unknown)
			case v.SecretName != "":
				got = append(got, v.Name+" in "+v.SecretName+"/"+v.SecretKey)
			default:
				got = append(got, v.Name+"="+v.Value)
			}
		}
		for _, u := range e.Unknown {
			got = append(got, "unknown: "+u)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
		if strings.Contains(fmt.Sprint(e), "hush") {
			t.Errorf("%s: a secret is read: %v", name, e)
		}
	}
}

// TestEnvironmentOf_IsBounded doubles a value sixty times.
func TestEnvironmentOf_IsBounded(t *testing.T) {
	text := "env:\n- {name: V0, value: xxxxxxxxxxxxxxxx}\n"
	for i := range 60 {
		text += fmt.Sprintf("- {name: V%d, value: $(V%d)$(V%d)}\n", i+1, i, i)
	}
	var c yaml.Node
	mustYAML(t, text, &c)
	e := EnvironmentOf(c.Content[0], "here", nil)
	if v, _ := e.Get("V60"); v.Unknown == "" {
		t.Errorf("a value of %d bytes", len(v.Value))
	}
}

// TestEnvironment_SettingReadsTheAliasFirst as Athens does.
func TestEnvironment_SettingReadsTheAliasFirst(t *testing.T) {
	e := Environment{Variables: []Variable{{Name: "ATHENS_S3_BUCKET_NAME", Value: "a"}, {Name: "ATHENS_STORAGE_S3_ATHENS_S3_BUCKET_NAME", Value: "b"}}}
	if v, _ := e.Setting("ATHENS_S3_BUCKET_NAME", "v0.18.0"); v.Value != "b" {
		t.Errorf("Athens reads %q", v.Value)
	}
}

func mustYAML(t *testing.T, text string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}
