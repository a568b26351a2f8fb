package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/sitetest"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// packed writes the chart of a site and returns its path.
func packed(t *testing.T, site string) string {
	t.Helper()
	code, stdout, stderr := runWith([]string{"package", "-", "--to", t.TempDir()}, site)
	if code != 0 {
		t.Fatal(stderr)
	}
	return strings.TrimSpace(stdout)
}

func TestPackage_StillTakesTheOldFlagAndPrintsANote(t *testing.T) {
	site, dir := examples(t)["minimal"], t.TempDir()
	code, stdout, stderr := runWith([]string{"package", "-", "-d", dir}, site)
	if want := "helm athens: note: package -d is now --to\n"; code != 0 || stderr != want || filepath.Dir(strings.TrimSpace(stdout)) != dir {
		t.Errorf("exit %d, stdout %q, stderr %q, want %q", code, stdout, stderr, want)
	}
}

func rendered(t *testing.T, site string) map[string]any {
	t.Helper()
	code, stdout, stderr := runWith([]string{"template", "-"}, site)
	if code != 0 {
		t.Fatal(stderr)
	}
	return objects(t, stdout)
}

// examples are the sites in examples/ in each of their clusters, by name.
func examples(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, s := range sitetest.Sites(t, root+"/examples/*/site.yaml") {
		out[s.Name] = s.Text
	}
	return out
}

// TestChartEqualsSite holds every example's chart, with the values it comes
// with, against the site's own manifests.
func TestChartEqualsSite(t *testing.T) {
	helms(t, func(t *testing.T, helm func(...string) (string, string, error)) {
		for name, site := range examples(t) {
			chart := packed(t, site)
			out, stderr, err := helm("template", "x", chart)
			if err != nil {
				t.Errorf("%s: %v\n%s", name, err, stderr)
				continue
			}
			if diff := cmp.Diff(rendered(t, site), objects(t, out)); diff != "" {
				t.Errorf("%s: -site +chart:\n%s", name, diff)
			}
			if out, stderr, err := helm("lint", "--strict", chart); err != nil || strings.Contains(out, "[WARNING]") {
				t.Errorf("%s: %v\n%s%s", name, err, out, stderr)
			}
		}
	})
}

const productionLike = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: modules}
spec:
  host: goproxy.example.com
  athens:
    replicas: 3
    autoscaling: {maxReplicas: 10}
    storage: {s3: {region: eu-west-1, bucket: acme-gomods}}
    singleFlight: {etcd: {endpoints: ["etcd.lock.svc:2379"]}}
    env: [{name: GREETING, value: "{{ .Values.host }} of goproxy.example.com"}]
  lathens: {replicas: 3}
`

// TestValuesWork sets each value of a chart, and holds the outcome against the
// manifests of a site in which the same was changed.
func TestValuesWork(t *testing.T) {
	for _, tc := range []struct{ name, values, path, spec string }{
		{"host", `{host: mods.example.org}`, "spec.host", `mods.example.org`},
		{"athens image", `{athens: {image: "mirror.example.com/athens:v0.18.0"}}`, "spec.athens.image", `mirror.example.com/athens:v0.18.0`},
		{"lathens image", `{lathens: {image: "mirror.example.com/lathens@sha256:` + strings.Repeat("a", 64) + `"}}`,
			"spec.lathens.image", "mirror.example.com/lathens@sha256:" + strings.Repeat("a", 64)},
		{"crathens image", `{crathens: {image: "mirror.example.com/crathens:v1"}}`, "spec.crathens.image", `mirror.example.com/crathens:v1`},
		{"athens replicas", `{athens: {replicas: 2}}`, "spec.athens.replicas", `2`},
		{"athens autoscaler", `{athens: {autoscaling: {maxReplicas: 20}}}`, "spec.athens.autoscaling", `{maxReplicas: 20}`},
		{"athens resources", `{athens: {resources: {requests: {cpu: "2", memory: 4Gi}, limits: {memory: 4Gi}}}}`,
			"spec.athens.resources", `{requests: {cpu: "2", memory: 4Gi}, limits: {memory: 4Gi}}`},
		{"athens disk", `{athens: {resources: {limits: {ephemeral-storage: 20Gi}}}}`,
			"spec.athens.resources", `{limits: {ephemeral-storage: 20Gi}}`},
		{"athens cpu", `{athens: {resources: {limits: {cpu: "2"}}}}`, "spec.athens.resources", `{limits: {cpu: 2}}`},
		{"athens limit of memory", `{athens: {resources: {limits: {memory: 3Gi}}}}`, "spec.athens.resources", `{limits: {memory: 3Gi}}`},
		{"crathens resources", `{crathens: {resources: {requests: {cpu: 50m}}}}`, "spec.crathens.resources", `{requests: {cpu: 50m}}`},
		{"namespace", `{namespace: {create: false}}`, "spec.namespace", `{create: false}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			want := rendered(t, with(t, productionLike, tc.path, tc.spec))
			if diff := cmp.Diff(rendered(t, productionLike), want); diff == "" {
				t.Fatal("this change changes nothing, so the test could not fail")
			}
			file := filepath.Join(t.TempDir(), "values.yaml")
			if err := os.WriteFile(file, []byte(tc.values), 0o644); err != nil {
				t.Fatal(err)
			}
			helms(t, func(t *testing.T, helm func(...string) (string, string, error)) {
				out, stderr, err := helm("template", "x", packed(t, productionLike), "-f", file)
				if err != nil {
					t.Fatalf("%v\n%s", err, stderr)
				}
				if diff := cmp.Diff(want, objects(t, out)); diff != "" {
					t.Errorf("-site +chart:\n%s", diff)
				}
			})
		})
	}
}

// with sets a field of a site.
func with(t *testing.T, site, path, value string) string {
	t.Helper()
	var doc, v yaml.Node
	if err := errors.Join(yaml.Unmarshal([]byte(site), &doc), yaml.Unmarshal([]byte(value), &v)); err != nil {
		t.Fatal(err)
	}
	tree.Set(doc.Content[0], tree.Parse(path), v.Content[0])
	out, err := yaml.Marshal(&doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestValuesRefused sets what would not work.
func TestValuesRefused(t *testing.T) {
	for set, want := range map[string]string{
		"host=https://x.example.com":           "host",
		"hots=x.example.com":                   "hots",
		"lathens.replicas=5":                   "replicas",
		"athens.replicas=10":                   "must be greater than",
		"athens.replicas=0":                    "replicas",
		"athens.image=athens":                  "image",
		"athens.resources.limit.cpu=1":         "limit",
		"crathens.replicas=2":                  "replicas",
		"athens.resources.requests.memory=1Gi": "athens.resources.limits.memory",
		"crathens.resources.limits.memory=1Gi": "memory",
	} {
		helms(t, func(t *testing.T, helm func(...string) (string, string, error)) {
			out, stderr, err := helm("template", "x", packed(t, productionLike), "--set", set)
			if err == nil || !strings.Contains(stderr, want) {
				t.Errorf("--set %s: %v, and no %q in\n%s%s", set, err, want, stderr, out)
			}
		})
	}
}

// TestPackageTwice wants the same bytes, today and tomorrow.
func TestPackageTwice(t *testing.T) {
	first, err := os.ReadFile(packed(t, productionLike))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(packed(t, productionLike))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("two charts of one site differ")
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	if !unzipped.ModTime.IsZero() {
		t.Errorf("the archive says when it was made: %s", unzipped.ModTime)
	}
	files := tar.NewReader(unzipped)
	for n := 0; ; n++ {
		header, err := files.Next()
		if errors.Is(err, io.EOF) && n > 5 {
			return
		}
		if err != nil {
			t.Fatalf("after %d files: %v", n, err)
		}
		if header.ModTime.Year() != 1980 {
			t.Errorf("%s is of %s", header.Name, header.ModTime)
		}
	}
}

// TestPackageMistakes wants nothing written.
func TestPackageMistakes(t *testing.T) {
	two := productionLike + "---\n" + strings.NewReplacer("goproxy", "other", "modules", "others").Replace(productionLike)
	for name, tc := range map[string]struct {
		site string
		args []string
		code int
		want string
	}{
		"two sites":   {two, nil, 1, "2 sites"},
		"no site":     {"kind: ConfigMap\n", nil, 1, "no AthensSite"},
		"bad site":    {strings.Replace(productionLike, "host:", "hots:", 1), nil, 1, "spec.hots"},
		"bad version": {productionLike, []string{"--version", "v1"}, 2, "three numbers"},
		"no file":     {"", []string{"nowhere.yaml"}, 2, "one file"},
	} {
		dir := t.TempDir()
		code, stdout, stderr := runWith(append([]string{"package", "-", "--to", dir}, tc.args...), tc.site)
		if code != tc.code || stdout != "" || !strings.Contains(stderr, tc.want) {
			t.Errorf("%s: code %d, stdout %q, stderr %q", name, code, stdout, stderr)
		}
		if entries, _ := os.ReadDir(dir); len(entries) > 0 {
			t.Errorf("%s: wrote %s", name, entries[0].Name())
		}
	}
}
