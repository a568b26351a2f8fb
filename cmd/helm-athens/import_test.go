package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
)

// secret are the passwords of the inputs, which no output may hold.
var secret = regexp.MustCompile("hunter2|some_password")

// TestImport_Golden imports each file of testdata/import, and holds the exit code,
// the report and the site against the file beside it.
func TestImport_Golden(t *testing.T) {
	inputs, err := filepath.Glob("testdata/import/*[a-z]")
	if err != nil || len(inputs) < 20 {
		t.Fatalf("%v: %d files", err, len(inputs))
	}
	for _, file := range inputs {
		if filepath.Ext(file) == ".golden" {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			args := []string{"import", file}
			if !bytes.Contains(text, []byte("ingress")) {
				args = append(args, "--host", "goproxy.example.com")
			}
			code, stdout, stderr := runWith(args, "")
			if stdout != "" {
				got, problems := krm.SitesIn([]byte(stdout))
				if problems != nil || len(got) != 1 {
					t.Errorf("no site: %v", problems)
				}
			} else if code == 0 {
				t.Error("no site, and exit code 0")
			}
			got := fmt.Sprintf("exit code %d\n--- stderr\n%s--- stdout\n%s", code, stderr, stdout)
			if found := secret.FindString(got); found != "" {
				t.Errorf("%s is printed", found)
			}
			golden := strings.TrimSuffix(file, filepath.Ext(file)) + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got (go test ./cmd/helm-athens -run Golden -update rewrites it):\n%s", diff)
			}
		})
	}
}

// TestImport_MergesAsHelmInstall merges files in their order, then settings.
func TestImport_MergesAsHelmInstall(t *testing.T) {
	more := filepath.Join(t.TempDir(), "more.yaml")
	if err := os.WriteFile(more, []byte("replicaCount: 3\ngoGetWorkers: 9\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, stdout, stderr := runWith([]string{"import", "-", "-f", more, "--set", "replicaCount=1", "--set", "storage.type=disk", "--host", "goproxy.example.com"},
		"replicaCount: 2\nstorage: {disk: {persistence: {enabled: true, size: 100Gi}}}\n")
	for _, want := range []string{"goGetWorkers: 9\n", "claimRef:\n"} {
		if !strings.Contains(stdout, want) || strings.Contains(stdout, "replicas:") {
			t.Errorf("no %q in\n%s%s", want, stdout, stderr)
		}
	}
}

// TestImport_OfObjectsIsThatOfValues renders values with the real Helm, and wants
// the site and the report that athens-kfn import makes of it.
func TestImport_OfObjectsIsThatOfValues(t *testing.T) {
	files, err := filepath.Glob("testdata/import/v*.yaml")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	helms(t, func(t *testing.T, helm func(...string) (string, string, error)) {
		for _, file := range files {
			if strings.Contains(file, "wrapped") {
				continue
			}
			out, stderr, err := helm("template", "athens", root+"/internal/helm/athens-proxy", "-n", "athens", "-f", file)
			if err != nil {
				t.Fatal(err, stderr)
			}
			src := importer.Read([]source.File{{Name: file, Content: []byte(out)}})
			src.Name, src.Namespace = "athens", "athens"
			fromObjects, err := importer.FromObjects(src, importer.Options{Host: "goproxy.example.com"})
			if err != nil {
				t.Fatal(err)
			}
			var report strings.Builder
			fromObjects.Write(&report, true)
			_, stdout, stderr := runWith([]string{"import", file, "-v", "--host", "goproxy.example.com"}, "")
			if diff := cmp.Diff(string(fromObjects.Site), stdout); diff != "" {
				t.Errorf("%s: -of objects +of values:\n%s", file, diff)
			}
			for line := range strings.Lines(report.String()) {
				if !strings.Contains(stderr, line) && !strings.Contains(line, "the same") {
					t.Errorf("%s: the import of values does not report %s", file, line)
				}
			}
		}
	})
}

// TestImportMistakes wants no site out of what are no values.
func TestImportMistakes(t *testing.T) {
	for values, args := range map[string][]string{
		"- a list\n":    nil,
		"a: [\n":        nil,
		"a: b\n":        {"--mesh", "Ambient"},
		"replicas: 1\n": {"second"},
	} {
		code, stdout, stderr := runWith(append([]string{"import", "-", "--host", "goproxy.example.com"}, args...), values)
		if code == 0 || stdout != "" || !strings.HasPrefix(stderr, "helm athens: error: ") {
			t.Errorf("%q: code %d, stdout %q, stderr %q", values, code, stdout, stderr)
		}
	}
}

// TestImportNamespace_ComesThroughHelm runs the real Helm too, which removes
// --namespace from a plugin's arguments.
func TestImportNamespace_ComesThroughHelm(t *testing.T) {
	namespace := func(t *testing.T, site string) any {
		t.Helper()
		var got struct{ Metadata struct{ Namespace string } }
		if err := yaml.Unmarshal([]byte(site), &got); err != nil {
			t.Fatal(err)
		}
		return got.Metadata.Namespace
	}
	for from, want := range map[string]string{"goproxy": "goproxy", "default": "athens", "": "athens"} {
		t.Setenv("HELM_NAMESPACE", from)
		if _, stdout, _ := runWith([]string{"import", "-", "--host", "goproxy.example.com"}, "replicaCount: 1\n"); namespace(t, stdout) != want {
			t.Errorf("HELM_NAMESPACE %q: the site is in %q, want %q", from, namespace(t, stdout), want)
		}
	}
	values := filepath.Join(t.TempDir(), "values.yaml")
	if err := os.WriteFile(values, []byte("replicaCount: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	helms(t, func(t *testing.T, helm func(args ...string) (stdout, stderr string, err error)) {
		stdout, stderr, err := helm("athens", "import", values, "--namespace", "goproxy", "--host", "goproxy.example.com")
		if namespace(t, stdout) != "goproxy" {
			t.Errorf("%v: the site is in %q, want goproxy\n%s", err, namespace(t, stdout), stderr)
		}
	})
}
