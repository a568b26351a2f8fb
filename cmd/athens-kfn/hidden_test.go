package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const manifestsWithSecrets = `apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: y, annotations: {example.com/link: "https://u:hunter2@x"}}
spec:
  template:
    spec:
      containers:
      - name: a
        image: b:v1
        args: [serve, --db, "postgres://u:hunter2@x", --db-password, hunter2]
        env: [{name: API_TOKEN, value: hunter2}, {name: TOKEN_FILE, value: /path1}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c, namespace: y}
data: {password: hunter2, note: plain1}
`

const siteWithSecrets = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
spec: {host: goproxy.example.com, athens: {env: [{name: API_TOKEN, value: hunter2}, {name: GREETING, value: plain1}]}}
`

// A secret that manifests, or the variables of a site, hold as they are is in
// nothing that is printed to be read. What is no secret is printed.
func TestSecretsOfObjectsAreHidden(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	later := strings.NewReplacer("hunter2", "hunter3", "plain1", "plain2", "path1", "path2")
	without := strings.NewReplacer("{name: API_TOKEN, value: hunter2}, ", "", "password: hunter2, ", "", ", --db-password, hunter2", "", ", annotations: {example.com/link: \"https://u:hunter2@x\"}", "")
	for name, text := range map[string]string{"m": manifestsWithSecrets, "s": siteWithSecrets} {
		before, after, fewer := write(name+"1.yaml", text), write(name+"2.yaml", later.Replace(text)), write(name+"3.yaml", without.Replace(text))
		for _, args := range [][]string{
			{"diff", before, after}, {"diff", before, after, "-o", "json"}, {"diff", before, fewer}, {"diff", fewer, before},
		} {
			code, stdout, stderr := runWith(args, "")
			if strings.Contains(stdout+stderr, "hunter") || !strings.Contains(stdout, "…") || stderr != "" {
				t.Errorf("%q: exit code %d\n%s%s", args, code, stdout, stderr)
			}
			if args[2] == after && !strings.Contains(stdout, "plain2") {
				t.Errorf("%q hides what is no secret:\n%s", args, stdout)
			}
		}
	}
	site := filepath.Join(dir, "s1.yaml")
	for _, args := range [][]string{
		{"graph", site, "-o", "html"}, {"why", "-f", site, "deployment/goproxy-athens"},
		{"why", "-f", site, "deployment/goproxy-athens.spec.template.spec.containers"}, {"why", "-f", site, "spec.athens.env"},
	} {
		code, stdout, stderr := runWith(args, "")
		if code != 0 || strings.Contains(stdout+stderr, "hunter") || !strings.Contains(stdout, "…") || !strings.Contains(stdout, "plain1") {
			t.Errorf("%q: exit code %d\n%.3000s%s", args, code, stdout, stderr)
		}
	}
}
