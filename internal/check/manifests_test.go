package check_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/check"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/sitetest"
	"github.com/gomods/athens-kfn/pkg/limits"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// rendered are the manifests of the examples, as each of their regions has them,
// and what kustomize makes of the overlays.
func rendered(t *testing.T) map[string][]*yaml.Node {
	t.Helper()
	out := map[string][]*yaml.Node{}
	for _, s := range sitetest.Sites(t, filepath.Join(root, "examples/*/site.yaml")) {
		nodes, err := krm.SitesIn([]byte(s.Text))
		if err != nil {
			t.Fatal(err)
		}
		list := &krm.ResourceList{Items: nodes}
		for _, site := range list.Load() {
			for _, made := range krm.Make(site) {
				out[s.Name] = append(out[s.Name], made.Node())
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(root, "testdata/krusty/*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no output of kustomize: %v", err)
	}
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if out[filepath.Base(file)], err = krm.ObjectsIn(in); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func stream(t *testing.T, docs ...*yaml.Node) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := krm.WriteStream(&out, docs...); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func judged(in []byte) []check.Finding {
	return check.Manifests([]check.File{{Name: "m.yaml", Content: in}}, limits.Set{}, nil, "", "m.yaml").All()
}

func TestManifests_SoundOnesHaveNoFindings(t *testing.T) {
	for name, docs := range rendered(t) {
		for _, f := range judged(stream(t, docs...)) {
			t.Errorf("%s: %s %s", name, f.Code, f.Said())
		}
	}
}

func TestSurvey(t *testing.T) {
	for name, docs := range rendered(t) {
		for i := range docs {
			left := slices.Delete(slices.Clone(docs), i, i+1)
			if got := judged(stream(t, left...)); len(got) == 0 {
				t.Logf("%s: not noticed: %s", name, krm.IDOf(docs[i]))
			}
		}
	}
	_ = strings.Join
	_ = tree.Text
}
