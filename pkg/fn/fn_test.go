package fn_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/fn"
)

const goldens = "../../testdata/golden"

// each calls a test for every golden case of the command: its input, and what it
// printed, which is empty for an input with problems.
func each(t *testing.T, test func(t *testing.T, in, out, problems string)) {
	t.Helper()
	dirs, err := filepath.Glob(goldens + "/*")
	if err != nil || len(dirs) < 20 {
		t.Fatalf("%d cases: %v", len(dirs), err)
	}
	for _, dir := range dirs {
		in := read(dir + "/input.yaml")
		if name, ok := strings.CutPrefix(filepath.Base(dir), "example-"); ok {
			in = read("../../examples/" + name + "/site.yaml")
		}
		if in != "" { // an example in one of its regions is another golden of the command
			t.Run(filepath.Base(dir), func(t *testing.T) { test(t, in, read(dir+"/output.yaml"), read(dir+"/errors.txt")) })
		}
	}
}

// read is the text of a file, empty if there is none.
func read(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(text)
}

// execute runs the processor as a program that is built with the framework.
func execute(in string) (string, error) {
	var out bytes.Buffer
	err := framework.Execute(fn.Processor{}, &kio.ByteReadWriter{Reader: strings.NewReader(in), Writer: &out, KeepReaderAnnotations: true})
	return out.String(), err
}

// Programs that build their lists in Go can leave what no reader of YAML makes.
func TestProcessor_RefusesAnEmptyItem(t *testing.T) {
	for _, item := range []*yaml.RNode{nil, {}, yaml.NewRNode(&yaml.Node{Kind: yaml.AliasNode})} {
		rl := &framework.ResourceList{Items: []*yaml.RNode{yaml.MustParse("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"), item}}
		if err := (fn.Processor{}).Process(rl); err == nil || !strings.Contains(err.Error(), "items[1]: is empty") {
			t.Errorf("%v: %v", item, err)
		}
	}
}

func TestRender_RefusesNoSite(t *testing.T) {
	if objects, problems := fn.Render(nil); len(objects) > 0 || len(problems) != 1 {
		t.Errorf("%d objects, %v", len(objects), problems)
	}
}

func isList(text string) bool { return strings.Contains(text, "\nkind: ResourceList") }

func TestProcessor_IsTheCommand(t *testing.T) {
	ran := 0
	each(t, func(t *testing.T, in, want, problems string) {
		var passed []string // through, which the command prints of a list alone
		if !isList(in) {
			passed = items(t, in)
			in = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n" + asItems(t, in)
		}
		out, err := execute(in)
		if problems != "" {
			if err == nil {
				t.Fatalf("no error, and the command has\n%s", problems)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		ran++
		got := slices.DeleteFunc(items(t, out), func(text string) bool { return slices.Contains(passed, text) })
		if diff := cmp.Diff(items(t, want), got); diff != "" {
			t.Errorf("-command +processor:\n%s", diff)
		}
	})
	if ran < 15 {
		t.Errorf("%d cases were compared only", ran)
	}
}

func TestProcessor_SaysWhatTheCommandSays(t *testing.T) {
	each(t, func(t *testing.T, in, _, problems string) {
		if problems == "" || !isList(in) {
			return
		}
		rl := &framework.ResourceList{}
		rw := &kio.ByteReadWriter{Reader: strings.NewReader(in), KeepReaderAnnotations: true}
		var err error
		if rl.Items, err = rw.Read(); err != nil {
			t.Fatal(err)
		}
		rl.FunctionConfig = rw.FunctionConfig
		before := len(rl.Items)
		results, ok := fn.Processor{}.Process(rl).(framework.Results)
		if !ok || len(results) != strings.Count(problems, "\n") || len(rl.Items) != before {
			t.Fatalf("%d results of %d, %d items of %d", len(results), strings.Count(problems, "\n"), len(rl.Items), before)
		}
		for _, r := range results {
			if !strings.Contains(problems, string(r.Severity)+": ") || !strings.Contains(problems, r.Message) {
				t.Errorf("the command does not say %s", r)
			}
		}
	})
}

func TestRender_IsTheCommand(t *testing.T) {
	ran := 0
	each(t, func(t *testing.T, in, want, problems string) {
		if isList(in) {
			return
		}
		sites, err := krm.SitesIn([]byte(in))
		if err != nil || len(sites) != 1 {
			return
		}
		site, wrong := strict.Load[v1alpha1.AthensSite](sites[0])
		objects, found := fn.Render(site)
		if problems != "" {
			if len(wrong) == 0 && len(found) == 0 || objects != nil {
				t.Errorf("%d objects of a site with problems", len(objects))
			}
			return
		}
		ran++
		var got []string
		for _, n := range fn.Nodes(objects) {
			got = append(got, n.MustString())
		}
		if diff := cmp.Diff(items(t, want), got); len(found) > 0 || diff != "" {
			t.Errorf("%v\n-command +Render:\n%s", found, diff)
		}
	})
	if ran < 12 {
		t.Errorf("%d cases were compared only", ran)
	}
}

func TestRender_LeavesTheSiteAlone(t *testing.T) {
	site := &v1alpha1.AthensSite{}
	site.Name, site.Namespace, site.Spec.Host = "goproxy", "goproxy", "goproxy.example.com"
	if objects, problems := fn.Render(site); len(problems) > 0 || len(objects) < 10 {
		t.Fatalf("%d objects, %v", len(objects), problems)
	}
	if site.Kind != "" || site.Spec.Athens.Version != "" {
		t.Errorf("defaults were written into %+v", site)
	}
}

// kyaml's reader is the oracle of ours: the same items of every file.
func TestKioReadsTheSameItems(t *testing.T) {
	each(t, func(t *testing.T, in, out, _ string) {
		for _, text := range []string{in, out} {
			if text == "" {
				continue
			}
			nodes, err := krm.Documents([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if isList(text) {
				list, err := krm.Parse([]byte(text))
				if err != nil {
					continue // what kyaml reads and we refuse
				}
				nodes = list.Items
			}
			var ours []string
			for _, n := range nodes {
				ours = append(ours, yaml.NewRNode(n).MustString())
			}
			if diff := cmp.Diff(items(t, text), ours); diff != "" {
				t.Errorf("-kio +krm:\n%s", diff)
			}
		}
	})
}

// items are what kio reads of a stream or a ResourceList, each printed by kyaml.
func items(t *testing.T, text string) []string {
	t.Helper()
	nodes, err := (&kio.ByteReader{Reader: strings.NewReader(text), OmitReaderAnnotations: true, DisableUnwrapping: !isList(text)}).Read()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range nodes {
		out = append(out, n.MustString())
	}
	return out
}

// asItems writes documents as the items of a list.
func asItems(t *testing.T, text string) string {
	t.Helper()
	docs, err := krm.Documents([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	objects := make([]*yaml.Node, len(docs))
	for i, doc := range docs {
		objects[i] = doc.Content[0]
	}
	out, err := yaml.Marshal(objects)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
