package strict_test

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote/quotetest"
)

// passwords in each form, all of which hold the word.
var passwords = []string{
	"https://user:hunter2@db.example.com/x", "https://user:hun/hunter2@db.example.com", "redis://:hunter2@db.example.com:6379", "https://hunter2@db.example.com",
	"user:hunter2@db.example.com:27017", "hunter2@db.example.com", "user:hunter2@tcp(db.example.com:3306)/x", "https://user:hunter2%40db.example.com",
	"https://db.example.com/x?sig=hunter2", "host=db.example.com password=hunter2", "AccountName=x;AccountKey=hunter2==", "password: hunter2", "machine x login y password hunter2",
	"ghp_hunter2", "github_pat_hunter2", "glpat-hunter2", "xoxb-hunter2", "sk-hunter2", "npm_hunter2", "eyJhbGciOi.hunter2", "AKIA0123/hunter2",
	"-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----", "--token hunter2",
}

// A password in any field, as its value and as a key of it, is in no message.
// Each field meets a few of the forms, all forms meet many fields.
func TestNoMessageRepeatsAPassword(t *testing.T) {
	for i, path := range fieldPaths(reflect.TypeFor[v1alpha1.AthensSiteSpec](), "spec", map[reflect.Type]int{}) {
		for j := range 6 {
			p := strconv.Quote(passwords[(6*i+j)%len(passwords)])
			if j%3 == 2 {
				p = "{" + p + ": 1}"
			}
			_, problems := loaded(t, "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\n"+nested(path, p)+"\n")
			for _, problem := range problems {
				if strings.Contains(strings.ToLower(problem.String()), "hunter2") {
					t.Errorf("%s: %s: %s", path, p, problem)
				}
			}
		}
	}
}

// A reference to a Secret, and a variable, may hold the secret itself, which has
// no form that tells it from a name.
func TestNoMessageRepeatsAReference(t *testing.T) {
	for _, spec := range []string{
		`{private: {netrc: {secretRef: {name: "Hunter2!", key: "hunter2 x"}}, credentials: [{host: github.com, token: hunter2}, {host: a.b, ssh: {secretRef: {name: "Hunter2!", keys: {privateKey: "hunter2 x"}}}}]}}`,
		`{basicAuth: {secretRef: {name: "Hunter2!"}}, index: {mysql: {host: db.example.com, secretRef: hunter2}}}`,
		`{storage: {minio: {endpoint: "minio.example.com:9000", bucket: acme, credentials: {secretRef: {name: "Hunter2!"}}}}}`,
		`{storage: {s3: {bucket: acme, region: eu-central-1, credentials: {secretRef: {name: "Hunter2!"}}}}}`,
		`{singleFlight: {redis: {endpoints: ["redis.example.com:6379"], password: hunter2}}}`,
		`{singleFlight: {redis: {endpoints: ["redis.example.com:6379"], password: [hunter2]}}}`,
		`{storage: {azureBlob: {account: acme, container: gomods, credentials: {secretRef: {name: "Hunter2!", key: "hunter2 x"}}}}}`,
		`{env: [{name: ATHENS_TRACE_EXPORTER, value: hunter2}, {name: A, value: {hunter2: 1}, valueFrom: {secretKeyRef: hunter2}}]}`,
	} {
		_, problems := loaded(t, "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec: {host: goproxy.example.com, athens: "+spec+"}\n")
		if len(problems) == 0 {
			t.Errorf("%s is taken", spec)
		}
		for _, problem := range problems {
			if strings.Contains(strings.ToLower(problem.String()), "hunter2") {
				t.Errorf("%s: %s", spec, problem)
			}
		}
	}
}

// A URL with a password is refused wherever it is written.
func TestAPasswordInAURLIsRefused(t *testing.T) {
	for _, path := range fieldPaths(reflect.TypeFor[v1alpha1.AthensSiteSpec](), "spec", map[reflect.Type]int{}) {
		_, problems := loaded(t, "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\n"+nested(path, `"https://user:hunter2@db.example.com"`)+"\n")
		if len(problems) == 0 {
			t.Errorf("%s takes a URL with a password", path)
		}
	}
}

// A secret of any known form is refused in every text of a site, as a value and as
// the key of a map, with what to write instead and without a word of it.
func TestASecretOfAnyFormIsRefused(t *testing.T) {
	secrets := quotetest.Secrets()
	texts := 0
	for i, path := range append(textPaths(reflect.TypeFor[v1alpha1.AthensSiteSpec](), "spec", map[reflect.Type]int{}),
		"spec.regions.[].overrides.athens.filter", "metadata.annotations.x", "metadata.labels.x", "metadata.name", "metadata.namespace") {
		texts++
		for j := range 4 {
			s := secrets[(4*i+j)%len(secrets)]
			doc := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\n" + nested(path, strconv.Quote(s.Text)) + "\n"
			if !strings.HasPrefix(path, "metadata.") {
				doc += "metadata: {name: goproxy, namespace: goproxy}\n"
			}
			_, problems := loaded(t, doc)
			found := false
			for _, p := range problems {
				found = found || strings.HasPrefix(p.Message, "holds "+s.Kind+", which must not be in a spec; ")
				if half := s.Text[len(s.Text)/2:]; strings.Contains(p.String(), half) {
					t.Errorf("%s: %s", path, p)
				}
			}
			if !found {
				t.Errorf("%s takes %s: %s", path, s.Kind, problems)
			}
		}
	}
	if texts < 200 {
		t.Errorf("found only %d texts", texts)
	}
}

func loaded(t *testing.T, text string) (*v1alpha1.AthensSite, problem.Problems) {
	t.Helper()
	return strict.Load[v1alpha1.AthensSite](spectest.Node(t, text))
}

// nested is a document with a value at a path, as in {spec: {host: x}}.
func nested(path, value string) string {
	open, end := "", ""
	for _, key := range strings.Split(path, ".") {
		if key == "[]" {
			open, end = open+"[", "]"+end
		} else {
			open, end = open+"{"+strconv.Quote(key)+": ", "}"+end
		}
	}
	doc := open + value + end
	return strings.TrimSuffix(strings.TrimPrefix(doc, "{"), "}")
}

// fieldPaths are the paths of all scalars that a type can hold; [] is the item
// of a list, x the key of a map.
func fieldPaths(t reflect.Type, path string, within map[reflect.Type]int) []string {
	switch t.Kind() {
	case reflect.Pointer:
		return fieldPaths(t.Elem(), path, within)
	case reflect.Slice:
		return fieldPaths(t.Elem(), path+".[]", within)
	case reflect.Map:
		return fieldPaths(t.Elem(), path+".x", within)
	case reflect.Struct:
	default:
		return []string{path}
	}
	fields := strict.Fields(t)
	if within[t] > 0 || len(fields) == 0 {
		return []string{path}
	}
	within[t]++
	defer func() { within[t]-- }()
	out := []string{path}
	for _, f := range fields {
		out = append(out, fieldPaths(f.Type, path+"."+f.Name, within)...)
	}
	return out
}

// textPaths are those of fieldPaths that are texts.
func textPaths(t reflect.Type, path string, within map[reflect.Type]int) (out []string) {
	switch t.Kind() {
	case reflect.String:
		return []string{path}
	case reflect.Pointer:
		return textPaths(t.Elem(), path, within)
	case reflect.Slice:
		return textPaths(t.Elem(), path+".[]", within)
	case reflect.Map:
		return textPaths(t.Elem(), path+".x", within)
	case reflect.Struct:
	default:
		return nil
	}
	if within[t] > 0 || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return nil
	}
	within[t]++
	defer func() { within[t]-- }()
	for _, f := range strict.Fields(t) {
		out = append(out, textPaths(f.Type, path+"."+f.Name, within)...)
	}
	return out
}
