package score

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/zegl/kube-score/config"
	ks "github.com/zegl/kube-score/domain"
	"github.com/zegl/kube-score/parser"
	"github.com/zegl/kube-score/score"
	"github.com/zegl/kube-score/scorecard"
)

// scored is a file of manifests, as kube-score reads it.
type scored struct{ *os.File }

// page explains each finding.
const page = "../../../docs/scanners.md"

// explained is a row of the table of the page: what a check says, and why it stays.
var explained = regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| ([^|]+) \\| [^|]+ \\| ([^|]+) \\|$")

// The page explains what kube-score finds in the examples, and nothing else.
func TestPage_ExplainsEachFinding(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	unseen := map[string]bool{}
	for _, row := range explained.FindAllStringSubmatch(string(text), -1) {
		unseen[row[1]+": "+row[2]] = true
	}
	reasons := maps.Clone(unseen)
	paths, err := filepath.Glob("../../../testdata/golden/example-*/output.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) < 10 {
		t.Fatalf("%d examples", len(paths))
	}
	for _, path := range paths {
		for finding, objects := range findings(t, path) {
			delete(unseen, finding)
			if !reasons[finding] {
				t.Errorf("%s: kube-score reports %s of %v, which %s does not explain", path, finding, objects, page)
			}
		}
	}
	for finding := range unseen {
		t.Errorf("%s explains %s, which kube-score no longer reports", page, finding)
	}
}

// findings of kube-score about a file of manifests, each with its objects.
func findings(t *testing.T, path string) map[string][]string {
	t.Helper()
	f, err := os.Open(path) //nolint:gosec // a golden
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	p, err := parser.New(&parser.Config{})
	if err != nil {
		t.Fatal(err)
	}
	objects, err := p.ParseFiles([]ks.NamedReader{scored{f}})
	if err != nil {
		t.Fatal(err)
	}
	run := &config.RunConfiguration{KubernetesVersion: config.Semver{Major: 1, Minor: 33}}
	card, err := score.Score(objects, score.RegisterAllChecks(objects, nil, run), run)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, o := range *card {
		for _, c := range o.Checks {
			if c.Skipped || c.Grade == scorecard.GradeAllOK {
				continue
			}
			for _, comment := range c.Comments {
				finding := c.Check.ID + ": " + comment.Summary
				out[finding] = append(out[finding], o.TypeMeta.Kind+"/"+o.ObjectMeta.Name)
			}
		}
	}
	return out
}
