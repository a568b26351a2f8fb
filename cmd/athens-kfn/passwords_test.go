package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/krm"
)

// secretsInFields are specs with a password in a field that has no place for
// one, in each part of a URL and in each form of a connection string.
var secretsInFields = []string{
	`athens: {singleFlight: {redis: {endpoints: ["redis://:hunter2@redis.example.com:6379"]}}}`,
	`athens: {storage: {mongo: {url: "mongodb://user:hunter2@db.example.com/athens"}}}`,
	`athens: {storage: {mongo: {url: {secretRef: {name: m1}}, hosts: ["user:hunter2@db.example.com:27017"]}}}`,
	`athens: {upstream: {goproxy: "https://user:hunter2@mirror.example.com,direct"}}`,
	`athens: {private: {credentials: [{host: github.com, token: "ghp_hunter2"}]}}`,
	`athens: {index: {postgres: {host: "postgres://u:hunter2@db.example.com/x"}}}`,
	`athens: {storage: {s3: {bucket: acme, region: eu-central-1, endpoint: "AKIA:hunter2@s3.example.com"}}}`,
	`athens: {validatorHook: "https://user:hunter2@hook.example.com/%zz"}`,
	`athens: {private: {patterns: ["https://user:hunter2@git.example.com/x"]}}`,
	`egress: {allow: [{host: "https://user:hunter2@git.example.com"}]}`,
	`athens: {image: "https://user:hunter2@reg.example.com/a:v1"}`,
	`athens: {singleFlight: {etcd: {endpoints: ["http://root:hunter2@etcd.example.com:2379"]}}}`,
	`athens: {env: [{name: DSN, value: "user:hunter2@tcp(db.example.com:3306)/x"}, {name: "P=password=hunter2"}]}`,
	`athens: {filter: "+ https://user:hunter2@github.com/acme"}`,
	`athens: {index: {mysql: {host: db.example.com, database: "x?password=hunter2", credentials: {secretRef: {name: a}}}}}`,
	`athens: {download: {url: "https://mirror.example.com/?token=hunter2", rules: [{pattern: "glpat-hunter2/*,", mode: Sync}]}}`,
	`athens: {basicAuth: "user:hunter2", private: {credentials: [{host: github.com, ssh: "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2"}]}}`,
	`metrics: {runbookURL: "https://hunter2@wiki.example.com/x#y", labels: {"https://u:hunter2@x": "1"}}`,
	`edge: {frontDoor: {id: "eyJhbGciOi.hunter2"}}`,
	`"ghp_hunter2": 1`,
	`crathens: {schedule: "sk-hunter2", modules: ["user:hunter2@example.com/x"]}`,
	`athens: {storage: {azureBlob: {account: "AccountKey=hunter2==", container: gomods, credentials: hunter2}}}`,
	`athens: {private: {netrc: *hunter2}}`,
	`host: !hunter2 x`,
	`athens: {upstream: {goEnv: {"https://u:hunter2@x": a, "https://u:hunter2@x": b}}}`,
}

// A password that a site's file repeats where it does not belong is in nothing
// that any command prints: no error, no result, no picture and no page.
func TestNothingRepeatsAPassword(t *testing.T) {
	for _, spec := range secretsInFields {
		if !strings.Contains(spec, "host: !") {
			spec = "host: goproxy.example.com\n  " + spec
		}
		site := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  " + spec + "\n"
		dir := t.TempDir()
		file := filepath.Join(dir, "site.yaml")
		if err := os.WriteFile(file, []byte(site), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{
			{"render", file}, {"render", dir, "--to", filepath.Join(dir, "out")}, {"check", file}, {"check", file, "-o", "json"}, {"check", file, "-o", "sarif"},
			{"diff", file, file}, {"diff", file, "--mesh", "none"}, {"why", file, "spec.host"}, {"explain", file, "spec.host"}, {"explain", file},
			{"prove", file}, {"graph", file}, {"graph", file, "-o", "html"}, {"graph", file, "-o", "mermaid"}, {"graph", file, "-o", "svg"}, {"runbook", file},
			{"upgrade", file, "--athens", "v0.18.0"}, {"client", file}, {"terraform", file},
		} {
			code, stdout, stderr := runWith(args, "")
			if strings.Contains(strings.ToLower(stdout+stderr), "hunter2") {
				t.Errorf("%s\nathens-kfn %s repeats it:\n%s%s", spec, strings.Join(args, " "), stdout, stderr)
			}
			if code == 0 {
				t.Errorf("%s\nathens-kfn %s takes it", spec, strings.Join(args, " "))
			}
		}
		if strings.Contains(spec, "*hunter2") {
			continue // no YAML, so no list could hold it
		}
		list := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- " + strings.ReplaceAll(strings.TrimSuffix(site, "\n"), "\n", "\n  ") + "\n"
		_, stdout, stderr := runWith(nil, list)
		docs, err := krm.Documents([]byte(stdout))
		if err != nil || len(docs) != 1 {
			t.Fatalf("%v in:\n%s", err, stdout)
		}
		_, results, found := strings.Cut(stdout, "\nresults:")
		if !found || strings.Contains(strings.ToLower(results+stderr), "hunter2") {
			t.Errorf("%s\nthe function's results repeat it, or there are none:\n%s%s", spec, results, stderr)
		}
	}
}

// What is called like a line of check or diff does not become one.
func TestOutsideTextStaysOnItsLine(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a\n√ all fine\u202e.yaml")
	if err := os.WriteFile(name, []byte("a: [\n"), 0o600); err != nil {
		t.Skip(err) // a file system without such names
	}
	object := func(name string) string {
		quoted, _ := json.Marshal(name)
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + string(quoted) + ", namespace: x}\ndata: {a: b}\n"
	}
	old, now := filepath.Join(dir, "old.yaml"), filepath.Join(dir, "new.yaml")
	for file, text := range map[string]string{old: object("a"), now: object("b\n√ all fine\x1b[2J\u202e\u2028")} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"check", name}, {"render", name}, {"diff", old, now}, {"diff", now, old}, {"diff", old, now, "-o", "json"}, {"check", name, "-o", "json"}, {"check", name, "-o", "sarif"}, {"nothing\n√ all fine\u202e"}} {
		_, stdout, stderr := runWith(args, "")
		if !strings.Contains(stdout+stderr, `√ all fine`) {
			t.Errorf("%q does not print it:\n%s%s", args, stdout, stderr)
		}
		if strings.Contains(stdout+stderr, "\n√ all fine") || strings.ContainsAny(stdout+stderr, "\u202e\u2028\x1b") {
			t.Errorf("%q prints it raw:\n%q", args, stdout+stderr)
		}
	}
}
