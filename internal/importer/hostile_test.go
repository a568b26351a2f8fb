package importer_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/internal/source"
)

// athens is a Deployment of it, with a name, more of its container and more documents.
func athens(name, container, more string) string {
	return fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata: {name: %q, namespace: build}
spec:
  selector: {matchLabels: {app: athens}}
  template:
    metadata: {labels: {app: athens}}
    spec:
      containers:
      - name: athens
        image: gomods/athens:v0.18.0
%s
---
%s
`, name, container, more)
}

func imported(text string, o importer.Options) (*importer.Result, string, error) {
	result, err := importer.FromObjects(importer.Read([]source.File{{Name: "input.yaml", Content: []byte(text)}}), o)
	if err != nil {
		return nil, err.Error(), err
	}
	var report bytes.Buffer
	result.Write(&report, true)
	return result, report.String(), nil
}

// What a stranger writes ends, is bounded, and is not taken for something else.
func TestFromObjects_IsBounded(t *testing.T) {
	var bomb, env strings.Builder
	bomb.WriteString("a: &a [x, x, x, x, x, x, x, x, x, x]\n")
	for c := 'b'; c < 'l'; c++ {
		fmt.Fprintf(&bomb, "%c: &%c [%s*%c]\n", c, c, strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9), c-1)
	}
	env.WriteString("        env:\n")
	for i := range 5000 {
		fmt.Fprintf(&env, "        - {name: ATHENS_V%d_PASSWORD, value: hunter2}\n", i)
	}
	for name, tc := range map[string]struct{ text, want string }{
		"aliases":   {athens("athens", "", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"+bomb.String()), "left out: manifest: "},
		"variables": {athens("athens", env.String(), ""), "ATHENS_V4999_PASSWORD"},
		"nesting":   {athens("athens", "        resources: "+strings.Repeat("[", 5000)+strings.Repeat("]", 5000), ""), "no container in it runs Athens"},
		"a configuration file of brackets": {athens("athens", "        args: [-config_file=/c/c.toml]\n        volumeMounts: [{name: c, mountPath: /c}]\n      volumes: [{name: c, configMap: {name: c}}]",
			"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {c.toml: 'a = "+strings.Repeat("[", 100_000)+"'}"), "left out: the configuration file: has more than"},
		"a configuration file that is none": {athens("athens", "        args: [-config_file=/c/c.toml]\n        volumeMounts: [{name: c, mountPath: /c}]\n      volumes: [{name: c, configMap: {name: c}}]",
			"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {c.toml: 'Password hunter2'}"), "left out: the configuration file: is the key c.toml of the ConfigMap c, and is not TOML"},
	} {
		result, report, err := imported(tc.text, importer.Options{Plan: true})
		if !strings.Contains(report, tc.want) || err == nil && !result.Failed() {
			t.Errorf("%s: %v: the report does not have %q, or the result did not fail:\n%.2000s", name, err, tc.want, report)
		}
		if strings.Contains(report, "hunter2") {
			t.Errorf("%s: the report holds a secret", name)
		}
	}
}

// A name that would be another line, or a change of colour, is neither.
func TestFromObjects_KeepsNamesOnALine(t *testing.T) {
	evil := "a\x1b[31m\nleft out: nothing `rm -rf /` $(x) '"
	if _, report, err := imported(athens(evil, "", ""), importer.Options{}); err == nil || strings.Contains(report, "\x1b") || strings.Contains(report, "\nleft out") {
		t.Errorf("a name that Kubernetes does not take: %v", err)
	}
	result, report, err := imported(athens("athens", fmt.Sprintf("        env: [{name: %q, value: %q}, {name: ATHENS_STORAGE_TYPE, value: disk}, {name: ATHENS_DISK_STORAGE_ROOT, value: /v}]\n        volumeMounts: [{name: v, mountPath: /v}]\n      serviceAccountName: %q\n      volumes: [{name: v, persistentVolumeClaim: {claimName: %q}}]", evil, evil, evil, evil),
		fmt.Sprintf("apiVersion: v1\nkind: Service\nmetadata: {name: %q, namespace: build}\nspec: {selector: {app: athens}, ports: [{port: %q}]}", evil, evil)), importer.Options{Plan: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"report": report, "plan": result.Plan} {
		if strings.ContainsAny(text, "\x1b") || strings.Contains(text, "\nleft out: nothing") {
			t.Errorf("the %s has a name of several lines:\n%s", name, text)
		}
	}
}

// An alias is followed once it is known to end.
func TestFromObjects_TakesNodesWithAliases(t *testing.T) {
	var doc yaml.Node
	text := "apiVersion: v1\nkind: Pod\nmetadata: {name: athens}\nspec: &s\n  containers:\n  - {name: athens, image: gomods/athens:v0.18.0}\n  volumes: [*s]\n"
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return // refused before
	}
	if result, err := importer.FromObjects(importer.Source{Objects: doc.Content}, importer.Options{}); err == nil && !result.Failed() {
		t.Error("an object that holds itself is imported")
	}
}

// One Athens is imported; which one of several is said, or asked.
func TestFromObjects_WantsOneAthens(t *testing.T) {
	two := athens("one", "", athens("two", "", ""))
	for name, tc := range map[string]struct{ text, pick, want string }{
		"none":              {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}", "", "no container in it runs Athens"},
		"two":               {two, "", "2 containers run Athens, and a site has one: Deployment build/one, container athens; Deployment build/two, container athens: add --workload"},
		"a wrong name":      {two, "three", `--workload "three": no workload of that name runs Athens`},
		"a name":            {two, "two", "site build/two"},
		"a kind":            {two, "deployment/one", "site build/one"},
		"a namespace":       {two, "build/one", "site build/one"},
		"another namespace": {two, "tools/one", `--workload "tools/one"`},
	} {
		result, got, err := imported(tc.text, importer.Options{Workload: tc.pick})
		if err == nil {
			got = ""
			for _, p := range result.Problems {
				got += p.Line()
			}
			got = "site " + got[strings.Index(got, "build/"):]
		}
		if !strings.Contains(got, tc.want) {
			t.Errorf("%s: %.300s\nwant %s", name, got, tc.want)
		}
	}
}

// FuzzFromObjects looks for inputs that panic, and for secrets in outputs.
func FuzzFromObjects(f *testing.F) {
	inputs, err := filepath.Glob("testdata/golden/*/input.yaml")
	if err != nil || len(inputs) == 0 {
		f.Fatalf("no inputs: %v", err)
	}
	for _, input := range inputs {
		text, err := os.ReadFile(input)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if result, _, err := imported(text, importer.Options{Plan: true}); err == nil && len(result.Site) == 0 {
			t.Error("no site and no error")
		}
	})
}
