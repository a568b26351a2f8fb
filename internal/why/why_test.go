package why

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/tree"
)

func TestDiff(t *testing.T) {
	for _, c := range []struct{ name, before, after, changed, gone string }{
		{"same", "{a: 1, b: [x]}", "{b: [x], a: 1}", "", ""},
		{"a value", "{a: 1, b: 2}", "{a: 1, b: 3}", "2", ""},
		{"a key", "{a: {b: 1, c: 2}}", "{a: {c: 2}}", "", "1"},
		{"another shape", "{a: {b: 1}}", "{a: [1]}", "1", ""},
		{"an item before", "{a: [x, y]}", "{a: [new, x, y]}", "", ""},
		{"an item gone", "{a: [x, y]}", "{a: [y]}", "", "x"},
		{"an item changed", "{a: [x, y]}", "{a: [x, z]}", "y", ""},
		{"by name", "{a: [{name: x, v: 1}, {name: y, v: 2}]}", "{a: [{name: y, v: 3}]}", "2", "x 1"},
		{"flags", "{a: [--x=1, --y=2]}", "{a: [--y=3]}", "--y=2", "--x=1"},
		{"most alike", "{a: [{p: 1, q: 1, r: 1}, {p: 2, q: 2, r: 2}]}", "{a: [{p: 2, q: 2, r: 3}]}", "2", "1 1 1"},
	} {
		var changed, gone []string
		note := func(to *[]string) func(*yaml.Node) {
			return func(leaf *yaml.Node) { *to = append(*to, leaf.Value) }
		}
		diff{changed: note(&changed), gone: note(&gone)}.node(spectest.Node(t, c.before), spectest.Node(t, c.after))
		if got := strings.Join(changed, " "); got != c.changed {
			t.Errorf("%s: changed %q, want %q", c.name, got, c.changed)
		}
		if got := strings.Join(gone, " "); got != c.gone {
			t.Errorf("%s: gone %q, want %q", c.name, got, c.gone)
		}
	}
}

func TestField_FindsAnItemByItsIndex(t *testing.T) {
	site, err := Of("site.yaml", spectest.Node(t, "{apiVersion: athens.gomods.io/v1alpha1, kind: AthensSite, metadata: {name: a, namespace: b}, spec: {host: a.example.com, athens: {env: [{name: HOME, value: /x}]}}}"))
	if err != nil {
		t.Fatal(err)
	}
	for _, question := range []string{"athens.env[0].value", "spec.athens.env[HOME].value"} {
		if _, p, err := site.Field(question); err != nil || p.String() != "spec.athens.env[HOME].value" {
			t.Errorf("%s: %s, %v", question, p, err)
		}
	}
}

// A rule that covers no value of any site is a reason for something that this
// program does no more.
func TestRulesAreAlive(t *testing.T) {
	var values []struct {
		id   krm.ID
		path tree.Path
	}
	for _, site := range sites(t) {
		for _, o := range site.render(site.full) {
			for _, l := range leaves(o, nil) {
				values = append(values, struct {
					id   krm.ID
					path tree.Path
				}{krm.IDOf(o), l.path})
			}
		}
	}
	for _, rules := range [][]rule{podRules, workloadRules, meshRules, accessRules, watchRules, secretRules, azureRules, commonRules, purposes} {
		for _, r := range rules {
			alive := false
			for _, v := range values {
				if alive = r.covers(v.id) && matches(v.path, tree.Parse(r.path)) && used(v.id, v.path, r); alive {
					break
				}
			}
			if !alive {
				t.Errorf("the rule %q %q covers nothing, or others come first: %s", r.objects, r.path, r.text)
			}
		}
	}
}

// used says whether a rule is the one that answers for a value.
func used(id krm.ID, p tree.Path, r rule) bool {
	return reason(id, p) == r.text || purpose(id) == r.text
}

// sites are the examples and goldens, and a few that have what those lack.
func sites(t *testing.T) []*Site {
	t.Helper()
	docs := []string{
		"{host: a.example.com, athens: {storage: {s3: {region: eu-west-1, bucket: acme-gomods}}, download: {mode: Sync, rules: [{pattern: x.org, mode: None}]}, private: {hgrc: {secretRef: {name: s}}}}}",
		"{host: a.example.com, metrics: {operator: None}}",
		"{host: a.example.com, images: {pullSecretRefs: [{name: s}]}, athens: {filter: \"D x.org\", upstream: {goproxy: \"https://mirror.example.com\"}}, mesh: {mode: None}, gateway: {ingress: {}}}",
		"{host: a.example.com, athens: {replicas: 2, autoscaling: {maxReplicas: 4}, storage: {mongo: {url: {secretRef: {name: m}}, hosts: [\"db.example.com:27017\"]}}, singleFlight: {redis: {endpoints: [\"r.example.com:6379\"]}}, upstream: {goproxy: \"https://mirror.example.com\"}}}",
	}
	for i, spec := range docs {
		docs[i] = "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: a, namespace: b}\nspec: " + spec + "\n"
	}
	for _, pattern := range []string{"../../examples/*/site.yaml", "../../testdata/golden/*/input.yaml"} {
		files, _ := filepath.Glob(pattern)
		if len(files) == 0 {
			t.Fatalf("no file matches %s", pattern)
		}
		for _, file := range files {
			in, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			docs = append(docs, string(in))
		}
	}
	var out []*Site
	for _, doc := range docs {
		nodes, err := krm.SitesIn([]byte(doc))
		if err != nil {
			continue // a ResourceList, or a mistake
		}
		for _, n := range nodes {
			if _, problems := strict.Load[v1alpha1.AthensSite](n); len(problems) > 0 {
				continue
			}
			site, err := Of("site.yaml", n)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, site)
		}
	}
	return out
}

// A Secret is not an object of the site, and an autoscaler takes replicas over:
// the answer says where to look.
func TestFind_SaysWhoHasWhatTheSiteDoesNotGenerate(t *testing.T) {
	site, err := Of("site.yaml", spectest.Node(t, `{apiVersion: athens.gomods.io/v1alpha1, kind: AthensSite, metadata: {name: a, namespace: b}, spec: {
host: a.example.com, images: {pullSecretRefs: [{name: pull}]}, secrets: {externalSecrets: {storeRef: {name: vault}}},
athens: {replicas: 2, autoscaling: {maxReplicas: 4}, storage: {azureBlob: {account: athensweu, container: gomods, credentials: {secretRef: {name: blob}}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	objects := site.Objects()
	for question, want := range map[string]string{
		"secret/blob":                   "the site generates no Secrets; secret/blob is named by externalsecret/blob, deployment/a-athens",
		"secret/a-tls":                  "named by gateway/a",
		"secret/pull":                   "named by deployment/a-lathens, deployment/a-athens, cronjob/a-crathens",
		"secret/other":                  "named by no object",
		"deploy/a-athens.spec.replicas": "an autoscaler decides it",
		"deploy/a-athen":                "it has deployment/a-athens, deployment/a-lathens",
		"foo/a-athen.spec":              "it has serviceaccount/a-athens, service/a-athens, ",
	} {
		found, path, err := Find(objects, question)
		if err == nil {
			_, err = found[0].Under(path)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", question, err, want)
		}
	}
	found, path, err := Find(objects, "externalsecret/blob.spec.data[accountKey].remoteRef.key")
	if err != nil {
		t.Fatal(err)
	}
	if values, err := found[0].Under(path); err != nil || len(values) != 1 {
		t.Errorf("%v, %v", values, err)
	}
}

// A field that only sets defaults of others reaches what they decide.
func TestPrintField_FollowsDefaults(t *testing.T) {
	site, err := Of("site.yaml", spectest.Node(t, "{apiVersion: athens.gomods.io/v1alpha1, kind: AthensSite, metadata: {name: a, namespace: b}, spec: {host: a.example.com, images: {registry: registry.example.com}}}"))
	if err != nil {
		t.Fatal(err)
	}
	field, at, err := site.Field("images.registry")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	site.PrintField(&out, field, at, site.Objects())
	if !strings.Contains(out.String(), "containers[athens].image: registry.example.com/gomods/athens:") {
		t.Error(out.String())
	}
}

// Concurrency is 1 or 2, one less than the workers: with two, only one more moves it.
func TestOrigins_FollowANumberAtABound(t *testing.T) {
	site, err := Of("site.yaml", spectest.Node(t, "{apiVersion: athens.gomods.io/v1alpha1, kind: AthensSite, metadata: {name: a, namespace: b}, spec: {host: a.example.com, athens: {goGetWorkers: 2}}}"))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range site.Origins() {
		if o.Path.String() == "spec.crathens.concurrency" && o.String() != "default, from athens.goGetWorkers" {
			t.Error(o)
		}
	}
}

func TestPrintField_ShowsTheNamesOfSecrets(t *testing.T) {
	site, err := Of("site.yaml", spectest.Node(t, `{apiVersion: athens.gomods.io/v1alpha1, kind: AthensSite, metadata: {name: a, namespace: b}, spec: {host: a.example.com,
  secrets: {externalSecrets: {storeRef: {name: vault}}, entries: [{secret: athens-netrc, key: .netrc, name: netrc}]},
  athens: {private: {patterns: [github.com/acme/*], netrc: {secretRef: {name: athens-netrc}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	field, at, err := site.Field("secrets.entries")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	site.PrintField(&out, field, at, site.Objects())
	if !strings.Contains(out.String(), "secret: athens-netrc (") {
		t.Error(out.String())
	}
}
